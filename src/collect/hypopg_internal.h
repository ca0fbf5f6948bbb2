/* HypoPG: indexes that exist in the memory of one session, and only for EXPLAIN. */
#pragma once
#include "collect/libpq.h"
#include "rows_internal.h"

G_BEGIN_DECLS

/** The extension, as a database has it. */
typedef struct {
    char *schema;         /* quoted; NULL: it is not installed there */
    char *version;        /* "1.3.1" */
    gboolean may_be_used; /* by the role: it is in a schema of which it has USAGE */
    gboolean hides;       /* it has hypopg_hide_index(): from 1.4 on */
} PgaHypopg;

/** An index by it. */
typedef struct {
    char *name;    /* as plans have it: "<13350>btree_orders_customer_id" */
    gint64 bytes;  /* as it estimates them; -1: it was not made */
    char *failure; /* (nullable): what the server said */
} PgaHypotheticalIndex;

/* PGA_ERROR_SOURCE, PGA_ERROR_INTERRUPTED; what the server refuses is as if it were not there. */
gboolean pga_hypopg_find(PGconn *conn, PgaHypopg *hypopg, GError **error);
void pga_hypopg_clear(PgaHypopg *hypopg);

/* Makes the index that @sql (CREATE INDEX …) would make. The same errors. */
gboolean pga_hypopg_create(PGconn *conn, const PgaHypopg *hypopg, const char *sql,
                           PgaHypotheticalIndex *index, GError **error);
void pga_hypothetical_index_clear(PgaHypotheticalIndex *index);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaHypopg, pga_hypopg_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaHypotheticalIndex, pga_hypothetical_index_clear)

G_END_DECLS
