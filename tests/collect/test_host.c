/* Facts of a machine whose /proc and /sys are made of files here, and of a certificate. */
#include <base/directory.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <collect/host.h>

#include "server_internal.h"

static void
write_file(const char *root, const char *path, const char *text)
{
    g_autofree char *full = g_strconcat(root, path, NULL), *folder = g_path_get_dirname(full);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(full, text, -1, NULL));
}

/* (transfer full) */
static char *
make_root(void)
{
    char *root = g_dir_make_tmp("pgatest-host-XXXXXX", NULL);

    g_assert_nonnull(root);
    return root;
}

static void
test_nothing_known(void)
{
    g_autofree char *root = make_root();
    g_autoptr(PgaServer) server = pga_server_new();
    const PgaHost *host = &server->host;

    pga_host_read(root, 7, &server->host);
    g_assert_true(host->known);
    g_assert_cmpint(host->cores, ==, -1);
    g_assert_cmpint(host->overcommit_memory, ==, -1);
    g_assert_cmpint(host->swappiness, ==, -1);
    g_assert_null(host->transparent_hugepage);
    g_assert_cmpint(host->hugepages_total, ==, -1);
    g_assert_false(host->in_container);
    g_assert_true(pga_directory_remove_tree(root, NULL));
}

static void
test_everything_known(void)
{
    g_autofree char *root = make_root();
    g_autoptr(PgaServer) server = pga_server_new();
    const PgaHost *host = &server->host;

    write_file(root, "/proc/7/status", "Name:\tpostgres\nCpus_allowed_list:\t0-3,8,10-11\nX:\t1\n");
    write_file(root, "/proc/sys/vm/overcommit_memory", "2\n");
    write_file(root, "/proc/sys/vm/swappiness", "10\n");
    write_file(root, "/proc/sys/vm/nr_hugepages", "4200\n");
    write_file(root, "/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    write_file(root, "/proc/meminfo", "MemTotal:  1024 kB\n");
    write_file(root, "/proc/7/cgroup", "0::/pg\n");
    write_file(root, "/sys/fs/cgroup/pg/memory.max", "4096\n");
    pga_host_read(root, 7, &server->host);
    g_assert_cmpint(host->cores, ==, 7);
    g_assert_cmpint(host->overcommit_memory, ==, 2);
    g_assert_cmpint(host->swappiness, ==, 10);
    g_assert_cmpint(host->hugepages_total, ==, 4200);
    g_assert_cmpstr(host->transparent_hugepage, ==, "madvise");
    g_assert_true(host->in_container);
    g_assert_true(pga_directory_remove_tree(root, NULL));
}

/** Limits of control groups over four processors. */
typedef struct {
    const char *name, *list, *group, *parents;
    gint32 cores;
} Quota;

static const Quota quotas[] = {
    {"none", "0-3", "max 100000", NULL, 4},
    {"two", "0-3", "200000 100000", NULL, 2},
    {"half", "0-3", "50000 100000", NULL, 1},
    {"one-and-a-half", "0-3", "150000 100000", NULL, 2},
    {"parent", "0-3", "max 100000", "300000 100000", 3},
    {"more-than-there-are", "0-3", "900000 100000", NULL, 4},
    {"broken", "0-3", "100000", NULL, 4},
    {"period-of-nothing", "0-3", "1 0", NULL, 4},
    {"no-list", "x", "max 100000", NULL, -1},
};

static void
test_quota(gconstpointer data)
{
    const Quota *c = data;
    g_autofree char *root = make_root();
    g_autofree char *status = g_strdup_printf("Cpus_allowed_list:\t%s\n", c->list);
    g_autoptr(PgaServer) server = pga_server_new();

    write_file(root, "/proc/7/status", status);
    write_file(root, "/proc/7/cgroup", "5:memory:/old\n0::/a/pg\n");
    write_file(root, "/sys/fs/cgroup/a/pg/cpu.max", c->group);
    if (c->parents)
        write_file(root, "/sys/fs/cgroup/a/cpu.max", c->parents);
    pga_host_read(root, 7, &server->host);
    g_assert_cmpint(server->host.cores, ==, c->cores);
    g_assert_true(pga_directory_remove_tree(root, NULL));
}

/** The same of version 1, where -1 is no limit. */
typedef struct {
    const char *name, *controllers, *quota, *period;
    gint32 cores;
} OldQuota;

static const OldQuota old_quotas[] = {
    {"none", "cpu,cpuacct", "-1\n", "100000\n", 4},
    {"two", "cpu,cpuacct", "200000\n", "100000\n", 2},
    {"half", "cpu", "50000\n", "100000\n", 1},
    {"of-another-controller", "cpuset", "50000\n", "100000\n", 4},
    {"no-period", "cpu", "50000\n", "0\n", 4},
};

static void
test_old_quota(gconstpointer data)
{
    const OldQuota *c = data;
    g_autofree char *root = make_root();
    g_autofree char *groups =
        g_strdup_printf("7:%s:/docker/x\n5:memory:/y\nbroken\n", c->controllers);
    g_autoptr(PgaServer) server = pga_server_new();

    write_file(root, "/proc/7/status", "Cpus_allowed_list:\t0-3\n");
    write_file(root, "/proc/7/cgroup", groups);
    write_file(root, "/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us", c->quota);
    write_file(root, "/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us", c->period);
    pga_host_read(root, 7, &server->host);
    g_assert_cmpint(server->host.cores, ==, c->cores);
    g_assert_true(pga_directory_remove_tree(root, NULL));
}

/* A control group that leaves this process less than the machine has. */
static void
test_this_machine(void)
{
    g_autofree char *root = make_root();
    g_autofree char *status = g_strdup_printf("/proc/%d/status", (int)getpid());
    g_autofree char *group = g_strdup_printf("/proc/%d/cgroup", (int)getpid());
    PgaThisMachine machine;

    write_file(root, "/proc/meminfo", "MemTotal:  67108864 kB\n");
    write_file(root, status, "Cpus_allowed_list:\t0-15\n");
    write_file(root, group, "0::/pod\n");
    write_file(root, "/sys/fs/cgroup/pod/memory.max", "4294967296\n");
    write_file(root, "/sys/fs/cgroup/pod/cpu.max", "250000 100000\n");
    write_file(root, "/sys/devices/system/cpu/online", "0-15\n");
    write_file(root, "/proc/sys/kernel/io_uring_disabled", "2\n");
    pga_this_machine_read(root, root, &machine);
    g_assert_cmpint(machine.machine_ram_bytes, ==, G_GINT64_CONSTANT(64) << 30);
    g_assert_cmpint(machine.ram_bytes, ==, G_GINT64_CONSTANT(4) << 30);
    g_assert_cmpint(machine.machine_cores, ==, 16);
    g_assert_cmpint(machine.cores, ==, 3);
    g_assert_cmpint(machine.io_uring, ==, 0);
    g_assert_cmpint(machine.disk_bytes, >, 0);
    g_assert_cmpfloat(machine.clock_ns, >=, 100);
    g_assert_true(pga_directory_remove_tree(root, NULL));
}

static void
test_no_machine(void)
{
    PgaThisMachine machine;

    pga_this_machine_read("/nowhere at all", "/nowhere at all", &machine);
    g_assert_cmpint(machine.ram_bytes, ==, -1);
    g_assert_cmpint(machine.machine_ram_bytes, ==, -1);
    g_assert_cmpint(machine.cores, ==, -1);
    g_assert_cmpint(machine.machine_cores, ==, -1);
    g_assert_cmpint(machine.io_uring, ==, -1);
    g_assert_cmpint(machine.disk_bytes, ==, -1);
    g_assert_null(machine.storage);
}

/** What /sys says of the device that a file is on. */
typedef struct {
    const char *name, *target; /* of the link in /sys/dev/block */
    const char *rotational;
    gboolean of_whole; /* the device is a partition */
    const char *storage;
} Device;

static const Device devices[] = {
    {"hdd", "../../devices/pci0000:00/ata1/block/sda/sda1", "1\n", TRUE, "hdd"},
    {"ssd", "../../devices/pci0000:00/ata1/block/sda", "0\n", FALSE, "ssd"},
    {"nvme", "../../devices/pci0000:00/nvme/nvme0/nvme0n1", "0\n", FALSE, "nvme"},
    {"virtual", "../../devices/pci0000:00/virtio2/block/vda", "1\n", FALSE, NULL},
    {"virtual-ssd", "../../devices/pci0000:00/virtio2/block/vda", "0\n", FALSE, "ssd"},
    {"unknown", "../../devices/virtual/block/x", NULL, FALSE, NULL},
};

static void
test_device(gconstpointer data)
{
    const Device *c = data;
    g_autofree char *root = make_root();
    g_autofree char *folder = g_strconcat(root, "/sys/dev/block", NULL);
    g_autofree char *queue =
        g_strconcat("/sys/dev/block/", c->target,
                    c->of_whole ? "/../queue/rotational" : "/queue/rotational", NULL);
    g_autofree char *device = g_strconcat(folder, "/", c->target, NULL), *link = NULL;
    struct stat status;

    g_assert_cmpint(stat(root, &status), ==, 0);
    link = g_strdup_printf("%s/%u:%u", folder, major(status.st_dev), minor(status.st_dev));
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_cmpint(g_mkdir_with_parents(device, 0700), ==, 0);
    g_assert_cmpint(symlink(c->target, link), ==, 0);
    if (c->rotational)
        write_file(root, queue, c->rotational);
    g_assert_cmpstr(pga_storage_of(root, root), ==, c->storage);
    g_assert_true(pga_directory_remove_tree(root, NULL));
}

static void
test_no_file(void)
{
    g_assert_null(pga_storage_of("", "/nowhere at all"));
}

/* Signed by itself, for ten days. */
static void
make_certificate(const char *openssl, const char *key, const char *path)
{
    const char *argv[] = {openssl,   "req",   "-x509", "-newkey", "rsa:2048",
                          "-nodes",  "-days", "10",    "-subj",   "/CN=db",
                          "-keyout", key,     "-out",  path,      NULL};

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
                               G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               NULL, NULL, NULL, NULL));
}

