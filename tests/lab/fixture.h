/* Labs for tests: with a template cache of the test program's own, on every major that is
 * installed. */
#pragma once
#include "session_internal.h"
#include <cluster.h>
#include <lab/lab.h>

G_BEGIN_DECLS

/* Once, before g_test_run(): the cache; @PGARCHITECT_* of the caller's environment removed. */
void pga_test_lab_init(void);
/* Removes the cache; returns @status. */
int pga_test_lab_finish(int status);

/* A lab on @server (or the newest when NULL); a failure ends the test program. */
PgaLab *pga_test_lab_start(const PgaTestServer *server);

/* Adds a test case "PATH/MAJOR" for each installed major from @oldest on; with @few only the newest
 * and Debian's. */
typedef void (*PgaTestServerFunction)(gconstpointer server);
void pga_test_add_servers(const char *path, guint oldest, gboolean few,
                          PgaTestServerFunction function);

/* Loads @sql as the script "test.sql". */
PgaLabLoad *pga_test_load(PgaLab *lab, const char *sql, GError **error);

/* (nullable): the entry whose `what` or `why` holds @text. */
const PgaNotChecked *pga_test_note(const PgaLabLoad *load, const char *text);

/* (transfer full): the first value of @sql, executed by the superuser in @dbname (NULL: postgres).
 */
char *pga_test_ask(PgaLab *lab, const char *dbname, const char *sql);

/* Collects what was loaded. */
PgaCatalog *pga_test_collect(PgaLab *lab);

/* Processes whose working directory is in the lab's. */
guint pga_test_count_processes(const char *directory);

G_END_DECLS
