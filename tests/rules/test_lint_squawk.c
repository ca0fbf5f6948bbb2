/* The test cases of squawk, another linter: each of its expectations is ours too, or stands with
 * its reason in docs/lint-differences.md, and nothing stands there that is not so. */
#include <string.h>

#include <jansson.h>

#include "lint.h"

#define DIFFERENCES PGA_SOURCE_ROOT "/docs/lint-differences.md"
#define FIRST_CELL  "| `squawk/"

/* Its rule that covers two of ours, where the one table of peers names one. */
static const struct {
    const char *theirs, *ours;
} also[] = {
    {"require-timeout-settings", "missing-statement-timeout"},
};

/* (transfer full) (nullable): of the reference material. */
static char *
shared_path(const char *name)
{
    const char *shared = g_getenv("PGA_SHARED");
    char *path = g_build_filename(shared ? shared : PGA_SHARED, name, NULL);

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        g_clear_pointer(&path, g_free);
    return path;
}

static void
add_peer(GHashTable *peers, const char *theirs, const char *ours)
{
    GPtrArray *rules = g_hash_table_lookup(peers, theirs);

    if (!pga_rule_by_id(ours))
        return;
    if (!rules) {
        rules = g_ptr_array_new_null_terminated(2, g_free, TRUE);
        g_hash_table_insert(peers, g_strdup(theirs), rules);
    }
    g_ptr_array_add(rules, g_strdup(ours));
}

/* "a, b", "a (alias b)"; what stands in other parentheses is no equal. */
static void
add_peers(GHashTable *peers, const char *theirs, const char *ours)
{
    g_auto(GStrv) names = g_strsplit(theirs, ",", -1);

    for (guint i = 0; names[i]; i++) {
        const char *alias = strstr(names[i], "(alias ");
        char *parenthesis = strchr(names[i], '(');

        if (alias) {
            g_autofree char *name = g_strndup(alias + 7, strcspn(alias + 7, ")"));

            add_peer(peers, name, ours);
        }
        if (parenthesis)
            *parenthesis = '\0';
        if (!parenthesis || alias)
            add_peer(peers, g_strstrip(names[i]), ours);
    }
}

/* (transfer full): its rules, each with those of ours. */
static GHashTable *
read_peers(const char *path)
{
    GHashTable *peers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    json_t *rules = json_load_file(path, 0, NULL), *rule;
    size_t i;

    g_assert_nonnull(rules);
    json_array_foreach(rules, i, rule)
    {
        const char *theirs =
            json_string_value(json_object_get(json_object_get(rule, "peers"), "squawk"));

        if (theirs)
            add_peers(peers, theirs, json_string_value(json_object_get(rule, "id")));
    }
    json_decref(rules);
    for (guint j = 0; j < G_N_ELEMENTS(also); j++)
        add_peer(peers, also[j].theirs, also[j].ours);
    return peers;
}

/* (transfer full): ids of the first column. */
static GHashTable *
read_differences(void)
{
    GHashTable *ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    g_autoptr(GError) error = NULL;

    g_file_get_contents(DIFFERENCES, &text, NULL, &error);
    g_assert_no_error(error);
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        const char *id = lines[i] + 3;

        if (!g_str_has_prefix(lines[i], FIRST_CELL))
            continue;
        g_assert_true(g_hash_table_add(ids, g_strndup(id, strcspn(id, "`"))));
    }
    return ids;
}

static gboolean
has_rule(const GPtrArray *rules, const char *id)
{
    for (guint i = 0; i < rules->len; i++)
        if (g_str_equal(g_ptr_array_index(rules, i), id))
            return TRUE;
    return FALSE;
}

