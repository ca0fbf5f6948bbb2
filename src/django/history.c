/* The project's migrations, read once. */
#include "django/history.h"

#include <string.h>

#include "models_internal.h"
#include "project_internal.h"

#define SECONDS_A_DAY G_GINT64_CONSTANT(86400)

static void
entry_free(gpointer data)
{
    PgaDjangoHistoryEntry *entry = data;

    pga_django_migration_free(entry->migration);
    g_ptr_array_unref(entry->operations);
    g_free(entry);
}

void
pga_django_history_free(gpointer history)
{
    PgaDjangoHistory *self = history;

    if (!self)
        return;
    g_ptr_array_unref(self->entries);
    g_hash_table_unref(self->unknown);
    pga_django_state_free(self->state);
    g_free(self);
}

/* --- reading --- */

/* Those that change the database. */
static void /* NOLINTNEXTLINE(misc-no-recursion): operations in operations, as deep as the source */
take_operations(GPtrArray *into, const PgaPyValue *list)
{
    for (guint i = 0; list && list->items && i < list->items->len; i++) {
        const PgaPyValue *item = g_ptr_array_index(list->items, i);

        if (list->kind == PGA_PY_BINARY)
            take_operations(into, item);
        else if (g_str_equal(pga_py_last_name(item), "SeparateDatabaseAndState"))
            take_operations(into, pga_py_argument(item, 0, "database_operations"));
        else if (item->kind == PGA_PY_CALL)
            g_ptr_array_add(into, (gpointer)item);
    }
}

/** A history that is read. */
typedef struct {
    const PgaDjangoProject *project;
    PgaDjangoHistory *history;
} Reading;

static void
read_file(const PgaDjangoFile *file, const PgaPythonSource *source, gpointer data)
{
    const Reading *reading = data;
    PgaDjangoHistory *history = reading->history;
    PgaDjangoMigration *migration =
        source ? pga_django_migration_read(source, file->path)
               : pga_django_migration_unread(file->path, "it is no Python");
    const PgaDjangoApp *app = pga_django_project_app(reading->project, file);
    PgaDjangoHistoryEntry *entry;

    if (!migration)
        return;
    if (app) {
        g_free(migration->app);
        migration->app = g_strdup(app->label);
    }
    if (!source || source->has_errors)
        g_hash_table_add(history->unknown, g_strdup(migration->app));
    entry = g_new0(PgaDjangoHistoryEntry, 1);
    entry->migration = migration;
    entry->file = file;
    entry->operations = g_ptr_array_new();
    take_operations(entry->operations, migration->operations);
    g_ptr_array_add(history->entries, entry);
}

/* --- squashed ones --- */

static char *
key_of(const PgaDjangoMigration *migration)
{
    return g_strdup_printf("%s.%s", migration->app, migration->name);
}

/* (transfer full): of "app.name" of what is replaced to "app.name" of what replaces it. */
static GHashTable *
replacements(const PgaDjangoHistory *history)
{
    GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);

        for (guint j = 0; j < entry->migration->replaces->len; j++)
            g_hash_table_replace(found, g_strdup(g_ptr_array_index(entry->migration->replaces, j)),
                                 key_of(entry->migration));
    }
    return found;
}

/* Of one that was squashed twice the last. */
static const char *
standing_for(GHashTable *replaced, const char *name)
{
    const char *by = g_hash_table_lookup(replaced, name);

    for (guint i = 0; by && g_hash_table_contains(replaced, by) && i < 8; i++)
        by = g_hash_table_lookup(replaced, by);
    return by;
}

static void
settle_dependencies(PgaDjangoMigration *migration, GHashTable *replaced)
{
    g_autofree char *own = key_of(migration);

    for (guint i = 0; i < migration->dependencies->len; i++) {
        const char *by = standing_for(replaced, g_ptr_array_index(migration->dependencies, i));

        if (by && !g_str_equal(by, own)) {
            g_free(g_ptr_array_index(migration->dependencies, i));
            g_ptr_array_index(migration->dependencies, i) = g_strdup(by);
        }
    }
}

static void
settle_squashed(PgaDjangoHistory *history)
{
    g_autoptr(GHashTable) replaced = replacements(history);

    for (guint i = 0; i < history->entries->len; i++) {
        PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);
        g_autofree char *key = key_of(entry->migration);

        entry->is_replaced = g_hash_table_contains(replaced, key);
        settle_dependencies(entry->migration, replaced);
    }
}

/* --- the order --- */

static void
put_in_order(PgaDjangoHistory *history)
{
    g_autoptr(GHashTable) by_migration = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) migrations = g_ptr_array_new(), replaced = g_ptr_array_new();
    guint n = 0;

    for (guint i = 0; i < history->entries->len; i++) {
        PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);

        g_hash_table_insert(by_migration, entry->migration, entry);
        g_ptr_array_add(entry->is_replaced ? replaced : migrations,
                        entry->is_replaced ? (gpointer)entry : entry->migration);
    }
    pga_django_migrations_sort(migrations);
    for (guint i = 0; i < migrations->len; i++)
        g_ptr_array_index(history->entries, n++) =
            g_hash_table_lookup(by_migration, g_ptr_array_index(migrations, i));
    for (guint i = 0; i < replaced->len; i++)
        g_ptr_array_index(history->entries, n++) = g_ptr_array_index(replaced, i);
}

