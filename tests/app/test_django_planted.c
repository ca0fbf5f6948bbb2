/* Projects with faults on purpose, every rule at least once: each line that a finding is expected
 * at ends with "# expect: id, id", in a template as a comment. Their clean twins do the same things
 * right: nothing is found. What is found and not marked fails like what is marked and not found. */
#include <django/history.h>
#include <django/index.h>
#include <rules/django.h>
#include <rules/django_suppression.h>
#include <rules/rule.h>
#include <string.h>

#include "django_internal.h"

#define MARK     "# expect: "
#define PROJECTS PGA_SOURCE_ROOT "/tests/django/projects/planted/"
#define LACKING  "post_published" /* the one index that the database of the faulty project lacks */

static const char *const rule_files[] = {
#define RULE(name) #name,
#include <rules/django.def>
#undef RULE
};

/* --- a database as the models say, but for what is @lacking (nullable) --- */

static void
add_named(PgaCatalog *catalog, PgaOid relation, const GPtrArray *calls, gboolean are_indexes,
          const char *lacking)
{
    for (guint i = 0; i < calls->len; i++) {
        const char *name = pga_py_argument_text(g_ptr_array_index(calls, i), G_MAXUINT, "name");
        const PgaOid oid = relation + 100 + i;

        if (!name || g_strcmp0(name, lacking) == 0)
            continue;
        if (are_indexes) {
            PgaIndex *index = pga_catalog_add_index(catalog, oid, relation);

            index->nspname = g_strdup("public");
            index->relname = g_strdup(name);
            index->amname = g_strdup("btree");
        } else {
            pga_catalog_add_constraint(catalog, oid + 100, 'c', relation)->conname = g_strdup(name);
        }
    }
}

static PgaCatalog *
catalog_of(const PgaDjangoProject *project, const char *lacking)
{
    PgaCatalog *catalog = pga_catalog_new();

    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);
        const PgaOid oid = 1000 * (i + 1);
        PgaRelation *relation;

        if (model->is_abstract || model->is_proxy || model->file->is_built_in)
            continue;
        relation = pga_catalog_add_relation(catalog, oid, "public", model->table);
        relation->relkind = 'r';
        for (guint j = 0; j < model->fields->len; j++) {
            const PgaDjangoField *field = g_ptr_array_index(model->fields, j);

            if (field->column)
                pga_relation_add_attribute(relation, (gint16)(j + 1), field->column);
        }
        add_named(catalog, oid, model->indexes, TRUE, lacking);
        add_named(catalog, oid, model->constraints, FALSE, lacking);
    }
    pga_catalog_finish(catalog);
    return catalog;
}

/* --- judging, as the verb does it --- */

static GHashTable *
rows_new(void)
{
    GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    double *lines = g_new(double, 1);

    *lines = 60e6;
    g_hash_table_insert(rows, g_strdup("shop.OrderLine"), lines);
    return rows;
}

static void
judge(PgaDjangoWork *work, const char *lacking)
{
    g_autoptr(PgaCatalog) catalog = catalog_of(work->project, lacking);
    g_autoptr(GError) error = NULL;
    const PgaDjangoSource source = {
        .project = work->project,
        .code = work->code,
        .queries = work->queries,
        .catalog = catalog,
        .rows = work->rows,
        .pg_version = work->report->version,
        .configuration = work->configuration,
    };

    pga_django_history_choose(work->project, 0, FALSE);
    pga_django_rules_run(&source, work->report->findings, work->report->not_checked);
    g_assert_true(pga_django_migrations(work, &error));
    g_assert_no_error(error);
    pga_django_suppress(&source, work->report->findings, work->report->set_aside);
}

