/* A clone of the original and one of the anonymised file, one after the other, each in a lab of its
 * own: roles and settings are the server's, and would meet. */
#include <base/error.h>
#include <base/progress.h>
#include <lab/clone.h>
#include <model/finding.h>
#include <parse/snapshot.h>

#include "verify_internal.h"

enum {
    MAX_RELATIONS = 1000,  /* whose columns are asked about */
    MAX_STATEMENTS = 1000, /* those that took most time */
    MAX_WHOLE = 2000,      /* relations: a database of more is not cloned whole */
};

struct PgaVerify {
    const PgaVerifyOptions *options;
    PgaProbes *probes;
    PgaLeakCheck *leaks;
    PgaExcuses *excuses;
    PgaVerification *verification;
    GArray *relations;    /* (nullable): of PgaOid: what is cloned; NULL: everything */
    GHashTable *left_out; /* of char *, an object's address, to how many notes the clone of the
                             original has about it */
};

void
pga_verify_free(PgaVerify *verify)
{
    if (!verify)
        return;
    pga_probes_free(verify->probes);
    pga_leak_check_free(verify->leaks);
    pga_excuses_free(verify->excuses);
    pga_verification_free(verify->verification);
    g_clear_pointer(&verify->relations, g_array_unref);
    g_hash_table_unref(verify->left_out);
    g_free(verify);
}

static int
most_rows_first(gconstpointer a, gconstpointer b)
{
    const PgaRelation *left = *(PgaRelation *const *)a, *right = *(PgaRelation *const *)b;

    if (left->reltuples != right->reltuples)
        return left->reltuples > right->reltuples ? -1 : 1;
    return left->oid < right->oid ? -1 : left->oid > right->oid;
}

/* (transfer full): a set of PgaOid: those with most rows */
static GHashTable *
choose_relations(PgaVerify *verify, const PgaSnapshot *snapshot)
{
    g_autoptr(GPtrArray) candidates = g_ptr_array_new();
    GHashTable *chosen = g_hash_table_new(NULL, NULL);
    guint n;

    for (guint i = 0; i < snapshot->catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(snapshot->catalog->relations, i);

        if (!relation->extension && relation->relkind != 'f')
            g_ptr_array_add(candidates, relation);
    }
    g_ptr_array_sort(candidates, most_rows_first);
    n = verify->options->all ? candidates->len : MIN(candidates->len, MAX_RELATIONS);
    for (guint i = 0; i < n; i++)
        g_hash_table_add(chosen,
                         GUINT_TO_POINTER(((PgaRelation *)g_ptr_array_index(candidates, i))->oid));
    verify->probes->n_relations = n;
    verify->probes->n_all_relations = candidates->len;
    return chosen;
}

static void
add_relation(GArray *relations, GHashTable *known, PgaOid oid)
{
    if (g_hash_table_add(known, GUINT_TO_POINTER(oid)))
        g_array_append_val(relations, oid);
}

/* (nullable) (transfer full): of PgaOid, in a fixed order: the chosen ones, and what the statements
 * read; NULL: everything. */
static GArray *
relations_to_clone(const PgaVerify *verify, const PgaSnapshot *snapshot, GHashTable *chosen)
{
    g_autoptr(GHashTable) known = NULL;
    GArray *relations;

    if (verify->options->all || snapshot->catalog->relations->len <= MAX_WHOLE)
        return NULL;
    known = g_hash_table_new(NULL, NULL);
    relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    for (guint i = 0; i < snapshot->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(snapshot->catalog->relations, i);

        if (g_hash_table_contains(chosen, GUINT_TO_POINTER(relation->oid)))
            add_relation(relations, known, relation->oid);
    }
    for (guint i = 0; i < verify->probes->list->len; i++) {
        const PgaProbe *probe = g_ptr_array_index(verify->probes->list, i);
        for (guint k = 0; probe->relations && k < probe->relations->len; k++)
            add_relation(relations, known, g_array_index(probe->relations, PgaOid, k));
    }
    return relations;
}

static gboolean
read_planner(gpointer self, const GArray *relations, PgaPlannerData *data, GError **error)
{
    const PgaSnapshot *snapshot = self;

    (void)error;
    pga_snapshot_planner(&(PgaPlannerQuestion){.catalog = snapshot->catalog,
                                               .objects = snapshot->objects,
                                               .known = snapshot->planner},
                         relations, data);
    return TRUE;
}

