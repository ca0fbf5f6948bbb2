/* Any bytes as a Django project: "--- PATH" begins a file; what stands before it is shop/models.py.
 */
#include <django/code.h>
#include <django/history.h>
#include <django/migration.h>
#include <django/model.h>
#include <django/query.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
add_files(PgaDjangoProject *project, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "--- ", -1);

    for (guint i = 0; parts[i]; i++) {
        char *end = i == 0 ? NULL : strchr(parts[i], '\n');
        const char *path = i == 0 ? "shop/models.py" : parts[i];
        const char *body = end ? end + 1 : i == 0 ? parts[i] : "";

        if (end)
            *end = '\0';
        if (*path && g_utf8_validate(path, -1, NULL))
            pga_django_project_add(project, path, body, strlen(body));
    }
}

/* Every event stands in a block of its function, every number names something. */
static void
check_code(const PgaDjangoCode *code)
{
    for (guint i = 0; i < code->functions->len; i++) {
        const PgaDjangoFunction *function = g_ptr_array_index(code->functions, i);

        for (guint j = 0; j < function->events->len; j++) {
            const PgaDjangoEvent *event = g_ptr_array_index(function->events, j);

            g_assert_cmpuint(event->block, <, function->blocks->len);
            g_assert_cmpuint(event->object, <=, function->objects->len);
            g_assert_cmpuint(event->result, <=, function->objects->len);
            g_assert_nonnull(event->text);
            pga_django_event_is_atomic(code, event);
            pga_django_event_precedes(event, event);
        }
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(PgaDjangoProject) project = pga_django_project_new();
    g_autoptr(PgaDjangoCode) code = NULL;
    g_autoptr(GPtrArray) statements = NULL, differences = NULL, queries = NULL;
    g_autofree char *text = g_strndup((const char *)data, size);

    if (!pga_python_is_available())
        return 0;
    add_files(project, text);
    pga_django_project_resolve(project);
    for (guint i = 0; i < project->models->len; i++) {
        const PgaDjangoModel *model = g_ptr_array_index(project->models, i);

        g_assert_nonnull(model->table);
        for (guint j = 0; j < model->fields->len; j++) {
            const PgaDjangoField *field = g_ptr_array_index(model->fields, j);

            g_assert_cmpint(field->call->kind, ==, PGA_PY_CALL);
        }
    }
    code = pga_django_code_read(project);
    check_code(code);
    queries = pga_django_queries(project, code);
    for (guint i = 0; i < queries->len; i++) {
        const PgaDjangoQuery *query = g_ptr_array_index(queries, i);

        g_assert_true(query->sql || query->why);
        g_assert_true(!query->sql || g_utf8_validate(query->sql, -1, NULL));
    }
    statements = pga_django_project_statements(project);
    for (guint i = 0; i < statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(statements, i);

        g_assert_true((statement->sql == NULL) == (statement->why != NULL));
    }
    differences = pga_django_history_differences(project);
    for (guint i = 0; i < differences->len; i++)
        g_assert_nonnull(((const PgaDjangoDifference *)g_ptr_array_index(differences, i))->text);
    return 0;
}
