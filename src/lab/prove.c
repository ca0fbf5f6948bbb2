/* Executing fixes and their undo on a clone. Whatever order findings come in, each meets the clone
 * as it was made: what can run in a transaction is rolled back, the rest is compared with what was
 * before. */
#include "base/error.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "clone_internal.h"
#include "head_internal.h"
#include "probe_internal.h"
#include "prove_internal.h"
#include "sizes_internal.h"
#include <string.h>

enum { MAX_REBUILDS = 5 };

/** All of one call's work. */
typedef struct {
    PgaLab *lab;
    PgaCloneOptions options;
    GArray *relations; /* of PgaOid: of all findings to prove */
    PgaClone *clone;   /* (nullable) until the first finding needs it */
    /* of names of relations to char *: the signature that the clone was found to have again after
     * the last finding that touched them */
    GHashTable *signatures;
    guint n_rebuilds;
} Prover;

static void
prover_clear(Prover *prover)
{
    pga_clone_free(prover->clone);
    g_array_unref(prover->relations);
    g_hash_table_unref(prover->signatures);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Prover, prover_clear)

/* What a statement could leave behind, but for oids and sizes: all of the relations that the
 * finding touches ($1, their names), and of the others how many objects there are. */
static const char signature_query[] =
    "WITH touched AS (SELECT pg_catalog.to_regclass(x)::pg_catalog.oid AS oid"
    " FROM pg_catalog.unnest($1::pg_catalog.text[]) x)"
    "SELECT pg_catalog.md5(pg_catalog.string_agg(x, ' ' ORDER BY x COLLATE \"C\")) FROM ("
    "SELECT pg_catalog.concat_ws(' ', 'c', c.relnamespace, c.relname, c.relkind, c.relreplident, "
    "c.reloptions::text,"
    " i.indisvalid, CASE WHEN i.indexrelid IS NOT NULL THEN "
    "pg_catalog.pg_get_indexdef(i.indexrelid) END)"
    " FROM pg_catalog.pg_class c"
    " LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"
    " WHERE c.oid IN (SELECT oid FROM touched) OR i.indrelid IN (SELECT oid FROM touched)"
    " UNION ALL SELECT pg_catalog.concat_ws(' ', 'a', a.attrelid, a.attname,"
    " pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,"
    " pg_catalog.pg_get_expr(d.adbin, d.adrelid))"
    " FROM pg_catalog.pg_attribute a"
    " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid IN (SELECT oid FROM touched) AND a.attnum > 0 AND NOT a.attisdropped"
    " UNION ALL SELECT pg_catalog.concat_ws(' ', 'k', con.conname, con.conrelid,"
    " con.convalidated, pg_catalog.pg_get_constraintdef(con.oid))"
    " FROM pg_catalog.pg_constraint con WHERE con.conrelid IN (SELECT oid FROM touched)"
    " UNION ALL SELECT pg_catalog.concat_ws(' ', 's', s.seqrelid::pg_catalog.regclass::text,"
    " s.seqtypid, s.seqmax) FROM pg_catalog.pg_sequence s"
    " UNION ALL SELECT pg_catalog.concat_ws(' ', 'n', (SELECT count(*) FROM pg_catalog.pg_class),"
    " (SELECT count(*) FROM pg_catalog.pg_constraint), (SELECT count(*) FROM pg_catalog.pg_type))"
    ") t(x)";

/* (transfer full): the relations that @finding touches as an array of names. */
static char *
touched_names(const PgaClone *clone, const PgaFinding *finding)
{
    GString *names = g_string_new("{");

    for (guint i = 0; i < finding->proof.relations->len; i++) {
        const PgaCloned *cloned =
            pga_clone_relation(clone, g_array_index(finding->proof.relations, PgaOid, i));
        g_autofree char *name = cloned ? pga_relation_display(cloned->relation, NULL) : NULL;

        if (!name)
            continue;
        g_string_append(names, names->len > 1 ? ",\"" : "\"");
        for (const char *c = name; *c; c++) {
            if (*c == '"' || *c == '\\')
                g_string_append_c(names, '\\');
            g_string_append_c(names, *c);
        }
        g_string_append_c(names, '"');
    }
    g_string_append_c(names, '}');
    return g_string_free(names, FALSE);
}

