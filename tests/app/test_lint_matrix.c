/* Every form of the lock matrix, told and seen on each server: they agree. Where the matrix is not
 * to be had the test is skipped. */
#include <cluster.h>
#include <jansson.h>
#include <migration/script.h>
#include <string.h>

#include <base/directory.h>
#include <base/error.h>

#include "lint_trace_internal.h"

enum { FEWEST_KNOWN = 260 };

/* Where the two cannot be compared, and why. */
static const struct {
    const char *form, *why;
} excused[] = {
    {"DISABLE TRIGGER ALL on FK child", "for superusers only"},
    {"CREATE EVENT TRIGGER", "for superusers only"},
    {"COPY FROM", "a program"},
    {"ADD COLUMN default of a user function declared VOLATILE", "its body is a constant, inlined"},
};

static json_t *matrix;

typedef struct {
    guint major;
    PgaLintTracing *tracing;
    PgaState *state;
    char *base;
    guint n_known, n_disagreeing;
} Fixture;

static gboolean
is_excused(const char *form)
{
    for (guint i = 0; i < G_N_ELEMENTS(excused); i++)
        if (strcmp(excused[i].form, form) == 0)
            return TRUE;
    return FALSE;
}

/* Reads @sql into the state, or executes it, or both; the statement @judged, from 1, is told and
 * compared. (transfer full) (nullable): its trace. */
static PgaLintTrace *
run(Fixture *fixture, const char *sql, gboolean read, gboolean execute, guint judged)
{
    const PgaMigrationFile file = {.path = (char *)"form.sql", .text = (char *)sql};
    const PgaMigrationOptions options = {.tool = "psql"};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaMigrationReader) reader = pga_migration_reader_new(&file, &options, &error);
    PgaLintTrace *trace = NULL;
    const PgaStep *step;

    g_assert_no_error(error);
    if (read)
        pga_state_begin_migration(fixture->state);
    while (pga_migration_reader_next(reader, &step, &error)) {
        const gboolean now = step->depth == 0 && step->number == judged;
        g_autoptr(GPtrArray) traces = g_ptr_array_new();
        g_autoptr(PgaEffect) effect = now ? pga_effect_of(fixture->state, step) : NULL;

        if (read)
            g_free(pga_state_apply(fixture->state, step));
        if (execute) {
            g_assert_true(
                pga_lint_tracing_step(fixture->tracing, step, effect, NULL, traces, &error));
            if (!now && traces->len > 0 && !((PgaLintTrace *)traces->pdata[0])->executed)
                g_test_message("%.*s: %s", (int)step->length, step->text,
                               ((PgaLintTrace *)traces->pdata[0])->error);
        }
        fixture->n_known += effect && effect->known;
        if (now && traces->len > 0)
            trace = g_ptr_array_steal_index(traces, 0);
        g_ptr_array_set_free_func(traces, (GDestroyNotify)pga_lint_trace_free);
    }
    g_assert_no_error(error);
    return trace;
}

static void
read_base(Fixture *fixture)
{
    pga_state_free(fixture->state);
    fixture->state = pga_state_new(fixture->major * 10000);
    fixture->state->complete = TRUE;
    pga_lint_trace_free(run(fixture, fixture->base, TRUE, FALSE, 0));
}

static void
make_base(Fixture *fixture)
{
    g_autofree char *block = g_strdup_printf("DO $block$ BEGIN\n%s END $block$", fixture->base);

    pga_lint_trace_free(run(fixture, block, FALSE, TRUE, 0));
}

static void
make_base_again(Fixture *fixture)
{
    pga_lint_trace_free(run(fixture,
                            "ROLLBACK; DROP SCHEMA IF EXISTS w CASCADE;"
                            "DROP SCHEMA IF EXISTS w2, w9 CASCADE",
                            FALSE, TRUE, 0));
    make_base(fixture);
}

static guint
count_statements(const char *sql)
{
    g_autoptr(PgaScript) script = pga_script_parse(sql, strlen(sql), "form", NULL);

    return script ? script->statements->len : 0;
}

