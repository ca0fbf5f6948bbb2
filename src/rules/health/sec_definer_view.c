/* sec-definer-view: a view shows what its owner may see; an owner whom row security does not bind
 * shows every row to whoever may read the view. */
#include <base/text.h>

#include "../acl_internal.h"
#include "../subject_internal.h"

#define INVOKER_SINCE 150000

/* (nullable): a table whose row security the view goes round. */
static const PgaRelationExtra *
bypassed_table(const PgaRuleRun *run, const PgaView *view)
{
    for (guint i = 0; view->reads && i < view->reads->len; i++) {
        const PgaRelationExtra *table =
            pga_objects_relation(run->objects, g_array_index(view->reads, PgaOid, i));

        if (!table || !table->relrowsecurity)
            continue;
        if (view->owner_bypasses_rls ||
            (!table->relforcerowsecurity && g_strcmp0(view->owner, table->owner) == 0))
            return table;
    }
    return NULL;
}

static gboolean
is_read_by_others(const PgaRuleRun *run, const PgaView *view)
{
    const PgaRelationExtra *extra = pga_objects_relation(run->objects, view->oid);

    return extra && pga_acl_others_have(extra->acl, view->owner, "rawd");
}

static void
report(PgaRuleRun *run, const PgaView *view, const PgaRelationExtra *table)
{
    g_autofree char *name = pga_quote_qualified(view->nspname, view->relname);
    g_autofree char *literal = pga_quote_literal(name);
    g_autofree char *table_name = pga_quote_qualified(table->nspname, table->relname);
    PgaFinding *finding = pga_rule_report_object(
        run, name,
        "It reads %s, which has row security, as its owner%s%s, whom that does not bind; others "
        "have privileges on the view (pg_class.relacl).",
        table_name, pga_rule_is_server(run) ? " " : "", pga_rule_is_server(run) ? view->owner : "");

    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "instant");
    if (!pga_rule_is_server(run))
        finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    if (run->environment->version_num < INVOKER_SINCE) {
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(finding, "Before 15 a view cannot run as its reader: put the policies' "
                                  "conditions into the view, or give it to an owner whom the "
                                  "policies bind (no superuser, no BYPASSRLS, not the table's).");
        return;
    }
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER VIEW %s SET (security_invoker = true);", name));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER VIEW %s RESET (security_invoker);", name));
    pga_finding_note(finding, "Its readers then need SELECT on what it reads.");
    pga_finding_verify(finding, "SELECT reloptions FROM pg_class WHERE oid = %s::regclass;",
                       literal);
}

static void
check(PgaRuleRun *run)
{
    const GPtrArray *views = run->objects->schema->views;

    for (guint i = 0; i < views->len; i++) {
        const PgaView *view = g_ptr_array_index(views, i);
        const PgaRelationExtra *table;

        if (view->is_materialized || view->security_invoker || !is_read_by_others(run, view) ||
            !pga_rule_sees_schema(run, view->nspname))
            continue;
        table = bypassed_table(run, view);
        if (table)
            report(run, view, table);
    }
}

const PgaRule pga_rule_sec_definer_view = {
    .id = "sec-definer-view",
    .title = "View goes round row security",
    .category = "security",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "The policies of the table are applied to the view's owner, whom they do not bind: "
           "whoever may read the view sees the rows of everybody.",
    .when_not = "The view is meant to show all rows, or its own conditions do the policies' work.",
    .condition = "A view without security_invoker reads a table with row security, its owner is a "
                 "superuser, has BYPASSRLS or owns the table without FORCE, and other roles have "
                 "privileges on the view.",
    .example = "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n"
               "CREATE VIEW all_orders AS SELECT * FROM orders;\n"
               "GRANT SELECT ON all_orders TO app;",
    .fix = "Sets security_invoker, which takes ACCESS EXCLUSIVE on the view for an instant; "
           "review: its readers then need SELECT on the tables.",
    .versions = "security_invoker came with 15; before, the advice is in words.",
    .docs = "sql-createview.html",
    .docs_title = "CREATE VIEW",
    .requirements = "T3-5",
    .check = check,
};
