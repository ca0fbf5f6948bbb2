/* The subjects of a server: each reads its part in the collection's transaction. What the server
 * refuses is noted with what would help, and its fields stay unknown. */
#pragma once
#include <model/server.h>

#include "collector_internal.h"

G_BEGIN_DECLS

/** A query about the server. */
typedef struct {
    const char *name;  /* of a file in sql/ */
    const char *what;  /* "rules of pg_hba.conf" */
    const char *grant; /* (nullable): what is to be granted against a refusal: "pg_monitor" */
} PgaServerQuery;

/* @result: (out) (nullable): NULL when it was refused, which is noted. PGA_ERROR_SOURCE,
 * PGA_ERROR_INTERRUPTED. */
gboolean pga_server_query(PgaCollector *collector, const PgaServerQuery *query, PGresult **result,
                          GError **error);

/* First: which sessions and counters of others the role may see. */
gboolean pga_server_read_privileges(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_databases(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_sessions(PgaCollector *collector, PgaServer *server, GError **error);
/* The same without names, where no catalog that has one can be read. */
gboolean pga_server_read_sessions_bare(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_progress(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_prepared(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_slots(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_senders(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_subscriptions(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_wal(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_wal_directory(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_counters(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_io(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_hba(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_file_errors(PgaCollector *collector, PgaServer *server, GError **error);
gboolean pga_server_read_tablespaces(PgaCollector *collector, PgaServer *server, GError **error);
/* Last: needs the tablespaces. */
gboolean pga_server_read_host(PgaCollector *collector, PgaServer *server, GError **error);

/**
 * pga_host_read:
 * @root: "" or a directory that holds another machine's /proc and /sys
 * @pid: of one of the server's processes
 *
 * The facts of the host that /proc and /sys tell; `known` is set.
 */
void pga_host_read(const char *root, pid_t pid, PgaHost *host);

/* Processors that the process may use: those it is bound to, or less by the quota of a control
 * group (version 1 or 2); -1 unknown. Those the machine has online. */
gint32 pga_cores_of_server(const char *root, pid_t pid);
gint32 pga_cores_of_machine(const char *root);

/* (nullable): "hdd", "ssd", "nvme", "network": what the file system of @path is on. */
const char *pga_storage_of(const char *root, const char *path);

/* The end and the issuer of the first certificate of a PEM file. FALSE when there is none, or the
 * program was built without OpenSSL. */
gboolean pga_certificate_read(const char *path, double *days, gboolean *self_signed);

G_END_DECLS
