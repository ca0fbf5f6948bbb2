/* Entries of DATABASES, for the rules about settings. */
#pragma once
#include <django/setting.h>

#include "rule_internal.h"

G_BEGIN_DECLS

/* Calls @judge for each database of PostgreSQL whose entry is a literal dict, in settings that may
 * be production's. */
typedef void (*PgaDatabaseJudge)(PgaDjangoRun *run, const PgaDjangoDatabase *database,
                                 const PgaPyValue *entry);
void pga_each_database(PgaDjangoRun *run, const PgaDjangoSettings *settings,
                       PgaDatabaseJudge judge);

/* A literal string of the entry: (nullable). */
const char *pga_database_text(const PgaPyValue *entry, const char *key);

/* An address of another machine: it has a dot or a colon, and is neither this one nor a folder. */
gboolean pga_host_is_remote(const char *host);

/* At the entry: object "DATABASES[default]". */
PgaFinding *pga_django_add_at_database(PgaDjangoRun *run, const PgaDjangoDatabase *database,
                                       const PgaPyValue *entry, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

G_END_DECLS
