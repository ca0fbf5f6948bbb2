/* The rules as a table, one evaluation of them, and what every finding gets filled in. */
#include <string.h>

#include <base/text.h>
#include <base/units.h>

#include "rule_internal.h"

#define RULE(name) &pga_rule_##name,
static const PgaRule *const registry[] = {
#include <rules/django.def>
#include <rules/migrations.def>
#include <rules/rules.def>
};
#undef RULE

const PgaRule *const *
pga_rules(guint *n_rules)
{
    *n_rules = G_N_ELEMENTS(registry);
    return registry;
}

const PgaRule *
pga_rule_by_id(const char *id)
{
    for (guint i = 0; i < G_N_ELEMENTS(registry); i++) {
        if (g_str_equal(registry[i]->id, id))
            return registry[i];
    }
    return NULL;
}

/* The rule's threshold at @place, the configuration applied. */
static double
threshold(const PgaRule *rule, const PgaRuleSetting *setting, guint place)
{
    const double *stated = NULL;

    if (setting && setting->thresholds)
        stated = g_hash_table_lookup(setting->thresholds, rule->thresholds[place].key);
    return stated ? *stated : rule->thresholds[place].value;
}

double
pga_rule_threshold_of(const PgaRuleRun *run, const PgaRule *rule, guint place)
{
    return threshold(rule, pga_configuration_rule(run->configuration, rule->id), place);
}

gboolean
pga_rule_is_enabled(const PgaRule *rule, const PgaConfiguration *configuration)
{
    const PgaRuleSetting *setting = pga_configuration_rule(configuration, rule->id);

    return setting ? !setting->off : !rule->off_by_default;
}

gboolean
pga_rule_is_on(const PgaRuleRun *run, const PgaRule *rule)
{
    return pga_rule_is_enabled(rule, run->configuration);
}

gboolean
pga_rule_prepare(const PgaRule *rule, const PgaConfiguration *configuration, double *thresholds,
                 PgaSeverity *severity)
{
    const PgaRuleSetting *setting = pga_configuration_rule(configuration, rule->id);
    gboolean fixed = setting && setting->has_severity;

    for (guint i = 0; i < PGA_RULE_MAX_THRESHOLDS && rule->thresholds[i].key; i++)
        thresholds[i] = threshold(rule, setting, i);
    *severity = fixed ? setting->severity : rule->severity;
    return fixed;
}

static gboolean
schema_is_ignored(const PgaConfiguration *configuration, const char *nspname)
{
    return g_ptr_array_find_with_equal_func(configuration->ignored_schemas, nspname, g_str_equal,
                                            NULL);
}

/* The relations outside the ignored schemas. Lookups by oid still find the others: a foreign key
 * may reference them. */
static GPtrArray *
relations_in_view(const PgaCatalog *catalog, const PgaConfiguration *configuration)
{
    GPtrArray *relations = g_ptr_array_sized_new(catalog->relations->len);

    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        if (!schema_is_ignored(configuration, relation->nspname))
            g_ptr_array_add(relations, relation);
    }
    return relations;
}

/* Whether the rule can be judged on this kind of source; "not evaluated" otherwise. */
static gboolean
has_inputs(PgaRuleRun *run, const PgaRule *rule)
{
    static const char *const reasons[] = {
        [PGA_INPUTS_SERVER] = "needs counters, settings or statistics of a running server",
        [PGA_INPUTS_LIVE] = "needs a running server: it looks at its present state",
    };
    const PgaSourceKind kind = run->environment->source_kind;

    if (rule->inputs == PGA_INPUTS_ANY || kind == PGA_SOURCE_LIVE ||
        (rule->inputs == PGA_INPUTS_SERVER && kind == PGA_SOURCE_SNAPSHOT))
        return TRUE;
    pga_rule_not_evaluated(run, NULL, "%s",
                           rule->inputs_why ? rule->inputs_why : reasons[rule->inputs]);
    return FALSE;
}

