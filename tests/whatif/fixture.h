/* Databases whose planner is the module's, on every major that there is a module and a server for.
 */
#pragma once
#include <glib.h>
#include <libpq-fe.h>

typedef void (*WhatifTest)(guint major);

/* Adds the test PATH/NN for each major; one that skips visibly where there is none. */
void whatif_test_add(const char *path, WhatifTest test);

/* (transfer full): conninfo of a fresh database with the module's functions, loaded by each
 * session.
 */
char *whatif_test_database(guint major, const char *name);

/* (transfer full): of a fresh database without the module: a source. */
char *whatif_test_source(guint major, const char *name);

/* (transfer full): all rows of the last statement of @sql: columns parted by "|", rows ended by a
 * newline. A failure ends the test program. */
char *whatif_test_rows(PGconn *session, const char *sql);

/* (transfer full): the message of the error that @sql ends with; fails the test when it does not.
 */
char *whatif_test_error(PGconn *session, const char *sql);

/* The last statement's answer is @expected. */
void whatif_assert_rows(PGconn *session, const char *sql, const char *expected);

/* (transfer full): a session that looks the same in clone and source: no JIT, fixed settings. */
PGconn *whatif_test_session(const char *conninfo);
