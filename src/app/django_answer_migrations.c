/* Files of migrations: numbered behind what the apps have, each building on the one before. */
#include <stdlib.h>
#include <string.h>

#include <base/text.h>

#include "django_answer_internal.h"

#define COMMENT_WIDTH 86

DjangoFile *
pga_django_file_new(const char *name, char *why, const char *lock, PgaSafety safety)
{
    DjangoFile *file = g_new0(DjangoFile, 1);

    file->name = g_strdup(name);
    file->why = why;
    file->lock = g_strdup(lock);
    file->safety = safety;
    file->operations = g_ptr_array_new_with_free_func(g_free);
    file->functions = g_string_new(NULL);
    file->depends = g_ptr_array_new_with_free_func(g_free);
    file->rules = g_ptr_array_new_with_free_func(g_free);
    return file;
}

void
pga_django_file_free(DjangoFile *file)
{
    if (!file)
        return;
    g_free(file->name);
    g_free(file->why);
    g_free(file->lock);
    g_free(file->sql);
    g_ptr_array_unref(file->operations);
    g_string_free(file->functions, TRUE);
    g_ptr_array_unref(file->depends);
    g_ptr_array_unref(file->rules);
    g_free(file);
}

void
pga_django_file_add(DjangoFile *file, char *operation)
{
    g_ptr_array_add(file->operations, operation);
}

/* With the kind of quotes that needs no backslashes; both: three of them. */
char *
pga_django_python_string(const char *text)
{
    g_autoptr(GString) literal = g_string_new(NULL);
    const gboolean has_double = strchr(text, '"') != NULL, has_line = strchr(text, '\n') != NULL;
    const char *quote = has_line || (has_double && strchr(text, '\'')) ? "\"\"\""
                        : has_double                                   ? "'"
                                                                       : "\"";

    g_string_append(literal, quote);
    for (const char *at = text; *at; at++) {
        if (*at == '\\' || (*at == '"' && strlen(quote) == 3 && (!at[1] || at[1] == '"')))
            g_string_append_c(literal, '\\');
        g_string_append_c(literal, *at);
    }
    g_string_append(literal, quote);
    return g_string_free(g_steal_pointer(&literal), FALSE);
}

GPtrArray *
pga_django_answer_statements(DjangoAnswer *answer, const char *app, const char *operations)
{
    g_autofree char *path = g_strdup_printf("%s/migrations/0000_answer.py", app);
    g_autofree char *code =
        strstr(operations, "class Migration")
            ? g_strdup(operations)
            : g_strdup_printf("class Migration(migrations.Migration):\n    operations = [%s]\n",
                              operations);
    g_autoptr(PgaPythonSource) source =
        pga_python_source_new(path, g_strdup(code), strlen(code), NULL);
    g_autoptr(PgaDjangoMigration) migration =
        source ? pga_django_migration_read(source, path) : NULL;

    if (!migration)
        return g_ptr_array_new();
    pga_django_migration_apply(migration, answer->state, answer->project->version);
    return g_ptr_array_ref(migration->statements);
}

/* --- one app --- */

/** An app whose files are written. */
typedef struct {
    DjangoAnswer *answer;
    const PgaDjangoApp *app;
    guint number;      /* of the next file */
    gboolean has_none; /* no migrations so far */
    GPtrArray *late;   /* of DjangoFile *: that come last */
    GPtrArray *leaves; /* of char *: what the next file builds on: "(\"shop\", \"0003_x\")" */
} AppFiles;

static guint
number_of(const char *name)
{
    return g_ascii_isdigit(name[0]) ? (guint)MIN(strtoul(name, NULL, 10), 99998) : 0;
}

static char *
migrations_of(const PgaDjangoApp *app)
{
    return *app->path ? g_strconcat(app->path, "/migrations", NULL) : g_strdup("migrations");
}

static void
find_last(AppFiles *files)
{
    const PgaDjangoHistory *history = pga_django_project_history(files->answer->project);
    g_autofree char *folder = migrations_of(files->app);

    files->number = 1;
    for (guint i = 0; i < history->entries->len; i++) {
        const PgaDjangoHistoryEntry *entry = g_ptr_array_index(history->entries, i);
        g_autofree char *own = g_path_get_dirname(entry->file->path);

        if (!g_str_equal(own, folder))
            continue;
        files->number = MAX(files->number, number_of(entry->migration->name));
        if (entry->is_leaf)
            g_ptr_array_add(files->leaves, g_strdup_printf("(\"%s\", \"%s\")", files->app->label,
                                                           entry->migration->name));
    }
    files->has_none = files->leaves->len == 0;
    files->number++;
}

