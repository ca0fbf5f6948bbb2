/* The lock matrix, measured elsewhere by other means, form by form on every server: what a tracer
 * sees is what stands there. Where the matrix is not to be had the test is skipped. */
#include "fixture.h"
#include <base/error.h>
#include <jansson.h>
#include <lab/trace.h>
#include <string.h>

static json_t *matrix;

typedef struct {
    const PgaTestServer *server;
    PgaTracer *tracer;
    gboolean is_measured; /* the matrix is of this very release */
    guint n_compared, n_different;
} Fixture;

static const char *const measured[] = {"14.23", "15.20", "16.14", "17.10", "18.4", NULL};

static PgaLintTrace *
run(Fixture *fixture, const char *sql, gboolean in_block)
{
    const PgaTraceStatement statement = {sql, strlen(sql), 1, in_block};
    g_autoptr(GError) error = NULL;
    PgaLintTrace *trace = pga_tracer_run(fixture->tracer, &statement, &error);

    g_assert_no_error(error);
    return trace;
}

/* FALSE when one of them fails. */
static gboolean
run_script(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaScript) script = pga_script_parse(sql, strlen(sql), "setup", &error);
    gboolean done = TRUE;

    g_assert_no_error(error);
    for (guint i = 0; i < script->statements->len; i++) {
        const PgaStatement *statement = &g_array_index(script->statements, PgaStatement, i);
        g_autofree char *text = g_strndup(statement->text, statement->length);
        PgaLintTrace *trace = run(fixture, text, FALSE);

        if (!trace->executed)
            g_test_message("%s: %s", text, trace->error);
        done = done && trace->executed;
        pga_lint_trace_free(trace);
    }
    return done;
}

static void
make_base(Fixture *fixture)
{
    g_autofree char *sql = NULL, *block = NULL;

    g_file_get_contents(PGA_SOURCE_ROOT "/tests/data/lint/matrix.sql", &sql, NULL, NULL);
    g_assert_nonnull(sql);
    block = g_strdup_printf("DO $block$ BEGIN\n%s END $block$", sql);
    g_assert_true(run_script(fixture, block));
}

static void
make_base_again(Fixture *fixture)
{
    g_assert_true(run_script(fixture, "ROLLBACK; DROP SCHEMA IF EXISTS w CASCADE;"
                                      "DROP SCHEMA IF EXISTS w2, w9 CASCADE"));
    make_base(fixture);
}

static gint
compare_strings(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "t" of "w.t". */
static const char *
bare(const char *name)
{
    const char *dot = strchr(name, '.');

    return dot ? dot + 1 : name;
}

static char *
join(GPtrArray *parts)
{
    GString *text = g_string_new(NULL);

    g_ptr_array_sort(parts, compare_strings);
    for (guint i = 0; i < parts->len; i++)
        g_string_append_printf(text, "%s%s", i ? ", " : "", (char *)g_ptr_array_index(parts, i));
    return g_string_free(text, FALSE);
}

/* Where the matrix says less, or the lab is not allowed as much, and why. */
static const struct {
    const char *form, *why;
} excused[] = {
    {"DISABLE TRIGGER ALL on FK child", "for superusers only"},
    {"OWNER TO", "postgres is not who executes here"},
    {"CREATE EVENT TRIGGER", "for superusers only"},
    {"COPY FROM", "a program"},
    {"REINDEX SCHEMA", "the matrix holds what a second session happened to see"},
};

static gboolean
is_excused(const char *form)
{
    for (guint i = 0; i < G_N_ELEMENTS(excused); i++)
        if (strcmp(excused[i].form, form) == 0)
            return TRUE;
    return FALSE;
}

/* Of statements that change rows, and of the referenced table of a foreign key, scans hang on the
 * planner. */
static gboolean
has_sure_scans(json_t *form, json_t *facts)
{
    return json_object_get(facts, "seq_scans") &&
           strcmp(json_string_value(json_object_get(form, "category")), "dml") != 0 &&
           !strstr(json_string_value(json_object_get(form, "form")), "FK column");
}

/* The matrix calls rebuilt what was dropped and made again of the same file, and what is empty. */
static gboolean
has_true_rebuilds(json_t *facts)
{
    return !json_object_get(facts, "new_empty_file") &&
           (!json_is_false(json_object_get(facts, "scanned")) ||
            json_object_get(facts, "file_copied"));
}

/* Of an index that was dropped and made again the lock is nobody's. */
static gboolean
is_rebuilt(json_t *facts, const char *name)
{
    json_t *value;
    size_t i;

    json_array_foreach(json_object_get(facts, "rebuilt_indexes"), i,
                       value) if (strcmp(json_string_value(value), name) == 0) return TRUE;
    return FALSE;
}

static gboolean
is_index(const char *name)
{
    return strstr(name, "_idx") || strstr(name, "_pkey") || strstr(name, "_uidx") ||
           strstr(name, "t_id2") || strstr(name, "mv_id");
}

/* Whether the lock says something of this server: samples may miss an index, and minor releases
 * after those measured, or before, differ in whether a foreign key locks the index of the key. */
static gboolean
is_compared(const Fixture *fixture, json_t *facts, const char *name, const char *mode)
{
    if (is_rebuilt(facts, name) ||
        (json_is_true(json_object_get(facts, "sampled")) && is_index(name)))
        return FALSE;
    return fixture->is_measured || !g_str_has_suffix(name, "_pkey") ||
           strcmp(mode, "ACCESS SHARE") != 0;
}

/* Tables and indexes with their locks; then rewritten, scanned. */
static char *
expected_of(const Fixture *fixture, json_t *form, json_t *facts)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    json_t *value;
    size_t i;

    json_object_foreach(json_object_get(facts, "locks"), name,
                        value) if (is_compared(fixture, facts, name, json_string_value(value)))
        g_ptr_array_add(parts, g_strdup_printf("%s %s", name, json_string_value(value)));
    json_array_foreach(json_object_get(facts, "rewritten_tables"), i, value)
        g_ptr_array_add(parts, g_strdup_printf("%s rewritten", json_string_value(value)));
    json_array_foreach(has_true_rebuilds(facts) ? json_object_get(facts, "rebuilt_indexes") : NULL,
                       i, value)
        g_ptr_array_add(parts, g_strdup_printf("%s rebuilt", json_string_value(value)));
    json_object_foreach(has_sure_scans(form, facts) ? json_object_get(facts, "seq_scans") : NULL,
                        name, value) g_ptr_array_add(parts, g_strdup_printf("%s scanned", name));
    return join(parts);
}

