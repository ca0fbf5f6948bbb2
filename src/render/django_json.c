/* What `django` answers as JSON: schemas/django.schema.json. An entry a line, as they are written:
 * a document of many is not built up twice. */
#include "django_internal.h"
#include "index_internal.h"
#include "json_internal.h"
#include "json_text_internal.h"

#define PART 65536 /* bytes that are handed on at a time */

/** A document on its way. */
typedef struct {
    GString *part;
    PgaRenderSink sink;
    gpointer data;
    gboolean done; /* the sink took all that it was given */
} Writer;

static void
flush(Writer *writer)
{
    writer->done = writer->done && writer->sink(writer->part->str, writer->part->len, writer->data);
    g_string_truncate(writer->part, 0);
}

static void
put_finding(GString *out, gconstpointer entry)
{
    pga_json_text_put_finding(out, entry);
}

static void
put_set_aside(GString *out, gconstpointer entry)
{
    const PgaFinding *finding = entry;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "rule", finding->rule);
    pga_json_text_put(out, "object", finding->object);
    pga_json_text_put(out, "fingerprint", finding->fingerprint);
    pga_json_text_put_location(out, finding->file, finding->line, finding->column);
    pga_json_text_put(out, "reason", finding->reason);
    pga_json_text_close(out, '}');
}

static void
put_decision(GString *out, gconstpointer entry)
{
    const PgaDjangoDecision *decision = entry;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "question", pga_decision_question_name(decision->question));
    pga_json_text_put(out, "subject", decision->subject);
    pga_json_text_put_boolean(out, "of_query", decision->of_query);
    pga_json_text_put_boolean(out, "fine", decision->is_fine);
    pga_json_text_put(out, "answer", decision->answer);
    pga_json_text_put(out, "evidence", decision->evidence);
    pga_json_text_put_location(out, decision->file, decision->line, 1);
    pga_json_text_close(out, '}');
}

static void
put_change(GString *out, gconstpointer entry)
{
    const PgaDjangoChange *change = entry;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put_location(out, change->file, change->line, 1);
    pga_json_text_put(out, "model", change->model);
    pga_json_text_put(out, "code", change->code);
    pga_json_text_put_list(out, "reasons", change->reasons);
    pga_json_text_close(out, '}');
}

static void
put_diagram(GString *out, gconstpointer entry)
{
    const PgaDjangoDiagram *diagram = entry;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "title", diagram->title);
    pga_json_text_put(out, "text", diagram->text);
    pga_json_text_close(out, '}');
}

/* Without a plan nothing of it is known. */
static void
put_side(GString *out, const char *key, const PgaDjangoPlan *plan, gboolean after)
{
    pga_json_text_open(out, key, '{');
    if (plan->planned)
        pga_json_text_put_real(out, "cost", after ? plan->after : plan->before);
    else
        pga_json_text_put_null(out, "cost");
    pga_json_text_put(out, "scan", after ? plan->scan_after : plan->scan_before);
    pga_json_text_put(out, "plan", after ? plan->plan_after : plan->plan_before);
    pga_json_text_close(out, '}');
}

static void
put_plan(GString *out, gconstpointer entry)
{
    const PgaDjangoPlan *plan = entry;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "name", plan->name);
    pga_json_text_put(out, "code", plan->code);
    pga_json_text_put(out, "sql", plan->sql);
    pga_json_text_put(out, "why", plan->why);
    pga_json_text_put_list(out, "places", plan->places);
    pga_json_text_put(out, "model", plan->model);
    pga_json_text_put_boolean(out, "planned", plan->planned);
    put_side(out, "before", plan, FALSE);
    put_side(out, "after", plan, TRUE);
    pga_json_text_put_list(out, "indexes", plan->indexes);
    pga_json_text_put(out, "hindrance", plan->hindrance);
    pga_json_text_close(out, '}');
}

static void
put_migration(GString *out, gconstpointer entry)
{
    const PgaDjangoMigrationPlan *plan = entry;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "app", plan->app);
    pga_json_text_put(out, "name", plan->name);
    pga_json_text_put(out, "path", plan->path);
    pga_json_text_put(out, "code", plan->code);
    pga_json_text_put(out, "sql", plan->sql);
    pga_json_text_put(out, "why", plan->why);
    pga_json_text_put(out, "lock", plan->lock);
    pga_json_text_put(out, "safety", pga_safety_name(plan->safety));
    pga_json_text_put_list(out, "rules", plan->rules);
    pga_json_text_close(out, '}');
}

static void
append_value(Writer *writer, const char *key, json_t *value)
{
    g_autofree char *text = pga_json_line(value);

    g_string_append_printf(writer->part, ",\n  \"%s\": ", key);
    g_string_append(writer->part, text);
}

