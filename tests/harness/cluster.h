/* Throw-away PostgreSQL servers for tests: one per test program and major version, started when
 * first asked for, reached by a Unix socket in a private directory, gone when the program ends
 * however it ends. */
#pragma once
#include <glib.h>
#include <libpq-fe.h>

G_BEGIN_DECLS

typedef struct PgaTestCluster PgaTestCluster;

/** Server programs found on this machine. */
typedef struct {
    char *bindir;
    guint major;   /* 9 stands for 9.6 */
    char *version; /* "15.18" */
} PgaTestServer;

/* Of PgaTestServer *, one for each major, newest first; empty when there is none. Looked for in the
 * colon separated patterns of PGARCHITECT_TEST_SERVERS, or else where packages and scripts install
 * them. Borrowed. */
const GPtrArray *pga_test_servers(void);

/* Skips the test visibly and returns FALSE when there is no server at all. */
gboolean pga_test_have_server(void);

/* (nullable): the cluster of that major, 0 for the newest; NULL when no such server is installed.
 * Its superuser is "postgres"; everybody is trusted but the role "secretive", whose password is
 * "s3cret". */
PgaTestCluster *pga_test_cluster(guint major);

guint pga_test_cluster_major(const PgaTestCluster *cluster);
const char *pga_test_cluster_bindir(const PgaTestCluster *cluster);
const char *pga_test_cluster_directory(const PgaTestCluster *cluster);
int pga_test_cluster_port(const PgaTestCluster *cluster);

/* The database "postgres" as its superuser. */
const char *pga_test_cluster_dsn(const PgaTestCluster *cluster);

/* Drops and creates the database @name. (transfer full): its conninfo. */
char *pga_test_cluster_database(const PgaTestCluster *cluster, const char *name);

/* Any statements; a failure ends the test program with the server's message. */
void pga_test_cluster_sql(const PgaTestCluster *cluster, const char *sql);
void pga_test_sql(const char *dsn, const char *sql);

/* (transfer full): the first column of the first row. */
char *pga_test_value(const char *dsn, const char *sql);

/* A session of its own, for locks. */
PGconn *pga_test_session(const char *dsn);

/* Stops in order, appends @settings (lines of postgresql.conf), starts. */
void pga_test_cluster_restart(PgaTestCluster *cluster, const char *settings);

/* Restarts with 127.0.0.1 listened on too; the port changes and stays so. */
int pga_test_cluster_listen(PgaTestCluster *cluster);

/* (nullable): a standby that replays @cluster, which is restarted where its package lacks
 * pg_basebackup; NULL before 12 then. */
PgaTestCluster *pga_test_cluster_standby(PgaTestCluster *cluster);

/* (nullable): a PgBouncer in transaction mode before @cluster; (transfer full) conninfo of a pooled
 * @dbname; NULL where PgBouncer is not installed. */
char *pga_test_cluster_pool(PgaTestCluster *cluster, const char *dbname);

G_END_DECLS