static void
add_names(GPtrArray *parts, const GPtrArray *names, const char *what)
{
    for (guint i = 0; i < names->len; i++)
        g_ptr_array_add(parts, g_strdup_printf("%s %s", bare(g_ptr_array_index(names, i)), what));
}

static char *
seen_of(const Fixture *fixture, const PgaLintTrace *trace, json_t *form, json_t *facts)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < trace->locks->len; i++) {
        const PgaLintLock *lock = &g_array_index(trace->locks, PgaLintLock, i);

        if (is_compared(fixture, facts, bare(lock->relation), lock->mode))
            g_ptr_array_add(parts, g_strdup_printf("%s %s", bare(lock->relation), lock->mode));
    }
    add_names(parts, trace->rewritten, "rewritten");
    add_names(parts, trace->rebuilt, "rebuilt");
    if (has_sure_scans(form, facts))
        add_names(parts, trace->scanned, "scanned");
    return join(parts);
}

static void
compare(Fixture *fixture, json_t *form, json_t *facts, const PgaLintTrace *trace)
{
    g_autofree char *expected = expected_of(fixture, form, facts);
    g_autofree char *seen = seen_of(fixture, trace, form, facts);
    const char *name = json_string_value(json_object_get(form, "form"));
    const gboolean refused = json_object_get(facts, "error") != NULL;

    fixture->n_compared++;
    if (refused ? !trace->executed : trace->executed && strcmp(expected, seen) == 0)
        return;
    fixture->n_different++;
    g_test_message("%u %s:\n   matrix %s\n   seen   %s", fixture->server->major, name,
                   refused ? json_string_value(json_object_get(facts, "error")) : expected,
                   trace->executed ? seen : trace->error);
}

static void
try_form(Fixture *fixture, json_t *form)
{
    g_autofree char *major = g_strdup_printf("%u", fixture->server->major);
    json_t *facts = json_object_get(json_object_get(form, "versions"), major);
    const char *setup = json_string_value(json_object_get(form, "setup"));
    const char *note = json_string_value(json_object_get(form, "note"));
    const gboolean alone = json_is_false(json_object_get(form, "in_transaction"));
    PgaLintTrace *trace;

    if (!facts || is_excused(json_string_value(json_object_get(form, "form"))))
        return;
    if ((setup && !run_script(fixture, setup))) {
        make_base_again(fixture);
        return;
    }
    if (!alone)
        g_assert_true(run_script(fixture, "BEGIN"));
    if (note && g_str_has_prefix(note, "tz=")) {
        g_autofree char *set = g_strdup_printf("SET LOCAL TimeZone = '%s'", note + 3);

        pga_lint_trace_free(run(fixture, set, FALSE));
    }
    trace = run(fixture, json_string_value(json_object_get(form, "sql")), FALSE);
    compare(fixture, form, facts, trace);
    pga_lint_trace_free(trace);
    if (alone || setup)
        make_base_again(fixture);
    else
        g_assert_true(run_script(fixture, "ROLLBACK"));
}

static void
test_matrix(gconstpointer data)
{
    const char *const extensions[] = {"citext", NULL};
    const PgaTracerOptions options = {.extensions = extensions};
    Fixture fixture = {.server = data};
    g_autoptr(GError) error = NULL;
    PgaLab *lab;
    json_t *form;
    size_t i;

    if (!matrix) {
        g_test_skip("there is no lock matrix");
        return;
    }
    fixture.is_measured = g_strv_contains(measured, fixture.server->version);
    lab = pga_test_lab_start(data);
    fixture.tracer = pga_tracer_open(lab, &options, &error);
    g_assert_no_error(error);
    make_base(&fixture);
    json_array_foreach(matrix, i, form) try_form(&fixture, form);
    g_test_message("%u: %u of %u differ", fixture.server->major, fixture.n_different,
                   fixture.n_compared);
    pga_tracer_free(fixture.tracer);
    pga_lab_free(lab);
    g_assert_cmpuint(fixture.n_different, ==, 0);
}

int
main(int argc, char **argv)
{
    const char *shared = g_getenv("PGA_SHARED");
    g_autofree char *path = g_build_filename(shared ? shared : PGA_SOURCE_ROOT "/../shared",
                                             "facts/lock-matrix.json", NULL);
    int status;

    g_test_init(&argc, &argv, NULL);
    pga_test_lab_init();
    matrix = json_load_file(path, 0, NULL);
    pga_test_add_servers("/lab/trace-matrix/every-form-as-measured", 14, FALSE, test_matrix);
    status = g_test_run();
    json_decref(matrix);
    return pga_test_lab_finish(status);
}