static gboolean
bring(const PgaVerify *verify, PgaClone *clone, guint side, GError **error)
{
    if (!verify->relations)
        return pga_clone_bring_all(clone, error);
    if (!pga_clone_bring(clone, verify->relations, error))
        return FALSE;
    for (guint i = 0; i < verify->probes->list->len; i++) {
        const PgaProbe *probe = g_ptr_array_index(verify->probes->list, i);

        if (probe->relation == 0 && !pga_clone_bring_statement(clone, probe->sql[side], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
explain(PgaProbes *probes, PgaClone *clone, guint side, GError **error)
{
    g_autoptr(GArray) statements =
        g_array_sized_new(FALSE, TRUE, sizeof(PgaExplain), probes->list->len);
    gboolean done;

    for (guint i = 0; i < probes->list->len; i++) {
        const PgaProbe *probe = g_ptr_array_index(probes->list, i);
        const PgaExplain statement = {.sql = probe->sql[side], .n_parameters = probe->n_parameters};

        g_array_append_val(statements, statement);
    }
    done = pga_clone_explain(clone, statements, error);
    for (guint i = 0; i < statements->len; i++) {
        PgaProbe *probe = g_ptr_array_index(probes->list, i);

        probe->explain[side] = g_array_index(statements, PgaExplain, i);
    }
    return done;
}

static gboolean
need_module(const PgaClone *clone, GError **error)
{
    if (pga_clone_has_whatif(clone))
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "estimates cannot be compared without the planner module");
    pga_error_hint(error, "\"pgarchitect doctor\" says what is missing; without --verify the "
                          "snapshot is written all the same.");
    return FALSE;
}

/* (transfer full): what a clone calls its objects, to what they are in both snapshots. */
static GHashTable *
addresses_of(const PgaSnapshot *snapshot)
{
    GHashTable *addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (guint i = 0; i < snapshot->objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(snapshot->objects->objects, i);

        g_hash_table_insert(addresses, g_strdup(object->name),
                            g_strdup_printf("object %" G_GUINT64_FORMAT, object->id));
    }
    for (guint i = 0; i < snapshot->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(snapshot->catalog->relations, i);
        g_autofree char *name = pga_relation_display(relation, NULL);

        g_hash_table_insert(addresses, g_strconcat("table ", name, NULL),
                            g_strdup_printf("relation %u", relation->oid));
    }
    return addresses;
}

/* What both clones have not is no fault of the pseudonyms. */
static void
note_left_out(PgaVerify *verify, const PgaSnapshot *snapshot, const PgaClone *clone, guint side)
{
    const GPtrArray *notes = pga_clone_not_cloned(clone);
    g_autoptr(GHashTable) addresses = addresses_of(snapshot);

    for (guint i = 0; i < notes->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(notes, i);
        const char *found = g_hash_table_lookup(addresses, note->what);
        const char *address = found ? found : "";
        const guint n = GPOINTER_TO_UINT(g_hash_table_lookup(verify->left_out, address));

        if (side == 0)
            g_hash_table_insert(verify->left_out, g_strdup(address), GUINT_TO_POINTER(n + 1));
        else if (n > 0)
            g_hash_table_insert(verify->left_out, g_strdup(address), GUINT_TO_POINTER(n - 1));
        else
            g_ptr_array_add(verify->verification->lost,
                            pga_not_checked_new(NULL, g_strdup(note->what), g_strdup(note->why)));
    }
}

static gboolean
ask(PgaVerify *verify, PgaSnapshot *snapshot, guint side, GError **error)
{
    const PgaSourceRequest *from = verify->options->from;
    const PgaLabOptions lab_options = {.bindir = from->bindir,
                                       .want_major = snapshot->environment->version_num / 10000,
                                       .want_module = TRUE,
                                       .progress = from->progress};
    const PgaPlannerSource planner = {.read = read_planner, .self = snapshot};
    const PgaCloneOptions options = {.catalog = snapshot->catalog,
                                     .objects = snapshot->objects,
                                     .planner = &planner,
                                     .role = snapshot->environment->role,
                                     .role_is_superuser = snapshot->environment->is_superuser};
    g_autoptr(PgaLab) lab = NULL;
    g_autoptr(PgaClone) clone = NULL;

    pga_progress_step(from->progress, "asking the planner about the %s",
                      side == 0 ? "original" : "anonymized snapshot");
    lab = pga_lab_start(&lab_options, error);
    clone = lab ? pga_clone_open(lab, &options, error) : NULL;
    if (!clone || !need_module(clone, error) || !bring(verify, clone, side, error) ||
        !explain(verify->probes, clone, side, error))
        return FALSE;
    g_free(verify->verification->version);
    verify->verification->version = g_strdup(pga_lab_version(lab));
    note_left_out(verify, snapshot, clone, side);
    return TRUE;
}

/* What the original is called, in a report that its owner reads. */
static void
name_objects(const PgaProbes *probes, const PgaSnapshot *snapshot)
{
    for (guint i = 0; i < probes->list->len; i++) {
        PgaProbe *probe = g_ptr_array_index(probes->list, i);
        const PgaRelation *relation = pga_catalog_relation(snapshot->catalog, probe->relation);

        if (relation)
            probe->object = pga_relation_display(
                relation, probe->attnum ? pga_relation_attribute(relation, probe->attnum) : NULL);
    }
}

/* Behind the workload's own statements. */
static void
hand_over(PgaProbes *probes, PgaSnapshot *snapshot)
{
    for (guint i = 0; i < probes->list->len; i++) {
        PgaProbe *probe = g_ptr_array_index(probes->list, i);

        if (probe->statement)
            continue;
        probe->statement =
            pga_record_add(snapshot->workload->statements, &pga_workload_statement_type);
        probe->statement->query = g_strdup(probe->sql[0]);
        probe->statement->command = 's';
    }
}

PgaVerify *
pga_verify_begin(const PgaVerifyOptions *options, PgaSnapshot *snapshot, GError **error)
{
    g_autoptr(PgaVerify) verify = g_new0(PgaVerify, 1);
    g_autoptr(GHashTable) relations = NULL;

    verify->options = options;
    verify->probes = pga_probes_new();
    verify->verification = pga_verification_new();
    verify->left_out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    relations = choose_relations(verify, snapshot);
    pga_probes_ask_workload(verify->probes, snapshot, options->all ? 0 : MAX_STATEMENTS);
    verify->relations = relations_to_clone(verify, snapshot, relations);
    pga_probes_ask_columns(verify->probes, snapshot, relations);
    pga_probes_ask_pairs(verify->probes, snapshot, relations);
    name_objects(verify->probes, snapshot);
    if (!ask(verify, snapshot, 0, error))
        return NULL;
    verify->leaks = pga_leak_check_new(snapshot);
    verify->excuses = pga_excuses_new(snapshot);
    hand_over(verify->probes, snapshot);
    return g_steal_pointer(&verify);
}

void
pga_verify_take(PgaVerify *verify, PgaSnapshot *snapshot)
{
    GPtrArray *statements = snapshot->workload->statements;
    g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) ours = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < statements->len; i++)
        g_hash_table_add(kept, g_ptr_array_index(statements, i));
    for (guint i = 0; i < verify->probes->list->len; i++) {
        PgaProbe *probe = g_ptr_array_index(verify->probes->list, i);
        const gboolean is_there = g_hash_table_contains(kept, probe->statement);

        probe->sql[1] =
            g_strdup(is_there && probe->statement->query ? probe->statement->query : "");
        if (is_there && probe->relation)
            g_hash_table_add(ours, probe->statement);
        probe->statement = NULL;
    }
    for (guint i = statements->len; i-- > 0;) /* they are the last ones */
        if (g_hash_table_contains(ours, g_ptr_array_index(statements, i)))
            pga_record_free(&pga_workload_statement_type, g_ptr_array_steal_index(statements, i));
}

static void
count(const PgaVerify *verify)
{
    PgaVerification *verification = verify->verification;
    const PgaProbes *probes = verify->probes;

    verification->n_relations = probes->n_relations;
    verification->n_all_relations = probes->n_all_relations;
    verification->n_statements = probes->n_statements;
    verification->n_all_statements = probes->n_all_statements;
}

PgaVerification *
pga_verify_end(PgaVerify *verify, const char *path, GError **error)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_read(path, error);

    if (!snapshot || !ask(verify, snapshot, 1, error))
        return NULL;
    count(verify);
    pga_excuses_apply(verify->excuses, snapshot, verify->probes, verify->verification->not_checked);
    pga_probes_compare(verify->probes, snapshot, verify->verification);
    pga_leak_check_run(verify->leaks, snapshot, verify->verification);
    return g_steal_pointer(&verify->verification);
}
