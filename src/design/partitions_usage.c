/* What the statements ask of each table: which columns they constrain, how often, what they insert.
 * Of their parse trees, with the tables as a catalog. */
#include <parse/node.h>
#include <parse/workload.h>
#include <string.h>

#include "partitions_internal.h"
#include "queries_internal.h"

#define FIRST_OID 16384

static void
conflict_free(PgaConflictTarget *conflict)
{
    g_ptr_array_unref(conflict->columns);
    g_free(conflict);
}

static void
usage_free(PgaTableUsage *usage)
{
    g_free(usage->columns);
    g_ptr_array_unref(usage->conflicts);
    g_free(usage);
}

static GPtrArray *
empty_usages(const PgaArchitecture *architecture)
{
    GPtrArray *usages = g_ptr_array_new_with_free_func((GDestroyNotify)usage_free);

    for (guint i = 0; i < architecture->tables->len; i++) {
        PgaTableUsage *usage = g_new0(PgaTableUsage, 1);

        usage->table = g_ptr_array_index(architecture->tables, i);
        usage->columns = g_new0(PgaColumnUsage, usage->table->columns->len + 1);
        usage->conflicts = g_ptr_array_new_with_free_func((GDestroyNotify)conflict_free);
        g_ptr_array_add(usages, usage);
    }
    return usages;
}

/* The tables as a catalog: oid and attnum are the places in their lists. */
static PgaCatalog *
catalog_of(const PgaArchitecture *architecture)
{
    PgaCatalog *catalog = pga_catalog_new();

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        PgaRelation *relation =
            pga_catalog_add_relation(catalog, FIRST_OID + i, "public", table->name);

        relation->relkind = 'r';
        for (guint j = 0; j < table->columns->len; j++) {
            const PgaDesignColumn *column = g_ptr_array_index(table->columns, j);

            pga_relation_add_attribute(relation, (gint16)(j + 1), column->name)->typname =
                g_strdup(column->type);
        }
    }
    pga_catalog_finish(catalog);
    return catalog;
}

static PgaWorkload *
workload_of(const PgaArchitecture *architecture)
{
    PgaWorkload *workload = pga_workload_new();

    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);
        PgaWorkloadStatement *statement =
            pga_record_add(workload->statements, &pga_workload_statement_type);

        statement->query = g_strdup(query->sql ? query->sql : "");
    }
    return workload;
}

static double
rate_of(const PgaDesignQuery *query)
{
    return query->per_second > 0 ? query->per_second : 1;
}

typedef enum { USE_NONE, USE_EQUAL, USE_RANGE } Use;

static Use
use_of(const PgaPredicate *predicate)
{
    static const char *const equal[] = {"=", "IN", "IS NOT DISTINCT FROM", NULL};
    static const char *const range[] = {"<", "<=", ">", ">=", "BETWEEN", NULL};

    if (predicate->disjunct || predicate->expression || predicate->with_relation ||
        predicate->attnum <= 0 || !predicate->operator_)
        return USE_NONE;
    if (g_strv_contains(equal, predicate->operator_))
        return USE_EQUAL;
    return g_strv_contains(range, predicate->operator_) ? USE_RANGE : USE_NONE;
}

/* Look-ups by the key that were assumed will give the partition key, too. */
static void
complete_key(const PgaTableUsage *usage, const PgaDesignQuery *query, Use *uses)
{
    for (guint i = 0; i < usage->table->columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(usage->table->columns, i);

        if (uses[i] == USE_NONE && pga_query_is_by_key(query->pattern, usage->table, column->name))
            uses[i] = USE_EQUAL;
    }
}

/* What a statement asks of the table's columns: @uses, by column. Returns whether it looks values
 * up.
 */
static gboolean
read_uses(const PgaTableUsage *usage, guint number, const PgaWorkloadStatement *statement,
          Use *uses)
{
    gboolean is_lookup = FALSE;

    for (guint i = 0; i < statement->predicates->len; i++) {
        const PgaPredicate *predicate = g_ptr_array_index(statement->predicates, i);
        const Use use = predicate->relation == FIRST_OID + number ? use_of(predicate) : USE_NONE;

        if (use == USE_NONE || (guint)predicate->attnum > usage->table->columns->len)
            continue;
        if (uses[predicate->attnum - 1] != USE_EQUAL)
            uses[predicate->attnum - 1] = use;
        is_lookup |= use == USE_EQUAL;
    }
    return is_lookup;
}

/* What one statement asks of one of its tables. */
static void
add_predicates(PgaTableUsage *usage, guint number, const PgaWorkloadStatement *statement,
               const PgaDesignQuery *query)
{
    const double rate = rate_of(query);
    g_autofree Use *uses = g_new0(Use, usage->table->columns->len + 1);
    const double lookups = read_uses(usage, number, statement, uses) ? rate : 0;

    complete_key(usage, query, uses);
    for (guint i = 0; i < usage->table->columns->len; i++) {
        usage->columns[i].equal += uses[i] == USE_EQUAL ? rate : 0;
        usage->columns[i].range += uses[i] == USE_RANGE ? rate : 0;
        usage->columns[i].open_equal += uses[i] != USE_EQUAL ? lookups : 0;
        usage->columns[i].open_range += uses[i] == USE_NONE ? lookups : 0;
    }
    usage->reads += rate;
    usage->lookups += lookups;
}

