/* Queries of a designed database planned on a clone: what the planner is told, the indexes, costs
 * now and at ten times the data, latencies. */
#pragma once
#include <design/values.h>
#include <model/planner.h>

#include "design_internal.h"
#include "index_internal.h"

G_BEGIN_DECLS

#define PGA_DESIGN_TENFOLD 10.0

/** What the planner is told: the tables' shapes as statistics. */
typedef struct {
    const PgaArchitecture *architecture;
    const PgaCatalog *catalog; /* of the lab */
    double scale;              /* of tables that grow */
    GHashTable *steady;        /* of const PgaDesignTable *: they do not */
} PgaDesignStatistics;

struct PgaDesignPlanner {
    PgaDesignRun *run;
    PgaArchitecture *architecture;
    PgaIndexAsk ask;
    PgaIndexRun index; /* the advisor's */
    PgaDesignStatistics statistics;
    GPtrArray *not_checked; /* of PgaNotChecked *: what the lab said as it read the DDL */
};

/* design_plan.c: @planner is caller's storage. Takes the lab that @run has. */
void pga_design_planner_init(PgaDesignPlanner *planner, PgaDesignRun *run);
void pga_design_planner_clear(PgaDesignPlanner *planner);
/* The tables that @sql makes, their planner told what they will hold. */
gboolean pga_design_planner_open(PgaDesignPlanner *planner, const char *sql, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaDesignPlanner, pga_design_planner_clear)

/* design_statistics.c: a PgaPlannerSource's; @self: PgaDesignStatistics *. */
gboolean pga_design_statistics_read(gpointer self, const GArray *relations, PgaPlannerData *data,
                                    GError **error);
/* Rows and pages of the lab's relations. */
void pga_design_statistics_tell(const PgaDesignStatistics *statistics, PgaCatalog *catalog);
/* What is assumed of columns that hold states: notes. */
void pga_design_note_states(PgaArchitecture *architecture);
/* (nullable): the table that a relation of the lab, or what it is a partition of, was made of. */
const PgaDesignTable *pga_design_table_of(const PgaDesignStatistics *statistics,
                                          const PgaRelation *relation);
double pga_design_scale_of(const PgaDesignStatistics *statistics, const PgaDesignTable *table);
/* Bytes of the tables, with everything that belongs to them. */
double pga_design_bytes(const PgaDesignStatistics *statistics);

/* design_partition_share.c: the part of its table that a partition holds. */
typedef struct {
    double share;       /* of the table's rows */
    const char *column; /* (nullable): the key of RANGE; its values are between: */
    double low, high;
    double from, until;      /* the same as shares of what the key has, 0 to 1 */
    const char *list_column; /* (nullable): the key of LIST; its values are: */
    GPtrArray *list;         /* (nullable) (transfer full): of char * */
} PgaPartitionPart;

void pga_design_partition_part(const PgaDesignStatistics *statistics, const PgaRelation *relation,
                               PgaPartitionPart *part);
void pga_design_partition_part_clear(PgaPartitionPart *part);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaPartitionPart, pga_design_partition_part_clear)

/* design_workload.c: (transfer full): the queries, and what references check; the advisor's. */
PgaQuerySet *pga_design_workload(const PgaArchitecture *architecture);
/* What became of references without an index: a note. */
void pga_design_note_references(PgaArchitecture *architecture);
/* How many of the recommended indexes each pattern writes to: a note. */
void pga_design_note_writes(PgaArchitecture *architecture);

/* design_costs.c: plans and costs of the queries as advised. */
gboolean pga_design_cost_queries(PgaDesignPlanner *planner, GError **error);
/* design_tenfold.c: the same on ten times the data. */
gboolean pga_design_cost_tenfold(PgaDesignPlanner *planner, GError **error);

/** A plan, read. */
typedef struct {
    double cost, rows;
    double random, sequential; /* of the cost: pages by indexes, of whole tables */
    GPtrArray *indexes;        /* of char *: used, without repetition */
    GPtrArray *nodes; /* of char *: kinds of nodes in the tree's order, with what they read */
} PgaDesignPlan;

/* FALSE: it is no plan. */
gboolean pga_design_plan_read(const char *json, PgaDesignPlan *plan);
void pga_design_plan_clear(PgaDesignPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaDesignPlan, pga_design_plan_clear)

/* (transfer full): what two plans of the same shape have in common. */
char *pga_design_plan_shape(const PgaDesignPlan *plan);

/** An answer of EXPLAIN. */
typedef struct {
    PgaDesignPlan plan;
    char *text;    /* (nullable): indexes called as in the report */
    char *failure; /* (nullable): then there is no plan */
} PgaDesignExplained;

/* FALSE with an error; that it cannot be planned is an answer. */
gboolean pga_design_explain(const PgaIndexRun *index, const char *sql, const GArray *oids,
                            PgaDesignExplained *explained, GError **error);
void pga_design_explained_clear(PgaDesignExplained *explained);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaDesignExplained, pga_design_explained_clear)

/* design_latency.c: low_ms, high_ms, verdict and sentence of all queries; docs/decisions/ has the
 * model. */
void pga_design_tell_latencies(const PgaDesignPlanner *planner);
/* What becomes of them at ten times the data: tenfold, breaks_first. */
void pga_design_tell_tenfold(const PgaDesignPlanner *planner);

G_END_DECLS
