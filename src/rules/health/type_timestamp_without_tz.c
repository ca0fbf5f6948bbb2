/* type-timestamp-without-tz: a time that does not say where it holds. One finding for a table:
 * frameworks give every table several such columns. */
#include <string.h>

#include <base/text.h>

#include "../column_internal.h"
#include "../schema_names_internal.h"
#include "../subject_internal.h"
#include "../type_change_internal.h"

#define GATHER 0

/* Opening hours and the like are meant to be local. */
static gboolean
is_meant_local(const PgaAttribute *attribute)
{
    static const char *const words[] = {"local",   "localtime", "wall",   "civil", "opening",
                                        "closing", "opens",     "closes", NULL};

    return pga_name_has_word(attribute->attname, words);
}

/* A default that computes UTC by hand would be shifted once the column has a time zone. */
static gboolean
computes_utc(const PgaAttribute *attribute)
{
    return attribute->default_expr && (g_str_has_prefix(attribute->default_expr, "timezone(") ||
                                       strstr(attribute->default_expr, " AT TIME ZONE "));
}

/* (transfer full): "timestamp(3) without time zone" as "timestamp(3) with time zone". */
static char *
with_time_zone(const PgaAttribute *attribute)
{
    g_autoptr(GString) type = g_string_new(attribute->type);

    g_string_replace(type, " without ", " with ", 1);
    return g_strdup(type->str);
}

/* (transfer full): the actions of one ALTER TABLE, there or back. */
static char *
actions(const GPtrArray *columns, gboolean back)
{
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < columns->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(columns, i);
        g_autofree char *name = pga_quote_identifier(attribute->attname);
        g_autofree char *type = back ? g_strdup(attribute->type) : with_time_zone(attribute);

        g_string_append_printf(list, "%sALTER COLUMN %s TYPE %s", i ? ", " : "", name, type);
        if (computes_utc(attribute))
            g_string_append_printf(list, ", ALTER COLUMN %s SET DEFAULT %s", name,
                                   back ? attribute->default_expr : "now()");
    }
    return g_string_free(list, FALSE);
}

static gboolean
is_indexed(const PgaRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        for (guint j = 0; j < columns->len; j++) {
            const PgaAttribute *attribute = g_ptr_array_index(columns, j);

            if (pga_attnums_contain(index->indkey, attribute->attnum))
                return TRUE;
        }
    }
    return FALSE;
}

/* Observed on 14 to 18: with TimeZone UTC and without USING the table is neither read nor
 * rewritten. Source: ATColumnChangeRequiresRewrite() in src/backend/commands/tablecmds.c, since 12.
 */
static const char *
duration(const PgaRuleRun *run, const PgaRelation *relation, const GPtrArray *columns)
{
    if (run->environment->version_num < 120000)
        return "rewrite";
    return is_indexed(relation, columns) ? "scan" : "instant";
}

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
        const GPtrArray *columns)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *there = actions(columns, FALSE), *back = actions(columns, TRUE);

    pga_finding_add_sql(finding, g_strdup("BEGIN;"));
    pga_finding_add_sql(finding, g_strdup("SET LOCAL TimeZone TO 'UTC';"));
    pga_finding_add_sql(finding, g_strdup_printf("ALTER TABLE %s %s;", table, there));
    pga_finding_add_sql(finding, g_strdup("COMMIT;"));
    pga_finding_add_undo(finding, g_strdup("BEGIN;"));
    pga_finding_add_undo(finding, g_strdup("SET LOCAL TimeZone TO 'UTC';"));
    pga_finding_add_undo(finding, g_strdup_printf("ALTER TABLE %s %s;", table, back));
    pga_finding_add_undo(finding, g_strdup("COMMIT;"));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE",
                        duration(run, relation, columns));
    pga_finding_note(
        finding,
        "Right if the stored times are UTC; then, from PostgreSQL 12 on, the rows stay as they are "
        "and only indexes on these columns are rebuilt. If they are in another zone, name that "
        "instead of UTC: the "
        "table is rewritten then. The application must send times with their zone, or set "
        "TimeZone. Views that use the columns must be dropped first and made again.");
    pga_finding_verify(finding, "Sessions with different TimeZone read a row as the same instant: "
                                "extract(epoch from …) of it is one number in both.");
    pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
}

/* Sorts the relation's columns: all that are meant, and of these the ones that one ALTER TABLE can
 * change. */
static void
find_columns(const PgaRelation *relation, GPtrArray *all, GPtrArray *changeable)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const gboolean timestamp = pga_column_has_type(attribute, "timestamp");

        if ((!timestamp && !pga_column_has_type(attribute, "timetz")) || is_meant_local(attribute))
            continue;
        g_ptr_array_add(all, attribute);
        if (timestamp && !attribute->attgenerated &&
            !pga_column_in_partition_key(relation, attribute))
            g_ptr_array_add(changeable, attribute);
    }
}

