/* Reading what the planner knows, batch by batch: a batch that the server refuses is read again in
 * halves, so that one relation with corrupt statistics costs only its own. */
#pragma once
#include "collect/clone_source.h"

#include "collector_internal.h"

G_BEGIN_DECLS

/** How statistics are read, best first. */
typedef enum {
    PGA_STATISTICS_DIRECT,   /* from pg_statistic itself */
    PGA_STATISTICS_FUNCTION, /* by the function that the DBA installed */
    PGA_STATISTICS_VIEW,     /* by pg_stats and its kin: what the role may see */
} PgaStatisticsWay;

/** A collection of planner data. What belongs to one attempt is made anew by each. */
typedef struct {
    const PgaCatalog *catalog;
    const GArray *wanted;   /* of PgaOid: tables */
    PgaPlannerData *target; /* the caller's */
    gboolean with_values;

    PgaPlannerData *data; /* this attempt's from here on */
    gboolean is_superuser, reads_sizes;
    PgaStatisticsWay columns, extended;
    GArray *readable;              /* of PgaOid: tables that nobody holds */
    GArray *analysed;              /* of PgaOid: tables, and indexes with expressions */
    GArray *btree, *gin, *brin;    /* of PgaOid: indexes with storage that nobody holds */
    GHashTable *empty;             /* of oid: tables without a block */
    GHashTable *names;             /* of oid to char *: as shown, of tables and indexes */
    guint n_failures;              /* relations read alone, and refused */
    const char *metapage_function; /* of pageinspect, with its argument, while it is read */
} PgaPlannerReader;

/** A query for many relations: either of sql/, whose $1 they are, or made from their list. */
typedef struct {
    const char *name;   /* (nullable): of a file in sql/ */
    const char *second; /* (nullable): its $2; NULL: the locked relations */
    char *(*make)(const PgaPlannerReader *reader, const char *oids); /* (nullable) */
    const char *what;                                                /* "statistics of columns" */
    guint batch;                                                     /* relations in one query */
    const char
        *spared;     /* (nullable): $2 for a relation that was refused; "": the relation itself */
    const char *key; /* (nullable): as a PgaQuery's, to spare the rest */
    const char *fragile[PGA_FRAGILE_COLUMNS]; /* (nullable) */
    void (*add)(PgaPlannerReader *reader, PgaCollector *collector, PgaRows *rows);
} PgaBatchQuery;

/* Calls add() for every row. What one relation's query is refused for is noted with its name. FALSE
 * with PGA_ERROR_SOURCE or PGA_ERROR_INTERRUPTED. */
gboolean pga_planner_read(PgaCollector *collector, const PgaBatchQuery *query, const GArray *oids,
                          GError **error);

/* (transfer full): "{1,2}" of @n of @oids. */
char *pga_planner_oids(const GArray *oids, guint from, guint n);

/* What is hidden for one reason, of which the first by name is @first. "17 tables, public.a the
 * first" */
void pga_planner_note_hidden(PgaCollector *collector, const char *what, guint n, const char *first,
                             const char *why);

gboolean pga_planner_read_access(PgaCollector *collector, GError **error);
gboolean pga_planner_read_sizes(PgaCollector *collector, GError **error);
gboolean pga_planner_read_columns(PgaCollector *collector, GError **error);
gboolean pga_planner_read_extended(PgaCollector *collector, GError **error);
gboolean pga_planner_read_metapages(PgaCollector *collector, GError **error);
gboolean pga_planner_read_extremes(PgaCollector *collector, GError **error);
gboolean pga_planner_read_samples(PgaCollector *collector, GError **error);

/* Fills all but relation from a row of column_statistics or its kin. */
void pga_planner_fill_column(PgaColumnStatistics *column, PgaRows *rows);

/* Executes a query of settings such that they outlast the savepoint of the queries after it. */
gboolean pga_planner_set(PgaCollector *collector, const char *name, const char *argument,
                         GError **error);

G_END_DECLS