static PgaDjangoWork *
work_new(const char *folder, const char *lacking)
{
    static const PgaDjangoRequest request = {0};
    g_autofree char *path = g_strconcat(PROJECTS, folder, NULL);
    g_autoptr(GError) error = NULL;
    PgaDjangoWork *work = g_new0(PgaDjangoWork, 1);

    work->request = &request;
    work->report = pga_django_report_new();
    work->report->version = 150000;
    work->configuration = pga_configuration_new();
    work->rows = rows_new();
    work->project = pga_django_project_read_as(path, 0, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(work->project->unread->len, ==, 0);
    work->code = pga_django_code_read(work->project);
    work->queries = pga_django_queries(work->project, work->code);
    judge(work, lacking);
    return work;
}

static void
work_free(PgaDjangoWork *work)
{
    g_ptr_array_unref(work->queries);
    pga_django_code_free(work->code);
    pga_django_project_free(work->project);
    pga_configuration_free(work->configuration);
    pga_django_report_free(work->report);
    g_hash_table_unref(work->rows);
    g_free(work);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDjangoWork, work_free)

/* --- what is marked, what is found --- */

static void
add_marks(const PgaDjangoFile *file, GHashTable *marked, GHashTable *rules)
{
    g_auto(GStrv) lines = g_strsplit(file->text, "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        const char *mark = strstr(lines[i], MARK);
        const char *rest = mark ? mark + strlen(MARK) : "", *end = strstr(rest, " #}");
        g_autofree char *text = g_strndup(rest, end ? (gsize)(end - rest) : strlen(rest));
        g_auto(GStrv) ids = g_strsplit(text, ", ", -1);

        for (guint j = 0; ids[j]; j++) {
            g_hash_table_add(marked, g_strdup_printf("%s:%u %s", file->path, i + 1, ids[j]));
            g_hash_table_add(rules, g_strdup(ids[j]));
        }
    }
}

/* (transfer full): "shop/views.py:12 dj-random-order" of all files; their rules go to @rules. */
static GHashTable *
marks_of(const PgaDjangoProject *project, GHashTable *rules)
{
    GHashTable *marked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < project->files->len; i++) {
        const PgaDjangoFile *file = g_ptr_array_index(project->files, i);

        if (!file->is_built_in)
            add_marks(file, marked, rules);
    }
    for (guint i = 0; i < project->fixtures->len; i++)
        add_marks(g_ptr_array_index(project->fixtures, i), marked, rules);
    for (guint i = 0; i < project->templates->len; i++)
        add_marks(g_ptr_array_index(project->templates, i), marked, rules);
    return marked;
}

static void
add_invented(const PgaDjangoWork *work, GHashTable *marked, GHashTable *found, GPtrArray *wrong)
{
    for (guint i = 0; i < work->report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(work->report->findings, i);
        char *key = g_strdup_printf("%s:%u %s", finding->file ? finding->file : "-", finding->line,
                                    finding->rule);

        if (!g_hash_table_contains(marked, key))
            g_ptr_array_add(wrong, g_strdup_printf("invented %s: %s: %s", key, finding->object,
                                                   finding->evidence));
        g_hash_table_add(found, key);
    }
}

static void
add_missed(GHashTable *marked, GHashTable *found, GPtrArray *wrong)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, marked);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_hash_table_contains(found, key))
            g_ptr_array_add(wrong, g_strdup_printf("missed %s", (const char *)key));
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The rules that are marked in it go to @rules. */
static void
check_project(const char *folder, const char *lacking, GHashTable *rules)
{
    g_autoptr(PgaDjangoWork) work = work_new(folder, lacking);
    g_autoptr(GHashTable) marked = marks_of(work->project, rules);
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) wrong = g_ptr_array_new_with_free_func(g_free);

    add_invented(work, marked, found, wrong);
    add_missed(marked, found, wrong);
    g_ptr_array_sort(wrong, compare_texts);
    if (wrong->len > 0) {
        g_autofree char *text = NULL;

        g_ptr_array_add(wrong, NULL);
        text = g_strjoinv("\n", (char **)wrong->pdata);
        g_test_fail_printf("%s:\n%s", folder, text);
    }
}

static gboolean
is_skipped(void)
{
    if (!pga_python_is_available())
        g_test_skip("built without the grammar of Python");
    return !pga_python_is_available();
}

static void
test_faulty(void)
{
    g_autoptr(GHashTable) rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    if (is_skipped())
        return;
    check_project("faulty", LACKING, rules);
    check_project("faulty_office", NULL, rules);
    for (guint i = 0; i < G_N_ELEMENTS(rule_files); i++) {
        g_autofree char *id = g_strdelimit(g_strdup(rule_files[i]), "_", '-');

        g_assert_nonnull(pga_rule_by_id(id));
        if (!g_hash_table_contains(rules, id))
            g_test_fail_printf("no line expects %s", id);
    }
}

static void
test_clean(void)
{
    g_autoptr(GHashTable) rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    if (is_skipped())
        return;
    check_project("clean", NULL, rules);
    check_project("clean_office", NULL, rules);
    g_assert_cmpuint(g_hash_table_size(rules), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/django-planted/faulty", test_faulty);
    g_test_add_func("/app/django-planted/clean", test_clean);
    return g_test_run();
}