static void
append_dependencies(GString *code, const AppFiles *files, const DjangoFile *file)
{
    g_string_append(code, "    dependencies = [\n");
    for (guint i = 0; i < files->leaves->len; i++)
        g_string_append_printf(code, "        %s,\n",
                               (const char *)g_ptr_array_index(files->leaves, i));
    for (guint i = 0; i < file->depends->len; i++)
        g_string_append_printf(code, "        %s,\n",
                               (const char *)g_ptr_array_index(file->depends, i));
    g_string_append(code, "    ]\n");
}

static void
append_why(GString *code, const DjangoFile *file)
{
    g_autofree char *text = pga_text_wrap(file->why, COMMENT_WIDTH, "# ");

    g_string_append_printf(code, "# %s\n", text);
}

/* (transfer full) */
static char *
code_of(const AppFiles *files, const DjangoFile *file)
{
    g_autoptr(GString) code = g_string_new(NULL), whole = g_string_new(NULL);
    g_autoptr(GPtrArray) imports = NULL;

    if (file->functions->len > 0)
        g_string_append_printf(code, "%s\n\n", file->functions->str);
    g_string_append(code, "class Migration(migrations.Migration):\n");
    if (file->alone)
        g_string_append(code, "    atomic = False\n\n");
    append_dependencies(code, files, file);
    g_string_append(code, "\n    operations = [\n");
    for (guint i = 0; i < file->operations->len; i++)
        g_string_append_printf(code, "        %s,\n",
                               (const char *)g_ptr_array_index(file->operations, i));
    g_string_append(code, "    ]\n");
    imports = pga_django_imports(code->str);
    append_why(whole, file);
    for (guint i = 0; i < imports->len; i++)
        g_string_append_printf(whole, "%s\n", (const char *)g_ptr_array_index(imports, i));
    g_string_append_printf(whole, "\n\n%s", code->str);
    return g_string_free(g_steal_pointer(&whole), FALSE);
}

static char *
sql_of(DjangoAnswer *answer, const char *app, const DjangoFile *file, const char *code)
{
    g_autoptr(GPtrArray) statements = pga_django_answer_statements(answer, app, code);
    g_autoptr(GString) sql = g_string_new(NULL);
    const gboolean is_block = !file->alone && statements->len > 1;

    if (file->sql)
        return g_strdup_printf("%s;\n", file->sql);
    g_string_append(sql, is_block ? "BEGIN;\n" : "");
    for (guint i = 0; i < statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(statements, i);

        if (statement->sql)
            g_string_append_printf(sql, "%s;\n", statement->sql);
        else
            g_string_append_printf(sql, "-- %s\n", statement->why);
    }
    g_string_append(sql, is_block ? "COMMIT;\n" : "");
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* The file behind the app's last one, which it then is. */
static void
write_file(AppFiles *files, const DjangoFile *file)
{
    g_autofree char *folder = migrations_of(files->app);
    PgaDjangoMigrationPlan *plan = pga_django_migration_plan_new();

    plan->app = g_strdup(files->app->label);
    plan->name = g_strdup_printf("%04u_%s", files->number++, file->name);
    plan->path = g_strdup_printf("%s/%s.py", folder, plan->name);
    plan->code = code_of(files, file);
    plan->sql = sql_of(files->answer, plan->app, file, plan->code);
    plan->why = g_strdup(file->why);
    plan->lock = g_strdup(file->lock);
    plan->safety = file->safety;
    for (guint i = 0; i < file->rules->len; i++)
        g_ptr_array_add(plan->rules, g_strdup(g_ptr_array_index(file->rules, i)));
    g_ptr_array_set_size(files->leaves, 0);
    g_ptr_array_add(files->leaves, g_strdup_printf("(\"%s\", \"%s\")", plan->app, plan->name));
    g_ptr_array_add(files->answer->work->report->migrations, plan);
}

/* --- extensions --- */

static const struct {
    const char *extension, *operation;
} extensions[] = {
    {"pg_trgm", "TrigramExtension()"},      {"btree_gin", "BtreeGinExtension()"},
    {"btree_gist", "BtreeGistExtension()"}, {"citext", "CITextExtension()"},
    {"hstore", "HStoreExtension()"},        {"unaccent", "UnaccentExtension()"},
};

/* Made once, by the first app that needs it; the others build on that. */
static void
need_extension(AppFiles *files, GHashTable *made, const char *extension, DjangoFile *file)
{
    const char *operation = NULL, *by = g_hash_table_lookup(made, extension);
    g_autofree char *name = g_strdup_printf("%s_extension", extension), *other = NULL;
    DjangoFile *first;

    if (by) {
        if (!strstr(by, files->app->label))
            g_ptr_array_add(file->depends, g_strdup(by));
        return;
    }
    if (pga_django_history_has_extension(pga_django_project_history(files->answer->project),
                                         extension, NULL))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(extensions); i++)
        if (g_str_equal(extensions[i].extension, extension))
            operation = extensions[i].operation;
    other = g_strdup_printf("CreateExtension(\"%s\")", extension);
    first = pga_django_file_new(
        name, g_strdup_printf("The extension %s, which indexes of this answer need.", extension),
        NULL, PGA_SAFETY_SAFE);
    pga_django_file_add(first, g_strdup(operation ? operation : other));
    write_file(files, first);
    pga_django_file_free(first);
    g_hash_table_insert(made, g_strdup(extension), g_strdup(g_ptr_array_index(files->leaves, 0)));
}