static void
report(Fixture *fixture, const char *form, const PgaLintTrace *trace)
{
    if (!trace || trace->disagreements->len == 0)
        return;
    fixture->n_disagreeing++;
    for (guint i = 0; i < trace->disagreements->len; i++)
        g_test_message("%u %s: %s", fixture->major, form,
                       (char *)g_ptr_array_index(trace->disagreements, i));
}

static void
try_form(Fixture *fixture, json_t *form)
{
    const char *name = json_string_value(json_object_get(form, "form"));
    const char *setup = json_string_value(json_object_get(form, "setup"));
    const char *note = json_string_value(json_object_get(form, "note"));
    const gboolean alone = json_is_false(json_object_get(form, "in_transaction"));
    g_autoptr(GString) before = g_string_new(setup ? setup : NULL);
    g_autofree char *text = NULL;
    PgaLintTrace *trace;

    if (setup)
        g_string_append(before, ";\n");
    if (!alone)
        g_string_append(before, "BEGIN;\n");
    if (note && g_str_has_prefix(note, "tz="))
        g_string_append_printf(before, "SET LOCAL TimeZone = '%s';\n", note + 3);
    text =
        g_strdup_printf("%s%s;\n%s", before->str, json_string_value(json_object_get(form, "sql")),
                        alone ? "" : "ROLLBACK;\n");
    read_base(fixture);
    trace = run(fixture, text, TRUE, TRUE, before->len ? count_statements(before->str) + 1 : 1);
    report(fixture, name, trace);
    pga_lint_trace_free(trace);
    if (alone || setup)
        make_base_again(fixture);
}

static void
test_matrix(gconstpointer data)
{
    const PgaTestServer *server = data;
    const PgaMigrationFile extensions = {.path = (char *)"e.sql",
                                         .text = (char *)"create extension citext"};
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    const PgaSourceRequest from = {.bindir = server->bindir};
    const PgaLintTraceRequest request = {
        .from = &from, .files = files, .version = server->major * 10000};
    Fixture fixture = {.major = server->major};
    g_autoptr(GError) error = NULL;
    json_t *form;
    size_t i;

    if (!matrix) {
        g_test_skip("there is no lock matrix");
        return;
    }
    g_file_get_contents(PGA_SOURCE_ROOT "/tests/data/lint/matrix.sql", &fixture.base, NULL, NULL);
    g_assert_nonnull(fixture.base);
    g_ptr_array_add(files, (gpointer)&extensions);
    fixture.tracing = pga_lint_tracing_open(&request, &error);
    g_assert_no_error(error);
    make_base(&fixture);
    json_array_foreach(matrix, i,
                       form) if (!is_excused(json_string_value(json_object_get(form, "form"))))
        try_form(&fixture, form);
    g_test_message("%u: %u told, %u disagree", fixture.major, fixture.n_known,
                   fixture.n_disagreeing);
    pga_lint_tracing_free(fixture.tracing);
    pga_state_free(fixture.state);
    g_free(fixture.base);
    g_assert_cmpuint(fixture.n_known, >=, FEWEST_KNOWN);
    g_assert_cmpuint(fixture.n_disagreeing, ==, 0);
}

int
main(int argc, char **argv)
{
    const char *shared = g_getenv("PGA_SHARED");
    g_autofree char *path = g_build_filename(shared ? shared : PGA_SOURCE_ROOT "/../shared",
                                             "facts/lock-matrix.json", NULL);
    g_autofree char *cache = g_dir_make_tmp("labcache-XXXXXX", NULL);
    const GPtrArray *servers = pga_test_servers();
    int status;

    g_test_init(&argc, &argv, NULL);
    g_setenv("XDG_CACHE_HOME", cache, TRUE);
    g_unsetenv("PGARCHITECT_PG_BINDIR");
    matrix = json_load_file(path, 0, NULL);
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);
        g_autofree char *name = g_strdup_printf("/app/lint-matrix/told-as-seen/%u", server->major);

        if (server->major >= 14)
            g_test_add_data_func(name, server, test_matrix);
    }
    status = g_test_run();
    json_decref(matrix);
    pga_directory_remove_tree(cache, NULL);
    return status;
}
