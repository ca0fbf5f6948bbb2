/* Queries of a Django project as the planner sees them: what its tables are told to hold, the
 * workload, the plans, what findings gain. */
#pragma once
#include "design_plan_internal.h"
#include "django_internal.h"
#include "index_internal.h"

G_BEGIN_DECLS

/* Texts of which nothing is known are assumed to go from one to the other. */
#define DJANGO_FIRST_TEXT "aaa"
#define DJANGO_LAST_TEXT  "zzz"

/** Rows of a table that the models make. */
typedef struct {
    const PgaDjangoModel *model; /* (nullable): a table between two models has none */
    double rows;
    const char *how; /* static, as PgaDjangoRows has it */
} DjangoRows;

typedef struct {
    PgaDjangoWork *work;
    PgaDjangoLoading *loading; /* (nullable): the work's */
    PgaIndexAsk ask;
    PgaIndexRun index;       /* the advisor's */
    GHashTable *rows;        /* of table names to DjangoRows * */
    GHashTable *references;  /* of "table.column" to the name of the table that it refers to */
    PgaArchitecture *shapes; /* (nullable): what is assumed of the tables' values */
    PgaDesignStatistics statistics; /* of them */
    GPtrArray *not_checked;         /* of PgaNotChecked * */
    GPtrArray *planned;             /* of const PgaDjangoQuery *: in the workload's order */
    GPtrArray *plans;               /* of PgaDjangoPlan *: the same */
    gboolean leaves_out;            /* there are too many queries to plan all of them */
    gboolean is_assumed;            /* the source has no statistics of its own */
} DjangoPlanner;

/* django_plan_rows.c: (transfer full): of table names to DjangoRows *: stated, of the source,
 * assumed; docs/decisions/ has the rules. */
GHashTable *pga_django_rows_of_tables(const PgaDjangoWork *work);
/* (nullable): the model that Django keeps in the table of @field's target. */
const PgaDjangoModel *pga_django_target_model(const PgaDjangoProject *project,
                                              const PgaDjangoField *field);
/* Whether a table is its own: not abstract, no proxy, not swapped. */
gboolean pga_django_has_table(const PgaDjangoModel *model);
/* report->rows: those that a query names. */
void pga_django_tell_rows(DjangoPlanner *planner);

/* django_plan_shapes.c: (transfer full): the tables of @catalog with what is assumed of their
 * columns. @rows, @references: of tables, as above. */
PgaArchitecture *pga_django_shapes(const PgaCatalog *catalog, GHashTable *rows,
                                   GHashTable *references);

/* django_plan_workload.c: (transfer full): the queries as the advisor takes them: planner->planned
 * in the same order. */
PgaQuerySet *pga_django_workload(DjangoPlanner *planner);
/* Values for their parameters, by what the planner knows of @relations. Any PgaError. */
gboolean pga_django_represent(DjangoPlanner *planner, PgaQuerySet *set, GError **error);

/* django_plan_tell.c: EXPLAIN's texts, while they can be asked for. Any PgaError. */
gboolean pga_django_fetch_plans(DjangoPlanner *planner, GError **error);
/* report->plans, n_planned, when the advisor is done. */
void pga_django_tell_plans(DjangoPlanner *planner);
/* Whether any of its places is in an app that is asked about. */
gboolean pga_django_query_is_judged(const PgaDjangoWork *work, const PgaDjangoQuery *query);
/* Without plans: the queries alone. */
void pga_django_tell_queries(PgaDjangoWork *work);

/* django_plan_scan.c: (transfer full) (nullable): "Seq Scan on shop_order": the costliest scan of
 * EXPLAIN's text @plan; of @table (nullable) where it reads that. *table: (out) (transfer full)
 * (optional): what it reads. */
char *pga_django_scan_words(const char *plan, const char *wanted, char **table);

/* django_plan_sql.c: (transfer full) (nullable): CREATE INDEX as the clone can execute it, under
 * the name @as; *name (transfer full) (nullable): what it is called in @sql. NULL: it makes no
 * index. */
char *pga_django_as_candidate(const char *sql, const PgaCatalog *catalog, const char *as,
                              char **name);
/* (transfer full) (nullable): the extension that CREATE EXTENSION IF NOT EXISTS makes. */
char *pga_django_extension_name(const char *sql);

/* django_plan_findings.c: findings that want plans get them: gain, proof; those that gain too
 * little go. While plans can be asked for. Any PgaError. */
gboolean pga_django_plan_findings(DjangoPlanner *planner, GError **error);

void pga_django_planner_clear(DjangoPlanner *planner);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DjangoPlanner, pga_django_planner_clear)

G_END_DECLS
