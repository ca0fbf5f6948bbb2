/* Files and file systems of a server on this machine. Its own paths are looked up where its process
 * sees them, which may be another mount namespace: a container's. */
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "server_internal.h"

/** Where the server's process sees its files. */
typedef struct {
    pid_t pid;
    char *root;       /* what precedes an absolute path of its */
    char *directory;  /* (nullable): its data directory */
    GHashTable *path; /* setting to value */
} Place;

static void
place_clear(Place *place)
{
    g_free(place->root);
    g_free(place->directory);
    g_clear_pointer(&place->path, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static gboolean
is_readable(const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);

    return access(path, F_OK) == 0;
}

/* Only the server's user and root may look through its process; to others it is said to see what
 * they see. */
static void
find_place(Place *place, pid_t pid)
{
    const char *stated = g_hash_table_lookup(place->path, "data_directory");
    g_autofree char *cwd = g_strdup_printf("/proc/%d/cwd", (int)pid);

    place->pid = pid;
    place->root = g_strdup_printf("/proc/%d/root", (int)pid);
    if (!is_readable(place->root, "."))
        *place->root = '\0';
    if (is_readable(cwd, "PG_VERSION"))
        place->directory = g_steal_pointer(&cwd);
    else if (stated)
        place->directory = g_strconcat(place->root, stated, NULL);
}

/* (transfer full) (nullable): where this program finds the server's @path. */
static char *
resolve(const Place *place, const char *path)
{
    if (!path || !*path)
        return NULL;
    if (g_path_is_absolute(path))
        return g_strconcat(place->root, path, NULL);
    return place->directory ? g_build_filename(place->directory, path, NULL) : NULL;
}

static void
read_space(const char *path, gint64 *free_bytes, gint64 *disk_bytes)
{
    struct statvfs space;

    if (!path || statvfs(path, &space) != 0)
        return;
    *free_bytes = (gint64)space.f_bavail * (gint64)space.f_frsize;
    *disk_bytes = (gint64)space.f_blocks * (gint64)space.f_frsize;
}

static void
read_spaces(const Place *place, PgaServer *server)
{
    PgaHost *host = &server->host;
    g_autofree char *wal = resolve(place, "pg_wal");

    read_space(place->directory, &host->data_free_bytes, &host->data_disk_bytes);
    read_space(wal, &host->wal_free_bytes, &host->wal_disk_bytes);
    if (place->directory)
        host->storage = g_strdup(pga_storage_of("", place->directory));
    for (guint i = 0; i < server->tablespaces->len; i++) {
        PgaTablespaceUse *use = g_ptr_array_index(server->tablespaces, i);
        g_autofree char *path = resolve(place, use->location);

        read_space(path, &use->free_bytes, &use->disk_bytes);
    }
}

/* The effective user of the server's process: the second number; -1. */
static gint64
read_user(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pid), *text = NULL;
    const char *line;
    char *end;

    if (!g_file_get_contents(path, &text, NULL, NULL) || !(line = strstr(text, "\nUid:")))
        return -1;
    g_ascii_strtoll(line + strlen("\nUid:"), &end, 10);
    return g_ascii_strtoll(end, NULL, 10);
}

static void
read_modes(const Place *place, PgaServer *server)
{
    static const char *const names[] = {"config_file", "hba_file", "ident_file", "ssl_key_file"};
    const gint64 user = read_user(place->pid);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *stated = g_hash_table_lookup(place->path, names[i]);
        g_autofree char *path = resolve(place, stated);
        PgaServerFile *file;
        struct stat status;

        if (!path || stat(path, &status) != 0)
            continue;
        file = pga_record_add(server->files, &pga_server_file_type);
        file->path = g_strdup(stated);
        file->what = g_strdup(names[i]);
        file->mode = (gint32)(status.st_mode & 07777);
        file->by_server_user = (gint64)status.st_uid == user;
    }
}

static void
read_certificate(const Place *place, PgaHost *host)
{
    g_autofree char *path = resolve(place, g_hash_table_lookup(place->path, "ssl_cert_file"));

    host->cert_known =
        path && pga_certificate_read(path, &host->cert_days, &host->cert_self_signed);
}

/* The backend that answers is another than was connected to where a pooler stands in between. */
static gboolean
read_paths(PgaCollector *collector, GHashTable *paths, gboolean *is_direct, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    PgaRows rows;

    *is_direct = TRUE;
    if (!pga_server_query(
            collector,
            &(PgaServerQuery){.name = "server_files", .what = "places of the server's files"},
            &result, error))
        return FALSE;
    rows = (PgaRows)PGA_ROWS_INIT(result);
    while (pga_rows_next(&rows)) {
        char *name = pga_rows_dup(&rows, "name");

        g_hash_table_insert(paths, name, pga_rows_dup(&rows, "setting"));
        *is_direct = pga_rows_int64(&rows, "backend_pid", 0) == PQbackendPID(collector->conn);
    }
    return TRUE;
}

gboolean
pga_server_read_host(PgaCollector *collector, PgaServer *server, GError **error)
{
    g_auto(Place) place = {.path = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    gboolean is_direct;
    pid_t pid;

    if (!read_paths(collector, place.path, &is_direct, error))
        return FALSE;
    pid = is_direct ? pga_local_server_pid(collector->conn) : 0;
    if (pid <= 0) {
        pga_collector_note(collector,
                           g_strdup("disk space, kernel settings and files of the server's host"),
                           g_strdup("the server is not known to be on this machine"));
        return TRUE;
    }
    pga_host_read("", pid, &server->host);
    find_place(&place, pid);
    read_spaces(&place, server);
    read_modes(&place, server);
    read_certificate(&place, &server->host);
    return TRUE;
}
