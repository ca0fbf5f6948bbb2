/* uuid-as-text: 36 characters where 16 bytes do, in the table and in every index on the column. */
#include <string.h>

#include <base/units.h>

#include "../column_internal.h"
#include "../sampled_values_internal.h"
#include "../type_change_internal.h"

#define UUID_BYTES 16

/* Whether a UUID fits, without hyphens at least: text, or a length of 32 or more. */
static gboolean
has_room(const PgaAttribute *attribute)
{
    const char *length = strchr(attribute->type, '(');

    if (!length)
        return !pga_column_has_type(attribute, "bpchar");
    return g_ascii_strtoll(length + 1, NULL, 10) >= 32;
}

/* A type with room for just a UUID, under a name for an identifier; or a name that says so. */
static gboolean
is_named_uuid(const PgaAttribute *attribute)
{
    static const char *const uuid_words[] = {"uuid", "guid", NULL};
    static const char *const id_words[] = {"id", NULL};
    const gboolean fits = g_strcmp0(attribute->type, "character(36)") == 0 ||
                          g_strcmp0(attribute->type, "character varying(36)") == 0;

    return (pga_name_has_word(attribute->attname, uuid_words) && has_room(attribute)) ||
           (fits && pga_name_has_word(attribute->attname, id_words));
}

/* 36 characters, and one or no byte of length. */
static gboolean
is_sampled_uuid(const PgaRelation *relation, const PgaAttribute *attribute)
{
    return attribute->stats && attribute->stats->avg_width >= 36 &&
           attribute->stats->avg_width <= 37 &&
           pga_values_kind(attribute->stats, relation->reltuples) == PGA_VALUES_UUID;
}

static void
set_gain(PgaFinding *finding, const PgaRelation *relation, const PgaAttribute *attribute)
{
    const double rows = relation->reltuples * (1 - attribute->stats->null_frac);

    if (rows > 0)
        pga_finding_set_gain(finding, rows * attribute->stats->avg_width, rows * UUID_BYTES,
                             "bytes",
                             "rows times pg_stats.avg_width, against 16 bytes; in the table, its "
                             "indexes not counted");
}

static void
report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
       GHashTable *referenced)
{
    const gboolean sampled = is_sampled_uuid(relation, attribute);
    const PgaTypeChange change = {relation, attribute, "uuid", FALSE, referenced, NULL};
    g_autofree char *evidence =
        sampled ? g_strdup_printf(
                      "All %u values that ANALYZE sampled are UUIDs, %d bytes each on average "
                      "(pg_stats.avg_width); uuid takes 16.",
                      pga_values_count(attribute->stats), attribute->stats->avg_width)
                : g_strdup_printf("Its name and its type, %s, say so; no values were seen.",
                                  attribute->type);
    PgaFinding *finding = pga_rule_report(run, relation, attribute, "%s", evidence);

    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = sampled ? PGA_CONFIDENCE_LIKELY : PGA_CONFIDENCE_POSSIBLE;
    if (sampled)
        set_gain(finding, relation, attribute);
    pga_finding_change_type(run, finding, &change);
}

static void
check(PgaRuleRun *run)
{
    g_autoptr(GHashTable) referenced = pga_referenced_columns(run->catalog);

    for (guint i = 0; i < run->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(run->catalog->relations, i);

        for (guint j = 0; j < relation->attributes->len && pga_rule_concerns(relation); j++) {
            const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, j);

            if (pga_column_is_text(attribute) && !attribute->attgenerated &&
                (is_sampled_uuid(relation, attribute) ||
                 (!pga_rule_is_server(run) && is_named_uuid(attribute))))
                report(run, relation, attribute, referenced);
        }
    }
}

const PgaRule pga_rule_uuid_as_text = {
    .id = "uuid-as-text",
    .title = "UUID stored as text",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "A UUID takes 37 bytes as text and 16 as uuid, in every row and again in every index "
           "entry, and text accepts "
           "values that are none.",
    .when_not = "Other identifiers, with a prefix or of another form, are to share the column.",
    .condition =
        "All values that ANALYZE sampled of a text column are UUIDs; of a DDL file, where its "
        "name and length say so.",
    .example = "CREATE TABLE sessions (session_uuid varchar(36));",
    .fix = "Changes the type to uuid, and that of the columns along its foreign keys, which "
           "rewrites the tables under ACCESS EXCLUSIVE; wants your decision first.",
    .docs = "datatype-uuid.html",
    .docs_title = "UUID Type",
    .requirements = "T2-2",
    .check = check,
};
