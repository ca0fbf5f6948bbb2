/* Making a clone: the database, then what relations are made of, then relations, then what hangs on
 * them. */
#include "base/error.h"
#include "base/text.h"
#include "clone_internal.h"

void
pga_clone_free(PgaClone *clone)
{
    if (!clone)
        return;
    pga_session_close(clone->admin);
    pga_session_close(clone->prover);
    pga_session_close(clone->planner);
    g_clear_pointer(&clone->order, g_ptr_array_unref);
    g_clear_pointer(&clone->cloned, g_hash_table_unref);
    g_clear_pointer(&clone->with_statistics, g_hash_table_unref);
    g_clear_pointer(&clone->sequences, g_hash_table_unref);
    g_clear_pointer(&clone->sequence_by_default, g_hash_table_unref);
    g_free(clone->dbname);
    g_free(clone);
}

const PgaCloned *
pga_clone_relation(const PgaClone *clone, PgaOid oid)
{
    return g_hash_table_lookup(clone->cloned, GUINT_TO_POINTER(oid));
}

static PgaSession *
open_limited(PgaClone *clone, GError **error)
{
    PgaSession *session = pga_session_open(clone->lab, clone->dbname, PGA_ROLE_PROVER, error);

    if (session)
        session->statement_limit_ms = clone->lab->statement_limit_ms;
    return session;
}

gboolean
pga_clone_reconnect(PgaClone *clone, GError **error)
{
    g_clear_pointer(&clone->prover, pga_session_close);
    g_clear_pointer(&clone->planner, pga_session_close);
    if (!pga_lab_alive(clone->lab, error))
        return FALSE;
    clone->prover = open_limited(clone, error);
    clone->planner = clone->prover ? open_limited(clone, error) : NULL;
    return clone->planner != NULL;
}

gboolean
pga_clone_try(PgaClone *clone, const char *sql, char **message, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(PGresult) result = pga_session_exec(clone->prover, sql, NULL, 0, FALSE, &cause);

    if (message)
        *message = NULL;
    if (!result && !g_error_matches(cause, PGA_ERROR, PGA_ERROR_INPUT)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (!result) {
        if (message)
            *message = g_strdup(cause->message);
        return pga_clone_reconnect(clone, error);
    }
    if (message && pga_result_failed(result))
        *message = pga_result_message(result);
    return TRUE;
}

static gboolean
create_database(PgaClone *clone, GError **error)
{
    PgaSession *admin = clone->lab->admin;

    return pga_session_do(admin, error, "CREATE DATABASE %s TEMPLATE template0", clone->dbname) &&
           pga_session_do(admin, error, "REVOKE ALL ON DATABASE %s FROM PUBLIC", clone->dbname) &&
           pga_session_do(admin, error,
                          "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %s TO " PGA_ROLE_PROVER,
                          clone->dbname);
}

typedef gboolean (*MakeFunction)(PgaClone *clone, PgaCloned *cloned, GError **error);

static gboolean
make_each(PgaClone *clone, MakeFunction make, gboolean deepest_first, GError **error)
{
    const guint n = clone->order->len;

    for (guint i = 0; i < n; i++) {
        PgaCloned *cloned = g_ptr_array_index(clone->order, deepest_first ? n - 1 - i : i);

        if (!make(clone, cloned, error))
            return FALSE;
    }
    return TRUE;
}

/* The defaults that name a sequence which belongs to no column. */
static GHashTable *
index_sequences(const PgaCatalog *catalog)
{
    GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < catalog->sequences->len; i++) {
        PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);
        g_autofree char *name = pga_quote_qualified(sequence->nspname, sequence->relname);
        g_autofree char *literal = pga_quote_literal(name);

        if (!sequence->owner_relid)
            g_hash_table_insert(index, g_strdup_printf("nextval(%s::regclass)", literal), sequence);
    }
    return index;
}

static gboolean
make(PgaClone *clone, GError **error)
{
    clone->admin = pga_session_open(clone->lab, clone->dbname, PGA_ROLE_SUPERUSER, error);
    return clone->admin && pga_clone_make_surroundings(clone, error) &&
           pga_clone_reconnect(clone, error) && pga_clone_make_types(clone, error) &&
           make_each(clone, pga_clone_make_table, FALSE, error) &&
           make_each(clone, pga_clone_make_parts, TRUE, error) &&
           make_each(clone, pga_clone_make_foreign_keys, FALSE, error);
}

PgaClone *
pga_clone_new(PgaLab *lab, const PgaCatalog *catalog, const GArray *relations, GError **error)
{
    g_autoptr(PgaClone) clone = g_new0(PgaClone, 1);

    clone->lab = lab;
    clone->catalog = catalog;
    clone->dbname = pga_lab_next_database(lab, "proof");
    clone->with_statistics = g_hash_table_new(NULL, NULL);
    clone->sequences = g_hash_table_new(NULL, NULL);
    clone->sequence_by_default = index_sequences(catalog);
    pga_clone_collect(clone, relations);
    if (!create_database(clone, error) || !make(clone, error))
        return NULL;
    return g_steal_pointer(&clone);
}
