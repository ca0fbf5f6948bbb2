/* The file of plans: what is read, what is refused and how that is said. */
#include "parse/plan_baseline.h"
#include <base/error.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define FINGERPRINT "\"fingerprint\": \"0123456789abcdef\""
#define SAMPLE(cost)                                                                               \
    "{\"text\": \"SELECT 1\", \"share\": 1, \"generic\": false, \"cost\": " cost                   \
    ", \"failure\": null, \"plan\": [\"Result\", \"  x\"]}"
#define STATEMENT(fields, samples)                                                                 \
    "{\"plan_baseline\": 1, \"source\": \"s\", \"lab\": null, \"statistics\": true, "              \
    "\"statements\": [{" fields ", \"text\": \"SELECT $1\", \"calls\": 3, \"samples\": [" samples  \
    "]}]}"

/** A file that is refused, and what is said of it. */
typedef struct {
    const char *name, *text, *says;
} Refused;

static const Refused refused[] = {
    {"empty", "", "no JSON"},
    {"garbage", "\x7f\x45LF\x02\x01 no plan", "no JSON"},
    {"cut", "{\"plan_baseline\": 1, \"source\": \"s\", \"statements\": [{\"fing", "no JSON"},
    {"list", "[1, 2]", "plan_baseline"},
    {"other-json", "{\"baseline\": 1, \"findings\": []}", "plan_baseline"},
    {"older-version", "{\"plan_baseline\": 0}", "version 0"},
    {"newer-version", "{\"plan_baseline\": 2, \"statements\": []}", "version 2"},
    {"huge-version", "{\"plan_baseline\": 99999999999999999999999999}", "no JSON"},
    {"version-of-words", "{\"plan_baseline\": \"1\"}", "plan_baseline"},
    {"no-statements", "{\"plan_baseline\": 1, \"source\": \"s\"}", "Field statements"},
    {"no-source", "{\"plan_baseline\": 1, \"statements\": []}", "Field source"},
    {"no-word-on-statistics", "{\"plan_baseline\": 1, \"source\": \"s\", \"statements\": []}",
     "Field statistics"},
    {"twice", "{\"plan_baseline\": 1, \"plan_baseline\": 1}", "no JSON"},
    {"huge-cost", STATEMENT(FINGERPRINT, SAMPLE("1e999")), "no JSON"},
    {"large-cost", STATEMENT(FINGERPRINT, SAMPLE("1e300")), "Statement 1, field cost"},
    {"cost-below-nothing", STATEMENT(FINGERPRINT, SAMPLE("-1")), "Statement 1, field cost"},
    {"cost-of-words", STATEMENT(FINGERPRINT, SAMPLE("\"9\"")), "Statement 1, field cost"},
    {"no-samples", STATEMENT(FINGERPRINT, ""), "Statement 1, field samples"},
    {"sample-is-none", STATEMENT(FINGERPRINT, "7"), "Statement 1, field text"},
    {"short-fingerprint", STATEMENT("\"fingerprint\": \"0123\"", SAMPLE("1")), "field fingerprint"},
    {"long-fingerprint", STATEMENT("\"fingerprint\": \"0123456789abcdef0\"", SAMPLE("1")),
     "field fingerprint"},
    {"nul", "{\"plan_baseline\": 1, \"source\": \"s\\u0000\", \"statements\": []}", "no JSON"},
};

static PgaPlannedState *
read_bytes(const char *bytes, gssize length, GError **error)
{
    g_autofree char *path = NULL;
    const int fd = g_file_open_tmp("pga-plans-XXXXXX", &path, NULL);
    PgaPlannedState *state;

    g_assert_cmpint(fd, >=, 0);
    close(fd);
    g_assert_true(g_file_set_contents(path, bytes, length, NULL));
    state = pga_plan_baseline_read(path, error);
    g_unlink(path);
    return state;
}

static void
test_refused(gconstpointer data)
{
    const Refused *c = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPlannedState) state = read_bytes(c->text, -1, &error);
    const char *detail;

    g_assert_null(state);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    detail = pga_error_get_detail(error);
    g_test_message("%s: %s", error->message, detail);
    g_assert_true(strstr(error->message, c->says) || (detail && strstr(detail, c->says)));
}

static void
test_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPlannedState) state =
        read_bytes(STATEMENT(FINGERPRINT, SAMPLE("8.25") ", " SAMPLE("null")), -1, &error);
    const PgaPlannedStatement *statement;
    const PgaPlannedText *text;

    g_assert_no_error(error);
    g_assert_cmpstr(state->source, ==, "s");
    g_assert_null(state->lab);
    g_assert_true(state->has_statistics);
    statement = g_ptr_array_index(state->statements, 0);
    g_assert_cmpstr(statement->text, ==, "SELECT $1");
    g_assert_cmpfloat(statement->calls, ==, 3);
    g_assert_cmpuint(statement->texts->len, ==, 2);
    text = g_ptr_array_index(statement->texts, 0);
    g_assert_cmpfloat(text->cost, ==, 8.25);
    g_assert_cmpstr(text->plan, ==, "Result\n  x");
    text = g_ptr_array_index(statement->texts, 1);
    g_assert_cmpfloat(text->cost, <, 0);
    g_assert_null(text->plan);
}

/* A value takes more memory than its text. */
static void
test_many_values(void)
{
    g_autoptr(GString) text = g_string_new("{\"plan_baseline\": [");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPlannedState) state = NULL;

    for (guint i = 0; i < 2100000; i++)
        g_string_append(text, "1,");
    g_string_append(text, "1]}");
    state = read_bytes(text->str, (gssize)text->len, &error);
    g_assert_null(state);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "more values"));
}

/* Brackets without an end are no stack without one. */
static void
test_deep(void)
{
    g_autofree char *deep = g_strnfill(1000000, '[');
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPlannedState) state = read_bytes(deep, -1, &error);

    g_assert_null(state);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

static void
test_long_name(void)
{
    g_autofree char *name = g_strnfill(5000, 'a');
    g_autofree char *text =
        g_strdup_printf("{\"plan_baseline\": 1, \"source\": \"%s\", \"statements\": []}", name);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPlannedState) state = read_bytes(text, -1, &error);

    g_assert_null(state);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

static void
test_no_file(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPlannedState) state = pga_plan_baseline_read("/nowhere/plans.json", &error);

    g_assert_null(state);
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "/nowhere/plans.json"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *name = g_strdup_printf("/parse/plan-baseline/refuses/%s", refused[i].name);

        g_test_add_data_func(name, &refused[i], test_refused);
    }
    g_test_add_func("/parse/plan-baseline/reads-what-is-there", test_read);
    g_test_add_func("/parse/plan-baseline/refuses/many-values", test_many_values);
    g_test_add_func("/parse/plan-baseline/refuses/deep-nesting", test_deep);
    g_test_add_func("/parse/plan-baseline/refuses/long-name", test_long_name);
    g_test_add_func("/parse/plan-baseline/refuses/no-file", test_no_file);
    return g_test_run();
}
