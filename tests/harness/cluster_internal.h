/* What the harness' files share about a cluster. */
#pragma once
#include "cluster.h"

G_BEGIN_DECLS

struct PgaTestCluster {
    char *bindir, *datadir, *dsn;
    guint major;
    int port;
    GPid pid, pooler;
    gboolean is_standby, listens;
};

/* In the program's list, with a port and a data directory's name; not started. */
PgaTestCluster *pga_test_cluster_new(const char *bindir, guint major);
void pga_test_start(PgaTestCluster *cluster);
void pga_test_stop(PgaTestCluster *cluster);

/* As the user that the servers run as. A failure ends the test program. */
void pga_test_run(const char *const *argv);
GPid pga_test_spawn(const char *const *argv);

int pga_test_free_port(void);
const char *pga_test_program_directory(void);

G_END_DECLS
