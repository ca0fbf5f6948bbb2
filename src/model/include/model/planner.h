/* What the planner knows of relations, whole, as it stands on the source: sizes, pg_statistic,
 * extended statistics, ends of B-trees, metapages. Read for the relations that a clone brings in,
 * not for all. Numbers that must come out bit for bit are kept as the server's text. */
#pragma once
#include <glib.h>
#include <model/catalog.h>

G_BEGIN_DECLS

/** Of a table, materialized view or index. */
typedef struct {
    PgaOid oid;
    gint64 pages;    /* blocks of the main fork now; -1: could not be read (then relpages holds) */
    gint64 relpages; /* pg_class */
    char *reltuples; /* pg_class, text of float4: "-1" never analysed (14+; before: "0") */
    gint64 relallvisible;
    gint64 relallfrozen; /* 18; 0 before */
} PgaRelationSize;

enum { PGA_STATISTIC_SLOTS = 5 };

/** One slot of pg_statistic. Standard kinds: src/include/catalog/pg_statistic.h. */
typedef struct {
    gint16 kind;   /* 0: empty */
    char *numbers; /* (nullable): text of float4[] */
    char *values;  /* (nullable): text of the anyarray */
} PgaStatisticSlot;

/** A row of pg_statistic, of a table's column or of an index' expression column. */
typedef struct {
    PgaOid relation;
    gint16 attnum; /* of an index: the column's place; of a table see attname */
    char *attname; /* how the clone finds it: attnums differ after dropped columns */
    gboolean inherited;
    char *null_frac, *n_distinct; /* text of float4 */
    gint32 width;
    PgaStatisticSlot slots[PGA_STATISTIC_SLOTS];
} PgaColumnStatistics;

/** Data of one extended statistics object (pg_statistic_ext_data). */
typedef struct {
    PgaOid oid; /* of the statistics object */
    gboolean inherited;
    GArray *attnums;     /* of gint16: stxkeys on the source */
    GPtrArray *attnames; /* of char *: the same columns' names */
    char *ndistinct;     /* (nullable): pg_ndistinct as text */
    char *dependencies; /* (nullable): pg_dependencies: hex of its bytes ("\x…") where the role may
                           read them, else its text, whose degrees have six decimals only */
    char *mcv_values;   /* (nullable): text of text[][]: most_common_vals of pg_stats_ext */
    char *mcv_nulls;    /* text of bool[][] */
    char *mcv_freqs, *mcv_base_freqs; /* text of float8[] */
    GPtrArray *expressions; /* of PgaColumnStatistics *: in the expressions' order; attnum = place
                               from 1; an expression without statistics has width -1 */
} PgaExtendedStatistics;

/** The ends of a valid B-tree that is not partial: smallest and largest value of its first column.
 */
typedef struct {
    PgaOid index;
    char *minimum, *maximum; /* (nullable): both NULL: no rows, or only NULLs */
} PgaExtremes;

/** What an index' metapage says (pageinspect; superusers only). */
typedef struct {
    PgaOid index;
    gint32 tree_height; /* B-tree: btm_fastlevel; -1: not a B-tree */
    gint64 gin[5];      /* GIN: pending, total, entry, data pages, entries; [1] = -1: not a GIN */
    gint64 brin_revmap_pages; /* BRIN: lastRevmapPage; -1: not a BRIN */
} PgaMetapage;

/** Some rows of a table, read on request only. */
typedef struct {
    PgaOid relation;
    GPtrArray *rows; /* of char *: text of the table's row type */
} PgaSample;

typedef struct {
    GPtrArray *sizes;     /* of PgaRelationSize * */
    GPtrArray *columns;   /* of PgaColumnStatistics * */
    GPtrArray *extended;  /* of PgaExtendedStatistics * */
    GPtrArray *extremes;  /* of PgaExtremes * */
    GPtrArray *metapages; /* of PgaMetapage * */
    GPtrArray *samples;   /* of PgaSample * */
} PgaPlannerData;

extern const PgaRecordType pga_relation_size_type, pga_statistic_slot_type,
    pga_column_statistics_type, pga_extended_statistics_type, pga_extremes_type, pga_metapage_type,
    pga_sample_type, pga_planner_data_type;

PgaPlannerData *pga_planner_data_new(void);
void pga_planner_data_free(PgaPlannerData *data);

/* Builders: zeroed (counts that can be unknown -1), already in its vector. */
PgaRelationSize *pga_planner_data_add_size(PgaPlannerData *data, PgaOid oid);
PgaColumnStatistics *pga_planner_data_add_column(PgaPlannerData *data, PgaOid relation);
PgaExtendedStatistics *pga_planner_data_add_extended(PgaPlannerData *data, PgaOid oid);
PgaColumnStatistics *pga_extended_statistics_add_expression(PgaExtendedStatistics *extended);
PgaExtremes *pga_planner_data_add_extremes(PgaPlannerData *data, PgaOid index);
PgaMetapage *pga_planner_data_add_metapage(PgaPlannerData *data, PgaOid index);
PgaSample *pga_planner_data_add_sample(PgaPlannerData *data, PgaOid relation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaPlannerData, pga_planner_data_free)

G_END_DECLS
