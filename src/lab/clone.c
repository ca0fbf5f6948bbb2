/* A clone's life: the database, then whatever is asked for. */
#include "base/error.h"
#include "base/text.h"
#include "clone_internal.h"
#include "head_internal.h"
#include <string.h>

enum { MAX_WORKERS = 4 };

void
pga_clone_free(PgaClone *clone)
{
    if (!clone)
        return;
    pga_session_close(clone->admin);
    pga_session_close(clone->prover);
    pga_session_close(clone->planner);
    g_clear_pointer(&clone->workers, g_ptr_array_unref);
    g_clear_pointer(&clone->order, g_ptr_array_unref);
    g_clear_pointer(&clone->enum_labels, g_hash_table_unref);
    g_clear_pointer(&clone->heirs, g_hash_table_unref);
    g_clear_pointer(&clone->hangers, g_hash_table_unref);
    g_clear_pointer(&clone->casts, g_hash_table_unref);
    g_clear_pointer(&clone->cloned, g_hash_table_unref);
    g_clear_pointer(&clone->with_statistics, g_hash_table_unref);
    g_clear_pointer(&clone->sequences, g_hash_table_unref);
    g_clear_pointer(&clone->foreign_keys, g_hash_table_unref);
    g_clear_pointer(&clone->sequence_by_default, g_hash_table_unref);
    g_clear_pointer(&clone->not_cloned, g_ptr_array_unref);
    g_free(clone->module);
    g_free(clone->role);
    g_free(clone->dbname);
    g_free(clone);
}

void
pga_clone_note(PgaClone *clone, char *what, char *why)
{
    g_ptr_array_add(clone->not_cloned, pga_not_checked_new(NULL, what, why));
}

const GPtrArray *
pga_clone_not_cloned(const PgaClone *clone)
{
    return clone->not_cloned;
}

GArray *
pga_clone_relations(const PgaClone *clone)
{
    GArray *oids = g_array_new(FALSE, FALSE, sizeof(PgaOid));

    for (guint i = 0; i < clone->order->len; i++) {
        const PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (cloned->relation && cloned->made)
            g_array_append_val(oids, cloned->relation->oid);
    }
    return oids;
}

