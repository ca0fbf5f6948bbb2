/* A tuned configuration as JSON: schemas/tune.schema.json. */
#include "json_internal.h"
#include "tune_internal.h"

#include <base/text.h>
#include <math.h>
#include <string.h>

static json_t *
texts(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; from && i < from->len; i++)
        json_array_append_new(array, pga_json_string(g_ptr_array_index(from, i)));
    return array;
}

static json_t *
citation(const char *title, const char *url)
{
    json_t *object = json_object();

    pga_json_set_text(object, "title", title);
    pga_json_set_text(object, "url", url);
    return object;
}

static json_t *
fact(const PgaTuneFactText *from)
{
    json_t *object = json_object();
    g_autofree char *text = from->fact->value < 0 ? NULL : from->text(from->fact->value);

    json_object_set_new(object, "value",
                        from->is_word ? pga_json_string(text)
                        : text        ? json_integer(from->fact->value)
                                      : json_null());
    pga_json_set_text(object, "text", text);
    pga_json_set_text(object, "origin", pga_origin_name(from->fact->origin));
    pga_json_set_text(object, "method", from->fact->method);
    return object;
}

json_t *
pga_tune_machine_json(const PgaTuneReport *report)
{
    const PgaTuningInput *input = report->tuning->input;
    PgaTuneFactText facts[PGA_TUNE_N_FACTS];
    json_t *object = json_object();

    pga_tune_facts(input, facts);
    json_object_set_new(object, "pg_version", json_integer(input->stated_major));
    json_object_set_new(object, "formulas_of", json_integer(input->major));
    pga_json_set_text(object, "pg_version_method", report->version_method);
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
        json_object_set_new(object, facts[i].key, fact(&facts[i]));
    json_object_set_new(object, "dedicated", json_boolean(input->dedicated));
    return object;
}

/* The bare value: a number where it is one as written ("100", "1.1"), else the text ("8GB", "on").
 */
static json_t *
bare(const PgaTunedSetting *setting)
{
    char *end = NULL;
    const double number = g_ascii_strtod(setting->value, &end);

    if (!*setting->value || *end || !setting->vartype ||
        (strcmp(setting->vartype, "integer") != 0 && strcmp(setting->vartype, "real") != 0))
        return pga_json_string(setting->value);
    if (floor(number) == number && fabs(number) < 9e15 && !strchr(setting->value, '.'))
        return json_integer((json_int_t)number);
    return pga_json_real(number);
}

/* What the file has, and the five that the contract shows, whatever they are. */
static gboolean
is_in_conf(const PgaTunedSetting *setting)
{
    static const char *const always[] = {"shared_buffers",       "effective_cache_size", "work_mem",
                                         "maintenance_work_mem", "max_connections",      NULL};

    return pga_tune_writes(setting) || g_strv_contains(always, setting->name);
}

static json_t *
postgresql_conf(const PgaTuning *tuning)
{
    json_t *object = json_object();

    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        if (is_in_conf(setting))
            json_object_set_new(object, setting->name, bare(setting));
    }
    return object;
}

static json_t *
managed(const PgaTunedSetting *setting)
{
    static const char *const names[] = {[PGA_MANAGED_CHECK] = "check",
                                        [PGA_MANAGED_SETTABLE] = "settable",
                                        [PGA_MANAGED_FIXED] = "fixed"};
    json_t *object = json_object();

    pga_json_set_text(object, "settable", names[setting->managed]);
    pga_json_set_text(object, "value", setting->managed_value);
    pga_json_set_text(object, "unit", setting->unit);
    pga_json_set_text(object, "level", setting->managed_level);
    pga_json_set_text(object, "note", setting->managed_note);
    return object;
}

static json_t *
tuned(const PgaTunedSetting *setting, gboolean is_managed)
{
    json_t *object = json_object();

    pga_json_set_text(object, "name", setting->name);
    pga_json_set_text(object, "group", setting->group);
    pga_json_set_text(object, "value", setting->value);
    pga_json_set_text(object, "current", setting->current);
    pga_json_set_text(object, "default", setting->default_value);
    json_object_set_new(object, "number", pga_json_real(setting->number));
    pga_json_set_text(object, "unit", setting->unit);
    json_object_set_new(object, "written", json_boolean(pga_tune_writes(setting)));
    pga_json_set_text(object, "formula", setting->formula);
    pga_json_set_text(object, "why", setting->why);
    pga_json_set_text(object, "bounds", setting->bounds);
    pga_json_set_text(object, "apply", pga_apply_name(setting->apply));
    pga_json_set_text(object, "difference", setting->difference);
    json_object_set_new(object, "citation", citation(setting->docs_title, setting->docs_url));
    json_object_set_new(object, "managed", is_managed ? managed(setting) : json_null());
    return object;
}

