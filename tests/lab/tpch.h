/* TPC-H at scale factor 1 without its rows: the schema loaded into a lab, the planner's data out of
 * the workload's files. For the tests and for bench/plans. */
#pragma once
#include "fixture.h"
#include <collect/clone_source.h>
#include <jansson.h>
#include <lab/clone.h>

G_BEGIN_DECLS

enum { PGA_TPCH_QUERIES = 22 };

typedef struct {
    PgaLab *lab;
    PgaCatalog *catalog;
    PgaObjects *objects;
    json_t *expected;      /* expected-costs-sf1.json */
    GPtrArray *statistics; /* of json_t *: rows of pg_stats */
    char *queries[PGA_TPCH_QUERIES];
    PgaPlannerSource planner;
} PgaTpch;

/* (nullable): why there cannot be one on @server: no workload, no planner module. Static. */
const char *pga_tpch_obstacle(const PgaTestServer *server);

/* @more: (nullable): DDL of further tables. A failure ends the program. */
PgaTpch *pga_tpch_new(const PgaTestServer *server, const char *more);
void pga_tpch_free(PgaTpch *tpch);

/* Without any relation yet. Borrows @tpch. */
PgaClone *pga_tpch_clone(PgaTpch *tpch);

/* A session of the clone's user, as its environment says. */
PGconn *pga_tpch_connect(const PgaClone *clone);

/* Rows; a failure ends the program. */
PGresult *pga_tpch_exec(PGconn *conn, const char *sql, const char *const *params, int n_params);

/* Builds the indexes of expected-costs-sf1.json: candidates, until they have their sizes. */
void pga_tpch_make_indexes(const PgaTpch *tpch, const PgaClone *clone);
void pga_tpch_size_indexes(const PgaTpch *tpch, const PgaClone *clone);

/* (transfer full): their oids in the clone, in the file's order: "16401 16402 …" */
char *pga_tpch_indexes(const PgaTpch *tpch, PGconn *conn);

/* (transfer full): the 22 queries as text of text[]. */
char *pga_tpch_query_array(const PgaTpch *tpch);

/* (transfer full): total cost as EXPLAIN prints it, "231098.17". */
char *pga_tpch_explain(PGconn *conn, const char *query);

/* (transfer full): what expected-costs-sf1.json says of query @i (from 0) in @table ("base_cost",
 * "with_indexes"). */
char *pga_tpch_expected(const PgaTpch *tpch, const char *table, guint i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaTpch, pga_tpch_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGconn, PQfinish)

G_END_DECLS
