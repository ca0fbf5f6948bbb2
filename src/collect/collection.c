/* How anything is collected: in one transaction that only reads, begun anew when the schema changed
 * under it. */
#include <base/error.h>
#include <base/interrupt.h>
#include <string.h>

#include "collector_internal.h"
#include "sql_internal.h"

#define MAX_ATTEMPTS 3

static void
collector_clear(PgaCollector *collector)
{
    g_clear_pointer(&collector->catalog, pga_catalog_free);
    g_clear_pointer(&collector->environment, pga_environment_free);
    g_clear_pointer(&collector->not_checked, g_ptr_array_unref);
    g_clear_pointer(&collector->locked, g_hash_table_unref);
    g_clear_pointer(&collector->locked_oids, g_free);
    g_clear_pointer(&collector->refusal, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaCollector, collector_clear)

static void
collector_init(PgaCollector *collector, PgaConnection *connection, const PgaCollectOptions *options,
               gpointer data)
{
    *collector = (PgaCollector){
        .connection = connection,
        .conn = pga_connection_libpq(connection),
        .options = options,
        .data = data,
        .major = pga_connection_version_num(connection) / 10000,
        .catalog = pga_catalog_new(),
        .environment = pga_environment_new(),
        .not_checked = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free),
        .locked = g_hash_table_new_full(NULL, NULL, NULL, pga_locked_free),
        .locked_oids = g_strdup("{}"),
    };
}

static gboolean
set_session(PgaCollector *collector, GError **error)
{
    const PgaCollectOptions *options = collector->options;
    g_autofree char *statement_timeout =
        g_strdup_printf("%u", options->statement_timeout ? options->statement_timeout : 60000);
    g_autofree char *lock_timeout =
        g_strdup_printf("%u", options->lock_timeout ? options->lock_timeout : 200);
    const char *params[] = {statement_timeout, lock_timeout};

    return pga_collector_execute(collector, pga_sql_text("session", collector->major), params,
                                 G_N_ELEMENTS(params), NULL, error);
}

static gboolean
read_in_transaction(PgaCollector *collector, const PgaCollection *collection, GError **error)
{
    const char *start = collection->is_of_the_moment
                            ? "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
                            : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    collector->is_of_the_moment = collection->is_of_the_moment;
    return pga_collector_execute(collector, start, NULL, 0, NULL, error) &&
           (!collection->begin || collection->begin(collector, error)) &&
           (collection->is_of_the_moment || set_session(collector, error)) &&
           pga_collector_execute(collector, "SAVEPOINT pgarchitect", NULL, 0, NULL, error) &&
           (collection->is_of_the_moment || pga_collector_read_locks(collector, error)) &&
           collection->read(collector, error) &&
           pga_collector_execute(collector, "COMMIT", NULL, 0, NULL, error);
}

/* After a failure; that the connection may be gone is known already. */
static void
roll_back(PgaCollector *collector)
{
    if (PQtransactionStatus(collector->conn) == PQTRANS_INTRANS ||
        PQtransactionStatus(collector->conn) == PQTRANS_INERROR)
        pga_collector_execute(collector, "ROLLBACK", NULL, 0, NULL, NULL);
}

static int
compare_not_checked(gconstpointer a, gconstpointer b)
{
    const PgaNotChecked *left = *(PgaNotChecked *const *)a, *right = *(PgaNotChecked *const *)b;
    const int order = g_strcmp0(left->what, right->what);

    return order ? order : g_strcmp0(left->why, right->why);
}

/* What an earlier collection noted already (the same lock, the same privilege) is said once. */
static void
hand_over_not_checked(PgaCollector *collector, GPtrArray *not_checked)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < not_checked->len; i++) {
        const PgaNotChecked *entry = g_ptr_array_index(not_checked, i);

        g_hash_table_add(known, g_strconcat(entry->what, "\n", entry->why, NULL));
    }
    g_ptr_array_sort(collector->not_checked, compare_not_checked);
    g_ptr_array_set_free_func(collector->not_checked, NULL); /* its entries are given away */
    for (guint i = 0; i < collector->not_checked->len; i++) {
        PgaNotChecked *entry = g_ptr_array_index(collector->not_checked, i);

        if (g_hash_table_add(known, g_strconcat(entry->what, "\n", entry->why, NULL)))
            g_ptr_array_add(not_checked, entry);
        else
            pga_not_checked_free(entry);
    }
}

gboolean
pga_collector_run(PgaConnection *connection, const PgaCollectOptions *options,
                  const PgaCollection *collection, GPtrArray *not_checked, GError **error)
{
    for (guint i = 1;; i++) {
        g_auto(PgaCollector) collector = {0};
        g_autoptr(GError) failed = NULL;

        collector_init(&collector, connection, options, collection->data);
        collector.leaves_out_dropped = i > 1;
        if (read_in_transaction(&collector, collection, &failed)) {
            hand_over_not_checked(&collector, not_checked);
            if (collection->hand_over)
                collection->hand_over(&collector);
            return TRUE;
        }
        roll_back(&collector);
        if (!collector.changed || i == MAX_ATTEMPTS || pga_interrupt_requested()) {
            g_propagate_error(error, g_steal_pointer(&failed));
            return FALSE;
        }
        pga_progress_step(options->progress, "the schema changed meanwhile; reading it again");
    }
}