static json_t *
settings(const PgaTuning *tuning)
{
    const gboolean is_managed = tuning->input->deployment.value > PGA_DEPLOYMENT_SELF_HOSTED;
    json_t *array = json_array();

    for (guint i = 0; i < tuning->settings->len; i++)
        json_array_append_new(array, tuned(g_ptr_array_index(tuning->settings, i), is_managed));
    return array;
}

static json_t *
restart_required(const PgaTuning *tuning)
{
    json_t *array = json_array();

    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        if (pga_tune_writes(setting) && setting->apply == PGA_APPLY_RESTART)
            json_array_append_new(array, pga_json_string(setting->name));
    }
    return array;
}

static json_t *
memory(const PgaTuneReport *report)
{
    const PgaTuning *tuning = report->tuning;
    PgaTuneTerm terms[PGA_TUNE_N_TERMS];
    json_t *object = json_object(), *array = json_array();

    pga_tune_terms(tuning, terms);
    for (guint i = 0; i < G_N_ELEMENTS(terms); i++) {
        json_t *term = json_object();

        pga_json_set_text(term, "term", terms[i].key);
        json_object_set_new(term, "worst_kb", json_integer(terms[i].worst));
        json_object_set_new(term, "expected_kb", json_integer(terms[i].expected));
        pga_json_set_text(term, "formula", terms[i].formula);
        json_array_append_new(array, term);
    }
    pga_tune_terms_clear(terms);
    json_object_set_new(object, "ram_kb", json_integer(tuning->memory.ram_kb));
    json_object_set_new(object, "terms", array);
    json_object_set_new(object, "worst_kb", json_integer(tuning->worst.total));
    json_object_set_new(object, "expected_kb", json_integer(tuning->expected.total));
    json_object_set_new(object, "current_worst_kb", pga_json_count(report->now_worst_kb));
    json_object_set_new(object, "expected_active_percent", json_integer(tuning->active_percent));
    json_object_set_new(object, "margin", pga_json_real(tuning->margin));
    json_object_set_new(object, "safe", json_boolean(tuning->safe));
    return object;
}

