/* Which files a path means. */
#include "beside_internal.h"
#include "django_internal.h"
#include "include_internal.h"
#include "order_internal.h"
#include "tools_internal.h"
#include <base/error.h>
#include <base/file.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FILES = 100000, MAX_LEVELS = 32, PIPE_CHUNK = 1 << 16, HEAD = 16384 };

void
pga_migration_file_free(PgaMigrationFile *file)
{
    if (!file)
        return;
    g_free(file->path);
    g_free(file->text);
    g_free(file->version);
    g_free(file->root);
    pga_django_migration_free(file->django);
    g_free(file);
}

static void
file_free(gpointer data)
{
    pga_migration_file_free(data);
}

static PgaMigrationFile *
file_new(const char *path, const char *root)
{
    PgaMigrationFile *file = g_new0(PgaMigrationFile, 1);

    file->path = g_strdup(path);
    file->root = root ? realpath(root, NULL) : NULL;
    return file;
}

static gboolean
is_sql(const char *name)
{
    static const char *const endings[] = {".sql", ".psql", ".pgsql"};

    for (guint i = 0; i < G_N_ELEMENTS(endings); i++)
        if (g_str_has_suffix(name, endings[i]))
            return TRUE;
    return FALSE;
}

static gint
compare_names(gconstpointer one, gconstpointer other)
{
    return pga_natural_compare(*(const char *const *)one, *(const char *const *)other);
}

/* (transfer full) (nullable): names in the folder in order, without the hidden ones. */
static GPtrArray *
list_folder(const char *path, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(GDir) folder = g_dir_open(path, 0, &reason);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    if (!folder) {
        pga_error_set(error, PGA_ERROR_INPUT, "could not read \"%s\": %s", path, reason->message);
        return NULL;
    }
    while ((name = g_dir_read_name(folder)))
        if (*name != '.' && strcmp(name, "node_modules") != 0)
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return g_steal_pointer(&names);
}

typedef struct {
    const char *root; /* real */
    GPtrArray *files;
    guint level;
} Walk;

/* NOLINTBEGIN(misc-no-recursion): as deep as MAX_LEVELS */
static gboolean walk_folder(Walk *walk, const char *path, GError **error);

static gboolean
walk_entry(Walk *walk, const char *path, GError **error)
{
    struct stat status;

    if (stat(path, &status) != 0 || !pga_migration_is_inside(path, walk->root))
        return TRUE;
    if (S_ISDIR(status.st_mode))
        return walk->level >= MAX_LEVELS || walk_folder(walk, path, error);
    if (S_ISREG(status.st_mode) && (is_sql(path) || pga_migration_is_django(path)))
        g_ptr_array_add(walk->files, file_new(path, walk->root));
    if (walk->files->len <= MAX_FILES)
        return TRUE;
    pga_error_set(error, PGA_ERROR_INPUT, "\"%s\" holds more than %d files", walk->root, MAX_FILES);
    return FALSE;
}

static gboolean
walk_folder(Walk *walk, const char *path, GError **error)
{
    g_autoptr(GPtrArray) names = list_folder(path, error);
    gboolean done = names != NULL;

    walk->level++;
    for (guint i = 0; done && i < names->len; i++) {
        g_autofree char *entry = g_build_filename(path, g_ptr_array_index(names, i), NULL);

        done = walk_entry(walk, entry, error);
    }
    walk->level--;
    return done;
}

/* NOLINTEND(misc-no-recursion) */

/* (transfer full) (nullable): standard input, NUL-terminated. */
static char *
read_input(GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    gssize n;

    do {
        const guint used = bytes->len;

        g_byte_array_set_size(bytes, used + PIPE_CHUNK);
        n = read(STDIN_FILENO, bytes->data + used, PIPE_CHUNK);
        g_byte_array_set_size(bytes, used + (guint)MAX(n, 0));
    } while (n > 0 && bytes->len <= G_MAXINT32);
    if (n != 0) {
        pga_error_set(error, PGA_ERROR_INPUT, "could not read standard input");
        return NULL;
    }
    g_byte_array_append(bytes, (const guint8 *)"", 1);
    return (char *)g_byte_array_free(g_steal_pointer(&bytes), FALSE);
}