/* Of the relations @names. (transfer full) (nullable) */
static char *
read_signature(PgaClone *clone, const char *names, GError **error)
{
    const char *const params[] = {names};
    g_autoptr(PGresult) row =
        pga_session_exec(clone->admin, signature_query, params, 1, TRUE, error);

    if (!row)
        return NULL;
    if (!pga_result_failed(row) && PQntuples(row) == 1)
        return g_strdup(PQgetvalue(row, 0, 0));
    pga_error_set(error, PGA_ERROR_LAB, "the lab's clone could not be compared with what it was");
    return NULL;
}

static gboolean
make_clone(Prover *prover, GError **error)
{
    g_clear_pointer(&prover->clone, pga_clone_free);
    g_hash_table_remove_all(prover->signatures);
    prover->clone = pga_clone_open(prover->lab, &prover->options, error);
    return prover->clone && pga_clone_bring(prover->clone, prover->relations, error) &&
           pga_probe_prepare(prover->clone, error);
}

/* What the relations @names are like before a finding that touches them. (nullable) */
static const char *
signature_before(Prover *prover, const char *names, GError **error)
{
    char *signature = g_hash_table_lookup(prover->signatures, names);

    if (signature)
        return signature;
    signature = read_signature(prover->clone, names, error);
    if (signature)
        g_hash_table_insert(prover->signatures, g_strdup(names), signature);
    return signature;
}

/* After what no transaction could take back: another clone when something is not as @before. */
static gboolean
restore(Prover *prover, const char *names, const char *before, GError **error)
{
    g_autofree char *after = read_signature(prover->clone, names, error);

    if (!after)
        return FALSE;
    if (strcmp(after, before) == 0)
        return TRUE;
    prover->n_rebuilds++;
    return prover->n_rebuilds > MAX_REBUILDS || make_clone(prover, error);
}

static void
set_outcome(PgaFinding *finding, char *outcome)
{
    g_free(finding->proof.outcome);
    finding->proof.outcome = outcome;
}

/* Executes @statements until one fails, which *message then says. */
static gboolean
run_all(PgaClone *clone, const GPtrArray *statements, char **message, GError **error)
{
    *message = NULL;
    for (guint i = 0; !*message && i < statements->len; i++) {
        g_autofree char *sql = g_strchomp(g_strdup(g_ptr_array_index(statements, i)));

        if (g_str_has_suffix(sql, ";"))
            sql[strlen(sql) - 1] = '\0';
        if (!pga_clone_try(clone, sql, message, error))
            return FALSE;
    }
    return TRUE;
}

/* Whether the statements, or one of them, end or forbid the transaction that we would put them in.
 */
static gboolean
needs_own_transactions(const GPtrArray *statements)
{
    static const char *const words[] = {"begin",  "start",   "commit", "end",
                                        "vacuum", "reindex", "cluster"};

    for (guint i = 0; i < statements->len; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        g_autoptr(PgaHead) head = pga_head_read(sql, strlen(sql));

        for (guint w = 0; w < G_N_ELEMENTS(words); w++)
            if (pga_head_is(head, 0, words[w]))
                return TRUE;
        for (guint w = 1; w < head->words->len; w++)
            if (pga_head_is(head, w, "concurrently"))
                return TRUE;
    }
    return FALSE;
}

/* The fix, then the planner's second look, then the undo. */
static gboolean
run_fix_and_undo(PgaClone *clone, PgaFinding *finding, PgaProofRun *run, GError **error)
{
    if (!run_all(clone, finding->fix.sql, &run->fix_message, error))
        return FALSE;
    if (run->fix_message)
        return TRUE;
    if (run->probes && !pga_probe_after(clone, finding, run, error))
        return FALSE;
    return run_all(clone, finding->fix.undo, &run->undo_message, error);
}

