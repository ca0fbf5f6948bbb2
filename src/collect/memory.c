/* The memory that a server on this machine may use. What a remote server has, SQL does not tell. */
#include "collector_internal.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#define METHOD_MACHINE "MemTotal of /proc/meminfo, the server being on this machine"
#define METHOD_CGROUP  "memory limit of the server's control group on this machine"

static char *
read_file(const char *root, const char *path)
{
    g_autofree char *full = g_strconcat(root, path, NULL);
    char *text = NULL;

    return g_file_get_contents(full, &text, NULL, NULL) ? text : NULL;
}

/* Bytes; -1 unknown. */
static gint64
memory_total(const char *root)
{
    g_autofree char *text = read_file(root, "/proc/meminfo");
    const char *line = text ? strstr(text, "MemTotal:") : NULL;

    return line ? g_ascii_strtoll(line + strlen("MemTotal:"), NULL, 10) * 1024 : -1;
}

/* Bytes; -1 when there is none ("max"). */
static gint64
read_limit(const char *root, const char *directory, const char *name)
{
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autofree char *text = read_file(root, path);

    return text && g_ascii_isdigit(*text) ? g_ascii_strtoll(text, NULL, 10) : -1;
}

/* The least limit of the group and of those it is in. */
static gint64
least_limit(const char *root, const char *mount, const char *group, const char *name)
{
    g_autofree char *directory = g_strdup(group);
    gint64 least = -1;

    for (;;) {
        g_autofree char *path = g_strconcat(mount, directory, NULL);
        const gint64 limit = read_limit(root, path, name);
        char *slash = strrchr(directory, '/');

        if (limit > 0 && (least < 0 || limit < least))
            least = limit;
        if (!slash || !*directory)
            return least;
        *slash = '\0';
    }
}

/* Lines of /proc/PID/cgroup: "0::/group" of version 2, "5:memory:/group" of version 1. */
static gint64
group_limit(const char *root, pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/cgroup", (int)pid);
    g_autofree char *text = read_file(root, path);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    gint64 least = -1;

    for (char **line = lines; *line; line++) {
        g_auto(GStrv) parts = g_strsplit(*line, ":", 3);
        gint64 limit = -1;

        if (g_strv_length(parts) != 3)
            continue;
        if (*parts[1] == '\0')
            limit = least_limit(root, "/sys/fs/cgroup", parts[2], "memory.max");
        else if (g_str_equal(parts[1], "memory"))
            limit = least_limit(root, "/sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes");
        if (limit > 0 && (least < 0 || limit < least))
            least = limit;
    }
    return least;
}

gint64
pga_memory_of_server(const char *root, pid_t pid, const char **method)
{
    const gint64 total = memory_total(root), limit = group_limit(root, pid);

    if (total < 0)
        return -1;
    *method = limit > 0 && limit < total ? METHOD_CGROUP : METHOD_MACHINE;
    return limit > 0 ? MIN(total, limit) : total;
}

gint64
pga_memory_of_machine(const char *root)
{
    return memory_total(root);
}

gboolean
pga_memory_is_limited(const char *root, pid_t pid)
{
    const gint64 total = memory_total(root), limit = group_limit(root, pid);

    return limit > 0 && limit < total;
}

static gboolean
is_loopback(const struct sockaddr_storage *address)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

    if (address->ss_family == AF_INET)
        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    return address->ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

/* Whether @pid is the backend that serves our own port: its title ends in "127.0.0.1(54321) idle…".
 * A tunnel or a container's proxy to another machine comes from another port. */
static gboolean
serves_our_port(int socket, int pid)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
    } address = {0}; /* sin6_port has sin_port's place */
    socklen_t length = sizeof address;
    g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", pid);
    g_autofree char *title = read_file("", path), *port = NULL;

    if (!title || !g_str_has_prefix(title, "postgres:") ||
        getsockname(socket, &address.any, &length) != 0)
        return FALSE;
    port = g_strdup_printf("(%u)", ntohs(address.in.sin_port));
    return strstr(title, port) != NULL;
}

pid_t
pga_local_server_pid(PGconn *conn)
{
    const int socket = PQsocket(conn);
    struct sockaddr_storage peer = {0};
    socklen_t length = sizeof peer;
    struct ucred credentials = {0};
    socklen_t credentials_length = sizeof credentials;

    if (socket < 0 || getpeername(socket, (struct sockaddr *)&peer, &length) != 0)
        return 0;
    if (peer.ss_family == AF_UNIX) {
        if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &credentials_length) != 0)
            return 0;
        return credentials.pid;
    }
    if (is_loopback(&peer) && serves_our_port(socket, PQbackendPID(conn)))
        return PQbackendPID(conn);
    return 0;
}
