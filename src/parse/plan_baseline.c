/* Reading the file of plans. Strict: what is not understood could hide a regression. */
#include "parse/plan_baseline.h"
#include <base/error.h>
#include <base/file.h>
#include <jansson.h>
#include <string.h>

#define MAX_BYTES      (64 << 20)
#define MAX_VALUES     2000000 /* of JSON: each takes memory, however short it is */
#define MAX_STATEMENTS 100000
#define MAX_SAMPLES    1000 /* of a statement */
#define MAX_NAME       1000 /* bytes of what is printed in one piece */
#define MAX_COST       1e30
#define MAX_CALLS      1e18
#define N_FINGERPRINT  16
#define N_ROUND        1e-6 /* by which shares may miss 1 */

/** The first thing that is wrong is kept, what follows is read as nothing. */
typedef struct {
    char *why; /* (nullable) */
    guint statement;
} Reader;

static void
reader_clear(Reader *reader)
{
    g_free(reader->why);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

static void
fail(Reader *reader, const char *field, const char *wanted)
{
    if (reader->why)
        return;
    reader->why = reader->statement > 0
                      ? g_strdup_printf("Statement %u, field %s: %s was expected.",
                                        reader->statement, field, wanted)
                      : g_strdup_printf("Field %s: %s was expected.", field, wanted);
}

/* (nullable) (transfer full) */
static char *
read_optional(Reader *reader, const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);

    if (!value || json_is_null(value))
        return NULL;
    if (!json_is_string(value))
        fail(reader, field, "a text or null");
    return g_strdup(json_string_value(value));
}

/* Never NULL. Borrowed. */
static const char *
read_text(Reader *reader, const json_t *object, const char *field)
{
    const char *text = json_string_value(json_object_get(object, field));

    if (!text || !*text)
        fail(reader, field, "a text");
    return text ? text : "";
}

static gboolean
read_boolean(Reader *reader, const json_t *object, const char *field)
{
    const json_t *value = json_object_get(object, field);

    if (!json_is_boolean(value))
        fail(reader, field, "true or false");
    return json_is_true(value);
}

static double
read_number(Reader *reader, const json_t *object, const char *field, double max)
{
    const json_t *value = json_object_get(object, field);
    const double number = json_number_value(value);

    if (json_is_number(value) && number >= 0 && number <= max)
        return number;
    fail(reader, field, "a number in range");
    return 0;
}

static const json_t *
read_list(Reader *reader, const json_t *object, const char *field, gsize max)
{
    const json_t *list = json_object_get(object, field);

    if (json_is_array(list) && json_array_size(list) <= max)
        return list;
    fail(reader, field, "a list, not longer than there is use for");
    return NULL;
}

/* (transfer full) */
static char *
read_plan(Reader *reader, const json_t *object)
{
    const json_t *lines = read_list(reader, object, "plan", MAX_VALUES);
    GString *plan = g_string_new(NULL);

    for (gsize i = 0; i < json_array_size(lines); i++) {
        const char *line = json_string_value(json_array_get(lines, i));

        if (!line)
            fail(reader, "plan", "a list of texts");
        g_string_append_printf(plan, "%s%s", i > 0 ? "\n" : "", line ? line : "");
    }
    return g_string_free(plan, FALSE);
}

static void
read_sample(Reader *reader, const json_t *object, PgaPlannedStatement *statement)
{
    const char *text = read_text(reader, object, "text");
    const double share = read_number(reader, object, "share", 1 + N_ROUND);
    PgaPlannedText *planned = pga_planned_statement_add(statement, text, share);

    if (share <= 0)
        fail(reader, "share", "a number above 0");
    planned->is_generic = read_boolean(reader, object, "generic");
    planned->failure = read_optional(reader, object, "failure");
    if (json_is_null(json_object_get(object, "cost")))
        return;
    planned->cost = read_number(reader, object, "cost", MAX_COST);
    planned->plan = read_plan(reader, object);
}