static gboolean
run_in_transaction(PgaClone *clone, PgaFinding *finding, PgaProofRun *run, GError **error)
{
    return pga_clone_try(clone, "BEGIN", NULL, error) &&
           run_fix_and_undo(clone, finding, run, error) &&
           pga_clone_try(clone, "ROLLBACK", NULL, error);
}

static gboolean
run_by_itself(Prover *prover, PgaFinding *finding, PgaProofRun *run, GError **error)
{
    PgaClone *clone = prover->clone;
    g_autofree char *names = touched_names(clone, finding);
    const char *before = signature_before(prover, names, error);

    if (!before || !run_fix_and_undo(clone, finding, run, error))
        return FALSE;
    if (PQtransactionStatus(clone->prover->conn) != PQTRANS_IDLE &&
        !pga_clone_try(clone, "ROLLBACK", NULL, error))
        return FALSE;
    return restore(prover, names, before, error);
}

/* (nullable): the first relation of @finding that the clone lacks, or lacks a part of, and why.
 * (transfer full) */
static char *
incompleteness(const PgaClone *clone, const PgaFinding *finding, gboolean parts)
{
    for (guint i = 0; i < finding->proof.relations->len; i++) {
        const PgaCloned *cloned =
            pga_clone_relation(clone, g_array_index(finding->proof.relations, PgaOid, i));
        g_autofree char *name = cloned ? pga_relation_display(cloned->relation, NULL) : NULL;

        if (!cloned)
            return g_strdup("a table that it touches is not in the catalog");
        if (!cloned->made)
            return g_strdup_printf("%s could not be rebuilt in the lab: %s", name, cloned->failure);
        if (parts && cloned->left_out->len > 0)
            return g_strdup_printf("the lab's %s lacks %s", name,
                                   (char *)g_ptr_array_index(cloned->left_out, 0));
    }
    return NULL;
}

static void
judge(const Prover *prover, PgaFinding *finding, const PgaProofRun *run)
{
    const char *version = pga_lab_version(prover->lab);
    g_autofree char *lacking = incompleteness(prover->clone, finding, TRUE);
    const char *because = lacking ? "; " : "";

    finding->proof.done = !run->fix_message && !run->undo_message;
    finding->proof.refused = run->fix_message != NULL;
    if (run->fix_message)
        set_outcome(finding, g_strdup_printf("failed on PostgreSQL %s (lab): %s%s%s", version,
                                             run->fix_message, because, lacking ? lacking : ""));
    else if (run->undo_message)
        set_outcome(finding,
                    g_strdup_printf("executed on PostgreSQL %s (lab), but its undo failed: %s%s%s",
                                    version, run->undo_message, because, lacking ? lacking : ""));
    else if (finding->fix.undo->len == 0)
        set_outcome(finding, g_strdup_printf("executed on PostgreSQL %s (lab)", version));
    else
        set_outcome(finding,
                    g_strdup_printf("executed and undone on PostgreSQL %s (lab)", version));
}

/* (nullable) (transfer full): the object of the source, of a kind that the clone has none of, that
 * refuses a statement of @finding about @relation. */
static char *
obstacle_of(const PgaRelation *relation, const char *sql)
{
    g_autofree char *name = pga_relation_display(relation, NULL);
    g_autofree char *alter = g_strconcat("ALTER TABLE ", name, " ", NULL);

    if (!strstr(sql, alter))
        return NULL;
    if (relation->dependent && (strstr(sql, " ADD COLUMN ") || strstr(sql, " TYPE ")))
        return g_strdup_printf("%s cannot be changed like this: %s", name, relation->dependent);
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        g_autofree char *column =
            attribute->dependent ? pga_quote_identifier(attribute->attname) : NULL;
        g_autofree char *type = column ? g_strdup_printf(" %s TYPE ", column) : NULL;

        if (type && strstr(sql, type))
            return g_strdup_printf("%s.%s cannot be changed like this: %s", name, column,
                                   attribute->dependent);
    }
    return NULL;
}

