/* Any bytes as a migration of Django, and once more on the models that it made. */
#include <django/migration.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
apply(PgaDjangoState *state, const char *path, const guint8 *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPythonSource) source = pga_python_source_new(
        path, g_strndup((const char *)data, size), strnlen((const char *)data, size), &error);
    g_autoptr(PgaDjangoMigration) migration =
        source ? pga_django_migration_read(source, path) : NULL;

    g_assert_true((source == NULL) == (error != NULL));
    if (!migration)
        return;
    pga_django_migration_apply(migration, state, 0);
    for (guint i = 0; i < migration->statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(migration->statements, i);

        g_assert_true((statement->sql == NULL) == (statement->why != NULL));
        g_assert_cmpuint(statement->line, >, 0);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autoptr(PgaDjangoState) state = pga_django_state_new();

    if (!pga_python_is_available())
        return 0;
    apply(state, "shop/migrations/0001_initial.py", data, size);
    apply(state, "shop/migrations/0002_next.py", data, size);
    return 0;
}