/* The fields of the statement in @tree. */
static const json_t *
statement_fields(const json_t *tree, const char **kind)
{
    const json_t *first = json_array_get(json_object_get(tree, "stmts"), 0);
    const json_t *fields = NULL;

    *kind = pga_node_kind(json_object_get(first, "stmt"), &fields);
    return fields;
}

static void
add_conflict(PgaTableUsage *usage, const PgaDesignQuery *query, const json_t *clause)
{
    const json_t *elements = json_object_get(json_object_get(clause, "infer"), "indexElems");
    PgaConflictTarget *conflict = g_new0(PgaConflictTarget, 1);
    const json_t *element;
    size_t i;

    conflict->query = query->name;
    conflict->columns = g_ptr_array_new_with_free_func(g_free);
    json_array_foreach(elements, i, element)
    {
        const json_t *name = json_object_get(pga_node_as(element, "IndexElem"), "name");

        g_ptr_array_add(conflict->columns,
                        g_strdup(json_is_string(name) ? json_string_value(name) : "?"));
    }
    g_ptr_array_add(usage->conflicts, conflict);
}

static void
add_sets(PgaTableUsage *usage, const PgaDesignQuery *query, const json_t *targets)
{
    const json_t *target;
    size_t i;

    json_array_foreach(targets, i, target)
    {
        const char *name =
            json_string_value(json_object_get(pga_node_as(target, "ResTarget"), "name"));

        for (guint j = 0; name && j < usage->table->columns->len; j++) {
            const PgaDesignColumn *column = g_ptr_array_index(usage->table->columns, j);

            if (strcmp(column->name, name) == 0)
                usage->columns[j].set_by = query->name;
        }
    }
}

static PgaTableUsage *
usage_named(GPtrArray *usages, const json_t *relation)
{
    const char *name = json_string_value(json_object_get(relation, "relname"));

    for (guint i = 0; name && i < usages->len; i++) {
        PgaTableUsage *usage = g_ptr_array_index(usages, i);

        if (strcmp(usage->table->name, name) == 0)
            return usage;
    }
    return NULL;
}

static void
add_insert(PgaTableUsage *usage, const PgaDesignQuery *query)
{
    const double rows = query->pattern && query->pattern->rows > 0 ? query->pattern->rows : 1;

    usage->rows_in += rows * (query->per_second > 0 ? query->per_second : 0);
    if (rows > usage->bulk) {
        usage->bulk = rows;
        usage->bulk_name = query->name;
    }
}

/* What a statement writes, of its tree. */
static void
add_writes(GPtrArray *usages, const PgaDesignQuery *query)
{
    json_t *tree =
        query->sql && strlen(query->sql) < PGA_NODE_MAX_TEXT ? pga_node_parse(query->sql) : NULL;
    const char *kind = NULL;
    const json_t *fields = tree ? statement_fields(tree, &kind) : NULL;
    PgaTableUsage *usage = fields ? usage_named(usages, json_object_get(fields, "relation")) : NULL;

    if (usage && g_strcmp0(kind, "InsertStmt") == 0) {
        add_insert(usage, query);
        if (json_object_get(fields, "onConflictClause"))
            add_conflict(usage, query, json_object_get(fields, "onConflictClause"));
    } else if (usage && g_strcmp0(kind, "UpdateStmt") == 0) {
        add_sets(usage, query, json_object_get(fields, "targetList"));
    }
    json_decref(tree);
}

GPtrArray *
pga_partition_usages(const PgaArchitecture *architecture)
{
    GPtrArray *usages = empty_usages(architecture);
    g_autoptr(PgaCatalog) catalog = catalog_of(architecture);
    g_autoptr(PgaWorkload) workload = workload_of(architecture);

    if (!pga_workload_parse(catalog, workload, NULL))
        return usages;
    for (guint i = 0; i < architecture->queries->len; i++) {
        const PgaDesignQuery *query = g_ptr_array_index(architecture->queries, i);
        const PgaWorkloadStatement *statement = g_ptr_array_index(workload->statements, i);

        add_writes(usages, query);
        if (statement->command == 'i')
            continue;
        for (guint j = 0; statement->relations && j < statement->relations->len; j++) {
            const guint number = g_array_index(statement->relations, PgaOid, j) - FIRST_OID;

            if (number < usages->len)
                add_predicates(g_ptr_array_index(usages, number), number, statement, query);
        }
    }
    return usages;
}

double
pga_usage_share(const PgaTableUsage *usage, const char *column, gboolean by_equality)
{
    for (guint i = 0; i < usage->table->columns->len; i++) {
        const PgaDesignColumn *candidate = g_ptr_array_index(usage->table->columns, i);

        if (strcmp(candidate->name, column) == 0 && usage->reads > 0)
            return (usage->columns[i].equal + (by_equality ? 0 : usage->columns[i].range)) /
                   usage->reads;
    }
    return 0;
}

double
pga_usage_open(const PgaTableUsage *usage, const char *column, gboolean by_equality)
{
    for (guint i = 0; i < usage->table->columns->len; i++) {
        const PgaDesignColumn *candidate = g_ptr_array_index(usage->table->columns, i);

        if (strcmp(candidate->name, column) == 0 && usage->reads > 0)
            return (by_equality ? usage->columns[i].open_equal : usage->columns[i].open_range) /
                   usage->reads;
    }
    return 0;
}