/* (transfer full): of the types that are meant, those of @columns. */
static char *
types_of(const GPtrArray *columns)
{
    gboolean timestamp = FALSE, timetz = FALSE;

    for (guint i = 0; i < columns->len; i++) {
        if (pga_column_has_type(g_ptr_array_index(columns, i), "timestamp"))
            timestamp = TRUE;
        else
            timetz = TRUE;
    }
    return g_strconcat(timestamp ? "timestamp without time zone" : "",
                       timestamp && timetz ? " or " : "", timetz ? "time with time zone" : "",
                       NULL);
}

/* Whether there is a timestamp among @columns that only the partition key keeps as it is. */
static gboolean
has_partition_key(const PgaRelation *relation, const GPtrArray *columns)
{
    for (guint i = 0; i < columns->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(columns, i);

        if (pga_column_has_type(attribute, "timestamp") &&
            pga_column_in_partition_key(relation, attribute))
            return TRUE;
    }
    return FALSE;
}

/* There is no statement, or it does not have them all. */
static void
note_unchanged(PgaFinding *finding, const PgaRelation *relation, const GPtrArray *all,
               const GPtrArray *changeable)
{
    if (changeable->len == 0 && has_partition_key(relation, all))
        pga_finding_note(finding,
                         "The type of a partition key column cannot be changed in place: make a "
                         "new partitioned table with timestamp with time zone, move the rows, and "
                         "swap the names.");
    else if (changeable->len == 0)
        pga_finding_note(finding,
                         "No statement can change these in place: instead of a time with time "
                         "zone keep a timestamptz, or a time and the zone's name; make a generated "
                         "column anew.");
    else if (changeable->len < all->len)
        pga_finding_note(
            finding,
            "Not in the statement: columns of type time with time zone (keep a timestamptz, or a "
            "time and the zone's name), generated ones and those in the partition key.");
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const GPtrArray *all,
       const GPtrArray *changeable)
{
    g_autofree char *names = pga_column_names(all), *types = types_of(all);
    PgaFinding *finding = pga_rule_report(run, relation, NULL, "%u column%s of type %s: %s.",
                                          all->len, all->len == 1 ? "" : "s", types, names);

    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    if (changeable->len > 0) {
        add_fix(run, finding, relation, changeable);
    } else {
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_prove(finding, PGA_PROOF_NONE, relation);
    }
    note_unchanged(finding, relation, all, changeable);
}

/* A convention of whoever made the schema, its framework as a rule. */
static void
report_many(PgaRuleRun *run, const char *nspname, const GPtrArray *tables)
{
    g_autofree char *names = pga_names_listed(tables);
    g_autofree char *object = pga_quote_identifier(nspname);
    PgaFinding *finding = pga_rule_report_object(
        run, object, "%u tables have times without time zone: %s.", tables->len, names);

    finding->weight = tables->len;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding,
                     "Make new columns timestamp with time zone (Rails: datetime_type = "
                     ":timestamptz); the others mean what they should as long as every client "
                     "writes UTC. With gather: 100000 under this rule in pgarchitect.yaml each "
                     "table is reported by itself, with the statements that change it.");
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) schemas = pga_schema_names_new();

    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < run->catalog->relations->len; i++) {
            const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);
            g_autoptr(GPtrArray) all = g_ptr_array_new();
            g_autoptr(GPtrArray) changeable = g_ptr_array_new();

            if (!pga_rule_concerns(relation))
                continue;
            find_columns(relation, all, changeable);
            if (all->len > 0 && pass == 0)
                pga_schema_names_add(schemas, relation, NULL);
            else if (all->len > 0 &&
                     !pga_schema_names_exceed(schemas, relation, run->threshold[GATHER]))
                report(run, relation, all, changeable);
        }
    }
    pga_schema_names_each(run, schemas, run->threshold[GATHER], report_many);
}

const PgaRule pga_rule_type_timestamp_without_tz = {
    .id = "type-timestamp-without-tz",
    .title = "Times stored without their time zone",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "timestamp without time zone is a wall clock of unknown place: two sessions with "
           "different TimeZone read the "
           "same value as different instants, and an hour is lost or doubled when clocks change.",
    .when_not = "The times are civil ones by intent, such as opening hours, or one application "
                "writes and reads them "
                "always in UTC.",
    .condition =
        "A table has columns of type timestamp without time zone or time with time zone whose "
        "names do not say that they are local times. More than {gather} of one schema are one "
        "finding.",
    .example = "CREATE TABLE orders (created_at timestamp);",
    .fix = "Changes the columns to timestamptz in one ALTER TABLE, reading the stored times as "
           "UTC, under ACCESS EXCLUSIVE; wants your decision first.",
    .versions = "From 12 on the rows are not rewritten when the stored times are UTC; before, the "
                "table is.",
    .docs = "datatype-datetime.html",
    .docs_title = "Date/Time Types",
    .requirements = "T2-2",
    .thresholds = {{"gather", "tables", 5, "So many are a convention, decided once."}},
    .check = check,
};
