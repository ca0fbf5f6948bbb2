/* sec-definer-search-path: a SECURITY DEFINER function looks names up by its caller's search_path:
 * whoever puts a table or an operator there first has it run with the owner's rights. */
#include <string.h>

#include <base/text.h>

#include "../subject_internal.h"

/* Languages whose text names objects. */
static gboolean
resolves_names(const PgaRoutine *routine)
{
    return !g_str_equal(routine->language, "c") && !g_str_equal(routine->language, "internal");
}

static gboolean
fixes_search_path(const PgaRoutine *routine)
{
    return routine->config && strstr(routine->config, "search_path=");
}

static void
add_fix(PgaFinding *finding, const PgaRoutine *routine, const char *name)
{
    g_autofree char *schema = pga_quote_identifier(routine->nspname);
    const char *keyword = pga_routine_keyword(routine);

    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER %s %s SET search_path = pg_catalog, %s, pg_temp;",
                                        keyword, name, schema));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER %s %s RESET search_path;", keyword, name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "Add the other schemas that its body names without saying so, before pg_temp: "
                     "what is in none of them is no longer found. Sessions see it at their next "
                     "call.");
    pga_finding_verify_routine(finding, routine, "proconfig");
}

static void
report(PgaRuleRun *run, const PgaRoutine *routine)
{
    g_autofree char *name = pga_routine_display(routine);
    const gboolean is_public = pga_routine_is_public(routine);
    /* of a DDL file the roles are the lab's */
    const char *owner = pga_rule_is_server(run) ? routine->owner : "its owner";
    PgaFinding *finding = pga_rule_report_object(
        run, name,
        "It runs as %s%s, its search_path is the caller's (pg_proc.proconfig), and %s.%s", owner,
        pga_rule_is_server(run) && routine->owner_is_superuser ? ", a superuser" : "",
        pga_routine_returns_trigger(routine) ? "it runs by triggers"
        : is_public                          ? "everybody may call it"
                                             : "only those with EXECUTE may call it",
        routine->has_sql_body ? " Its body was resolved when it was created." : "");

    if (routine->has_sql_body)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_INFO);
    else if (!is_public)
        pga_rule_set_severity(run, finding, PGA_SEVERITY_WARNING);
    add_fix(finding, routine, name);
}

static void
check(PgaRuleRun *run)
{
    const GPtrArray *routines = run->objects->schema->routines;

    for (guint i = 0; i < routines->len; i++) {
        const PgaRoutine *routine = g_ptr_array_index(routines, i);

        if (routine->prosecdef && resolves_names(routine) && !fixes_search_path(routine) &&
            pga_rule_sees_schema(run, routine->nspname))
            report(run, routine);
    }
}

const PgaRule pga_rule_sec_definer_search_path = {
    .id = "sec-definer-search-path",
    .title = "SECURITY DEFINER function with the caller's search_path",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Whoever may call it makes a table, function or operator of the same name in a schema "
           "that is searched first (pg_temp is enough for a table) and so runs statements with the "
           "owner's rights.",
    .when_not = "Its body names every object, operators and types among them, with its schema.",
    .condition = "A SECURITY DEFINER function or procedure in a language other than C has no SET "
                 "search_path. It is an error when everybody may call it, a warning otherwise; a "
                 "note when its body is BEGIN ATOMIC.",
    .example = "CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER\n"
               "    AS 'SELECT count(*) FROM orders';",
    .fix = "Fixes its search_path to pg_catalog, its own schema and pg_temp; review: names in "
           "other schemas are to be added.",
    .versions = "Bodies written BEGIN ATOMIC, whose names are resolved at creation, came with 14.",
    .docs = "sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY",
    .docs_title = "CREATE FUNCTION: Writing SECURITY DEFINER Functions Safely",
    .requirements = "T3-5",
    .check = check,
};