/* The first bytes of what the file holds. */
static gsize
read_head(const PgaMigrationFile *file, char *head, gsize size)
{
    const int fd = file->text ? -1 : open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    gssize n = -1;

    if (file->text) {
        n = (gssize)strnlen(file->text, size);
        memcpy(head, file->text, (gsize)n);
    } else if (fd >= 0) {
        n = read(fd, head, size);
        close(fd);
    }
    return (gsize)MAX(n, 0);
}

static gboolean
has_mark(const PgaMigrationTool *tool, const char *text, gsize length, MigrationMark mark)
{
    const char *end = text + length;

    for (const char *line = text; line && line < end;) {
        const char *newline = memchr(line, '\n', (gsize)(end - line));
        char comment[128];

        pga_migration_comment(line, (gsize)((newline ? newline : end) - line), comment,
                              sizeof comment);
        if (*comment && (pga_migration_mark(tool, comment) & mark))
            return TRUE;
        line = newline ? newline + 1 : NULL;
    }
    return FALSE;
}

/* Whether the file goes on with what undoes it. */
static gboolean
has_down(const PgaMigrationFile *file)
{
    g_autoptr(GMappedFile) mapped = NULL;

    if (!pga_migration_convention(file->tool)->down || file->down)
        return FALSE;
    if (file->text)
        return has_mark(file->tool, file->text, strlen(file->text), MARK_DOWN);
    mapped = g_mapped_file_new(file->path, FALSE, NULL);
    return mapped && g_mapped_file_get_length(mapped) > 0 &&
           has_mark(file->tool, g_mapped_file_get_contents(mapped),
                    g_mapped_file_get_length(mapped), MARK_DOWN);
}

static PgaMigrationFile *
down_of(const PgaMigrationFile *up)
{
    PgaMigrationFile *down = g_new0(PgaMigrationFile, 1);

    *down = *up;
    down->path = g_strdup(up->path);
    down->text = g_strdup(up->text);
    down->version = g_strdup(up->version);
    down->root = g_strdup(up->root);
    down->down = TRUE;
    return down;
}

static void
detect(PgaMigrationFile *file, const PgaMigrationTool *tool, MigrationBeside *beside)
{
    g_autofree char *head = g_malloc(HEAD);

    file->tool = tool;
    pga_migration_detect(file, head, read_head(file, head, HEAD));
    pga_migration_beside(beside, file);
}

gboolean
pga_migrations_order(GPtrArray *files, const PgaMigrationOptions *options, GError **error)
{
    const PgaMigrationTool *tool = options->tool ? pga_migration_tool(options->tool) : NULL;
    g_autoptr(MigrationBeside) beside = pga_migration_beside_new();

    if (options->tool && !tool) {
        pga_error_set(error, PGA_ERROR_INPUT, "migration tool \"%s\" is not known", options->tool);
        return FALSE;
    }
    for (guint i = 0; i < files->len; i++) {
        PgaMigrationFile *file = g_ptr_array_index(files, i);

        detect(file, tool, beside);
        if (has_down(file))
            g_ptr_array_insert(files, (gint)++i, down_of(file));
    }
    pga_migration_sort(files);
    pga_migrations_read_django(files);
    return TRUE;
}

static gboolean
add_path(GPtrArray *files, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *real = realpath(path, NULL);
    Walk walk = {.root = real, .files = files};
    PgaMigrationFile *file;

    if (strcmp(path, "-") == 0) {
        file = file_new(path, NULL);
        g_ptr_array_add(files, file);
        file->text = read_input(error);
        return file->text != NULL;
    }
    if (!real) {
        pga_error_set(error, PGA_ERROR_INPUT, "there is no \"%s\"", path);
        return FALSE;
    }
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return walk_folder(&walk, path, error);
    g_ptr_array_add(files, file_new(path, folder));
    return TRUE;
}

GPtrArray *
pga_migrations_find(const char *const *paths, const PgaMigrationOptions *options, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);

    for (guint i = 0; paths[i]; i++)
        if (!add_path(files, paths[i], error))
            return NULL;
    if (files->len == 0) {
        pga_error_set(error, PGA_ERROR_INPUT, "there is no migration");
        pga_error_hint(
            error,
            "Name files, or folders that hold files with the ending .sql, or Django's migrations.");
        return NULL;
    }
    return pga_migrations_order(files, options, error) ? g_steal_pointer(&files) : NULL;
}
