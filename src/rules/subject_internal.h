/* What findings about other things than relations share: their names, whether they concern us,
 * settings and addresses. */
#pragma once
#include "server_setting_internal.h"

G_BEGIN_DECLS

/* Not among the ignored schemas, nor one that an extension fills by itself. */
gboolean pga_rule_sees_schema(const PgaRuleRun *run, const char *nspname);

/* (transfer full): "public.f(a integer)", as ALTER FUNCTION takes it. */
char *pga_routine_display(const PgaRoutine *routine);

/* A query for one @column of pg_proc: not by oid, which is another one in a restored database. */
void pga_finding_verify_routine(PgaFinding *finding, const PgaRoutine *routine, const char *column);

const char *pga_routine_keyword(const PgaRoutine *routine); /* "FUNCTION" */

/* EXECUTE for PUBLIC, and something that can be called by itself. */
gboolean pga_routine_is_public(const PgaRoutine *routine);

gboolean pga_routine_returns_trigger(const PgaRoutine *routine);

/* (transfer full): "a, b, c and 4 more": at most eight of @names (of char *). */
char *pga_names_listed(const GPtrArray *names);

/* NULL (a socket), a loopback address with or without a mask, "localhost", "samehost". */
gboolean pga_address_is_local(const char *address);

/* Whether listen_addresses names anything that is not local. */
gboolean pga_server_listens_widely(const PgaRuleRun *run);

G_END_DECLS
