/* A designed database: what src/design/ made of the requirements, and what the lab found when it
 * was executed. Plain data. Names are unquoted; SQL is complete. Storage is decimal. */
#pragma once
#include <glib.h>
#include <model/environment.h>
#include <model/finding.h>
#include <model/index_report.h>
#include <model/requirements.h>
#include <model/tune_report.h>

G_BEGIN_DECLS

/** Where a fact of the design comes from. */
typedef enum {
    PGA_SAID_STATED,  /* in the requirements */
    PGA_SAID_KEY,     /* follows from a key */
    PGA_SAID_PATTERN, /* from names, or from access patterns */
    PGA_SAID_ASSUMED,
} PgaSaid;

/** What the planner is told of a column: synthetic statistics. */
typedef struct {
    double distinct;       /* number of values; -1: as many as rows */
    double null_share;     /* 0 to 1 */
    double width;          /* bytes of a value that is not null, average */
    double correlation;    /* -1 to 1, of the order on disk */
    GPtrArray *common;     /* of PgaSpecShare *: values as text, most common first */
    char *low, *high;      /* (nullable): ends, as text; NULL: no histogram */
    double elements;       /* of arrays, jsonb, tsvector: distinct ones; -1 */
    double elements_a_row; /* average; -1 */
} PgaColumnShape;

typedef struct {
    char *name;
    char *type; /* "numeric(12,2)" */
    gboolean not_null;
    char *default_;                    /* (nullable): expression */
    const char *identity;              /* (nullable): "ALWAYS", "BY DEFAULT"; static */
    char *generated;                   /* (nullable): expression of a stored column */
    char *comment;                     /* (nullable) */
    char *reason;                      /* (nullable): why this type */
    const PgaSpecAttribute *attribute; /* (nullable): borrowed from the requirements */
    PgaColumnShape shape;
} PgaDesignColumn;

typedef enum {
    PGA_DESIGN_PRIMARY,
    PGA_DESIGN_UNIQUE,
    PGA_DESIGN_UNIQUE_INDEX, /* where a constraint cannot have a predicate */
    PGA_DESIGN_INDEX,        /* not unique: of what is drawn only */
} PgaDesignKeyKind;

typedef struct {
    PgaDesignKeyKind kind;
    char *name;
    GPtrArray *columns; /* of char * */
    char *where;        /* (nullable) */
    char *why;
} PgaDesignKey;

typedef struct {
    char *name;
    GPtrArray *columns;            /* of char * */
    char *table;                   /* referenced */
    GPtrArray *referenced_columns; /* of char * */
    PgaDeleteAction on_delete;
    char *why;              /* of the action */
    gboolean is_later;      /* part of a cycle: by ALTER TABLE after all tables */
    gboolean is_deferrable; /* DEFERRABLE INITIALLY DEFERRED: both sides are NOT NULL */
    gboolean
        is_dropped; /* it cannot be a constraint here: why says so; DDL has a comment instead */
} PgaDesignReference;

/** CHECK or EXCLUDE. */
typedef struct {
    char *name;
    char *column;     /* (nullable): the only one that it is about */
    char *definition; /* "CHECK (total >= 0)", "EXCLUDE USING gist (…)" */
    char *why;
} PgaDesignConstraint;

typedef struct {
    char *table;
    GPtrArray *left, *right; /* of char *: columns */
    PgaSaid origin;
    char *note; /* (nullable): "moved to table zips" */
} PgaDesignDependency;

/** A violation of a normal form that was found, and what became of it. */
typedef struct {
    char *entity, *attribute; /* of the requirements; ", " between several attributes */
    guint normal_form;        /* that it violates: 1, 2, 3 */
    char *problem;            /* "phone1, phone2, phone3 repeat one attribute" */
    char *resolution;         /* "table user_phones" */
    PgaSpecPlace at;
} PgaDesignViolation;

/** Where a column that the requirements name went. */
typedef struct {
    char *table, *column;       /* as the requirements have it */
    char *to_table, *to_column; /* as it is */
    gboolean many;              /* to_table has several rows for one of table */
} PgaDesignMove;

typedef struct PgaDesignTable PgaDesignTable;

typedef enum { PGA_PARTITION_RANGE, PGA_PARTITION_LIST, PGA_PARTITION_HASH } PgaPartitionMethod;

