/* Memory of a machine whose /proc and /sys are made of files here. */
#include "collector_internal.h"

#include <base/directory.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *meminfo, *cgroup;
    const char *limits[4]; /* path, text, path, text */
    gint64 bytes;
    const char *method; /* a part of it; NULL: unknown */
} Machine;

#define GROUP2 "/sys/fs/cgroup"
#define GROUP1 "/sys/fs/cgroup/memory"

static const Machine machines[] = {
    {"nothing-known", NULL, NULL, {NULL}, -1, NULL},
    {"no-group", "MemTotal:  1024 kB\n", NULL, {NULL}, 1 << 20, "MemTotal"},
    {"no-limit",
     "MemTotal:  1024 kB\n",
     "0::/pg\n",
     {GROUP2 "/pg/memory.max", "max\n"},
     1 << 20,
     "MemTotal"},
    {"version-2",
     "MemTotal:  1024 kB\n",
     "0::/a/pg\n",
     {GROUP2 "/a/pg/memory.max", "4096\n"},
     4096,
     "group"},
    {"group-above",
     "MemTotal:  1024 kB\n",
     "0::/a/pg\n",
     {GROUP2 "/a/memory.max", "4096\n", GROUP2 "/a/pg/memory.max", "8192\n"},
     4096,
     "group"},
    {"version-1",
     "MemTotal:  1024 kB\n",
     "5:memory:/pg\n3:cpu:/pg\n",
     {GROUP1 "/pg/memory.limit_in_bytes", "8192\n"},
     8192,
     "group"},
    {"more-than-there-is",
     "MemTotal:  1024 kB\n",
     "5:memory:/pg\n",
     {GROUP1 "/memory.limit_in_bytes", "9223372036854771712\n"},
     1 << 20,
     "MemTotal"},
    {"root-group",
     "MemTotal:  1024 kB\n",
     "0::/\n",
     {GROUP2 "/memory.max", "4096\n"},
     4096,
     "group"},
};

static void
write_file(const char *root, const char *path, const char *text)
{
    g_autofree char *full = g_strconcat(root, path, NULL), *folder = NULL;

    if (!text)
        return;
    folder = g_path_get_dirname(full);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(full, text, -1, NULL));
}

static void
test_machine(gconstpointer data)
{
    const Machine *c = data;
    g_autofree char *root = g_dir_make_tmp("pgatest-memory-XXXXXX", NULL);
    const char *method = NULL;

    write_file(root, "/proc/meminfo", c->meminfo);
    write_file(root, "/proc/7/cgroup", c->cgroup);
    for (guint i = 0; i < G_N_ELEMENTS(c->limits) && c->limits[i]; i += 2)
        write_file(root, c->limits[i], c->limits[i + 1]);
    g_assert_cmpint(pga_memory_of_server(root, 7, &method), ==, c->bytes);
    if (c->method)
        g_assert_nonnull(strstr(method, c->method));
    else
        g_assert_null(method);
    g_assert_true(pga_directory_remove_tree(root, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *path = g_strdup_printf("/collect/memory/%s", machines[i].name);

        g_test_add_data_func(path, &machines[i], test_machine);
    }
    return g_test_run();
}
