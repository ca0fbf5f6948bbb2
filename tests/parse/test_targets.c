/* The file of clusters. */
#include <base/error.h>
#include <parse/targets.h>
#include <string.h>
#include <unistd.h>

static GPtrArray *
read_text(const char *text, GError **error)
{
    g_autofree char *path = NULL;
    const int fd = g_file_open_tmp("targets-XXXXXX.yaml", &path, NULL);
    GPtrArray *targets;

    close(fd);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    targets = pga_targets_read(path, error);
    unlink(path);
    return targets;
}

static void
test_whole(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) targets = read_text("targets:\n"
                                             "  - name: main\n"
                                             "    source: host=db1\n"
                                             "    databases: all\n"
                                             "    exclude: [scratch, \"test_*\"]\n"
                                             "  - {name: two, source: 'host=db2', "
                                             "databases: [a, b]}\n"
                                             "  - {name: three, source: service=three}\n",
                                             &error);
    const PgaTarget *target;

    g_assert_no_error(error);
    g_assert_cmpuint(targets->len, ==, 3);
    target = g_ptr_array_index(targets, 0);
    g_assert_cmpstr(target->name, ==, "main");
    g_assert_cmpstr(target->source, ==, "host=db1");
    g_assert_true(target->all);
    g_assert_true(pga_target_excludes(target, "scratch"));
    g_assert_true(pga_target_excludes(target, "test_7"));
    g_assert_false(pga_target_excludes(target, "shop"));
    target = g_ptr_array_index(targets, 1);
    g_assert_false(target->all);
    g_assert_cmpuint(target->databases->len, ==, 2);
    target = g_ptr_array_index(targets, 2);
    g_assert_cmpuint(target->databases->len, ==, 0);
}

static void
test_one_server(void)
{
    g_autoptr(GPtrArray) targets = pga_targets_all_of("server", NULL);
    const PgaTarget *target = g_ptr_array_index(targets, 0);

    g_assert_true(target->all);
    g_assert_null(target->source);
}

typedef struct {
    const char *name, *text, *message, *place;
} Refusal;

static const Refusal refusals[] = {
    {"empty", "", "lists no targets", NULL},
    {"no-list", "targets: main", "targets", "line 1"},
    {"unknown-key", "targets: []\ntarget: []", "target", "line 2"},
    {"unknown-field", "targets:\n  - name: a\n    sorce: x", "sorce", "line 3"},
    {"no-source", "targets:\n  - name: a", "no \"source\"", "line 2"},
    {"no-name", "targets:\n  - source: a", "no \"name\"", "line 2"},
    {"empty-name", "targets:\n  - name: ''\n    source: a", "is empty", "line 2"},
    {"twice", "targets:\n  - {name: a, source: x}\n  - {name: a, source: y}", "two targets",
     "line 3"},
    {"not-all", "targets:\n  - {name: a, source: x, databases: every}", "neither \"all\"",
     "line 2"},
    {"nested", "targets:\n  - {name: a, source: x, databases: [[b]]}", "databases", "line 2"},
    {"no-mapping", "- a", NULL, "line 1"},
    {"text-as-target", "targets:\n  - a", NULL, "line 2"},
    {"exclude-text", "targets:\n  - {name: a, source: x, exclude: b}", "exclude", "line 2"},
    {"source-list", "targets:\n  - {name: a, source: [x]}", "source", "line 2"},
};

static void
test_refusal(gconstpointer data)
{
    const Refusal *refusal = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *all = NULL;

    g_assert_null(read_text(refusal->text, &error));
    g_assert_error(error, PGA_ERROR, PGA_ERROR_INPUT);
    all = g_strconcat(error->message, "\n", pga_error_get_detail(error), NULL);
    if (refusal->message && !strstr(all, refusal->message))
        g_error("\"%s\" lacks \"%s\"", all, refusal->message);
    if (refusal->place && !strstr(all, refusal->place))
        g_error("\"%s\" lacks \"%s\"", all, refusal->place);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/targets/whole", test_whole);
    g_test_add_func("/parse/targets/one-server", test_one_server);
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/parse/targets/refuses/%s", refusals[i].name);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    return g_test_run();
}