/* Two folders of one label: whose model is whose cannot be told. */
static void
find_doubles(PgaDjangoHistory *history)
{
    g_autoptr(GHashTable) folders = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);
        g_autofree char *folder = g_path_get_dirname(entry->file->path);
        const char *known = g_hash_table_lookup(folders, entry->migration->app);

        if (!known)
            g_hash_table_insert(folders, entry->migration->app, g_steal_pointer(&folder));
        else if (!g_str_equal(known, folder))
            g_hash_table_add(history->unknown, g_strdup(entry->migration->app));
    }
}

static void
find_leaves(PgaDjangoHistory *history)
{
    g_autoptr(GHashTable) inner = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);
        const GPtrArray *names = entry->migration->dependencies;
        g_autofree char *prefix = g_strconcat(entry->migration->app, ".", NULL);
        g_autofree char *folder = g_path_get_dirname(entry->file->path);

        for (guint j = 0; !entry->is_replaced && j < names->len; j++)
            if (g_str_has_prefix(g_ptr_array_index(names, j), prefix))
                g_hash_table_add(
                    inner, g_strconcat(folder, "/",
                                       (const char *)g_ptr_array_index(names, j) + strlen(prefix),
                                       ".py", NULL));
    }
    for (guint i = 0; i < history->entries->len; i++) {
        PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);

        entry->is_leaf = !entry->is_replaced && !g_hash_table_contains(inner, entry->file->path);
        entry->is_new = entry->is_leaf;
    }
}

/* Operations that are not read: what they make is not known. */
static gboolean
is_strange(const PgaDjangoMigration *migration)
{
    if (migration->is_computed)
        return TRUE;
    for (guint i = 0; i < migration->statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(migration->statements, i);

        if (statement->why && (strstr(statement->why, "is no operation") ||
                               strstr(statement->why, "operations that are computed")))
            return TRUE;
    }
    return FALSE;
}

static void
apply(const PgaDjangoProject *project, PgaDjangoHistory *history)
{
    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);

        if (entry->is_replaced)
            continue;
        pga_django_migration_apply(entry->migration, history->state, project->version);
        if (is_strange(entry->migration))
            g_hash_table_add(history->unknown, g_strdup(entry->migration->app));
    }
}

static gboolean
is_read(const PgaDjangoFile *file)
{
    return file->is_migration && !file->is_built_in && !file->is_test;
}

static PgaDjangoHistory *
history_new(const PgaDjangoProject *project)
{
    Reading reading = {.project = project};
    PgaDjangoHistory *history = g_new0(PgaDjangoHistory, 1);
    g_autofree char *user = g_ascii_strdown(pga_django_project_user_model(project), -1);

    history->entries = g_ptr_array_new_with_free_func(entry_free);
    history->unknown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    history->state = pga_django_state_new();
    g_free(history->state->user_model);
    history->state->user_model = g_steal_pointer(&user);
    reading.history = history;
    pga_django_each_source(project, is_read, read_file, &reading);
    settle_squashed(history);
    put_in_order(history);
    find_doubles(history);
    find_leaves(history);
    apply(project, history);
    return history;
}

const PgaDjangoHistory *
pga_django_project_history(const PgaDjangoProject *project)
{
    PgaDjangoProject *owner = (PgaDjangoProject *)project; /* made when it is first asked for */

    if (!owner->history)
        owner->history = history_new(project);
    return owner->history;
}

/* --- what is news --- */

/* When the app's last migration was written, as far as any says it; of "" the project's. */
static GHashTable *
last_times(const PgaDjangoHistory *history)
{
    gint64 newest = 0;

    GHashTable *times = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoMigration *migration =
            ((const PgaDjangoHistoryEntry *)g_ptr_array_index(history->entries, i))->migration;
        const gint64 *known = g_hash_table_lookup(times, migration->app);

        if (migration->written && (!known || *known < migration->written))
            g_hash_table_replace(times, migration->app,
                                 g_memdup2(&migration->written, sizeof(gint64)));
        newest = MAX(newest, migration->written);
    }
    g_hash_table_insert(times, (gpointer) "", g_memdup2(&newest, sizeof(gint64)));
    return times;
}

void
pga_django_history_choose(const PgaDjangoProject *project, gint64 now, gboolean all)
{
    const PgaDjangoHistory *history = pga_django_project_history(project);
    g_autoptr(GHashTable) times = last_times(history);
    const gint64 begin = now - PGA_DJANGO_NEWS_DAYS * SECONDS_A_DAY;

    for (guint i = 0; i < history->entries->len; i++) {
        PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);
        const gint64 *of_app = g_hash_table_lookup(times, entry->migration->app);
        const gint64 *last = of_app ? of_app : g_hash_table_lookup(times, "");
        const gint64 written = entry->migration->written ? entry->migration->written : *last;
        const gboolean is_old = now && written && written < begin;

        entry->is_new = !entry->is_replaced && (all || (entry->is_leaf && !is_old));
    }
}

const PgaDjangoHistoryEntry *
pga_django_history_entry(const PgaDjangoHistory *history, const PgaDjangoFile *file)
{
    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);

        if (entry->file == file)
            return entry;
    }
    return NULL;
}

static gboolean
creates_extension(const PgaDjangoMigration *migration, const char *extension)
{
    for (guint i = 0; i < migration->statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(migration->statements, i);
        g_autofree char *lower = statement->sql ? g_ascii_strdown(statement->sql, -1) : NULL;

        if (lower && strstr(lower, "create extension") && strstr(lower, extension))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_django_history_has_extension(const PgaDjangoHistory *history, const char *extension,
                                 const PgaDjangoHistoryEntry *entry)
{
    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *one = g_ptr_array_index(history->entries, i);

        if (one == entry)
            return FALSE;
        if (creates_extension(one->migration, extension))
            return TRUE;
    }
    return FALSE;
}
