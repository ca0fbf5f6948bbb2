/* Comments that suppress findings of a Django project, and those with nothing to suppress. */
#include "django_case.h"

#include <rules/django_suppression.h>
#include <string.h>

/** What is left of a rule's findings. */
typedef struct {
    const char *name, *text;
    const char *left; /* lines of findings of dj-nullable-string, "unused" ones as "U4" */
    guint n_suppressed;
} Case;

#define FIELD "    note = models.CharField(max_length=9, null=True)"

static const Case cases[] = {
    {"none", "class A(models.Model):\n" FIELD "\n", "3", 0},
    {"same-line",
     "class A(models.Model):\n" FIELD "  # pgarchitect: ignore dj-nullable-string -- known\n", "",
     1},
    {"line-above",
     "class A(models.Model):\n    # pgarchitect: ignore dj-nullable-string\n" FIELD "\n", "", 1},
    {"two-lines-above",
     "class A(models.Model):\n    # pgarchitect: ignore dj-nullable-string\n    # why it "
     "is\n\n" FIELD "\n",
     "", 1},
    {"last-line-of-the-statement",
     "class A(models.Model):\n    note = models.CharField(\n        max_length=9,\n"
     "        null=True,\n    )  # pgarchitect: ignore dj-nullable-string\n",
     "", 1},
    {"above-a-long-statement",
     "class A(models.Model):\n    # pgarchitect: ignore dj-nullable-string\n"
     "    note = models.CharField(\n        max_length=9,\n        null=True,\n    )\n",
     "", 1},
    {"class", "class A(models.Model):  # pgarchitect: ignore dj-nullable-string\n" FIELD "\n", "",
     1},
    {"above-the-class",
     "# pgarchitect: ignore dj-nullable-string\n@final\nclass A(models.Model):\n" FIELD "\n", "",
     1},
    {"another-class",
     "class B(models.Model):  # pgarchitect: ignore dj-nullable-string\n    pass\n\n"
     "class A(models.Model):\n" FIELD "\n",
     "U2 6", 0},
    {"line-below",
     "class A(models.Model):\n" FIELD "\n    # pgarchitect: ignore dj-nullable-string\n", "3 U4",
     0},
    {"file", "# pgarchitect: ignore-file dj-nullable-string\nclass A(models.Model):\n" FIELD "\n",
     "", 1},
    {"file-in-vain",
     "# pgarchitect: ignore-file dj-float-money\nclass A(models.Model):\n" FIELD "\n", "U2 4", 0},
    {"narrower-than-the-file",
     "# pgarchitect: ignore-file dj-nullable-string\nclass A(models.Model):\n" FIELD
     "  # pgarchitect: ignore dj-nullable-string\n",
     "U2", 1},
    {"several-rules",
     "class A(models.Model):\n" FIELD
     "  # pgarchitect: ignore dj-float-money, dj-nullable-string: known\n",
     "U3", 1},
    {"no-such-rule", "class A(models.Model):\n" FIELD "  # pgarchitect: ignore dj-nul\n", "3 U3",
     0},
    {"another-verbs-rule", "class A(models.Model):\n" FIELD "  # pgarchitect: ignore drop-table\n",
     "3", 0},
    {"no-rule", "class A(models.Model):\n" FIELD "  # pgarchitect: ignore\n", "3 U3", 0},
    {"no-rule-but-a-reason", "class A(models.Model):\n" FIELD "  # pgarchitect: ignore -- known\n",
     "3 U3", 0},
    {"another-word",
     "class A(models.Model):\n" FIELD "  # pgarchitect: ignored dj-nullable-string\n", "3", 0},
    {"another-comment",
     "class A(models.Model):\n" FIELD "  # pgarchitect: see dj-nullable-string\n", "3", 0},
    {"in-a-string",
     "class A(models.Model):\n    '''# pgarchitect: ignore dj-nullable-string'''\n" FIELD "\n", "4",
     0},
    {"mentioned",
     "class A(models.Model):\n" FIELD "  # see pgarchitect: ignore dj-nullable-string\n", "3", 0},
    {"last-line", "class A(models.Model):\n" FIELD "\n# pgarchitect: ignore dj-nullable-string",
     "3 U4", 0},
};

static PgaDjangoSource
source_of(const DjangoJudged *judged, PgaConfiguration *configuration)
{
    return (PgaDjangoSource){.project = judged->project,
                             .code = judged->code,
                             .queries = judged->queries,
                             .pg_version = 170000,
                             .configuration = configuration};
}

