/* sec-definer-public-execute: a function that runs as superuser, and everybody may call it: that is
 * what PostgreSQL grants by default. */
#include "../subject_internal.h"

static void
report(PgaRuleRun *run, const PgaRoutine *routine)
{
    g_autofree char *name = pga_routine_display(routine);
    const char *keyword = pga_routine_keyword(routine);
    PgaFinding *finding = pga_rule_report_object(
        run, name, "It runs as %s, a superuser, and PUBLIC has EXECUTE%s (pg_proc.proacl).",
        routine->owner, routine->acl ? "" : " by default");

    pga_finding_add_sql(finding,
                        g_strdup_printf("REVOKE EXECUTE ON %s %s FROM PUBLIC;", keyword, name));
    pga_finding_add_undo(finding,
                         g_strdup_printf("GRANT EXECUTE ON %s %s TO PUBLIC;", keyword, name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, "instant");
    pga_finding_note(finding,
                     "GRANT EXECUTE to the roles that call it first, in the same transaction; or "
                     "give the function to an owner with no more rights than it needs (ALTER %s … "
                     "OWNER TO).",
                     keyword);
    pga_finding_verify_routine(finding, routine, "proacl");
}

static void
check(PgaRuleRun *run)
{
    const GPtrArray *routines = run->objects->schema->routines;

    for (guint i = 0; i < routines->len; i++) {
        const PgaRoutine *routine = g_ptr_array_index(routines, i);

        if (routine->prosecdef && routine->owner_is_superuser && pga_routine_is_public(routine) &&
            pga_rule_sees_schema(run, routine->nspname))
            report(run, routine);
    }
}

const PgaRule pga_rule_sec_definer_public_execute = {
    .id = "sec-definer-public-execute",
    .title = "Everybody may call a function that runs as superuser",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "One mistake in its body, or one argument that it does not check, gives every role that "
           "can connect the rights of a superuser.",
    .when_not = "It is meant for everybody, checks its arguments and does one narrow thing.",
    .condition = "A SECURITY DEFINER function or procedure that is no trigger function belongs to "
                 "a superuser, and PUBLIC has EXECUTE, which is the default.",
    .example = "CREATE FUNCTION restart_job(name text) RETURNS void LANGUAGE sql SECURITY DEFINER\n"
               "    SET search_path = pg_catalog, pg_temp\n"
               "    AS 'SELECT jobs.restart(name)'; -- as superuser",
    .fix = "Revokes EXECUTE from PUBLIC, at once; review: who calls it needs a grant of its own.",
    .docs = "sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY",
    .docs_title = "CREATE FUNCTION: Writing SECURITY DEFINER Functions Safely",
    .requirements = "T3-5",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "a DDL file does not say which owners are superusers",
    .check = check,
};