gboolean
pga_clone_has_whatif(const PgaClone *clone)
{
    return clone->module != NULL;
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

/* Definitions are executed under the server's own time limit: nobody waits for each of them. */
static gboolean
open_workers(PgaClone *clone, GError **error)
{
    const guint n = CLAMP(g_get_num_processors(), 1, MAX_WORKERS);
    g_autofree char *settings =
        g_strdup_printf("SELECT pg_catalog.set_config('statement_timeout', '%u', false), "
                        "pg_catalog.set_config('check_function_bodies', 'off', false), "
                        "pg_catalog.set_config('DateStyle', 'ISO, YMD', false), "
                        "pg_catalog.set_config('IntervalStyle', 'postgres', false)",
                        clone->lab->statement_limit_ms);

    clone->workers = g_ptr_array_new_with_free_func((GDestroyNotify)pga_session_close);
    for (guint i = 0; i < n; i++) {
        PgaSession *session = pga_session_open(clone->lab, clone->dbname, PGA_ROLE_PROVER, error);

        if (!session)
            return FALSE;
        g_ptr_array_add(clone->workers, session);
        if (!pga_session_set(session, settings, error))
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

PgaClone *
pga_clone_open(PgaLab *lab, const PgaCloneOptions *options, GError **error)
{
    g_autoptr(PgaClone) clone = g_new0(PgaClone, 1);

    clone->lab = lab;
    clone->catalog = options->catalog;
    clone->objects = options->objects;
    clone->planner_source = options->planner;
    clone->for_fixes = options->for_fixes;
    clone->extensions = options->extensions;
    clone->is_unplanned = options->is_unplanned;
    clone->dbname = pga_lab_next_database(lab, "clone");
    clone->with_statistics = g_hash_table_new(NULL, NULL);
    clone->sequences = g_hash_table_new(NULL, NULL);
    clone->foreign_keys = g_hash_table_new(NULL, NULL);
    clone->sequence_by_default = index_sequences(options->catalog);
    clone->not_cloned = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    pga_clone_closure_init(clone);
    pga_clone_index_enums(clone);
    if (!pga_clone_make_database(clone, error) || !pga_clone_make_roles(clone, options, error) ||
        !pga_clone_make_settings(clone, error) || !pga_clone_make_surroundings(clone, error) ||
        !pga_clone_reconnect(clone, error) || !open_workers(clone, error))
        return NULL;
    if (!clone->objects && !pga_clone_make_types(clone, error))
        return NULL;
    return g_steal_pointer(&clone);
}

static char *
name_of(const PgaCloned *cloned)
{
    g_autofree char *name = cloned->relation ? pga_relation_display(cloned->relation, NULL) : NULL;

    return cloned->object && (!cloned->relation || cloned->relation->relkind == 'm')
               ? g_strdup(cloned->object->name)
               : g_strconcat("table ", name, NULL);
}

/* What was not made, or not whole. */
static void
note_failures(PgaClone *clone)
{
    for (guint i = clone->n_settled; i < clone->order->len; i++) {
        const PgaCloned *cloned = g_ptr_array_index(clone->order, i);

        if (cloned->failure)
            pga_clone_note(clone, name_of(cloned), g_strdup(cloned->failure));
        for (guint k = 0; k < cloned->left_out->len; k++)
            pga_clone_note(
                clone, name_of(cloned),
                g_strdup_printf("lacks %s", (char *)g_ptr_array_index(cloned->left_out, k)));
    }
}

static gboolean
bring(PgaClone *clone, const GArray *seeds, gboolean referenced, GError **error)
{
    pga_clone_collect(clone, seeds, referenced);
    if (clone->order->len == clone->n_settled)
        return TRUE;
    if (!pga_clone_make_objects(clone, error) || !pga_clone_make_parts(clone, error) ||
        !pga_clone_retry_objects(clone, error) || !pga_clone_make_parts(clone, error) ||
        !pga_clone_make_hangers(clone, error) || !pga_clone_set_owners(clone, error) ||
        !pga_clone_tell_planner(clone, error))
        return FALSE;
    note_failures(clone);
    for (guint i = clone->n_settled; i < clone->order->len; i++)
        ((PgaCloned *)g_ptr_array_index(clone->order, i))->settled = TRUE;
    clone->n_settled = clone->order->len;
    return TRUE;
}

gboolean
pga_clone_bring(PgaClone *clone, const GArray *relations, GError **error)
{
    g_autoptr(GArray) seeds = g_array_new(FALSE, FALSE, sizeof(PgaObjectId));

    for (guint i = 0; i < relations->len; i++) {
        const PgaObjectId id =
            PGA_OBJECT_ID(PGA_CLASS_RELATION, g_array_index(relations, PgaOid, i));

        g_array_append_val(seeds, id);
    }
    return bring(clone, seeds, TRUE, error);
}

static void
add_seed(GArray *seeds, PgaObjectId id)
{
    g_array_append_val(seeds, id);
}

/* The words of @sql: identifiers as they are meant, also what only looks like one. */
static GHashTable *
words_of(const char *sql)
{
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *at = sql, *const end = sql + strlen(sql);
    char *word;

    while ((word = pga_head_next_name(&at, end)))
        g_hash_table_add(words, word);
    return words;
}

gboolean
pga_clone_bring_statement(PgaClone *clone, const char *sql, GError **error)
{
    g_autoptr(GHashTable) words = words_of(sql);
    g_autoptr(GArray) seeds = g_array_new(FALSE, FALSE, sizeof(PgaObjectId));

    for (guint i = 0; i < clone->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(clone->catalog->relations, i);

        if (g_hash_table_contains(words, relation->relname))
            add_seed(seeds, PGA_OBJECT_ID(PGA_CLASS_RELATION, relation->oid));
    }
    for (guint i = 0; clone->objects && i < clone->objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(clone->objects->objects, i);

        if (object->objname && g_hash_table_contains(words, object->objname))
            add_seed(seeds, object->id);
    }
    return bring(clone, seeds, FALSE, error);
}

/* Sequences that no column owns; the others come with their tables. */
static gboolean
make_free_sequences(PgaClone *clone, GError **error)
{
    g_autoptr(PgaBatch) batch = pga_batch_new();

    for (guint i = 0; i < clone->catalog->sequences->len; i++) {
        const PgaSequence *sequence = g_ptr_array_index(clone->catalog->sequences, i);
        char *sql = sequence->owner_relid ? NULL : pga_clone_sequence_statement(clone, sequence);

        if (sql)
            pga_batch_add(batch, sequence->oid, sql, NULL);
    }
    return pga_batch_run(batch, clone->workers, error);
}

gboolean
pga_clone_bring_all(PgaClone *clone, GError **error)
{
    g_autoptr(GArray) seeds = g_array_new(FALSE, FALSE, sizeof(PgaObjectId));

    for (guint i = 0; i < clone->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(clone->catalog->relations, i);

        add_seed(seeds, PGA_OBJECT_ID(PGA_CLASS_RELATION, relation->oid));
    }
    for (guint i = 0; clone->objects && i < clone->objects->objects->len; i++)
        add_seed(seeds, ((PgaObject *)g_ptr_array_index(clone->objects->objects, i))->id);
    return make_free_sequences(clone, error) && bring(clone, seeds, FALSE, error);
}

char **
pga_clone_environment(const PgaClone *clone)
{
    char **environment = g_new0(char *, 5);

    environment[0] = g_strconcat("PGHOST=", pga_directory_get_path(clone->lab->directory), NULL);
    environment[1] = g_strdup("PGPORT=5432");
    environment[2] = g_strconcat("PGDATABASE=", clone->dbname, NULL);
    environment[3] = g_strconcat("PGUSER=", clone->role, NULL);
    return environment;
}