static void
read_statement(Reader *reader, const json_t *object, PgaPlannedState *state)
{
    const char *fingerprint = read_text(reader, object, "fingerprint");
    const json_t *samples = read_list(reader, object, "samples", MAX_SAMPLES);
    PgaPlannedStatement *statement =
        pga_planned_state_add(state, fingerprint, read_text(reader, object, "text"));

    if (strspn(fingerprint, "0123456789abcdef") != N_FINGERPRINT || fingerprint[N_FINGERPRINT])
        fail(reader, "fingerprint", "16 digits and letters from a to f");
    statement->usename = read_optional(reader, object, "usename");
    statement->origin = read_optional(reader, object, "origin");
    statement->calls = read_number(reader, object, "calls", MAX_CALLS);
    if (json_array_size(samples) == 0)
        fail(reader, "samples", "one or more");
    for (gsize i = 0; i < json_array_size(samples) && !reader->why; i++)
        read_sample(reader, json_array_get(samples, i), statement);
}

static gboolean
check_version(const json_t *root, const char *path, GError **error)
{
    const json_t *version = json_object_get(root, "plan_baseline");

    if (!json_is_integer(version)) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is no file of plans", path);
        pga_error_detail(error, "Field plan_baseline: a version was expected.");
    } else if (json_integer_value(version) != PGA_PLAN_BASELINE_VERSION) {
        pga_error_set(error, PGA_ERROR_INPUT,
                      "file of plans \"%s\" has version %" JSON_INTEGER_FORMAT
                      ", which cannot be read",
                      path, json_integer_value(version));
        pga_error_detail(error,
                         "This program reads version " G_STRINGIFY(PGA_PLAN_BASELINE_VERSION) ".");
    } else {
        return TRUE;
    }
    pga_error_hint(error, "\"pgarchitect index SOURCE --write-plans FILE\" writes one.");
    return FALSE;
}

static PgaPlannedState *
read_state(Reader *reader, const json_t *root)
{
    const json_t *statements = read_list(reader, root, "statements", MAX_STATEMENTS);
    PgaPlannedState *state = pga_planned_state_new();

    state->source = g_strdup(read_text(reader, root, "source"));
    state->lab = read_optional(reader, root, "lab");
    state->has_statistics = read_boolean(reader, root, "statistics");
    if (strlen(state->source) > MAX_NAME || (state->lab && strlen(state->lab) > MAX_NAME))
        fail(reader, "source", "a name of at most " G_STRINGIFY(MAX_NAME) " bytes");
    for (gsize i = 0; i < json_array_size(statements) && !reader->why; i++) {
        reader->statement = (guint)i + 1;
        read_statement(reader, json_array_get(statements, i), state);
    }
    return state;
}

/* What a value of JSON takes at least: a comma before it or a bracket around it, outside of texts.
 */
static gboolean
has_too_many_values(const char *text, gsize length)
{
    gboolean is_text = FALSE;
    guint n = 0;

    for (gsize i = 0; i < length && n <= MAX_VALUES; i++) {
        if (text[i] == '"')
            is_text = !is_text;
        else if (is_text && text[i] == '\\')
            i++;
        else if (!is_text && text[i] && strchr(",:[{", text[i]))
            n++;
    }
    return n > MAX_VALUES;
}

static json_t *
parse(const char *path, GError **error)
{
    gsize length = 0;
    g_autofree char *text = pga_file_read(path, MAX_BYTES, &length, error);
    json_error_t problem = {0};
    json_t *root;

    if (!text)
        return NULL;
    if (has_too_many_values(text, length)) {
        pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" has more values than any file of plans",
                      path);
        return NULL;
    }
    root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);
    if (root)
        return root;
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is no file of plans", path);
    pga_error_detail(error, "Line %d, column %d: no JSON.", problem.line, problem.column);
    pga_error_hint(error, "\"pgarchitect index SOURCE --write-plans FILE\" writes one.");
    return NULL;
}

PgaPlannedState *
pga_plan_baseline_read(const char *path, GError **error)
{
    g_auto(Reader) reader = {0};
    g_autoptr(PgaPlannedState) state = NULL;
    json_t *root = parse(path, error);

    if (!root)
        return NULL;
    if (!check_version(root, path, error)) {
        json_decref(root);
        return NULL;
    }
    state = read_state(&reader, root);
    json_decref(root);
    if (!reader.why)
        return g_steal_pointer(&state);
    pga_error_set(error, PGA_ERROR_INPUT, "file of plans \"%s\" cannot be read", path);
    pga_error_detail(error, "%s", reader.why);
    return NULL;
}
