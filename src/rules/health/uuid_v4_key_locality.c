/* uuid-v4-key-locality: inserts all over an index that does not fit into memory. */
#include "../column_internal.h"
#include "../each_internal.h"
#include "../server_setting_internal.h"
#include <base/text.h>
#include <base/units.h>
#include <string.h>

#define BUFFER_SHARE 0 /* places in the rule's thresholds */
#define PER_SECOND   1

static gboolean
is_random(const PgaAttribute *attribute)
{
    return pga_column_has_type(attribute, "uuid") && attribute->default_expr &&
           (strstr(attribute->default_expr, "gen_random_uuid(") ||
            strstr(attribute->default_expr, "uuid_generate_v4(") ||
            strstr(attribute->default_expr, "uuidv4("));
}

static void
add_fix(const PgaRuleRun *run, PgaFinding *finding, const PgaRelation *relation,
        const PgaAttribute *attribute)
{
    g_autofree char *table = pga_relation_display(relation, NULL);
    g_autofree char *column = pga_quote_identifier(attribute->attname);

    if (run->environment->version_num < 180000) {
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(finding, "Let the application, or a function of yours, make UUIDs that "
                                  "begin with the time (version 7); 18 has uuidv7().");
    } else {
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "instant");
        pga_finding_add_sql(
            finding,
            g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT uuidv7();", table, column));
        pga_finding_add_undo(finding,
                             g_strdup_printf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;",
                                             table, column, attribute->default_expr));
        pga_finding_prove(finding, PGA_PROOF_EXECUTE, relation);
    }
    pga_finding_note(finding, "A UUID of version 7 tells when the row was made: not for ids that "
                              "strangers must not guess anything from.");
}

static void
judge(PgaRuleRun *run, const PgaRelation *relation, gpointer data G_GNUC_UNUSED)
{
    const double buffers = pga_server_setting_number(run, "shared_buffers", 0);
    const double age = run->environment->stats_age;
    const double rate = age > 3600 ? (double)relation->counters.n_tup_ins / age : 0;
    const PgaIndex *key = pga_relation_primary_key(relation);
    const PgaAttribute *attribute =
        key && key->n_key_atts > 0
            ? pga_relation_attribute(relation, g_array_index(key->indkey, gint16, 0))
            : NULL;
    g_autofree char *size = NULL;
    PgaFinding *finding;

    if (!attribute || !is_random(attribute) || buffers <= 0 ||
        (double)key->bytes < run->threshold[BUFFER_SHARE] * buffers ||
        rate < run->threshold[PER_SECOND])
        return;
    size = pga_bytes_format_storage(key->bytes);
    finding =
        pga_rule_report(run, relation, attribute,
                        "Its default is %s; the key's index takes %s, %.0f %% of "
                        "shared_buffers, and %.0f rows a second are inserted.",
                        attribute->default_expr, size, 100 * (double)key->bytes / buffers, rate);
    finding->weight = (double)key->bytes;
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    add_fix(run, finding, relation, attribute);
}

static void
check(PgaRuleRun *run)
{
    pga_each_relation(run, judge, NULL);
}

const PgaRule pga_rule_uuid_v4_key_locality = {
    .id = "uuid-v4-key-locality",
    .title = "Random keys in a large index",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Each insert goes to a page of its own somewhere in the index: it must be read, and "
           "after a checkpoint written to WAL whole. Keys that begin with the time go to the same "
           "few pages.",
    .when_not = "The ids are public and must not tell when they were made.",
    .condition = "The first column of the primary key is a uuid with a random default, its index "
                 "is {buffer_share} of shared_buffers or more, and {per_second} rows a second or "
                 "more are inserted.",
    .fix = "From 18 on sets the default to uuidv7(), before that advice only; present rows stay.",
    .versions = "uuidv7() came with 18.",
    .docs = "functions-uuid.html",
    .docs_title = "UUID Functions",
    .requirements = "T2-2 T2-9",
    .inputs = PGA_INPUTS_SERVER,
    .inputs_why = "needs sizes and counters of a running server",
    .thresholds = {{"buffer_share", "share", 0.25, "A smaller index stays in memory."},
                   {"per_second", "rows", 10, "Fewer inserts do no harm."}},
    .check = check,
};
