/* Requests of the planner module, in lines that a test can compare. */
#pragma once
#include <glib.h>
#include <libpq-fe.h>
#include <parse/request.h>

/* Tables of many types, without rows, of a fresh database. */
PGconn *request_test_open(guint major);

/* (transfer full): what @statement asks, by the module and the program's own reader. */
PgaIndexRequests *request_test_ask(PGconn *session, const char *statement);

/* (transfer full): "relation needs 1 2 limit 5", then its clauses and orders, a line each. */
char *request_test_text(PGconn *session, const PgaIndexRequests *requests);