/* --- all --- */

static void
file_free(gpointer file)
{
    pga_django_file_free(file);
}

/* Of the app, with the number of its last file. */
static void
write_steps(AppFiles *files, const DjangoWish *wish, GPtrArray *steps, GHashTable *made)
{
    for (guint i = 0; i < steps->len; i++) {
        DjangoFile *file = g_ptr_array_index(steps, i);

        if (wish->extension && i == 0)
            need_extension(files, made, wish->extension, file);
        if (wish->rule)
            g_ptr_array_add(file->rules, g_strdup(wish->rule));
        for (guint j = 0; j < wish->also->len; j++)
            g_ptr_array_add(file->rules, g_strdup(g_ptr_array_index(wish->also, j)));
        if (!file->late) {
            write_file(files, file);
            continue;
        }
        g_ptr_array_add(files->late, file);
        g_ptr_array_index(steps, i) = NULL;
    }
}

/* What would be in files that cannot be written yet. */
static void
tell_steps(AppFiles *files, const DjangoWish *wish, const GPtrArray *steps)
{
    GString *later = files->answer->later;

    for (guint i = 0; i < steps->len; i++) {
        const DjangoFile *file = g_ptr_array_index(steps, i);
        g_autofree char *code = code_of(files, file);
        g_autofree char *sql = sql_of(files->answer, files->app->label, file, code);

        g_string_append_printf(later, "%s-- %s.%s: %s\n", later->len ? "\n" : "", files->app->label,
                               wish->model->name, file->why);
        if (wish->extension && i == 0)
            g_string_append_printf(later, "CREATE EXTENSION IF NOT EXISTS %s;\n", wish->extension);
        g_string_append(later, sql);
    }
}

/* First what each wish begins with: quick steps; then what validates, which reads tables. */
static void
write_app(DjangoAnswer *answer, const PgaDjangoApp *app, GHashTable *made)
{
    AppFiles files = {.answer = answer, .app = app};
    g_autoptr(GPtrArray) ahead = g_ptr_array_new();
    gboolean any = FALSE;

    files.leaves = g_ptr_array_new_with_free_func(g_free);
    files.late = g_ptr_array_new_with_free_func(file_free);
    for (guint i = 0; i < answer->wishes->len; i++) {
        DjangoWish *wish = g_ptr_array_index(answer->wishes, i);
        g_autoptr(GPtrArray) steps = g_ptr_array_new_with_free_func(file_free);

        if (!g_str_equal(wish->model->app, app->label))
            continue;
        if (!any)
            find_last(&files);
        any = TRUE;
        pga_django_steps(answer, wish, steps);
        if (files.has_none || pga_django_wish_is_ahead(answer, wish)) {
            g_ptr_array_add(ahead, wish);
            tell_steps(&files, wish, steps);
        } else {
            write_steps(&files, wish, steps, made);
        }
    }
    for (guint i = 0; i < files.late->len; i++)
        write_file(&files, g_ptr_array_index(files.late, i));
    pga_django_note_ahead(answer, app->label, ahead);
    g_ptr_array_unref(files.leaves);
    g_ptr_array_unref(files.late);
}

void
pga_django_write_migrations(DjangoAnswer *answer)
{
    g_autoptr(GHashTable) made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) labels = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < answer->project->apps->len; i++) {
        const PgaDjangoApp *app = g_ptr_array_index(answer->project->apps, i);

        if (!app->is_built_in && g_hash_table_add(labels, app->label))
            write_app(answer, app, made);
    }
}
