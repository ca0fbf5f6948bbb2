/* function-volatile-default: functions that queries call and that were left VOLATILE, the default,
 * although nothing in them looks volatile. One finding for each schema. */
#include <string.h>

#include <base/text.h>

#include "../subject_internal.h"

/* What a function that is not VOLATILE may not do, and what gives another value at each call. As
 * parts of words: a doubt is a reason to be silent. */
static const char *const volatile_parts[] = {"insert",
                                             "update",
                                             "delete",
                                             "merge",
                                             "truncate",
                                             "random",
                                             "nextval",
                                             "setval",
                                             "currval",
                                             "clock_timestamp",
                                             "timeofday",
                                             "execute",
                                             "perform",
                                             "notify",
                                             "gen_random",
                                             "uuid",
                                             "copy",
                                             "call",
                                             "dblink",
                                             "lock",
                                             "set_config",
                                             "pg_",
                                             "txid_",
                                             "create",
                                             "drop",
                                             "alter",
                                             "raise",
                                             "sleep",
                                             "_backend",
                                             "advisory",
                                             "lo_",
                                             "for share",
                                             "statement_timestamp",
                                             NULL};

static gboolean
looks_volatile(const char *source)
{
    g_autofree char *lower = g_ascii_strdown(source, -1);

    for (guint i = 0; volatile_parts[i]; i++)
        if (strstr(lower, volatile_parts[i]))
            return TRUE;
    return FALSE;
}

/* Adds the names that are called in @text: what stands before a parenthesis. */
static void
add_called(GHashTable *called, const char *text)
{
    for (const char *at = text ? strchr(text, '(') : NULL; at; at = strchr(at + 1, '(')) {
        const char *begin = at;

        while (begin > text && (g_ascii_isalnum(begin[-1]) || begin[-1] == '_'))
            begin--;
        if (begin < at)
            g_hash_table_add(called, g_ascii_strdown(begin, at - begin));
    }
}

/* (transfer full): of char *: what views, policies and the workload's statements call. */
static GHashTable *
called_by_queries(const PgaRuleRun *run)
{
    GHashTable *called = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < run->objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(run->objects->objects, i);

        if (PGA_OBJECT_CLASS(object->id) == PGA_CLASS_RELATION ||
            PGA_OBJECT_CLASS(object->id) == PGA_CLASS_POLICY)
            add_called(called, object->definition);
    }
    for (guint i = 0; i < run->workload->statements->len; i++) {
        const PgaWorkloadStatement *statement = g_ptr_array_index(run->workload->statements, i);

        add_called(called, statement->query);
    }
    return called;
}

/* (transfer full): of char *: functions of users that are volatile themselves, or may be. */
static GHashTable *
volatile_functions(const PgaSchema *schema)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < schema->routines->len; i++) {
        const PgaRoutine *routine = g_ptr_array_index(schema->routines, i);

        if (routine->provolatile == 'v')
            g_hash_table_add(names, g_ascii_strdown(routine->proname, -1));
    }
    return names;
}

static gboolean
calls_one_of(const PgaRoutine *routine, GHashTable *functions)
{
    g_autoptr(GHashTable) called = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTableIter iter;
    gpointer name;

    add_called(called, routine->source);
    g_hash_table_iter_init(&iter, called);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        if (g_hash_table_contains(functions, name))
            return TRUE;
    return FALSE;
}

static gboolean
could_be_stable(const PgaRoutine *routine)
{
    return routine->provolatile == 'v' && routine->prokind == 'f' && routine->source &&
           !pga_routine_returns_trigger(routine) && g_strcmp0(routine->result, "void") != 0 &&
           !looks_volatile(routine->source);
}

/* Of one schema. */
static void
report(PgaRuleRun *run, const GPtrArray *routines)
{
    const PgaRoutine *first = g_ptr_array_index(routines, 0);
    g_autofree char *schema = pga_quote_identifier(first->nspname);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *list = NULL;
    PgaFinding *finding;

    for (guint i = 0; i < routines->len; i++)
        g_ptr_array_add(names, pga_routine_display(g_ptr_array_index(routines, i)));
    list = pga_names_listed(names);
    finding = pga_rule_report_object(run, schema,
                                     "VOLATILE (pg_proc.provolatile), called by queries, with "
                                     "nothing volatile to be seen in the body: %s.",
                                     list);
    finding->weight = routines->len;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);

        pga_finding_add_sql(finding, g_strdup_printf("ALTER FUNCTION %s STABLE;", name));
        pga_finding_add_undo(finding, g_strdup_printf("ALTER FUNCTION %s VOLATILE;", name));
    }
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding, "Read each body first: a STABLE function sees the snapshot of the "
                              "calling statement and may be called less often. IMMUTABLE only for "
                              "what reads no table and no setting.");
    pga_finding_verify(finding, "EXPLAIN of a query with the function in WHERE shows it in an "
                                "Index Cond.");
}

static void
check(PgaRuleRun *run)
{
    const GPtrArray *routines = run->objects->schema->routines;
    g_autoptr(GHashTable) called = called_by_queries(run);
    g_autoptr(GHashTable) others = volatile_functions(run->objects->schema);
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (guint i = 0; i < routines->len; i++) {
        const PgaRoutine *routine = g_ptr_array_index(routines, i);
        const PgaRoutine *first = found->len ? g_ptr_array_index(found, 0) : NULL;
        g_autofree char *name = g_ascii_strdown(routine->proname, -1);

        if (first && !g_str_equal(first->nspname, routine->nspname)) {
            report(run, found);
            g_ptr_array_set_size(found, 0);
        }
        if (could_be_stable(routine) && g_hash_table_contains(called, name) &&
            !calls_one_of(routine, others) && pga_rule_sees_schema(run, routine->nspname))
            g_ptr_array_add(found, (gpointer)routine);
    }
    if (found->len > 0)
        report(run, found);
}

const PgaRule pga_rule_function_volatile_default = {
    .id = "function-volatile-default",
    .title = "Functions left VOLATILE that could be STABLE",
    .category = "schema",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "A VOLATILE function in WHERE is called for every row and no index can be used for its "
           "value; a STABLE one is called once for an index scan.",
    .when_not = "The body does something that words do not show, or queries call it in the SELECT "
                "list only.",
    .condition = "A function in SQL or PL/pgSQL is VOLATILE, a view, a policy or a statement of "
                 "the workload calls it, and its body has no word for writing, random values, "
                 "clocks, dynamic SQL or another volatile function.",
    .example = "CREATE FUNCTION rate(text) RETURNS numeric LANGUAGE sql\n"
               "    AS 'SELECT r FROM rates WHERE currency = $1';",
    .fix = "Declares them STABLE, at once; review: only who knows the body can say that it is.",
    .docs = "xfunc-volatility.html",
    .docs_title = "Function Volatility Categories",
    .requirements = "T2-7",
    .check = check,
};
