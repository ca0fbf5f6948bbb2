/* trigger-disabled: triggers that were switched off and never on again. Those of a foreign key or a
 * deferred constraint are the constraint. One finding for each table. */
#include <base/text.h>

#include "../subject_internal.h"

typedef struct {
    GPtrArray *own;         /* of const PgaTrigger *: users' */
    GPtrArray *internal;    /* of const PgaTrigger *: constraints' */
    GPtrArray *constraints; /* of char *: names of what is not enforced */
} Disabled;

static void
disabled_free(gpointer data)
{
    Disabled *disabled = data;

    g_ptr_array_unref(disabled->own);
    g_ptr_array_unref(disabled->internal);
    g_ptr_array_unref(disabled->constraints);
    g_free(disabled);
}

static Disabled *
disabled_of(GHashTable *tables, PgaOid relation)
{
    Disabled *disabled = g_hash_table_lookup(tables, GUINT_TO_POINTER(relation));

    if (disabled)
        return disabled;
    disabled = g_new(Disabled, 1);
    disabled->own = g_ptr_array_new();
    disabled->internal = g_ptr_array_new();
    disabled->constraints = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(tables, GUINT_TO_POINTER(relation), disabled);
    return disabled;
}

/* (transfer full): of PgaOid to const char * */
static GHashTable *
constraint_names(const PgaCatalog *catalog)
{
    GHashTable *names = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < catalog->constraints->len; i++) {
        const PgaConstraint *constraint = g_ptr_array_index(catalog->constraints, i);

        g_hash_table_insert(names, GUINT_TO_POINTER(constraint->oid), constraint->conname);
    }
    return names;
}

static void
add_constraint(Disabled *disabled, const char *conname)
{
    g_autofree char *name = conname ? pga_quote_identifier(conname) : NULL;

    if (name && !g_ptr_array_find_with_equal_func(disabled->constraints, name, g_str_equal, NULL))
        g_ptr_array_add(disabled->constraints, g_steal_pointer(&name));
}

/* (transfer full): of PgaOid to Disabled *. A constraint's that fires on a replica only does not
 * fire here either. */
static GHashTable *
gather(const PgaRuleRun *run)
{
    GHashTable *tables = g_hash_table_new_full(NULL, NULL, NULL, disabled_free);
    g_autoptr(GHashTable) names = constraint_names(run->whole);
    const GPtrArray *triggers = run->objects->schema->triggers;

    for (guint i = 0; i < triggers->len; i++) {
        const PgaTrigger *trigger = g_ptr_array_index(triggers, i);

        if (trigger->tgisinternal && trigger->tgenabled != 'A') {
            Disabled *disabled = disabled_of(tables, trigger->relation);

            g_ptr_array_add(disabled->internal, (gpointer)trigger);
            add_constraint(disabled,
                           g_hash_table_lookup(names, GUINT_TO_POINTER(trigger->constraint)));
        } else if (trigger->tgenabled == 'D') {
            g_ptr_array_add(disabled_of(tables, trigger->relation)->own, (gpointer)trigger);
        }
    }
    return tables;
}

static void
enable(PgaFinding *finding, const PgaRelation *relation, const GPtrArray *triggers)
{
    g_autofree char *table = pga_relation_display(relation, NULL);

    for (guint i = 0; i < triggers->len; i++) {
        const PgaTrigger *trigger = g_ptr_array_index(triggers, i);
        g_autofree char *name = pga_quote_identifier(trigger->tgname);

        pga_finding_add_sql(finding,
                            g_strdup_printf("ALTER TABLE %s ENABLE TRIGGER %s;", table, name));
        pga_finding_add_undo(finding,
                             g_strdup_printf("ALTER TABLE %s DISABLE TRIGGER %s;", table, name));
    }
}

/* (transfer full) */
static char *
describe(const Disabled *disabled)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < disabled->own->len; i++) {
        const PgaTrigger *trigger = g_ptr_array_index(disabled->own, i);

        g_ptr_array_add(names, pga_quote_identifier(trigger->tgname));
    }
    if (names->len > 0) {
        g_autofree char *list = pga_names_listed(names);

        g_string_append_printf(text, "Disabled (pg_trigger.tgenabled): %s.", list);
    }
    if (disabled->internal->len > 0) {
        g_autofree char *list = pga_names_listed(disabled->constraints);

        g_string_append_printf(
            text, "%s%u of the triggers that enforce %s do not fire (pg_trigger.tgenabled).",
            text->len ? " " : "", disabled->internal->len, *list ? list : "its constraints");
    }
    return g_string_free(text, FALSE);
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const Disabled *disabled)
{
    g_autofree char *evidence = describe(disabled);
    g_autofree char *literal = pga_relation_literal(relation);
    PgaFinding *finding = pga_rule_report(run, relation, NULL, "%s", evidence);

    enable(finding, relation, disabled->internal);
    enable(finding, relation, disabled->own);
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "SHARE ROW EXCLUSIVE", "instant");
    pga_finding_note(finding,
                     "What the triggers would have done to rows written meanwhile is not made up "
                     "for.");
    if (disabled->internal->len > 0) {
        pga_rule_set_severity(run, finding, PGA_SEVERITY_ERROR);
        pga_finding_note(finding,
                         "The triggers of constraints need a superuser. Rows written meanwhile may "
                         "break the constraint, which stays marked as valid: drop it and add it "
                         "anew to have them checked.");
    } else {
        pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
    }
    pga_finding_verify(finding,
                       "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass "
                       "AND tgenabled <> 'O';",
                       literal);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) tables = gather(run);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
        const Disabled *disabled = g_hash_table_lookup(tables, GUINT_TO_POINTER(relation->oid));
        const gboolean with_parent =
            relation->relispartition &&
            g_hash_table_contains(tables, GUINT_TO_POINTER(relation->parent));

        if (disabled && !relation->extension && !with_parent)
            report(run, relation, disabled);
    }
}

const PgaRule pga_rule_trigger_disabled = {
    .id = "trigger-disabled",
    .title = "Disabled triggers",
    .category = "schema",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "What the trigger kept right (a total, a log, a foreign key) is no longer kept, and "
           "nothing says so; a constraint whose triggers sleep still counts as valid.",
    .when_not = "A bulk load is running that will enable them again, or the trigger is kept for "
                "another day.",
    .condition = "A trigger is disabled. It is an error when it belongs to a foreign key or "
                 "another constraint (ALTER TABLE … DISABLE TRIGGER ALL).",
    .example = "ALTER TABLE orders DISABLE TRIGGER ALL;",
    .fix = "Enables them: SHARE ROW EXCLUSIVE for an instant.",
    .docs = "sql-altertable.html",
    .docs_title = "ALTER TABLE: ENABLE TRIGGER",
    .requirements = "T2-3",
    .check = check,
};
