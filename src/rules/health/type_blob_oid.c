/* type-blob-oid: large objects that nobody cleans up. */
#include "../column_internal.h"
#include "../each_internal.h"

static const char *const catalog_words[] = {"oid", "relid", "rel", "class", "type", "role", NULL};

static gboolean
is_large_object(const PgaAttribute *attribute)
{
    if (g_strcmp0(attribute->typname, "lo") == 0 && attribute->typtype == 'd')
        return TRUE;
    return pga_column_has_type(attribute, "oid") &&
           !pga_name_has_word(attribute->attname, catalog_words) &&
           !pga_name_contains(attribute->attname, catalog_words);
}

static gboolean
has_manager(const PgaRuleRun *run, const PgaRelation *relation)
{
    const GPtrArray *triggers = run->objects->schema->triggers;

    for (guint i = 0; i < triggers->len; i++) {
        const PgaTrigger *trigger = g_ptr_array_index(triggers, i);

        if (trigger->relation == relation->oid && trigger->function &&
            g_strrstr(trigger->function, "lo_manage"))
            return TRUE;
    }
    return FALSE;
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
      gpointer data G_GNUC_UNUSED)
{
    PgaFinding *finding;

    if (!is_large_object(attribute) || has_manager(run, relation))
        return;
    finding = pga_rule_report(run, relation, attribute,
                              "The column is %s, and no trigger lo_manage() is on the table.",
                              attribute->type);
    finding->weight = MAX(relation->reltuples, 0);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
    pga_finding_note(finding, "vacuumlo removes large objects that no row refers to; the trigger "
                              "lo_manage() of extension lo keeps it so. New data is simpler as "
                              "bytea, up to some MB, or as files elsewhere.");
}

static void
check(PgaRuleRun *run)
{
    pga_each_attribute(run, judge, NULL);
}

const PgaRule pga_rule_type_blob_oid = {
    .id = "type-blob-oid",
    .title = "References to large objects without a cleaner",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Deleting or updating the row leaves the large object behind for ever: pg_largeobject "
           "grows, and everybody may read it who knows its number.",
    .when_not = "The column holds oids of catalogs, not of large objects.",
    .condition = "A column of type oid, whose name speaks of no catalog, or of type lo, in a table "
                 "without the trigger lo_manage().",
    .example = "CREATE TABLE image (raster oid);",
    .fix = "A decision: vacuumlo, the trigger, or bytea.",
    .docs = "lo.html",
    .docs_title = "lo — manage large objects",
    .requirements = "T2-2",
    .check = check,
};
