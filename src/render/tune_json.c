/* A tuned configuration as JSON: schemas/tune.schema.json. */
#include "json_internal.h"
#include "tune_internal.h"

#include <base/text.h>
#include <math.h>
#include <string.h>

static void
set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void
set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, pga_json_string(text));
}

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

    set_text(object, "title", title);
    set_text(object, "url", url);
    return object;
}

static json_t *
fact(const PgaTuneFactText *from)
{
    json_t *object = json_object();
    g_autofree char *text = from->fact->value < 0 ? NULL : from->text(from->fact->value);

    set(object, "value",
        from->is_word ? pga_json_string(text)
        : text        ? json_integer(from->fact->value)
                      : json_null());
    set_text(object, "text", text);
    set_text(object, "origin", pga_origin_name(from->fact->origin));
    set_text(object, "method", from->fact->method);
    return object;
}

static json_t *
machine(const PgaTuneReport *report)
{
    const PgaTuningInput *input = report->tuning->input;
    PgaTuneFactText facts[PGA_TUNE_N_FACTS];
    json_t *object = json_object();

    pga_tune_facts(input, facts);
    set(object, "pg_version", json_integer(input->stated_major));
    set(object, "formulas_of", json_integer(input->major));
    set_text(object, "pg_version_method", report->version_method);
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
        set(object, facts[i].key, fact(&facts[i]));
    set(object, "dedicated", json_boolean(input->dedicated));
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
            set(object, setting->name, bare(setting));
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

    set_text(object, "settable", names[setting->managed]);
    set_text(object, "value", setting->managed_value);
    set_text(object, "unit", setting->unit);
    set_text(object, "level", setting->managed_level);
    set_text(object, "note", setting->managed_note);
    return object;
}

static json_t *
tuned(const PgaTunedSetting *setting, gboolean is_managed)
{
    json_t *object = json_object();

    set_text(object, "name", setting->name);
    set_text(object, "group", setting->group);
    set_text(object, "value", setting->value);
    set_text(object, "current", setting->current);
    set_text(object, "default", setting->default_value);
    set(object, "number", pga_json_real(setting->number));
    set_text(object, "unit", setting->unit);
    set(object, "written", json_boolean(pga_tune_writes(setting)));
    set_text(object, "formula", setting->formula);
    set_text(object, "why", setting->why);
    set_text(object, "bounds", setting->bounds);
    set_text(object, "apply", pga_apply_name(setting->apply));
    set_text(object, "difference", setting->difference);
    set(object, "citation", citation(setting->docs_title, setting->docs_url));
    set(object, "managed", is_managed ? managed(setting) : json_null());
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
count(gint64 number)
{
    return number >= 0 ? json_integer(number) : json_null();
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

        set_text(term, "term", terms[i].key);
        set(term, "worst_kb", json_integer(terms[i].worst));
        set(term, "expected_kb", json_integer(terms[i].expected));
        set_text(term, "formula", terms[i].formula);
        json_array_append_new(array, term);
    }
    pga_tune_terms_clear(terms);
    set(object, "ram_kb", json_integer(tuning->memory.ram_kb));
    set(object, "terms", array);
    set(object, "worst_kb", json_integer(tuning->worst.total));
    set(object, "expected_kb", json_integer(tuning->expected.total));
    set(object, "current_worst_kb", count(report->now_worst_kb));
    set(object, "expected_active_percent", json_integer(tuning->active_percent));
    set(object, "margin", pga_json_real(tuning->margin));
    set(object, "safe", json_boolean(tuning->safe));
    return object;
}

