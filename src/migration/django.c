/* Migrations in Python: all of them are read before any is judged, because each builds on the
 * models that those before it made. */
#include "django_internal.h"

#include <base/error.h>
#include <string.h>

static gboolean
is_python(const char *path)
{
    return g_str_has_suffix(path, ".py");
}

gboolean
pga_migration_is_django(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(folder);

    return is_python(path) && g_str_has_prefix(name, "migrations") &&
           !g_str_has_suffix(path, "/__init__.py");
}

/* (nullable): NULL: a module that holds no migration. */
static PgaDjangoMigration *
read_file(const PgaMigrationFile *file)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaPythonSource) source = NULL;
    char *text = g_strdup(file->text);
    gsize length = text ? strlen(text) : 0;

    if (text || g_file_get_contents(file->path, &text, &length, &error))
        source = pga_python_source_new(file->path, text, length, &error);
    return source ? pga_django_migration_read(source, file->path)
                  : pga_django_migration_unread(file->path, error->message);
}

/* The files' migrations; a file without one is taken out. */
static GPtrArray *
read_files(GPtrArray *files)
{
    GPtrArray *migrations = g_ptr_array_new();

    for (guint i = 0; i < files->len;) {
        PgaMigrationFile *file = g_ptr_array_index(files, i);

        if (is_python(file->path))
            file->django = read_file(file);
        if (is_python(file->path) && !file->django) {
            g_ptr_array_remove_index(files, i);
            continue;
        }
        if (file->django)
            g_ptr_array_add(migrations, file->django);
        i++;
    }
    return migrations;
}

static void
put_in_order(GPtrArray *files, const GPtrArray *migrations)
{
    g_autoptr(GHashTable) by_migration = g_hash_table_new(NULL, NULL);
    guint n = 0;

    for (guint i = 0; i < files->len; i++) {
        PgaMigrationFile *file = g_ptr_array_index(files, i);

        if (file->django)
            g_hash_table_insert(by_migration, file->django, file);
    }
    for (guint i = 0; i < files->len; i++)
        if (((PgaMigrationFile *)g_ptr_array_index(files, i))->django)
            g_ptr_array_index(files, i) =
                g_hash_table_lookup(by_migration, g_ptr_array_index(migrations, n++));
}

void
pga_migrations_read_django(GPtrArray *files)
{
    g_autoptr(GPtrArray) migrations = read_files(files);
    g_autoptr(PgaDjangoState) state = pga_django_state_new();

    if (migrations->len == 0)
        return;
    pga_django_migrations_sort(migrations);
    for (guint i = 0; i < migrations->len; i++)
        pga_django_migration_apply(g_ptr_array_index(migrations, i), state, 0);
    put_in_order(files, migrations);
}