/* A fix that says nothing of how to see that it helped has at least this. */
static void
verify_by_checking(const GPtrArray *findings, guint first)
{
    for (guint i = first; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);

        if (!finding->fix.verify && (finding->fix.sql->len > 0 || finding->fix.note))
            pga_finding_verify(finding, "\"pgarchitect check\" no longer reports it.");
    }
}

guint
pga_rules_run(const PgaRuleSource *source, GPtrArray *findings, GPtrArray *not_checked)
{
    PgaCatalog view = *source->catalog;
    g_autoptr(GPtrArray) relations = relations_in_view(source->catalog, source->configuration);
    g_autoptr(PgaObjects) no_objects = source->objects ? NULL : pga_objects_new();
    g_autoptr(PgaServer) no_server = source->server ? NULL : pga_server_new();
    g_autoptr(PgaWorkload) no_workload = source->workload ? NULL : pga_workload_new();
    PgaRuleRun run = {
        .catalog = &view,
        .whole = source->catalog,
        .environment = source->environment,
        .configuration = source->configuration,
        .objects = source->objects ? source->objects : no_objects,
        .server = source->server ? source->server : no_server,
        .workload = source->workload ? source->workload : no_workload,
        .findings = findings,
        .not_checked = not_checked,
    };
    guint n_run = 0, n_before;

    view.relations = relations;
    for (guint i = 0; i < G_N_ELEMENTS(registry); i++) {
        if (!registry[i]->check || !pga_rule_is_on(&run, registry[i]) ||
            (source->only && !g_strv_contains(source->only, registry[i]->id)))
            continue;
        run.rule = registry[i];
        run.severity_fixed =
            pga_rule_prepare(registry[i], source->configuration, run.threshold, &run.severity);
        if (!has_inputs(&run, registry[i]))
            continue;
        n_before = findings->len;
        registry[i]->check(&run);
        verify_by_checking(findings, n_before);
        n_run++;
    }
    return n_run;
}

const char *
pga_rule_docs_of(guint version, const char *page)
{
    g_autofree char *url =
        g_str_has_prefix(page, "https://") ? g_strdup(page)
        : version < 100000
            ? g_strconcat("https://www.postgresql.org/docs/current/", page, NULL)
            : g_strdup_printf("https://www.postgresql.org/docs/%u/%s", version / 10000, page);

    return g_intern_string(url);
}

const char *
pga_rule_docs_url(const PgaEnvironment *environment, const char *page)
{
    return pga_rule_docs_of(environment->version_num, page);
}

/* Takes @object and @evidence. */
static PgaFinding *
report(PgaRuleRun *run, char *object, char *evidence)
{
    PgaFinding *finding = pga_finding_new(run->rule->id);

    finding->severity = run->severity;
    finding->category = run->rule->category;
    finding->object = object;
    finding->title = g_strdup(run->rule->title);
    finding->evidence = evidence;
    finding->confidence = PGA_CONFIDENCE_CERTAIN;
    finding->fingerprint = pga_finding_fingerprint(run->rule->id, object);
    finding->when_not = run->rule->when_not;
    finding->docs_title = run->rule->docs_title;
    finding->docs_url = pga_rule_docs_url(run->environment, run->rule->docs);
    finding->requirements = run->rule->requirements;
    g_ptr_array_add(run->findings, finding);
    return finding;
}

PgaFinding *
pga_rule_report(PgaRuleRun *run, const PgaRelation *relation, const PgaAttribute *attribute,
                const char *format, ...)
{
    char *evidence;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    if (!relation)
        return report(run, g_strdup(run->environment->source_name), evidence);
    return report(run, pga_relation_display(relation, attribute), evidence);
}

char *
pga_relation_literal(const PgaRelation *relation)
{
    g_autofree char *name = pga_relation_display(relation, NULL);

    return pga_quote_literal(name);
}

PgaFinding *
pga_rule_report_object(PgaRuleRun *run, const char *object, const char *format, ...)
{
    char *evidence;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    return report(run, g_strdup(object), evidence);
}

