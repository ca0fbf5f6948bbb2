/* What `django` answers as JSON: schemas/django.schema.json. An entry a line, as they are written:
 * a document of many is not built up twice. */
#include "django_internal.h"
#include "index_internal.h"
#include "json_document_internal.h"
#include "json_internal.h"
#include "json_text_internal.h"

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

static void
put_map_entry(GString *out, gconstpointer data)
{
    const PgaDjangoMapEntry *entry = data;

    pga_json_text_open(out, NULL, '{');
    pga_json_text_put(out, "model", entry->model);
    pga_json_text_put(out, "table", entry->table);
    pga_json_text_put(out, "name", entry->name);
    pga_json_text_put(out, "origin", entry->origin);
    pga_json_text_put(out, "method", entry->method);
    pga_json_text_put_list(out, "keys", entry->keys);
    pga_json_text_put(out, "condition", entry->condition);
    pga_json_text_put_boolean(out, "unique", entry->is_unique);
    pga_json_text_put(out, "change", pga_django_index_change_name(entry->change));
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
append_answer(PgaJsonDocument *document, const PgaDjangoReport *report)
{
    pga_json_document_list(document, "decisions", report->decisions, put_decision);
    pga_json_document_value(document, "diagram", pga_json_string(report->diagram));
    pga_json_document_list(document, "diagrams", report->diagrams, put_diagram);
    pga_json_document_list(document, "index_map", report->index_map, put_map_entry);
    pga_json_document_list(document, "changes", report->changes, put_change);
    pga_json_document_value(document, "sql", pga_json_string(report->sql));
    pga_json_document_list(document, "plans", report->plans, put_plan);
    pga_json_document_value(document, "index_recommendations",
                            report->index ? pga_index_recommendations_json(report->index)
                                          : json_array());
    pga_json_document_list(document, "migrations", report->migrations, put_migration);
}

gboolean
pga_django_render_json(const PgaDjangoReport *report, PgaRenderSink sink, gpointer data)
{
    PgaJsonDocument document = {.sink = sink, .data = data};
    const PgaJsonTail tail = {report->set_aside, report->baseline, report->notes,
                              report->configuration};

    pga_json_document_begin(&document, "django", report->complete == NULL, report->environment);
    pga_json_document_value(&document, "project", project(report));
    pga_json_document_findings(&document, report->findings);
    pga_json_document_value(&document, "not_checked", pga_json_not_checked(report->not_checked));
    pga_json_document_value(&document, "summary", summary(report));
    pga_json_document_value(&document, "assumptions", assumptions(report));
    append_answer(&document, report);
    return pga_json_document_end(&document, &tail);
}
