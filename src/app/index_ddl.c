/* The statements that make an index without stopping writes, how to see that it came out valid, how
 * to take it back; executed in the lab before they are shown. */
#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <string.h>

#include "index_internal.h"

#define PROOF_LIMIT 500

/* Takes @sql. */
static void
add(GPtrArray *statements, char *sql)
{
    g_ptr_array_add(statements, sql);
}

/* (transfer full): the candidate on a partition, whose columns may have other numbers. */
static GArray *
map_include(const PgaIndexCandidate *candidate, const PgaRelation *from, const PgaRelation *to)
{
    GArray *mapped = g_array_new(FALSE, FALSE, sizeof(gint16));

    for (guint i = 0; i < candidate->include->len; i++) {
        const PgaAttribute *attribute =
            pga_relation_attribute(from, g_array_index(candidate->include, gint16, i));

        for (guint j = 0; attribute && j < to->attributes->len; j++) {
            const PgaAttribute *other = g_ptr_array_index(to->attributes, j);

            if (g_str_equal(other->attname, attribute->attname))
                g_array_append_val(mapped, other->attnum);
        }
    }
    return mapped;
}

/* (transfer full): CREATE INDEX name ON ONLY …: no partition gets one by it. */
static char *
only_itself(const char *sql, const char *name)
{
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *head = g_strdup_printf("CREATE INDEX %s ON ", quoted);

    if (!g_str_has_prefix(sql, head))
        return g_strdup_printf("%s;", sql);
    return g_strdup_printf("%sONLY %s;", head, sql + strlen(head));
}

/** A partitioned table's index being written. */
typedef struct {
    PgaIndexRun *run;
    const PgaIndexCandidate *candidate;
    const PgaRelation *root;
    GPtrArray *statements, *indexes;
} Tree;

static char *
sql_on(const Tree *tree, const PgaRelation *relation, const char *name, gboolean concurrently)
{
    g_autoptr(GArray) include = map_include(tree->candidate, tree->root, relation);
    PgaIndexCandidate mapped = *tree->candidate;

    mapped.include = include;
    return pga_index_candidate_sql(&mapped, relation, name, concurrently);
}

/* Each partition by itself, attached as soon as it has its own; parents of parents likewise.
 * @depth: partitions of partitions come from the catalog, which has no cycles but may be damaged.
 */
static void /* NOLINTNEXTLINE(misc-no-recursion): @depth ends it */
write_partitions(const Tree *tree, const PgaRelation *parent, const char *parent_name, guint depth)
{
    const GPtrArray *relations = tree->run->source.catalog->relations;

    for (guint i = 0; depth < 16 && i < relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(relations, i);
        g_autofree char *name = NULL, *sql = NULL, *display = NULL, *of = NULL;

        if (!relation->relispartition || relation->parent != parent->oid ||
            !strchr("rp", relation->relkind))
            continue;
        name = pga_index_take_name(tree->run, tree->candidate, relation);
        sql = sql_on(tree, relation, name, relation->relkind == 'r');
        display = pga_quote_qualified(relation->nspname, name);
        of = pga_quote_qualified(parent->nspname, parent_name);
        add(tree->indexes, g_strdup(display));
        if (relation->relkind == 'p') {
            add(tree->statements, only_itself(sql, name));
            write_partitions(tree, relation, name, depth + 1);
        } else {
            add(tree->statements, g_strdup_printf("%s;", sql));
        }
        add(tree->statements, g_strdup_printf("ALTER INDEX %s ATTACH PARTITION %s;", of, display));
    }
}

static void
write_partitioned(PgaIndexRun *run, const PgaIndexChoice *choice, PgaIndexAdvice *advice)
{
    const Tree tree = {run, choice->candidate, choice->relation, advice->statements,
                       advice->indexes};
    g_autofree char *sql =
        pga_index_candidate_sql(choice->candidate, choice->relation, advice->name, FALSE);
    g_autofree char *name = pga_quote_qualified(choice->relation->nspname, advice->name);

    advice->create = only_itself(sql, advice->name);
    add(advice->statements, g_strdup(advice->create));
    write_partitions(&tree, choice->relation, advice->name, 0);
    add(advice->undo, g_strdup_printf("DROP INDEX %s;", name));
    advice->cleanup = g_strdup_printf("DROP INDEX %s; -- with all its parts, or the part that is "
                                      "invalid: DROP INDEX CONCURRENTLY",
                                      name);
}

/* One statement; for all partitions, those to come as well, it locks, where nobody is. */
static void
write_one(const PgaIndexChoice *choice, gboolean concurrently, PgaIndexAdvice *advice)
{
    g_autofree char *sql =
        pga_index_candidate_sql(choice->candidate, choice->relation, advice->name, concurrently);
    g_autofree char *name = pga_quote_qualified(choice->relation->nspname, advice->name);
    const char *drop = concurrently ? "DROP INDEX CONCURRENTLY" : "DROP INDEX";

    advice->create = g_strdup_printf("%s;", sql);
    add(advice->statements, g_strdup(advice->create));
    add(advice->undo, g_strdup_printf("%s %s;", drop, name));
    advice->cleanup = g_strdup_printf("%s IF EXISTS %s;", drop, name);
}