/* (transfer full): lines on which one of @rules reports. */
static GHashTable *
run_case(const json_t *record, const GPtrArray *rules)
{
    g_autoptr(Lint) lint = lint_new();
    g_autofree char *all = NULL;
    GHashTable *lines = g_hash_table_new(NULL, NULL);
    GPtrArray *findings;

    lint->version =
        (guint)(10000 * g_ascii_strtoull(json_string_value(json_object_get(record, "pg_version")),
                                         NULL, 10));
    lint->single = json_is_true(json_object_get(record, "assume_in_transaction"));
    for (guint i = 0; i < rules->len; i++)
        lint_switch_on(lint, g_ptr_array_index(rules, i));
    pga_rule_setting_set_threshold(pga_configuration_set_rule(lint->configuration, "prefer-bigint"),
                                   "strict", 1);
    lint->only_these = (const char *const *)rules->pdata;
    lint_file(lint, "migration.sql", json_string_value(json_object_get(record, "sql")));
    all = lint_end(lint);
    g_test_message("ours: %s", all);
    findings = pga_lint_findings(lint->lint);
    for (guint i = 0; i < findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(findings, i);

        if (has_rule(rules, finding->rule))
            g_hash_table_add(lines, GUINT_TO_POINTER(finding->line));
    }
    return lines;
}

/* Number of the statement that the line is in: we say once a statement what they say of each line
 * of it. */
static guint
statement_at(const char *sql, guint line)
{
    guint statement = 0;

    for (guint at = 1; at < line && *sql; at++) {
        const gsize length = strcspn(sql, "\n");

        statement += length > 0 && sql[length - 1] == ';';
        sql += length + (sql[length] != '\0');
    }
    return statement;
}

static gboolean
has_line(const char *sql, GHashTable *ours, guint wanted)
{
    GHashTableIter each;
    gpointer line;

    g_hash_table_iter_init(&each, ours);
    while (g_hash_table_iter_next(&each, &line, NULL))
        if (statement_at(sql, GPOINTER_TO_UINT(line)) == statement_at(sql, wanted))
            return TRUE;
    return FALSE;
}

static gboolean
agrees(const json_t *record, GHashTable *ours)
{
    const json_t *lines = json_object_get(record, "lines");
    const char *sql = json_string_value(json_object_get(record, "sql"));
    size_t i;
    json_t *line;

    if (json_is_true(json_object_get(record, "ok")))
        return g_hash_table_size(ours) == 0;
    json_array_foreach(lines, i, line)
    {
        if (!has_line(sql, ours, (guint)json_integer_value(line)))
            return FALSE;
    }
    return g_hash_table_size(ours) > 0;
}

/* Whether the table says the truth about it. */
static gboolean
judge_case(const json_t *record, GHashTable *peers, GHashTable *differences)
{
    const char *id = json_string_value(json_object_get(record, "id"));
    const char *theirs = json_string_value(json_object_get(record, "rule"));
    const GPtrArray *rules = g_hash_table_lookup(peers, theirs);
    g_autoptr(GHashTable) ours = NULL;
    gboolean agreed, listed;

    g_test_message("%s (%s): %s", id, theirs, json_string_value(json_object_get(record, "sql")));
    g_assert_nonnull(rules);
    ours = run_case(record, rules);
    agreed = agrees(record, ours);
    listed = g_hash_table_remove(differences, id);
    if (agreed == listed)
        g_test_message("WRONG %s: %s", id, agreed ? "listed, but agrees" : "differs, not listed");
    return agreed != listed;
}

static void
test_expectations(void)
{
    g_autofree char *cases = shared_path("fixtures/lint-squawk.jsonl");
    g_autofree char *rules = shared_path("rules/migration-rules.json");
    g_autoptr(GHashTable) peers = NULL, differences = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    guint n_cases = 0, n_wrong = 0;

    if (!cases || !rules) {
        g_test_skip("the reference material is not there");
        return;
    }
    peers = read_peers(rules);
    differences = read_differences();
    g_assert_true(g_file_get_contents(cases, &text, NULL, NULL));
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        json_t *record = json_loads(lines[i], 0, NULL);

        n_cases += record != NULL;
        n_wrong += record && !judge_case(record, peers, differences);
        json_decref(record);
    }
    g_assert_cmpuint(n_cases, ==, 343);
    g_assert_cmpuint(n_wrong, ==, 0);
    g_assert_cmpuint(g_hash_table_size(differences), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint-squawk/expectations", test_expectations);
    return g_test_run();
}