/** A criterion of the decision, with the number it was judged by. */
typedef struct {
    char *id; /* "P-01" */
    gint64 weight;
    char *text;      /* "a retention of 24 months was stated" */
    gboolean blocks; /* whatever speaks for it: as things are stated it cannot be done */
} PgaPartitionReason;

typedef struct {
    const PgaDesignTable *table;
    gboolean recommended;
    GPtrArray *reasons; /* of PgaPartitionReason *: for and against */
    char *verdict;      /* one sentence */
    PgaPartitionMethod method;
    char *column;        /* (nullable): the key; the only column of it */
    char *interval;      /* (nullable): "1 month"; RANGE */
    char *interval_name; /* (nullable): "monthly" */
    GPtrArray *values;   /* of PgaSpecShare *: LIST: values of own partitions */
    guint modulus;       /* HASH */
    char *sub_column;    /* (nullable): LIST, sub-partitioned by RANGE on it */
    guint n_partitions, premake;
    double retention_days;         /* -1: none */
    gboolean retention_is_assumed; /* then nothing drops anything until it is stated */
    char *retention_policy;        /* "drop partitions older than 24 months", "none stated" */
    char *default_policy;          /* whether there is a DEFAULT partition, and why */
    double rows_per_partition;
    char *key_change; /* (nullable): what the primary key and references had to become */
    /* by the lab: */
    double cost_before, cost_after; /* weighted over the statements; -1 not planned */
    guint n_planned;                /* so many statements */
    char *pruning_plan;             /* (nullable): EXPLAIN with a literal */
    char *pruning_generic;          /* (nullable): the generic plan: "Subplans Removed: N" */
    char *pruning_run;              /* (nullable): EXPLAIN ANALYZE on synthetic rows */
    char *pruning;     /* (nullable): "2 of 29 partitions at planning …", one sentence */
    char *price;       /* (nullable): what statements pay for partitions: how many they search, at
                          which cost, why */
    char *online_plan; /* Markdown: moving an existing table, step by step */
} PgaDesignPartitioning;

struct PgaDesignTable {
    char *name;
    char *comment;
    char *origin; /* "stated", "archetype users, assumed", "link of orders and products",
                     "decomposed from orders" */
    const PgaSpecEntity *entity; /* (nullable): borrowed */
    double rows, rows_per_year;  /* rows: now, or kept by the retention; rows_per_year: added */
    double retention_days;       /* -1 forever */
    gboolean append_only;
    GPtrArray *columns;     /* of PgaDesignColumn *, in the order on disk */
    GPtrArray *keys;        /* of PgaDesignKey *, the primary one first */
    GPtrArray *references;  /* of PgaDesignReference * */
    GPtrArray *constraints; /* of PgaDesignConstraint * */
    GPtrArray *notes;       /* of char *: when the key exhausts, denormalisations and why */
    char *normal_form;      /* "3NF", "BCNF" */
    PgaDesignPartitioning *partitioning; /* (nullable): of partitioned tables; in the list below */
    char *storage_options;               /* (nullable): "fillfactor = 90" */
    double row_bytes, padding_saved;     /* of a row on the page; bytes saved by the order */
    double heap_bytes, toast_bytes, index_bytes; /* estimates */
    guint mark;                                  /* for walks */
};

/** A materialized view, or a denormalised column kept by the database. */
typedef struct {
    char *name;
    char *sql;        /* CREATE MATERIALIZED VIEW … */
    char *unique_sql; /* its unique index, for REFRESH … CONCURRENTLY */
    char *refresh;    /* how and when: "REFRESH MATERIALIZED VIEW CONCURRENTLY daily, by cron" */
    char *staleness;  /* "at most 15 min" */
    char *query;      /* (nullable): the access pattern, asked of it */
    char *pattern;    /* (nullable): that pattern's name */
    char *why;
} PgaDesignView;

typedef enum {
    PGA_LATENCY_UNKNOWN,
    PGA_LATENCY_NO_TARGET,
    PGA_LATENCY_PLAUSIBLE,
    PGA_LATENCY_DOUBTFUL,
    PGA_LATENCY_IMPLAUSIBLE,
} PgaLatencyVerdict;

