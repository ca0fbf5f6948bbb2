/* repeating-columns: a list laid out in columns. */
#include "../column_internal.h"
#include "../each_internal.h"
#include <base/text.h>
#include <string.h>

#define MIN_REPEATS 0 /* place in the rule's threshold */

static const char *const ordinary[] = {"line", "addr", "address", "street", "level", "md5", "sha",
                                       "utf",  "int",  "float",   "x",      "y",     NULL};

/* Bytes of @name before the number at its end, and that number; 0 bytes when it has none. */
static gsize
split_number(const char *name, guint64 *number)
{
    gsize n = strlen(name);

    while (n > 0 && g_ascii_isdigit(name[n - 1]))
        n--;
    *number = g_ascii_strtoull(name + n, NULL, 10);
    return name[n] ? n : 0;
}

/* (nullable): the column "@stem@number" of the same type. */
static PgaAttribute *
find_numbered(const PgaRelation *relation, const PgaAttribute *like, gsize n, guint64 number)
{
    g_autofree char *name =
        g_strdup_printf("%.*s%" G_GUINT64_FORMAT, (int)n, like->attname, number);

    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (g_str_equal(attribute->attname, name) && attribute->atttypid == like->atttypid)
            return attribute;
    }
    return NULL;
}

/* The columns name1, name2, … of which @first is the first. */
static GPtrArray *
find_series(const PgaRelation *relation, PgaAttribute *first)
{
    GPtrArray *series = g_ptr_array_new();
    guint64 number;
    const gsize n = split_number(first->attname, &number);
    PgaAttribute *attribute = first;

    if (n == 0 || number > 1 || (number == 1 && find_numbered(relation, first, n, 0)))
        return series;
    for (; attribute; attribute = find_numbered(relation, first, n, ++number))
        g_ptr_array_add(series, attribute);
    return series;
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
      gpointer data G_GNUC_UNUSED)
{
    g_autoptr(GPtrArray) series = find_series(relation, (PgaAttribute *)attribute);
    g_autofree char *names = NULL;
    PgaFinding *finding;

    if (series->len < run->threshold[MIN_REPEATS] ||
        pga_name_has_word(attribute->attname, ordinary) ||
        pga_name_contains(attribute->attname, ordinary))
        return;
    names = pga_column_names(series);
    finding = pga_rule_report(run, relation, attribute, "%u columns of the same type and name: %s.",
                              series->len, names);
    finding->weight = (double)series->len;
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "A table of its own with a row for each, or an array where they are "
                              "always read together.");
    pga_finding_prove(finding, PGA_PROOF_NONE, relation);
}

static void
check(PgaRuleRun *run)
{
    pga_each_attribute(run, judge, NULL);
}

const PgaRule pga_rule_repeating_columns = {
    .id = "repeating-columns",
    .title = "A list in numbered columns",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Searching for a value means searching every one of the columns, each with an index of "
           "its own; one more element means ALTER TABLE.",
    .when_not = "Their number is fixed by nature, and each has a meaning of its own.",
    .condition = "{min_repeats} or more columns of one type are named alike but for the number at "
                 "the end, from 0 or 1 on.",
    .example =
        "CREATE TABLE person (id bigint PRIMARY KEY, phone1 text, phone2 text, phone3 text);",
    .fix = "A decision about the model; no statement.",
    .docs = "ddl-basics.html",
    .docs_title = "Table Basics",
    .requirements = "T2-2",
    .thresholds = {{"min_repeats", "columns", 3, "Two are as often two different things."}},
    .check = check,
};
