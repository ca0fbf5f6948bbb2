/* --write: the answer as files below a folder, never over what is there. */
#include <app/django.h>
#include <base/error.h>
#include <base/file.h>
#include <errno.h>
#include <string.h>

/** A folder that is written to. */
typedef struct {
    const char *folder;
    GHashTable *texts; /* of paths below it to GString *: what they will hold */
    GPtrArray *paths;  /* of char *, borrowed: in order */
} Output;

static void
string_free(gpointer string)
{
    g_string_free(string, TRUE);
}

/* A path that leads nowhere but down. */
static gboolean
is_below(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    for (guint i = 0; parts[i]; i++)
        if (!*parts[i] || g_str_equal(parts[i], ".") || g_str_equal(parts[i], ".."))
            return FALSE;
    return parts[0] != NULL;
}

static GString *
text_of(Output *output, const char *path)
{
    GString *text = g_hash_table_lookup(output->texts, path);

    if (text)
        return text;
    text = g_string_new(NULL);
    g_ptr_array_add(output->paths, g_strdup(path));
    g_hash_table_insert(output->texts, g_strdup(path), text);
    return text;
}

static void
append_block(GString *text, const char *block)
{
    g_string_append(text, block);
    if (text->len && text->str[text->len - 1] != '\n')
        g_string_append_c(text, '\n');
}

/* "# shop/models.py:12: Order", why, and the class as it should be. */
static void
add_change(Output *output, const PgaDjangoChange *change)
{
    GString *text = text_of(output, "models.py");

    if (text->len)
        g_string_append(text, "\n\n");
    g_string_append_printf(text, "# %s:%u: %s\n", change->file, change->line, change->model);
    for (guint i = 0; i < change->reasons->len; i++)
        g_string_append_printf(text, "# - %s\n",
                               (const char *)g_ptr_array_index(change->reasons, i));
    append_block(text, change->code);
}

static void
gather(const PgaDjangoReport *report, Output *output)
{
    for (guint i = 0; i < report->migrations->len; i++) {
        const PgaDjangoMigrationPlan *plan = g_ptr_array_index(report->migrations, i);

        if (is_below(plan->path))
            append_block(text_of(output, plan->path), plan->code);
    }
    for (guint i = 0; i < report->changes->len; i++)
        add_change(output, g_ptr_array_index(report->changes, i));
    if (report->sql && *report->sql)
        append_block(text_of(output, "changes.sql"), report->sql);
    if (report->diagram)
        append_block(text_of(output, "schema.mmd"), report->diagram);
    for (guint i = 0; i < report->diagrams->len; i++) {
        const PgaDjangoDiagram *part = g_ptr_array_index(report->diagrams, i);
        g_autofree char *path = g_strdup_printf("schema-%u.mmd", i + 1);

        append_block(text_of(output, path), part->text);
    }
}

/* What is there already stays: another file of that name is somebody's. */
static gboolean
check_free(const Output *output, const char *path, const GString *text, GError **error)
{
    g_autofree char *full = g_build_filename(output->folder, path, NULL);
    g_autofree char *there = NULL;
    gsize length = 0;

    if (!g_file_test(full, G_FILE_TEST_EXISTS) && !g_file_test(full, G_FILE_TEST_IS_SYMLINK))
        return TRUE;
    if (g_file_get_contents(full, &there, &length, NULL) && length == text->len &&
        memcmp(there, text->str, length) == 0)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" is there already", full);
    pga_error_detail(error, "It differs from what would be written, and nothing was.");
    pga_error_hint(error, "Name a new folder: --write build/answer.");
    return FALSE;
}

static gboolean
write_file(const Output *output, const char *path, const GString *text, GError **error)
{
    g_autofree char *full = g_build_filename(output->folder, path, NULL);
    g_autofree char *folder = g_path_get_dirname(full);

    if (g_mkdir_with_parents(folder, 0777) == 0)
        return pga_file_write(full, text->str, text->len, error);
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" cannot be made", folder);
    pga_error_detail(error, "%s.", g_strerror(errno));
    return FALSE;
}

static gboolean
each(const Output *output,
     gboolean (*act)(const Output *, const char *path, const GString *text, GError **error),
     GError **error)
{
    for (guint i = 0; i < output->paths->len; i++) {
        const char *path = g_ptr_array_index(output->paths, i);

        if (!act(output, path, g_hash_table_lookup(output->texts, path), error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pga_app_django_write(const PgaDjangoReport *report, const char *folder, GError **error)
{
    Output output = {folder, g_hash_table_new_full(g_str_hash, g_str_equal, g_free, string_free),
                     g_ptr_array_new_with_free_func(g_free)};
    gboolean done;

    gather(report, &output);
    done = each(&output, check_free, error) && each(&output, write_file, error);
    g_hash_table_unref(output.texts);
    g_ptr_array_unref(output.paths);
    return done;
}