/** An access pattern as a query, and what became of it. */
typedef struct {
    const PgaSpecPattern *pattern;
    char *name;
    char *sql;         /* with $1 …; (nullable): it could not be made */
    char *planned_sql; /* (nullable): with typical constants; what was planned */
    GPtrArray *values; /* of char *: SQL of the values in planned_sql, as $1 … */
    char *variant_sql; /* (nullable): with other constants, where it has parameters */
    char *unkeyed_sql; /* (nullable): planned_sql without the partition key, which an assumed
                          look-up by the primary key was given */
    char command;      /* s SELECT, i INSERT, u UPDATE, d DELETE, m MERGE */
    char *origin;      /* "stated", "from find: orders", "rewritten: …" */
    double per_second; /* assumed where nothing was said */
    char *failure;     /* (nullable): why there is no query, or no plan */
    double cost_before, cost_after, cost_tenfold; /* planner cost; -1 */
    double cost_unkeyed;                          /* of unkeyed_sql; -1 */
    double rows;                                  /* that come out; -1 */
    char *plan, *plan_tenfold;                    /* (nullable): EXPLAIN's text */
    char *shape;                                  /* (nullable): of the plan: its nodes */
    guint number;                                 /* of those that are planned, from 0 */
    double ordered_io; /* taken off cost_after: pages that the planner counts, and that rows in the
                          order of a BRIN's column are not on */
    double random_io, sequential_io; /* of cost_after: pages by indexes, of whole tables */
    double random_io_tenfold, sequential_io_tenfold;
    GPtrArray *indexes;     /* of char *: used by the plan */
    double low_ms, high_ms; /* predicted; -1 */
    PgaLatencyVerdict verdict;
    char *latency; /* (nullable): the sentence with the method */
    char *tenfold; /* (nullable): what becomes of it at ten times the data */
} PgaDesignQuery;

typedef struct {
    char *name, *role; /* "db1"; "primary", "replica (sync)", "etcd", "proxy" */
    char *zone, *region;
    gboolean has_data, has_dcs, has_proxy;
} PgaDesignNode;

/** High availability. */
typedef struct {
    gboolean wanted;                       /* an SLA, RPO or RTO was stated */
    char *topology;                        /* "T-3A" */
    char *architecture;                    /* "primary + 2 read replicas (async)" */
    char *failover_strategy, *rto, *rpo;   /* as OUT-1 has them */
    double rto_low_s, rto_high_s, rpo_s;   /* -1 unknown */
    char *rto_derivation, *rpo_derivation; /* formula with the numbers put in */
    gboolean synchronous;
    char *sync_decision;  /* why, and what each commit pays */
    double sync_cost_ms;  /* -1 */
    char *budget;         /* "99.95 % leaves 4 h 23 min a year; …" */
    GPtrArray *nodes;     /* of PgaDesignNode * */
    GPtrArray *notes;     /* of char * */
    GPtrArray *citations; /* of char *: URLs of documentation */
    char *managed;        /* (nullable): the provider's own answer, and how it differs from what
                             was asked for */
} PgaDesignAvailability;

/** A file of the bundle. */
typedef struct {
    char *path; /* below the bundle's directory: "ha/haproxy.cfg" */
    char *text;
    gboolean is_executable;
} PgaDesignFile;

/** What was executed where. */
typedef struct {
    char *what;    /* "schema.sql, partitions.sql, indexes.sql", "pgbouncer.ini" */
    char *where;   /* "PostgreSQL 17.10", "pgbouncer 1.18" */
    gboolean done; /* FALSE: outcome is why not, or what was said */
    char *outcome;
} PgaDesignProof;

/** One step from a database that is there. */
typedef struct {
    char *title;       /* "Foreign key without an index on its referencing columns" */
    char *object;      /* (nullable): "public.orders.customer_id" */
    char *sql;         /* its first statement, of one line */
    char *lock;        /* (nullable) */
    char *path;        /* (nullable): "migrations/002_….sql"; NULL: a person has to decide */
    char *objection;   /* (nullable): why */
    char *fingerprint; /* (nullable): of the finding that it mends */
} PgaDesignChange;

