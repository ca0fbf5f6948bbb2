/* A state's plans as a file, a line of EXPLAIN a line, so that a change of it reads well. */
#include "json_internal.h"

#include <render/plan_changes.h>

static json_t *
lines_of(const char *plan)
{
    json_t *array = json_array();
    g_auto(GStrv) lines = g_strsplit(plan ? plan : "", "\n", -1);

    for (char **line = lines; *line; line++)
        json_array_append_new(array, pga_json_string(*line));
    return array;
}

static json_t *
sample(const PgaPlannedText *from)
{
    json_t *object = json_object();

    pga_json_set_text(object, "text", from->text);
    json_object_set_new(object, "share", pga_json_real(from->share));
    json_object_set_new(object, "generic", json_boolean(from->is_generic));
    json_object_set_new(object, "cost", from->cost < 0 ? json_null() : pga_json_real(from->cost));
    pga_json_set_text(object, "failure", from->failure);
    json_object_set_new(object, "plan", lines_of(from->plan));
    return object;
}

static json_t *
statement(const PgaPlannedStatement *from)
{
    json_t *object = json_object(), *samples = json_array();

    pga_json_set_text(object, "fingerprint", from->fingerprint);
    pga_json_set_text(object, "text", from->text);
    pga_json_set_text(object, "usename", from->usename);
    pga_json_set_text(object, "origin", from->origin);
    json_object_set_new(object, "calls", pga_json_real(from->calls));
    for (guint i = 0; i < from->texts->len; i++)
        json_array_append_new(samples, sample(g_ptr_array_index(from->texts, i)));
    json_object_set_new(object, "samples", samples);
    return object;
}

char *
pga_render_plan_baseline(const PgaPlannedState *state)
{
    json_t *root = json_object(), *statements = json_array();

    json_object_set_new(root, "plan_baseline", json_integer(PGA_PLAN_BASELINE_VERSION));
    json_object_set_new(root, "tool", pga_json_tool());
    pga_json_set_text(root, "source", state->source);
    pga_json_set_text(root, "lab", state->lab);
    json_object_set_new(root, "statistics", json_boolean(state->has_statistics));
    for (guint i = 0; i < state->statements->len; i++)
        json_array_append_new(statements, statement(g_ptr_array_index(state->statements, i)));
    json_object_set_new(root, "statements", statements);
    return pga_json_dump(root);
}
