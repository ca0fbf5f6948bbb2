/* The host of a server on this machine, as /proc and /sys tell. */
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#include "server_internal.h"

/* (transfer full) (nullable): without the newline at its end. */
static char *
read_line(const char *root, const char *path)
{
    g_autofree char *full = g_strconcat(root, path, NULL);
    char *text = NULL;

    return g_file_get_contents(full, &text, NULL, NULL) ? g_strchomp(text) : NULL;
}

static gint64
read_number(const char *root, const char *path)
{
    g_autofree char *text = read_line(root, path);

    return text && g_ascii_isdigit(*text) ? g_ascii_strtoll(text, NULL, 10) : -1;
}

/* The word in brackets: "always [madvise] never". */
static char *
read_choice(const char *root, const char *path)
{
    g_autofree char *text = read_line(root, path);
    const char *start = text ? strchr(text, '[') : NULL, *end = start ? strchr(start, ']') : NULL;

    return end ? g_strndup(start + 1, end - start - 1) : NULL;
}

/* How many numbers "0-3,8" holds; -1 for what is no such list. */
static gint32
count_list(const char *list)
{
    gint64 n = 0;

    while (g_ascii_isdigit(*list)) {
        char *end;
        const gint64 first = g_ascii_strtoll(list, &end, 10);
        const gint64 last = *end == '-' ? g_ascii_strtoll(end + 1, &end, 10) : first;

        n += MAX(last - first + 1, 0);
        list = *end == ',' ? end + 1 : end;
    }
    return n > 0 ? (gint32)n : -1;
}

/* Processors' worth of time that is allowed; -1: no limit. */
static gint32
cores_of_quota(gint64 quota, gint64 period)
{
    return quota > 0 && period > 0 ? (gint32)MAX((quota + period - 1) / period, 1) : -1;
}

/* Of a group of version 2: cpu.max, "200000 100000" or "max 100000". */
static gint32
read_quota(const char *root, const char *group)
{
    g_autofree char *path = g_strconcat("/sys/fs/cgroup", group, "/cpu.max", NULL);
    g_autofree char *text = read_line(root, path);
    const char *period = text ? strchr(text, ' ') : NULL;

    if (!period || !g_ascii_isdigit(*text))
        return -1;
    return cores_of_quota(g_ascii_strtoll(text, NULL, 10), g_ascii_strtoll(period, NULL, 10));
}

/* Of a group of version 1, where the quota is -1 without a limit. */
static gint32
read_old_quota(const char *root, const char *group)
{
    g_autofree char *quota = g_strconcat("/sys/fs/cgroup/cpu", group, "/cpu.cfs_quota_us", NULL);
    g_autofree char *period = g_strconcat("/sys/fs/cgroup/cpu", group, "/cpu.cfs_period_us", NULL);

    return cores_of_quota(read_number(root, quota), read_number(root, period));
}

/* The least of the group and of those it is in; -1: none. */
static gint32
least_quota_of(const char *root, const char *name, gint32 (*read)(const char *, const char *))
{
    g_autofree char *group = g_strdup(name);
    gint32 least = -1;
    char *slash;

    do {
        const gint32 quota = read(root, group);

        if (quota > 0 && (least < 0 || quota < least))
            least = quota;
        slash = strrchr(group, '/');
        if (slash)
            *slash = '\0';
    } while (slash);
    return least;
}

/* Whether "cpu" is in the list "cpu,cpuacct". */
static gboolean
is_of_cpu(const char *controllers)
{
    g_auto(GStrv) names = g_strsplit(controllers, ",", -1);

    return g_strv_contains((const char *const *)names, "cpu");
}

