/* type-inconsistent-name: the same identifier with two types. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../subject_internal.h"
#include <base/text.h>
#include <string.h>

/** Columns of one name. */
typedef struct {
    GPtrArray *texts, *numbers, *uuids; /* of char * */
} Kinds;

static void
kinds_free(gpointer data)
{
    Kinds *kinds = data;

    g_ptr_array_unref(kinds->texts);
    g_ptr_array_unref(kinds->numbers);
    g_ptr_array_unref(kinds->uuids);
    g_free(kinds);
}

/* "customer_id", not "id": what says of itself what it identifies. */
static gboolean
is_identifier(const char *attname)
{
    static const char *const outside[] = {"external", "ext",     "remote", "foreign",
                                          "object",   "entity",  "ref",    "source",
                                          "target",   "request", "trace",  NULL};

    return strlen(attname) > strlen("_id") && g_str_has_suffix(attname, "_id") &&
           !pga_name_has_word(attname, outside);
}

static void
judge(PgaRuleRun *run G_GNUC_UNUSED, const PgaRelation *relation, const PgaAttribute *attribute,
      gpointer data)
{
    GHashTable *names = data;
    Kinds *kinds;

    if (!is_identifier(attribute->attname))
        return;
    kinds = g_hash_table_lookup(names, attribute->attname);
    if (!kinds) {
        kinds = g_new(Kinds, 1);
        kinds->texts = g_ptr_array_new_with_free_func(g_free);
        kinds->numbers = g_ptr_array_new_with_free_func(g_free);
        kinds->uuids = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(names, attribute->attname, kinds);
    }
    if (pga_column_is_text(attribute))
        g_ptr_array_add(kinds->texts, pga_relation_display(relation, attribute));
    else if (pga_column_has_type(attribute, "uuid"))
        g_ptr_array_add(kinds->uuids, pga_relation_display(relation, attribute));
    else if (pga_column_is_number(attribute))
        g_ptr_array_add(kinds->numbers, pga_relation_display(relation, attribute));
}

static void
report(PgaRuleRun *run, const char *name, const Kinds *kinds)
{
    const GPtrArray *all[] = {kinds->numbers, kinds->texts, kinds->uuids};
    static const char *const labels[] = {"a number in", "a text in", "a uuid in"};
    g_autoptr(GString) text = g_string_new(NULL);
    PgaFinding *finding;

    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autofree char *names = pga_names_listed(all[i]);

        if (all[i]->len > 0)
            g_string_append_printf(text, "%s%s %s", text->len ? "; " : "", labels[i], names);
    }
    finding = pga_rule_report_object(run, name, "It is %s.", text->str);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "If they identify the same thing, give them the type of its key "
                              "(ALTER COLUMN … TYPE rewrites the table); if not, other names.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, kinds_free);
    GList *sorted;

    pga_each_attribute(run, judge, names);
    sorted = pga_sorted_keys(names);
    for (GList *name = sorted; name; name = name->next) {
        const Kinds *kinds = g_hash_table_lookup(names, name->data);

        if ((kinds->texts->len > 0) + (kinds->numbers->len > 0) + (kinds->uuids->len > 0) > 1)
            report(run, name->data, kinds);
    }
    g_list_free(sorted);
}

const PgaRule pga_rule_type_inconsistent_name = {
    .id = "type-inconsistent-name",
    .title = "One identifier, two kinds of types",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Joining them needs a cast, which no index serves, and numbers written as text compare "
           "in another order.",
    .when_not = "They identify different things that happen to share the name.",
    .condition = "Columns with the same name ending in _id are numbers in one table and texts or "
                 "uuids in another; names that speak of other systems do not count.",
    .example = "CREATE TABLE a (customer_id bigint);\n"
               "CREATE TABLE b (customer_id text);",
    .fix = "A decision; no statement.",
    .docs = "typeconv-overview.html",
    .docs_title = "Type Conversion: Overview",
    .requirements = "T2-2",
    .check = check,
};