/* (transfer full): "3 U4" */
static char *
left(const GPtrArray *findings)
{
    GString *out = g_string_new(NULL);

    for (guint line = 0; line < 20; line++)
        for (guint i = 0; i < findings->len; i++) {
            const PgaFinding *finding = g_ptr_array_index(findings, i);

            if (finding->line == line)
                g_string_append_printf(out, "%s%s%u", out->len ? " " : "",
                                       g_str_equal(finding->rule, "unused-suppression") ? "U" : "",
                                       line);
        }
    return g_string_free(out, FALSE);
}

static GPtrArray *
suppress(DjangoJudged *judged, const PgaDjangoSource *source)
{
    GPtrArray *suppressed = g_ptr_array_new_with_free_func((GDestroyNotify)pga_finding_free);

    pga_django_suppress(source, judged->findings, suppressed);
    return suppressed;
}

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autofree char *text = g_strconcat("# shop/models.py\n", one->text, NULL);
    g_autoptr(DjangoJudged) judged = django_judge("dj-nullable-string", text, NULL);
    g_autoptr(GPtrArray) suppressed = NULL;
    g_autofree char *found = NULL;
    PgaDjangoSource source;

    if (!judged)
        return;
    source = source_of(judged, NULL);
    suppressed = suppress(judged, &source);
    found = left(judged->findings);
    g_assert_cmpstr(found, ==, one->left);
    g_assert_cmpuint(suppressed->len, ==, one->n_suppressed);
}

static void
test_reasons(void)
{
    g_autoptr(DjangoJudged) judged =
        django_judge("dj-nullable-string",
                     "# shop/models.py\nclass A(models.Model):\n" FIELD
                     "  # pgarchitect: ignore dj-nullable-string -- known since 2019 \nclass "
                     "B(models.Model):\n" FIELD "  # pgarchitect: ignore dj-nullable-string\n",
                     NULL);
    g_autoptr(GPtrArray) suppressed = NULL;
    PgaDjangoSource source;

    if (!judged)
        return;
    source = source_of(judged, NULL);
    suppressed = suppress(judged, &source);
    g_assert_cmpuint(suppressed->len, ==, 2);
    g_assert_cmpstr(((PgaFinding *)g_ptr_array_index(suppressed, 0))->reason, ==,
                    "known since 2019");
    g_assert_cmpstr(((PgaFinding *)g_ptr_array_index(suppressed, 1))->reason, ==,
                    "a comment in the file suppresses it");
}

/* Of a rule that was not asked nobody knows whether it would have found anything. */
static void
test_not_judged(void)
{
    static const char text[] = "# shop/models.py\nclass A(models.Model):\n"
                               "    note = 1  # pgarchitect: ignore dj-nullable-string, dj-no\n";
    static const char *const only[] = {"dj-float-money", NULL};
    g_autoptr(DjangoJudged) judged = django_judge("dj-nullable-string", text, NULL);
    g_autoptr(PgaConfiguration) off = pga_configuration_new();
    g_autoptr(GPtrArray) first = NULL, second = NULL;
    PgaDjangoSource source;

    if (!judged)
        return;
    source = source_of(judged, NULL);
    source.only = only;
    first = suppress(judged, &source);
    g_assert_cmpuint(judged->findings->len, ==, 1);
    g_assert_cmpstr(django_first(judged)->evidence, ==, "There is no rule \"dj-no\".");
    g_ptr_array_set_size(judged->findings, 0);
    pga_configuration_set_rule(off, "unused-suppression")->off = TRUE;
    source = source_of(judged, off);
    second = suppress(judged, &source);
    g_assert_cmpuint(judged->findings->len, ==, 0);
}

/* There `lint` tells of rules that there are not. */
static void
test_migration(void)
{
    g_autoptr(DjangoJudged) judged = django_judge(
        "dj-nullable-string",
        "# shop/migrations/0001_initial.py\n# pgarchitect: ignore-file dj-no, dj-float-money\n",
        NULL);
    g_autoptr(GPtrArray) suppressed = NULL;
    PgaDjangoSource source;

    if (!judged)
        return;
    source = source_of(judged, NULL);
    suppressed = suppress(judged, &source);
    g_assert_cmpuint(judged->findings->len, ==, 1);
    g_assert_cmpstr(django_first(judged)->evidence, ==,
                    "dj-float-money finds nothing in this file.");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/rules/django-suppression/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/rules/django-suppression/reasons", test_reasons);
    g_test_add_func("/rules/django-suppression/not-judged", test_not_judged);
    g_test_add_func("/rules/django-suppression/migration", test_migration);
    return g_test_run();
}