static void
test_certificate(void)
{
    g_autofree char *openssl = g_find_program_in_path("openssl"), *root = NULL, *path = NULL;
    g_autofree char *key = NULL;
    gboolean self_signed = FALSE;
    double days = 0;

    if (!openssl) {
        g_test_skip("no openssl to make a certificate with");
        return;
    }
    root = make_root();
    path = g_build_filename(root, "server.crt", NULL);
    key = g_build_filename(root, "server.key", NULL);
    g_assert_false(pga_certificate_read(path, &days, &self_signed));
    make_certificate(openssl, key, path);
    if (!pga_certificate_read(path, &days, &self_signed)) {
        g_test_skip("built without OpenSSL");
    } else {
        g_assert_cmpfloat(days, >, 9.9);
        g_assert_cmpfloat(days, <=, 10);
        g_assert_true(self_signed);
    }
    g_assert_false(pga_certificate_read(key, &days, &self_signed)); /* no certificate */
    g_assert_true(pga_directory_remove_tree(root, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/collect/host/nothing-known", test_nothing_known);
    g_test_add_func("/collect/host/everything-known", test_everything_known);
    for (guint i = 0; i < G_N_ELEMENTS(quotas); i++) {
        g_autofree char *path = g_strdup_printf("/collect/host/quota/%s", quotas[i].name);

        g_test_add_data_func(path, &quotas[i], test_quota);
    }
    for (guint i = 0; i < G_N_ELEMENTS(old_quotas); i++) {
        g_autofree char *name = g_strconcat("/collect/host/old-quota/", old_quotas[i].name, NULL);

        g_test_add_data_func(name, &old_quotas[i], test_old_quota);
    }
    g_test_add_func("/collect/host/this-machine", test_this_machine);
    g_test_add_func("/collect/host/no-machine", test_no_machine);
    for (guint i = 0; i < G_N_ELEMENTS(devices); i++) {
        g_autofree char *path = g_strdup_printf("/collect/host/device/%s", devices[i].name);

        g_test_add_data_func(path, &devices[i], test_device);
    }
    g_test_add_func("/collect/host/no-file", test_no_file);
    g_test_add_func("/collect/host/certificate", test_certificate);
    return g_test_run();
}