static void
append_list(Writer *writer, const char *key, const GPtrArray *entries,
            void (*put)(GString *out, gconstpointer entry))
{
    g_string_append_printf(writer->part, ",\n  \"%s\": [", key);
    for (guint i = 0; i < entries->len; i++) {
        g_string_append(writer->part, i ? ",\n    " : "\n    ");
        put(writer->part, g_ptr_array_index(entries, i));
        if (writer->part->len >= PART)
            flush(writer);
    }
    g_string_append(writer->part, entries->len ? "\n  ]" : "]");
}

static json_t *
project(const PgaDjangoReport *report)
{
    json_t *object = json_object();

    pga_json_set_text(object, "folder", report->project);
    pga_json_set_text(object, "django_version", report->django_version);
    pga_json_set_text(object, "version_source", report->version_source);
    json_object_set_new(object, "apps", pga_json_strings(report->apps));
    json_object_set_new(object, "files", json_integer(report->n_files));
    json_object_set_new(object, "lines", json_integer((json_int_t)report->n_lines));
    json_object_set_new(object, "models", json_integer(report->n_models));
    json_object_set_new(object, "queries", json_integer(report->n_queries));
    json_object_set_new(object, "planned", json_integer(report->n_planned));
    json_object_set_new(object, "chains", json_integer(report->n_chains));
    json_object_set_new(object, "incomplete_chains", json_integer(report->n_incomplete));
    return object;
}

static json_t *
summary(const PgaDjangoReport *report)
{
    int n[PGA_SEVERITY_ERROR + 1] = {0};

    for (guint i = 0; i < report->findings->len; i++)
        n[((const PgaFinding *)g_ptr_array_index(report->findings, i))->severity]++;
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "errors", n[PGA_SEVERITY_ERROR],
                     "warnings", n[PGA_SEVERITY_WARNING], "infos", n[PGA_SEVERITY_INFO], "possible",
                     (int)report->n_possible, "not_checked", (int)report->not_checked->len,
                     "set_aside", (int)report->set_aside->len, "baseline",
                     (int)report->baseline->len);
}

static json_t *
assumptions(const PgaDjangoReport *report)
{
    json_t *object = json_object(), *list = json_array();

    for (guint i = 0; i < report->rows->len; i++) {
        const PgaDjangoRows *rows = g_ptr_array_index(report->rows, i);
        json_t *entry = json_object();

        pga_json_set_text(entry, "model", rows->model);
        pga_json_set_text(entry, "table", rows->table);
        json_object_set_new(entry, "rows", json_real(rows->rows));
        pga_json_set_text(entry, "how", rows->how);
        json_array_append_new(list, entry);
    }
    json_object_set_new(object, "version_num", json_integer(report->version));
    pga_json_set_text(object, "sizes", report->sizes_source);
    json_object_set_new(object, "rows", list);
    return object;
}

static void
append_answer(Writer *writer, const PgaDjangoReport *report)
{
    append_list(writer, "decisions", report->decisions, put_decision);
    append_value(writer, "diagram", pga_json_string(report->diagram));
    append_list(writer, "diagrams", report->diagrams, put_diagram);
    append_list(writer, "changes", report->changes, put_change);
    append_value(writer, "sql", pga_json_string(report->sql));
    append_list(writer, "plans", report->plans, put_plan);
    append_value(writer, "index_recommendations",
                 report->index ? pga_index_recommendations_json(report->index) : json_array());
    append_list(writer, "migrations", report->migrations, put_migration);
}

gboolean
pga_django_render_json(const PgaDjangoReport *report, PgaRenderSink sink, gpointer data)
{
    g_autofree char *tool = pga_json_line(pga_json_tool());
    g_autoptr(GString) part = g_string_new(NULL);
    Writer writer = {part, sink, data, TRUE};

    g_string_append_printf(part, "{\n  \"tool\": %s", tool);
    append_value(&writer, "command", json_string("django"));
    append_value(&writer, "complete", json_boolean(report->complete == NULL));
    append_value(&writer, "source",
                 report->environment ? pga_json_source(report->environment) : json_null());
    append_value(&writer, "project", project(report));
    append_list(&writer, "findings", report->findings, put_finding);
    append_value(&writer, "not_checked", pga_json_not_checked(report->not_checked));
    append_value(&writer, "summary", summary(report));
    append_value(&writer, "assumptions", assumptions(report));
    append_answer(&writer, report);
    append_list(&writer, "set_aside", report->set_aside, put_set_aside);
    append_list(&writer, "baseline", report->baseline, put_set_aside);
    append_value(&writer, "notes", pga_json_strings(report->notes));
    append_value(&writer, "configuration", pga_json_string(report->configuration));
    g_string_append(part, "\n}\n");
    flush(&writer);
    return writer.done;
}