static char *
obstacle(const PgaCatalog *catalog, const PgaFinding *finding)
{
    for (guint i = 0; i < finding->proof.relations->len; i++) {
        const PgaRelation *relation =
            pga_catalog_relation(catalog, g_array_index(finding->proof.relations, PgaOid, i));

        for (guint j = 0; relation && j < finding->fix.sql->len; j++) {
            char *found = obstacle_of(relation, g_ptr_array_index(finding->fix.sql, j));

            if (found)
                return found;
        }
    }
    return NULL;
}

static gboolean
meets_obstacle(const Prover *prover, PgaFinding *finding)
{
    g_autofree char *in_the_way = obstacle(prover->options.catalog, finding);

    if (!in_the_way)
        return FALSE;
    finding->proof.refused = TRUE;
    set_outcome(finding, g_strdup_printf("not executed: %s", in_the_way));
    return TRUE;
}

static gboolean
has_probes(const PgaFinding *finding)
{
    return finding->proof.kind == PGA_PROOF_PLAN && finding->proof.plans->len > 0;
}

/* A limit may have ended the session with its transaction: then the clone is as it was all the
 * same. */
static gboolean
prove_statements(Prover *prover, PgaFinding *finding, GError **error)
{
    g_auto(PgaProofRun) run = {0};
    g_autofree char *missing = NULL;

    if (!prover->clone && !make_clone(prover, error))
        return FALSE;
    missing = incompleteness(prover->clone, finding, FALSE);
    if (missing || prover->n_rebuilds > MAX_REBUILDS) {
        set_outcome(finding,
                    missing
                        ? g_strdup_printf("not executed: %s", missing)
                        : g_strdup("not executed: fixes before it could not be undone in the lab"));
        return TRUE;
    }
    run.probes = has_probes(finding);
    if (run.probes && !pga_probe_before(prover->clone, finding, &run, error))
        return FALSE;
    /* the planner looks from a session of its own, which sees only what is committed */
    if (run.probes || needs_own_transactions(finding->fix.sql) ||
        needs_own_transactions(finding->fix.undo)) {
        if (!run_by_itself(prover, finding, &run, error))
            return FALSE;
    } else if (!run_in_transaction(prover->clone, finding, &run, error)) {
        return FALSE;
    }
    judge(prover, finding, &run);
    pga_probe_judge(prover->clone, finding, &run);
    return TRUE;
}

static gboolean
prove_one(Prover *prover, PgaFinding *finding, GError **error)
{
    if (pga_interrupt_check(error))
        return FALSE;
    if (finding->proof.kind == PGA_PROOF_CONFIG)
        return pga_prove_setting(prover->lab, finding, error);
    if (finding->fix.sql->len == 0 || meets_obstacle(prover, finding))
        return TRUE;
    return prove_statements(prover, finding, error);
}

/* What the first @limit findings need of the clone. */
static void
collect_needs(Prover *prover, const GPtrArray *findings, guint limit)
{
    guint n = 0;

    prover->options.is_unplanned = TRUE;
    for (guint i = 0; i < findings->len && n < limit; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (finding->proof.kind == PGA_PROOF_NONE)
            continue;
        n++;
        if (has_probes(finding))
            prover->options.is_unplanned = FALSE;
        g_array_append_vals(prover->relations, finding->proof.relations->data,
                            finding->proof.relations->len);
    }
}

gboolean
pga_lab_prove(PgaLab *lab, const PgaCloneOptions *options, GPtrArray *findings, guint limit,
              GError **error)
{
    g_auto(Prover) prover = {
        .lab = lab,
        .options = *options,
        .relations = g_array_new(FALSE, FALSE, sizeof(PgaOid)),
        .signatures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
    };
    guint n = 0;

    collect_needs(&prover, findings, limit);
    pga_progress_step(lab->progress, "executing the fixes in the lab");
    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);

        if (finding->proof.kind == PGA_PROOF_NONE)
            continue;
        if (n++ >= limit)
            set_outcome(finding,
                        g_strdup_printf("not executed: only the first %u fixes are", limit));
        else if (!prove_one(&prover, finding, error))
            return FALSE;
    }
    return TRUE;
}
