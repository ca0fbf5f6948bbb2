/* The machine that the program itself runs on, for a server that is to run on it. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/** What a server here may use; -1 and NULL where unknown. */
typedef struct {
    gint64 ram_bytes;         /* the machine's, or less by a control group */
    gint64 machine_ram_bytes; /* the machine's */
    gint32 cores;             /* that this process may use, or less by a control group's quota */
    gint32 machine_cores;
    const char *storage; /* "hdd", "ssd", "nvme", "network"; static */
    gint64 disk_bytes;   /* of the directory's file system */
    gint64 io_uring;     /* three-valued: the kernel allows it to everybody */
    double clock_ns;     /* at most so long takes a reading of the clock, rounded up */
} PgaThisMachine;

/**
 * pga_this_machine_read:
 * @root: "" or a directory that holds another machine's /proc and /sys
 * @directory: where the data is to be
 */
void pga_this_machine_read(const char *root, const char *directory, PgaThisMachine *machine);

/* At most so many nanoseconds takes a reading of this machine's clock: rounded up to one of a few
 * steps, so that two runs on one machine say the same. */
double pga_clock_cost(void);

G_END_DECLS
