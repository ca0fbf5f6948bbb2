/* Every rule of migrations reports on its own example. An empty line in it parts the schema before
 * from the migration. */
#include <string.h>

#include "lint.h"

static guint
version_of(const PgaRule *rule)
{
    if (rule->lint.until)
        return (rule->lint.until - 1) * 10000;
    return MAX(rule->lint.since, 17) * 10000;
}

static void
assert_reports(const PgaRule *rule)
{
    const char *blank = strstr(rule->example, "\n\n");
    g_autofree char *before = blank ? g_strndup(rule->example, blank - rule->example) : NULL;
    g_autoptr(Lint) lint = lint_new();

    lint->version = version_of(rule);
    lint->only = rule->id;
    lint_switch_on(lint, rule->id);
    if (before)
        lint_context(lint, before);
    lint_file(lint, "migration.sql", blank ? blank + 2 : rule->example);
    g_free(lint_end(lint));
    if (!lint_finding(lint, rule->id))
        g_test_fail_printf("%s: %s", rule->id, rule->example);
}

static void
test_examples(void)
{
    guint n_rules, n_examples = 0;
    const PgaRule *const *rules = pga_rules(&n_rules);

    for (guint i = 0; i < n_rules; i++)
        if (rules[i]->inputs == PGA_INPUTS_MIGRATION && rules[i]->example) {
            assert_reports(rules[i]);
            n_examples++;
        }
    g_assert_cmpuint(n_examples, >=, 30);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/lint-examples/each-is-reported", test_examples);
    return g_test_run();
}
