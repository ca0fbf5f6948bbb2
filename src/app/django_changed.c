/* --changed-since: the lines that are new since a revision of git. Files of the working folder are
 * compared with what git has stored: git reads nothing of that folder, so that no filter that a
 * repository configures is run. */
#include "django_steps_internal.h"

#include <base/error.h>
#include <string.h>

#define SHA256_DIGITS 64

/** What has changed. */
typedef struct {
    const char *folder;
    GHashTable *stored; /* of a path to its blob's name, at the revision */
    GHashTable *lines;  /* of a path to GArray of guint8: by line, whether it is new; NULL: all are
                           as they were */
} Changes;

static void
changes_clear(Changes *changes)
{
    g_clear_pointer(&changes->stored, g_hash_table_unref);
    g_clear_pointer(&changes->lines, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Changes, changes_clear)

/* (transfer full) (nullable): its standard output. */
static char *
git(const char *folder, const char *const *arguments, GError **error)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "GIT_NO_LAZY_FETCH", "1", TRUE);
    g_autofree char *out = NULL, *problem = NULL;
    g_autoptr(GError) cause = NULL;
    int status = 0;

    g_ptr_array_add(argv, (gpointer) "git");
    g_ptr_array_add(argv, (gpointer) "--no-pager");
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(argv, (gpointer)arguments[i]);
    g_ptr_array_add(argv, NULL);
    if (!g_spawn_sync(folder, (char **)argv->pdata, environment, G_SPAWN_SEARCH_PATH, NULL, NULL,
                      &out, &problem, &status, &cause)) {
        pga_error_set(error, PGA_ERROR_INPUT, "git could not be run");
        pga_error_detail(error, "%s.", cause->message);
        return NULL;
    }
    if (!g_spawn_check_wait_status(status, NULL)) {
        pga_error_set(error, PGA_ERROR_INPUT, "git could not tell what has changed");
        pga_error_detail(error, "%s", g_strstrip(problem));
        pga_error_hint(error, "Give a branch, a tag or a commit: --changed-since main.");
        return NULL;
    }
    return g_steal_pointer(&out);
}

/* (transfer full) (nullable): the commit from which on changes count: where the working folder's
 * history left that of @revision. */
static char *
find_base(const char *folder, const char *revision, GError **error)
{
    const char *const arguments[] = {"merge-base", revision, "HEAD", NULL};
    char *name;

    if (!*revision || *revision == '-') {
        pga_error_set(error, PGA_ERROR_INPUT, "--changed-since \"%s\" is no revision", revision);
        pga_error_hint(error, "Give a branch, a tag or a commit: --changed-since main.");
        return NULL;
    }
    name = git(folder, arguments, error);
    return name ? g_strstrip(name) : NULL;
}

/* "100644 blob 257cc5642cb1a054f08cc83f2d943e56fd3ebe99\tshop/models.py", a line each. Names with
 * line breaks are quoted, and are none of ours. */
static void
take_stored(Changes *changes, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        const char *tab = strchr(lines[i], '\t');
        g_auto(GStrv) words = tab ? g_strsplit(lines[i], " ", 3) : NULL;

        if (!words || g_strv_length(words) != 3 || strcmp(words[1], "blob") != 0 ||
            !g_str_has_suffix(tab, ".py"))
            continue;
        words[2][strcspn(words[2], "\t")] = '\0';
        g_hash_table_insert(changes->stored, g_strdup(tab + 1), g_strdup(words[2]));
    }
}

static gboolean
list_stored(Changes *changes, const char *base, GError **error)
{
    const char *const arguments[] = {"-c", "core.quotePath=false", "ls-tree", "-r", base, NULL};
    g_autofree char *text = git(changes->folder, arguments, error);

    if (!text)
        return FALSE;
    take_stored(changes, text);
    return TRUE;
}

/* Whether the file's bytes are those of the blob @name. */
static gboolean
is_blob(const char *bytes, gsize length, const char *name)
{
    g_autoptr(GChecksum) sum =
        g_checksum_new(strlen(name) == SHA256_DIGITS ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1);
    g_autofree char *head = g_strdup_printf("blob %" G_GSIZE_FORMAT, length);

    g_checksum_update(sum, (const guchar *)head, (gssize)strlen(head) + 1);
    g_checksum_update(sum, (const guchar *)bytes, (gssize)length);
    return g_str_equal(g_checksum_get_string(sum), name);
}

