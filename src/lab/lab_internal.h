/* What the parts of the lab share: the server, and the databases that were made in it. */
#pragma once
#include "process_internal.h"
#include <base/directory.h>
#include <lab/lab.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

/* The lab's roles. initdb's superuser has a name that no script's "OWNER TO postgres" means by
 * chance. */
#define PGA_ROLE_SUPERUSER "pgarchitect_superuser"
#define PGA_ROLE_STRANGER  "pgarchitect_stranger" /* executes scripts */
#define PGA_ROLE_PROVER    "pgarchitect_prover"   /* executes fixes on a clone */
#define PGA_ROLE_READER    "pgarchitect_reader"   /* reads what a script made */
#define PGA_ROLE_PREFIX    "pgarchitect_"

struct PgaLab {
    PgaBinaries *binaries;
    PgaLabUser user;
    PgaDirectory *directory;
    char *data;               /* the data directory, in `directory` */
    char *log;                /* the server's log, in `directory` */
    pid_t postmaster;         /* 0 when it does not run */
    struct PgaSession *admin; /* the superuser in database postgres, where no stranger ever is */
    char *loaded;             /* (nullable): the database of the last pga_lab_load() */
    guint n_databases, n_tablespaces;
    gint64 disk_limit_bytes, memory_limit_bytes;
    guint statement_limit_ms, load_limit_ms;
    gint64 next_disk_check; /* g_get_monotonic_time() */
    PgaTrial *trial;        /* (nullable): whose configuration the server runs with */
    const PgaProgress *progress;
};

/* (transfer full): a path in the lab's directory */
char *pga_lab_path(const PgaLab *lab, const char *name);

/* Gives @path in the lab's directory to the lab's user. FALSE with errno. */
gboolean pga_lab_own(const PgaLab *lab, const char *path);

/* (transfer full) (nullable): a new folder for CREATE TABLESPACE; NULL with PGA_ERROR_LAB. */
char *pga_lab_make_tablespace_folder(PgaLab *lab, GError **error);

/* server.c. PGA_ERROR_LAB with the last line of the log, PGA_ERROR_INTERRUPTED. */
gboolean pga_server_initdb(PgaLab *lab, GError **error);
gboolean pga_server_start(PgaLab *lab, GError **error);
void pga_server_stop(PgaLab *lab);

/* PGA_ERROR_LAB: "the lab's server died" with the end of its log. */
void pga_server_set_died(PgaLab *lab, GError **error);
/* FALSE without an error: its log does not say so. */
gboolean pga_server_ran_out_of_disk(const PgaLab *lab, GError **error);

/* session.c: whether it uses more than its limit of disk at @now, g_get_monotonic_time(); it is
 * looked at now and then. */
gboolean pga_lab_is_full(PgaLab *lab, gint64 now);

/* disk.c: whether @text, a server's or a program's, says so; PGA_ERROR_LAB with the line that does
 * as detail, and what to do. */
gboolean pga_disk_is_full(const char *text);
gboolean pga_disk_has_room(const PgaLab *lab);
void pga_disk_set_full(const PgaLab *lab, const char *text, GError **error);

/* The next database's name: "load_1", "clone_2". (transfer full) */
char *pga_lab_next_database(PgaLab *lab, const char *kind);

/* Behind CREATE DATABASE name: an empty one, by the way that is fastest without fsync: files are
 * copied, not written to the log block by block, which is the default since 15. */
const char *pga_lab_empty_database(const PgaLab *lab);

G_END_DECLS