static json_t *
proposals(const PgaTuning *tuning)
{
    json_t *array = json_array();

    for (guint i = 0; i < tuning->proposals->len; i++) {
        const PgaTuningProposal *from = g_ptr_array_index(tuning->proposals, i);
        json_t *object = json_object();

        set_text(object, "object", from->object);
        set_text(object, "sql", from->sql);
        set_text(object, "undo", from->undo);
        set_text(object, "why", from->why);
        set_text(object, "safety", pga_safety_name(from->safety));
        set_text(object, "lock", from->lock);
        set(object, "citation", citation(from->docs_title, from->docs_url));
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

        set_text(object, "name", line->name);
        set_text(object, "value", line->value);
        set_text(object, "why", line->why);
        set_text(object, "url", line->docs_url);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *
pooler(const PgaTuningPooler *from)
{
    json_t *object = json_object();

    set(object, "recommended", json_boolean(from->recommended));
    set_text(object, "reason", from->reason);
    set(object, "pool_size", count(from->pool_size));
    set(object, "reserve_pool_size", count(from->reserve_pool_size));
    set(object, "max_client_conn", count(from->max_client_conn));
    set(object, "max_db_connections", count(from->max_db_connections));
    set(object, "pgbouncer_ini", lines(from->ini));
    set(object, "breaks_in_transaction_mode", lines(from->breaks));
    set_text(object, "pgpool", from->pgpool);
    return object;
}

static json_t *
kernel(const PgaTuningKernel *from)
{
    json_t *object = json_object();

    set(object, "sysctl", lines(from->sysctl));
    set(object, "limits", lines(from->limits));
    set(object, "huge_pages", count(from->huge_pages));
    return object;
}

static json_t *
proof(const PgaTuning *tuning)
{
    json_t *array = json_array();

    for (guint i = 0; i < tuning->proof->len; i++) {
        const PgaTuningProof *from = g_ptr_array_index(tuning->proof, i);
        json_t *object = json_object();

        set_text(object, "pg_version", from->version);
        set(object, "started", json_boolean(from->started));
        set(object, "as_set", json_boolean(from->as_set));
        set(object, "settings", json_integer(from->n_settings));
        set_text(object, "scaling", from->scaling);
        set_text(object, "outcome", from->outcome);
        set(object, "mismatches", texts(from->mismatches));
        set(object, "shared_memory_kb", count(from->shared_memory_kb));
        set(object, "inequality_kb", count(from->inequality_kb));
        set(object, "huge_pages", count(from->huge_pages));
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

    set(object, "sql", texts(sql));
    set(object, "undo", texts(undo));
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
    set(object, "commands", texts(commands));
    set_text(object, "list", list);
    return object;
}

static json_t *
performance_tuning(const PgaTuneReport *report)
{
    const PgaTuning *tuning = report->tuning;
    json_t *object = json_object();

    set(object, "postgresql_conf", postgresql_conf(tuning));
    set_text(object, "expected_improvement",
             tuning->improvement ? tuning->improvement : "none is known");
    set_text(object, "expected_improvement_method", pga_tune_improvement_method(tuning));
    set(object, "restart_required", restart_required(tuning));
    set(object, "memory", memory(report));
    set(object, "settings", settings(tuning));
    set(object, "proposals", proposals(tuning));
    set(object, "pooler", pooler(&tuning->pooler));
    set(object, "kernel", kernel(&tuning->kernel));
    set(object, "proof", proof(tuning));
    set(object, "alter_system", alter_system(report));
    set(object, "provider", provider(report));
    return object;
}

char *
pga_render_tune_json(const PgaTuneReport *report)
{
    json_t *root = json_object();

    set(root, "tool", pga_json_tool());
    set_text(root, "command", "tune");
    set(root, "complete", json_boolean(report->complete));
    set(root, "source", report->environment ? pga_json_source(report->environment) : json_null());
    set(root, "machine", machine(report));
    set(root, "performance_tuning", performance_tuning(report));
    set(root, "findings", pga_json_findings(report->tuning->findings));
    set(root, "not_checked", pga_json_not_checked(report->tuning->not_checked));
    set(root, "notes", texts(report->tuning->notes));
    return pga_json_dump(root);
}