static json_t *
proposals(const PgaTuning *tuning)
{
    json_t *array = json_array();

    for (guint i = 0; i < tuning->proposals->len; i++) {
        const PgaTuningProposal *from = g_ptr_array_index(tuning->proposals, i);
        json_t *object = json_object();

        pga_json_set_text(object, "object", from->object);
        pga_json_set_text(object, "sql", from->sql);
        pga_json_set_text(object, "undo", from->undo);
        pga_json_set_text(object, "why", from->why);
        pga_json_set_text(object, "safety", pga_safety_name(from->safety));
        pga_json_set_text(object, "lock", from->lock);
        json_object_set_new(object, "citation", citation(from->docs_title, from->docs_url));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
lines(const GPtrArray *from)
{
    json_t *array = json_array();

    for (guint i = 0; from && i < from->len; i++) {
        const PgaTuningLine *line = g_ptr_array_index(from, i);
        json_t *object = json_object();

        pga_json_set_text(object, "name", line->name);
        pga_json_set_text(object, "value", line->value);
        pga_json_set_text(object, "why", line->why);
        pga_json_set_text(object, "url", line->docs_url);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
pooler(const PgaTuningPooler *from)
{
    json_t *object = json_object();

    json_object_set_new(object, "recommended", json_boolean(from->recommended));
    pga_json_set_text(object, "reason", from->reason);
    json_object_set_new(object, "pool_size", pga_json_count(from->pool_size));
    json_object_set_new(object, "reserve_pool_size", pga_json_count(from->reserve_pool_size));
    json_object_set_new(object, "max_client_conn", pga_json_count(from->max_client_conn));
    json_object_set_new(object, "max_db_connections", pga_json_count(from->max_db_connections));
    json_object_set_new(object, "pgbouncer_ini", lines(from->ini));
    json_object_set_new(object, "breaks_in_transaction_mode", lines(from->breaks));
    pga_json_set_text(object, "pgpool", from->pgpool);
    return object;
}

static json_t *
kernel(const PgaTuningKernel *from)
{
    json_t *object = json_object();

    json_object_set_new(object, "sysctl", lines(from->sysctl));
    json_object_set_new(object, "limits", lines(from->limits));
    json_object_set_new(object, "huge_pages", pga_json_count(from->huge_pages));
    return object;
}

static json_t *
proof(const PgaTuning *tuning)
{
    json_t *array = json_array();

    for (guint i = 0; i < tuning->proof->len; i++) {
        const PgaTuningProof *from = g_ptr_array_index(tuning->proof, i);
        json_t *object = json_object();

        pga_json_set_text(object, "pg_version", from->version);
        json_object_set_new(object, "started", json_boolean(from->started));
        json_object_set_new(object, "as_set", json_boolean(from->as_set));
        json_object_set_new(object, "settings", json_integer(from->n_settings));
        pga_json_set_text(object, "scaling", from->scaling);
        pga_json_set_text(object, "outcome", from->outcome);
        json_object_set_new(object, "mismatches", texts(from->mismatches));
        json_object_set_new(object, "shared_memory_kb", pga_json_count(from->shared_memory_kb));
        json_object_set_new(object, "inequality_kb", pga_json_count(from->inequality_kb));
        json_object_set_new(object, "huge_pages", pga_json_count(from->huge_pages));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
alter_system(const PgaTuneReport *report)
{
    g_autoptr(GPtrArray) sql = pga_tune_alter_statements(report, FALSE);
    g_autoptr(GPtrArray) undo = pga_tune_alter_statements(report, TRUE);
    json_t *object = json_object();

    json_object_set_new(object, "sql", texts(sql));
    json_object_set_new(object, "undo", texts(undo));
    return object;
}

static json_t *
provider(const PgaTuneReport *report)
{
    g_autoptr(GPtrArray) commands = pga_tune_provider_commands(report);
    g_autofree char *list = pga_tune_provider_list(report);
    json_t *object;

    if (!list)
        return json_null();
    object = json_object();
    json_object_set_new(object, "commands", texts(commands));
    pga_json_set_text(object, "list", list);
    return object;
}

json_t *
pga_tune_performance_json(const PgaTuneReport *report)
{
    const PgaTuning *tuning = report->tuning;
    json_t *object = json_object();

    json_object_set_new(object, "postgresql_conf", postgresql_conf(tuning));
    pga_json_set_text(object, "expected_improvement",
                      tuning->improvement ? tuning->improvement : "none is known");
    pga_json_set_text(object, "expected_improvement_method", pga_tune_improvement_method(tuning));
    json_object_set_new(object, "restart_required", restart_required(tuning));
    json_object_set_new(object, "memory", memory(report));
    json_object_set_new(object, "settings", settings(tuning));
    json_object_set_new(object, "proposals", proposals(tuning));
    json_object_set_new(object, "pooler", pooler(&tuning->pooler));
    json_object_set_new(object, "kernel", kernel(&tuning->kernel));
    json_object_set_new(object, "proof", proof(tuning));
    json_object_set_new(object, "alter_system", alter_system(report));
    json_object_set_new(object, "provider", provider(report));
    return object;
}

char *
pga_render_tune_json(const PgaTuneReport *report)
{
    json_t *root = json_object();

    json_object_set_new(root, "tool", pga_json_tool());
    pga_json_set_text(root, "command", "tune");
    json_object_set_new(root, "complete", json_boolean(report->complete));
    json_object_set_new(root, "source",
                        report->environment ? pga_json_source(report->environment) : json_null());
    json_object_set_new(root, "machine", pga_tune_machine_json(report));
    json_object_set_new(root, "performance_tuning", pga_tune_performance_json(report));
    json_object_set_new(root, "findings", pga_json_findings(report->tuning->findings));
    json_object_set_new(root, "not_checked", pga_json_not_checked(report->tuning->not_checked));
    json_object_set_new(root, "notes", texts(report->tuning->notes));
    return pga_json_dump(root);
}