/* (transfer full): set of the lines of @text, without what ends them. */
static GHashTable *
set_of_lines(char *text)
{
    GHashTable *lines = g_hash_table_new(g_str_hash, g_str_equal);

    for (char *at = text; at;) {
        char *end = strchr(at, '\n');

        if (end)
            *end++ = '\0';
        g_hash_table_add(lines, g_strchomp(at));
        at = end;
    }
    return lines;
}

/* Which lines of @now are not among those of @before; whoever only moves a line is not asked to
 * mend it. Both are taken apart. */
static GArray *
new_lines(char *before, char *now)
{
    g_autoptr(GHashTable) old = set_of_lines(before);
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(guint8));

    for (char *at = now; at;) {
        char *end = strchr(at, '\n');
        guint8 is_new;

        if (end)
            *end++ = '\0';
        is_new = !g_hash_table_contains(old, g_strchomp(at));
        g_array_append_val(lines, is_new);
        at = end;
    }
    return lines;
}

static gboolean
compare_file(Changes *changes, const char *path, GError **error)
{
    const char *name = g_hash_table_lookup(changes->stored, path);
    const char *const arguments[] = {"cat-file", "blob", name, NULL};
    g_autofree char *full = g_build_filename(changes->folder, path, NULL);
    g_autofree char *now = NULL, *before = NULL;
    gsize length = 0;

    if (!g_file_get_contents(full, &now, &length, NULL))
        return TRUE; /* it is gone: its findings stay */
    if (name && is_blob(now, length, name)) {
        g_hash_table_insert(changes->lines, g_strdup(path), NULL);
        return TRUE;
    }
    before = name ? git(changes->folder, arguments, error) : g_strdup("");
    if (!before)
        return FALSE;
    if (name)
        g_hash_table_insert(changes->lines, g_strdup(path), new_lines(before, now));
    return TRUE;
}

static gboolean
is_new(const Changes *changes, const PgaFinding *finding)
{
    gpointer lines = NULL;

    if (!finding->file ||
        !g_hash_table_lookup_extended(changes->lines, finding->file, NULL, &lines))
        return finding->file != NULL; /* git does not have it yet */
    return lines && finding->line >= 1 && finding->line <= ((const GArray *)lines)->len &&
           g_array_index((const GArray *)lines, guint8, finding->line - 1);
}

static gboolean
compare_files(const PgaDjangoWork *work, Changes *changes, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < work->report->findings->len; i++) {
        const PgaFinding *finding = g_ptr_array_index(work->report->findings, i);

        if (finding->file && g_hash_table_add(seen, finding->file) &&
            !compare_file(changes, finding->file, error))
            return FALSE;
    }
    return TRUE;
}

static void
leave_new(PgaDjangoWork *work, const Changes *changes)
{
    GPtrArray *findings = work->report->findings;
    guint kept = 0;

    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);

        if (is_new(changes, finding))
            findings->pdata[kept++] = finding;
        else
            pga_finding_free(finding);
    }
    while (findings->len > kept) /* those left at the end have moved or are freed */
        g_ptr_array_steal_index_fast(findings, findings->len - 1);
}

static void
lines_free(gpointer lines)
{
    if (lines)
        g_array_unref(lines);
}

gboolean
pga_django_only_changed(PgaDjangoWork *work, GError **error)
{
    const char *revision = work->request->changed_since;
    g_auto(Changes) changes = {.folder = work->request->project};
    g_autofree char *base = revision ? find_base(changes.folder, revision, error) : NULL;

    if (!revision || !base)
        return !revision;
    changes.stored = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    changes.lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, lines_free);
    if (!list_stored(&changes, base, error) || !compare_files(work, &changes, error))
        return FALSE;
    leave_new(work, &changes);
    g_ptr_array_add(
        work->report->notes,
        g_strdup_printf("Only what stands in lines that are new since %s is told.", revision));
    return TRUE;
}