static void
write_extension(const PgaIndexRun *run, const PgaIndexCandidate *candidate, PgaIndexAdvice *advice)
{
    const char *name = candidate->extension;
    g_autofree char *quoted = name ? pga_quote_identifier(name) : NULL;

    if (!name || pga_catalog_extension(run->source.catalog, name))
        return;
    advice->extension = g_strdup(name);
    advice->extension_available = pga_index_extension_available(run, name);
    advice->extension_note = pga_index_extension_note(run, name);
    add(advice->statements, g_strdup_printf("CREATE EXTENSION IF NOT EXISTS %s;", quoted));
}

/* The planner knows nothing of an expression's values before the next ANALYZE. */
static gboolean
has_expression(const PgaIndexCandidate *candidate)
{
    for (guint i = 0; i < candidate->keys->len; i++)
        if (((const PgaIndexKey *)g_ptr_array_index(candidate->keys, i))->attnum == 0)
            return TRUE;
    return FALSE;
}

void
pga_index_write_ddl(PgaIndexRun *run, const PgaIndexChoice *choice, PgaIndexAdvice *advice)
{
    g_autofree char *name = pga_quote_qualified(choice->relation->nspname, advice->name);
    g_autofree char *literal = pga_quote_literal(name);

    if (!run->is_new)
        add(advice->statements, g_strdup("SET lock_timeout = '5s';"));
    add(advice->indexes, g_strdup(name));
    write_extension(run, choice->candidate, advice);
    if (choice->relation->relkind == 'p' && run->is_new)
        write_one(choice, FALSE, advice);
    else if (choice->relation->relkind == 'p')
        write_partitioned(run, choice, advice);
    else
        write_one(choice, TRUE, advice);
    if (has_expression(choice->candidate))
        add(advice->statements, g_strdup_printf("ANALYZE %s;", advice->table));
    advice->check = g_strdup_printf("SELECT indexrelid::pg_catalog.regclass, indisvalid FROM "
                                    "pg_catalog.pg_index WHERE indexrelid = "
                                    "%s::pg_catalog.regclass;",
                                    literal);
}

static void
add_relations(const PgaIndexRun *run, const PgaRelation *root, GArray *oids)
{
    const GPtrArray *relations = run->source.catalog->relations;

    g_array_append_val(oids, root->oid);
    for (guint i = 0; root->relkind == 'p' && i < relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(relations, i);

        if (relation != root && pga_index_root(run, relation) == root)
            g_array_append_val(oids, relation->oid);
    }
}

/* Extensions are the lab's to make, before anything else is in the database; where its sessions
 * look for operator classes. */
static void
give_extension(PgaIndexRun *run, const char *name)
{
    PgaExtension *extension;

    if (!name || pga_catalog_extension(run->source.catalog, name))
        return;
    extension = pga_catalog_add_extension(run->source.catalog, name);
    extension->nspname = g_strdup("pg_catalog");
    extension->relocatable = TRUE;
}

/* (transfer full): the lab's sessions look into pg_catalog only, those of people also where
 * extensions have their operator classes. */
static char *
search_path(const PgaIndexRun *run)
{
    const GPtrArray *extensions = run->source.catalog->extensions;
    GString *sql = g_string_new("SET search_path = pg_catalog");

    for (guint i = 0; i < extensions->len; i++) {
        const PgaExtension *extension = g_ptr_array_index(extensions, i);
        g_autofree char *schema = pga_quote_identifier(extension->nspname);

        g_string_append_printf(sql, ", %s", schema);
    }
    g_string_append_c(sql, ';');
    return g_string_free(sql, FALSE);
}

static PgaFinding *
as_finding(const PgaIndexRun *run, const PgaIndexChoice *choice, const PgaIndexAdvice *advice)
{
    PgaFinding *finding = pga_finding_new("index");

    finding->object = g_strdup(advice->name);
    finding->proof.kind = PGA_PROOF_EXECUTE;
    add_relations(run, choice->relation, finding->proof.relations);
    pga_finding_add_sql(finding, search_path(run));
    for (guint i = 0; i < advice->statements->len; i++) {
        const char *sql = g_ptr_array_index(advice->statements, i);

        if (!g_str_has_prefix(sql, "CREATE EXTENSION"))
            pga_finding_add_sql(finding, g_strdup(sql));
    }
    for (guint i = 0; i < advice->undo->len; i++)
        pga_finding_add_undo(finding, g_strdup(g_ptr_array_index(advice->undo, i)));
    pga_finding_add_undo(finding, g_strdup("SET search_path = pg_catalog;"));
    return finding;
}

gboolean
pga_index_prove_ddl(PgaIndexRun *run, const GPtrArray *choices, GError **error)
{
    const PgaCloneOptions options = {
        .catalog = run->source.catalog, .objects = run->source.objects, .for_fixes = TRUE};
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);

    if (choices->len == 0)
        return TRUE;
    pga_progress_step(run->ask->from.progress, "executing the statements in the lab");
    for (guint i = 0; i < choices->len; i++) {
        give_extension(
            run, ((const PgaIndexAdvice *)g_ptr_array_index(run->report->advice, i))->extension);
        g_ptr_array_add(findings, as_finding(run, g_ptr_array_index(choices, i),
                                             g_ptr_array_index(run->report->advice, i)));
    }
    g_clear_pointer(&run->whatif, pga_whatif_free);
    g_clear_pointer(&run->clone, pga_clone_free);
    if (!pga_lab_prove(run->source.lab, &options, findings, PROOF_LIMIT, error))
        return FALSE;
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);
        PgaIndexAdvice *advice = g_ptr_array_index(run->report->advice, i);

        advice->proven = finding->proof.done;
        advice->proof = g_strdup(finding->proof.outcome);
    }
    return TRUE;
}