typedef struct {
    PgaRequirements *requirements; /* owned */
    PgaEnvironment *source;        /* (nullable), owned: the database that this is a plan of changes
                                      for; NULL: made of requirements */
    GPtrArray *changes;            /* of PgaDesignChange *, in their order; those to decide last */
    guint major;                   /* designed for */
    GPtrArray *tables;             /* of PgaDesignTable *: referenced before referencing */
    GPtrArray *dependencies;       /* of PgaDesignDependency * */
    GPtrArray *violations;         /* of PgaDesignViolation * */
    GPtrArray *moves;              /* of PgaDesignMove * */
    GPtrArray *views;              /* of PgaDesignView * */
    GPtrArray *partitionings;  /* of PgaDesignPartitioning *: of all candidates, most gain first */
    GHashTable *unpartitioned; /* of char * to char *: tables that a plan spoke against: why */
    GPtrArray *queries;        /* of PgaDesignQuery *, as patterns */
    gboolean pg_partman;       /* partitions of RANGE are made by it */
    GPtrArray *extensions;     /* of char *: that schema.sql creates: "btree_gist" */
    char *normal_form;         /* the least of all tables' */
    double bytes;              /* of all tables with their indexes */
    char *breaks_first;        /* (nullable): at ten times the data, one sentence */
    PgaIndexReport *index;     /* (nullable) */
    PgaTuneReport *tune;       /* (nullable) */
    PgaDesignAvailability availability;
    GPtrArray *files;       /* of PgaDesignFile *, by path */
    GPtrArray *proofs;      /* of PgaDesignProof * */
    GPtrArray *findings;    /* of PgaFinding * */
    GPtrArray *not_checked; /* of PgaNotChecked * */
    GPtrArray *notes;       /* of char * */
    gboolean complete;
} PgaArchitecture;

/* Takes @requirements. */
PgaArchitecture *pga_architecture_new(PgaRequirements *requirements);
void pga_architecture_free(PgaArchitecture *architecture);

/* Builders: zeroed (numbers that can be unknown -1), with empty lists, already in their list. */
PgaDesignTable *pga_architecture_add_table(PgaArchitecture *architecture, const char *name);
PgaDesignColumn *pga_design_table_add_column(PgaDesignTable *table, const char *name,
                                             const char *type);
PgaDesignKey *pga_design_table_add_key(PgaDesignTable *table, PgaDesignKeyKind kind);
PgaDesignReference *pga_design_table_add_reference(PgaDesignTable *table, const char *referenced);
PgaDesignConstraint *pga_design_table_add_constraint(PgaDesignTable *table, const char *name);
PgaDesignDependency *pga_architecture_add_dependency(PgaArchitecture *architecture,
                                                     const char *table, PgaSaid origin);
PgaDesignViolation *pga_architecture_add_violation(PgaArchitecture *architecture,
                                                   guint normal_form);
PgaDesignMove *pga_architecture_add_move(PgaArchitecture *architecture, const char *table,
                                         const char *column);
PgaDesignView *pga_architecture_add_view(PgaArchitecture *architecture, const char *name);
PgaDesignPartitioning *pga_architecture_add_partitioning(PgaArchitecture *architecture,
                                                         const PgaDesignTable *table);
/* One that is in no list; and the end of that. */
PgaDesignPartitioning *pga_partitioning_new(const PgaDesignTable *table);
void pga_partitioning_free(PgaDesignPartitioning *partitioning);
PgaPartitionReason *pga_partitioning_add_reason(PgaDesignPartitioning *partitioning, const char *id,
                                                gint64 weight);
PgaDesignQuery *pga_architecture_add_query(PgaArchitecture *architecture,
                                           const PgaSpecPattern *pattern);
PgaDesignNode *pga_architecture_add_node(PgaArchitecture *architecture, const char *name,
                                         const char *role);
PgaDesignProof *pga_architecture_add_proof(PgaArchitecture *architecture, char *what, char *where);
/* Of the database in pga_architecture->source; takes nothing. */
PgaDesignChange *pga_architecture_add_change(PgaArchitecture *architecture, const char *title);
/* Takes @text; a second file of the path takes the place of the first. */
PgaDesignFile *pga_architecture_put_file(PgaArchitecture *architecture, const char *path,
                                         char *text);

/* (nullable) */
PgaDesignTable *pga_architecture_table(const PgaArchitecture *architecture, const char *name);
PgaDesignColumn *pga_design_table_column(const PgaDesignTable *table, const char *name);
const PgaDesignKey *pga_design_table_primary(const PgaDesignTable *table);
const PgaDesignFile *pga_architecture_file(const PgaArchitecture *architecture, const char *path);

/* "stated", "key", "pattern", "assumed"; "RANGE" …; "plausible" …. Static. */
const char *pga_said_name(PgaSaid said);
const char *pga_partition_method_name(PgaPartitionMethod method);
const char *pga_latency_verdict_name(PgaLatencyVerdict verdict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaArchitecture, pga_architecture_free)

G_END_DECLS
