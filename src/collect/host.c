/* What /proc, /sys and the clock say of the machine that the program runs on. */
#include "collect/host.h"

#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "server_internal.h"

#define N_READINGS 2000
#define N_ROUNDS   5

/* The best of some rounds: whatever else ran in between only adds to it. */
static double
measure_clock(void)
{
    double best = -1;

    for (guint round = 0; round < N_ROUNDS; round++) {
        struct timespec first, now;
        double each;

        clock_gettime(CLOCK_MONOTONIC, &first);
        for (guint i = 0; i < N_READINGS; i++)
            clock_gettime(CLOCK_MONOTONIC, &now);
        each = ((double)(now.tv_sec - first.tv_sec) * 1e9 + (double)(now.tv_nsec - first.tv_nsec)) /
               N_READINGS;
        if (best < 0 || each < best)
            best = each;
    }
    return best;
}

double
pga_clock_cost(void)
{
    static const double steps[] = {100, 200, 500, 1000, 2000, 5000};
    const double measured = measure_clock();

    for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
        if (measured <= steps[i])
            return steps[i];
    return 10000;
}

/* 0: allowed to everybody; a kernel before 6.6 has no such file, and allows it from 5.1 on unless a
 * container's filter stands in the way, which no file tells. */
static gint64
read_io_uring(const char *root)
{
    g_autofree char *path = g_strconcat(root, "/proc/sys/kernel/io_uring_disabled", NULL);
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL) || !g_ascii_isdigit(*text))
        return -1;
    return *text == '0';
}

static gint64
read_disk(const char *directory)
{
    struct statvfs space;

    if (statvfs(directory, &space) != 0)
        return -1;
    return (gint64)space.f_blocks * (gint64)space.f_frsize;
}

void
pga_this_machine_read(const char *root, const char *directory, PgaThisMachine *machine)
{
    const pid_t self = getpid();
    const char *method = NULL;

    *machine = (PgaThisMachine){
        .ram_bytes = pga_memory_of_server(root, self, &method),
        .machine_ram_bytes = pga_memory_of_machine(root),
        .cores = pga_cores_of_server(root, self),
        .machine_cores = pga_cores_of_machine(root),
        .storage = pga_storage_of(root, directory),
        .disk_bytes = read_disk(directory),
        .io_uring = read_io_uring(root),
        .clock_ns = pga_clock_cost(),
    };
}