/* Lines of /proc/PID/cgroup: "0::/group" of version 2, "4:cpu,cpuacct:/group" of version 1. */
static gint32
least_quota(const char *root, pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/cgroup", (int)pid);
    g_autofree char *text = read_line(root, path);
    g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);
    gint32 least = -1;

    for (char **line = lines; *line; line++) {
        g_auto(GStrv) parts = g_strsplit(*line, ":", 3);
        gint32 quota = -1;

        if (g_strv_length(parts) != 3)
            continue;
        if (*parts[1] == '\0')
            quota = least_quota_of(root, parts[2], read_quota);
        else if (is_of_cpu(parts[1]))
            quota = least_quota_of(root, parts[2], read_old_quota);
        if (quota > 0 && (least < 0 || quota < least))
            least = quota;
    }
    return least;
}

gint32
pga_cores_of_machine(const char *root)
{
    g_autofree char *list = read_line(root, "/sys/devices/system/cpu/online");

    return list ? count_list(list) : -1;
}

gint32
pga_cores_of_server(const char *root, pid_t pid)
{
    static const char label[] = "Cpus_allowed_list:";
    g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pid);
    g_autofree char *text = read_line(root, path);
    const char *line = text ? strstr(text, label) : NULL;
    const gint32 quota = least_quota(root, pid);
    gint32 cores;

    if (!line)
        return -1;
    line += strlen(label);
    cores = count_list(line + strspn(line, " \t"));
    return quota > 0 && quota < cores ? quota : cores;
}

void
pga_host_read(const char *root, pid_t pid, PgaHost *host)
{
    host->known = TRUE;
    host->cores = pga_cores_of_server(root, pid);
    host->overcommit_memory = (gint32)read_number(root, "/proc/sys/vm/overcommit_memory");
    host->swappiness = (gint32)read_number(root, "/proc/sys/vm/swappiness");
    host->transparent_hugepage = read_choice(root, "/sys/kernel/mm/transparent_hugepage/enabled");
    host->hugepages_total = read_number(root, "/proc/sys/vm/nr_hugepages");
    host->in_container = pga_memory_is_limited(root, pid);
}

static gboolean
is_on_network(const char *path)
{
    static const guint32 types[] = {NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, CIFS_SUPER_MAGIC,
                                    SMB2_SUPER_MAGIC, CEPH_SUPER_MAGIC};
    struct statfs file_system;

    if (statfs(path, &file_system) != 0)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if ((guint32)file_system.f_type == types[i])
            return TRUE;
    return FALSE;
}

/* The device's name below /sys; of a partition the whole device's comes before it in the path. */
static gboolean
is_nvme(const char *root, const char *device)
{
    g_autofree char *full = g_strconcat(root, device, NULL);
    g_autofree char *target = g_file_read_link(full, NULL);

    return target && strstr(target, "/nvme");
}

/* Disks of virtual machines say that they turn, whatever they are made of. */
static gboolean
is_virtual(const char *root, const char *device)
{
    g_autofree char *full = g_strconcat(root, device, NULL);
    g_autofree char *target = g_file_read_link(full, NULL);

    return target && (strstr(target, "/virtio") || strstr(target, "/vbd-"));
}

/* A partition has no queue of its own. */
static gint64
read_rotational(const char *root, const char *device)
{
    g_autofree char *own = g_strconcat(device, "/queue/rotational", NULL);
    g_autofree char *whole = g_strconcat(device, "/../queue/rotational", NULL);
    const gint64 rotational = read_number(root, own);

    return rotational >= 0 ? rotational : read_number(root, whole);
}

const char *
pga_storage_of(const char *root, const char *path)
{
    g_autofree char *device = NULL;
    struct stat status;
    gint64 rotational;

    if (stat(path, &status) != 0)
        return NULL;
    if (is_on_network(path))
        return "network";
    device = g_strdup_printf("/sys/dev/block/%u:%u", major(status.st_dev), minor(status.st_dev));
    if (is_nvme(root, device))
        return "nvme";
    rotational = read_rotational(root, device);
    if (rotational == 1 && is_virtual(root, device))
        return NULL;
    return rotational == 1 ? "hdd" : rotational == 0 ? "ssd" : NULL;
}
