/* --baseline: what is read, and where a complaint points to. */
#include "parse/baseline.h"
#include <base/error.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const int fd = g_file_open_tmp("pga-baseline-XXXXXX", &fixture->path, NULL);

    g_assert_cmpint(fd, >=, 0);
    close(fd);
}

static void
tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_unlink(fixture->path);
    g_free(fixture->path);
}

static PgaBaseline *
read_text(const Fixture *fixture, const char *text, GError **error)
{
    g_assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    return pga_baseline_read(fixture->path, error);
}

static void
test_read(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaBaseline) baseline = read_text(
        fixture,
        "{\n  \"baseline\": 1,\n  \"findings\": [\n"
        "    {\"fingerprint\": \"0123456789abcdef\", \"rule\": \"a\", \"object\": \"\\\"o\\\"\"},\n"
        "    {\"fingerprint\": \"0123456789abcdef\", \"rule\": \"twice\"},\n"
        "    {\"fingerprint\": \"00000000000000ff\", \"rule\": \"b\"}\n  ]\n}\n",
        &error);
    const PgaBaselineEntry *entry;

    g_assert_no_error(error);
    g_assert_cmpstr(baseline->path, ==, fixture->path);
    g_assert_cmpuint(g_hash_table_size(baseline->entries), ==, 2);
    entry = g_hash_table_lookup(baseline->entries, "0123456789abcdef");
    g_assert_cmpstr(entry->rule, ==, "a");
    g_assert_cmpstr(entry->object, ==, "\"o\"");
    entry = g_hash_table_lookup(baseline->entries, "00000000000000ff");
    g_assert_null(entry->object);
    g_assert_false(entry->seen);
}

/* More than what other files may hold. */
static void
test_large(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    enum { N_ENTRIES = 50000 };
    g_autoptr(GString) text = g_string_new("{\"baseline\": 1, \"findings\": [");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaBaseline) baseline = NULL;

    for (guint i = 0; i < N_ENTRIES; i++)
        g_string_append_printf(
            text, "%s\n{\"fingerprint\": \"%016x\", \"rule\": \"r\", \"object\": \"public.t%u\"}",
            i ? "," : "", i, i);
    g_string_append(text, "]}\n");
    baseline = read_text(fixture, text->str, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_hash_table_size(baseline->entries), ==, N_ENTRIES);
}

typedef struct {
    const char *text, *message, *place;
} Refusal;

static void
test_refused(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const Refusal cases[] = {
        {"[1]", "keys with values expected, not a list", ", line 1, column 1."},
        {"findings: []\n", "key \"baseline\" is missing", ", line 1, column 1."},
        {"baseline: [1]\nfindings: []\n", "a single value expected, not a list",
         ", line 1, column 11, key baseline."},
        {"baseline: 2\nfindings: []\n", "baseline of version \"2\" cannot be read",
         ", line 1, column 11, key baseline."},
        {"baseline: 1\n", "key \"findings\" is missing", ", line 1, column 1."},
        {"baseline: 1\nfindings: x\n", "a list expected, not a single value",
         ", line 2, column 11, key findings."},
        {"baseline: 1\nfinding: []\n", "key \"finding\" is not known", ", line 2, column 1."},
        {"baseline: 1\nfindings:\n- x\n", "keys with values expected, not a single value",
         ", line 3, column 3, key findings."},
        {"baseline: 1\nfindings:\n- {rule: r}\n", "key \"fingerprint\" is missing",
         ", line 3, column 3, key findings."},
        {"baseline: 1\nfindings:\n- {fingerprint: 0123456789abcdef}\n", "key \"rule\" is missing",
         ", line 3, column 3, key findings."},
        {"baseline: 1\nfindings:\n- {fingerprint: 0123456789ABCDEF, rule: r}\n",
         "fingerprint \"0123456789ABCDEF\" is none", ", line 3, column 3, key findings."},
        {"baseline: 1\nfindings:\n- {fingerprint: 0123456789abcdef, rule: r, object: [o]}\n",
         "a single value expected, not a list", ", line 3, column 52, key findings."},
        {"baseline: 1\nfindings:\n- {fingerprint: 0123456789abcdef, rules: r}\n",
         "key \"rules\" is not known", ", line 3, column 35, key findings."},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *detail = g_strconcat(fixture->path, cases[i].place, NULL);

        g_assert_null(read_text(fixture, cases[i].text, &error));
        g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
        g_assert_cmpstr(error->message, ==, cases[i].message);
        g_assert_cmpstr(pga_error_get_detail(error), ==, detail);
    }
}

static void
test_no_yaml(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(read_text(fixture, "{\"baseline\": 1,\n\"findings\": [}", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    g_assert_nonnull(strstr(pga_error_get_detail(error), ", line 2, column "));
    g_clear_error(&error);
    g_assert_null(pga_baseline_read("/nonexistent", &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
}

#define ADD(name, function) g_test_add(name, Fixture, NULL, set_up, function, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/parse/baseline/first-of-two-counts", test_read);
    ADD("/parse/baseline/large", test_large);
    ADD("/parse/baseline/refused-with-place", test_refused);
    ADD("/parse/baseline/neither-json-nor-yaml", test_no_yaml);
    return g_test_run();
}
