/* Every rule of Django projects reports on its own example. */
#include "django_case.h"

static void
test_examples(void)
{
    guint n_rules;
    const PgaRule *const *rules = pga_rules(&n_rules);

    for (guint i = 0; i < n_rules; i++) {
        g_autoptr(DjangoJudged) judged = NULL;

        if (rules[i]->inputs != PGA_INPUTS_DJANGO || !rules[i]->example)
            continue;
        judged = django_judge(rules[i]->id, rules[i]->example, NULL);
        if (!judged)
            return;
        if (judged->findings->len == 0)
            g_test_fail_printf("%s:\n%s", rules[i]->id, rules[i]->example);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/django-examples/each-is-reported", test_examples);
    return g_test_run();
}
