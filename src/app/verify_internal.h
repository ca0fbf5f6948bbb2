/* How an anonymised snapshot is compared with the original: conditions on every column that has
 * statistics, written on the original's names, mapped along with it as statements of its workload,
 * planned on a clone of each. */
#pragma once
#include <app/snapshot.h>
#include <lab/explain.h>
#include <model/snapshot.h>
#include <model/verification.h>

G_BEGIN_DECLS

/* Kinds of slots of pg_statistic. Source: PostgreSQL 18, src/include/catalog/pg_statistic.h. */
enum {
    PGA_SLOT_MCV = 1,
    PGA_SLOT_HISTOGRAM = 2,
    PGA_SLOT_MCELEM = 4,
    PGA_SLOT_BOUNDS_HISTOGRAM = 7,
};

/** A statement, before and after. */
typedef struct {
    PgaEstimateClass estimate;
    gboolean any_plan;   /* cost and plan may differ: sorted joins of what sorts otherwise */
    gboolean unpromised; /* for a reason of its relation or column: see pga_excuses_apply() */
    gboolean fractions;  /* of a column of fractions, whose last bits moving changes */
    PgaOid relation;     /* whose columns it asks about; 0: of the workload */
    gint16 attnum;       /* 0: of several columns */
    char *object;        /* (nullable): as the original calls it */
    char *sql[2];        /* the original's, the mapped one */
    guint n_parameters;  /* of a statement of the workload */
    GArray *relations;   /* (nullable): of PgaOid: what a statement of the workload reads */
    PgaWorkloadStatement *statement; /* borrowed until it is mapped; then NULL */
    PgaExplain explain[2];
} PgaProbe;

typedef struct {
    GPtrArray *list; /* of PgaProbe * */
    guint n_relations, n_all_relations, n_statements, n_all_statements;
} PgaProbes;

PgaProbes *pga_probes_new(void);
void pga_probes_free(PgaProbes *probes);
PgaProbe *pga_probes_add(PgaProbes *probes, PgaEstimateClass estimate, PgaOid relation, char *sql);

/* verify_columns.c: of the columns of @relations (a set of PgaOid). */
void pga_probes_ask_columns(PgaProbes *probes, const PgaSnapshot *snapshot, GHashTable *relations);

/* verify_pairs.c: of their foreign keys, and of columns whose statistics are kept together. */
void pga_probes_ask_pairs(PgaProbes *probes, const PgaSnapshot *snapshot, GHashTable *relations);

/* verify_free.c: routines and views in which constants meet conditions that nothing is promised of:
 * what a statement makes of them is not followed. */
typedef struct PgaFreeNames PgaFreeNames;
PgaFreeNames *pga_free_names_new(const PgaSnapshot *snapshot);
void pga_free_names_free(PgaFreeNames *names);
gboolean pga_free_names_are_in(const PgaFreeNames *names, const char *sql);

/* Whether estimates of all conditions of a parsed statement are promised. */
gboolean pga_probe_is_promised(const PgaSnapshot *snapshot, const PgaWorkloadStatement *statement);

/* verify_statements.c: at most @limit of the workload's, 0: all. */
void pga_probes_ask_workload(PgaProbes *probes, const PgaSnapshot *snapshot, guint limit);

/* (transfer full): @value as it is written in a statement. */
char *pga_probe_literal(char typcategory, const char *value);

/* Whether order and distances are kept: numbers and dates. */
gboolean pga_probe_keeps_order(char typcategory);

/* Whether what is computed from two values of the column depends on where they are. */
gboolean pga_probe_has_fractions(const PgaAttribute *attribute);

/* (nullable) (transfer full): of char *; values of the first slot of @kind. */
GPtrArray *pga_probe_values(const PgaColumnStatistics *column, gint16 kind);

/* verify_excuses.c: whose estimates cannot be kept: what asks for rows of a partition by hash,
 * whose values belong to others afterwards; columns without their values, which no pseudonyms are
 * known for; columns of four bytes' precision. The reasons are appended to @notes. */
typedef struct PgaExcuses PgaExcuses;
PgaExcuses *pga_excuses_new(const PgaSnapshot *snapshot);
void pga_excuses_free(PgaExcuses *excuses);
void pga_excuses_apply(PgaExcuses *excuses, const PgaSnapshot *after, PgaProbes *probes,
                       GPtrArray *notes);

/* verify_compare.c: both sides planned; fills in counts and differences. @after: the re-read
 * snapshot, whose names are the pseudonyms. */
void pga_probes_compare(const PgaProbes *probes, const PgaSnapshot *after,
                        PgaVerification *verification);

/** verify_leaks.c: what must not be found again. */
typedef struct PgaLeakCheck PgaLeakCheck;

/* Of a snapshot that is not anonymised yet. */
PgaLeakCheck *pga_leak_check_new(PgaSnapshot *snapshot);
void pga_leak_check_free(PgaLeakCheck *check);
void pga_leak_check_run(PgaLeakCheck *check, PgaSnapshot *snapshot, PgaVerification *verification);

/** The whole, in the order of its functions. */
typedef struct PgaVerify PgaVerify;

typedef struct {
    const PgaSourceRequest *from; /* for the lab */
    gboolean all;                 /* every relation and statement */
} PgaVerifyOptions;

/* Asks the original: @snapshot gets the conditions as further statements of its workload. @options
 * is borrowed. PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
PgaVerify *pga_verify_begin(const PgaVerifyOptions *options, PgaSnapshot *snapshot, GError **error);
void pga_verify_free(PgaVerify *verify);

/* Takes them, mapped, out of the workload again. */
void pga_verify_take(PgaVerify *verify, PgaSnapshot *snapshot);

/* Asks the file at @path. (nullable) (transfer full): NULL with any PgaError. */
PgaVerification *pga_verify_end(PgaVerify *verify, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaProbes, pga_probes_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaLeakCheck, pga_leak_check_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaFreeNames, pga_free_names_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaExcuses, pga_excuses_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaVerify, pga_verify_free)

G_END_DECLS