void
pga_rule_not_evaluated(PgaRuleRun *run, const char *what, const char *format, ...)
{
    char *why;
    va_list args;

    va_start(args, format);
    why = g_strdup_vprintf(format, args);
    va_end(args);
    g_ptr_array_add(
        run->not_checked,
        pga_not_checked_new(run->rule->id, g_strdup(what ? what : run->rule->title), why));
}

void
pga_rule_set_severity(const PgaRuleRun *run, PgaFinding *finding, PgaSeverity severity)
{
    if (!run->severity_fixed)
        finding->severity = severity;
}

gboolean
pga_rule_concerns(const PgaRelation *relation)
{
    return (relation->relkind == 'r' || relation->relkind == 'p') && !relation->relispartition &&
           relation->relpersistence != 't' && !relation->extension;
}

gboolean
pga_rule_concerns_indexes(const PgaRelation *relation)
{
    return relation->relkind != 'f' && relation->relpersistence != 't' && !relation->extension;
}

gboolean
pga_rule_is_server(const PgaRuleRun *run)
{
    return run->environment->source_kind != PGA_SOURCE_DDL;
}

char *
pga_rule_rows(const PgaRelation *relation)
{
    static const char *const known_by[] = {
        [PGA_ROWS_STATED] = "as stated with --rows",
        [PGA_ROWS_ANALYZED] = "pg_class.reltuples",
        [PGA_ROWS_COUNTERS] = "pg_stat_all_tables.n_live_tup; the table was never analyzed",
        [PGA_ROWS_DUMP] = "counted in the dump",
    };
    g_autofree char *count = NULL;

    if (relation->reltuples < 0 || relation->rows_source == PGA_ROWS_UNKNOWN)
        return g_strdup("an unknown number of rows");
    count = pga_count_format(relation->reltuples);
    return g_strdup_printf("%s rows (%s)", count, known_by[relation->rows_source]);
}

void
pga_finding_prove(PgaFinding *finding, PgaProofKind kind, const PgaRelation *relation)
{
    finding->proof.kind = kind;
    if (relation)
        g_array_append_val(finding->proof.relations, relation->oid);
}

void
pga_finding_note(PgaFinding *finding, const char *format, ...)
{
    g_autofree char *before = finding->fix.note;
    g_autofree char *sentence = NULL;
    va_list args;

    va_start(args, format);
    sentence = g_strdup_vprintf(format, args);
    va_end(args);
    finding->fix.note =
        before ? g_strconcat(before, " ", sentence, NULL) : g_steal_pointer(&sentence);
}

void
pga_finding_verify(PgaFinding *finding, const char *format, ...)
{
    va_list args;

    g_free(finding->fix.verify);
    va_start(args, format);
    finding->fix.verify = g_strdup_vprintf(format, args);
    va_end(args);
}

void
pga_finding_set_fix(PgaFinding *finding, PgaSafety safety, const char *lock, const char *duration)
{
    finding->fix.safety = safety;
    finding->fix.lock = lock;
    finding->fix.duration = duration;
}

GHashTable *
pga_rule_partitions(const PgaCatalog *catalog)
{
    GHashTable *partitions =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < catalog->relations->len; i++) {
        PgaRelation *relation = g_ptr_array_index(catalog->relations, i);
        gpointer parent = GUINT_TO_POINTER(relation->parent);
        GPtrArray *list;

        if (!relation->relispartition)
            continue;
        list = g_hash_table_lookup(partitions, parent);
        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(partitions, parent, list);
        }
        g_ptr_array_add(list, relation);
    }
    return partitions;
}

void
pga_rule_judge_samples(PgaRuleRun *run, guint n_wanted, guint n_sampled)
{
    if (pga_rule_is_server(run) && n_wanted > 0 && n_sampled == 0)
        pga_rule_not_evaluated(
            run, NULL,
            "no sampled values: --no-values, never analyzed, or no SELECT on the tables "
            "(pg_stats shows only columns that the role may read)");
}
