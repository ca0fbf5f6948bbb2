/* A database as its catalogs describe it: plain data, no I/O. Names are those of PostgreSQL's
 * catalogs. Everything is owned by the Catalog; what the lookups return is borrowed. Vectors are
 * sorted by pga_catalog_finish(): relations by (nspname, relname), the rest by their relation's
 * place, then name. */
#pragma once
#include <glib.h>
#include <model/record.h>

G_BEGIN_DECLS

/** Where a relation's number of rows comes from, weakest last. */
typedef enum {
    PGA_ROWS_STATED,   /* --rows */
    PGA_ROWS_ANALYZED, /* pg_class.reltuples */
    PGA_ROWS_COUNTERS, /* pg_stat_all_tables.n_live_tup of a table never analysed */
    PGA_ROWS_DUMP,     /* rows of COPY or INSERT counted in a dump */
    PGA_ROWS_UNKNOWN,
} PgaRowsSource;

/** Planner statistics of one column (pg_stats). Values are text, cut to 64 characters each. */
typedef struct {
    double null_frac;   /* fraction of rows, 0 to 1 */
    gint32 avg_width;   /* bytes */
    double n_distinct;  /* above 0: values; below 0: minus the share of rows (pg_stats' own form) */
    double correlation; /* -1 to 1; NAN when unknown */
    GPtrArray *mcv;     /* (nullable): of char *; NULL when not read or none */
    GArray *mcv_freqs;  /* (nullable): of double, as long as mcv */
    GPtrArray *histogram; /* (nullable): of char *, ascending */
} PgaAttributeStats;

typedef struct {
    gint16 attnum; /* 1 … 1600; dropped columns are not in the model */
    char *attname;
    PgaOid atttypid;
    char *type;       /* format_type(): "character varying(36)" */
    char *typname;    /* pg_type.typname: "varchar" */
    char *typnspname; /* its schema */
    char typtype;     /* b base, c composite, d domain, e enum, p pseudo, r range, m multirange */
    char typcategory; /* pg_type.typcategory: 'S' string, 'N' numeric, 'D' date/time … */
    gint16 typlen;    /* -1 varlena, -2 cstring */
    gint32 atttypmod; /* -1 none */
    char typalign;    /* c, s, i, d */
    char attstorage;  /* p plain, e external, m main, x extended */
    char attcompression; /* p pglz, l lz4, 0 the default */
    char *basetype;      /* (nullable): of a domain: format_type() of what it is over in the end */
    gboolean commented;
    char *collation; /* (nullable): quoted, only when not the type's default */
    gboolean attnotnull;
    char attidentity;         /* 'a', 'd' or 0 */
    char attgenerated;        /* 's', 'v' or 0 */
    char *default_expr;       /* (nullable): pg_get_expr(adbin) */
    PgaOid owned_sequence;    /* 0 when none */
    PgaAttributeStats *stats; /* (nullable): NULL when never analysed or not readable */
    char *dependent; /* (nullable): why its type cannot be changed: "view public.v uses it, …" */
} PgaAttribute;

/** Counters of pg_stat_all_tables since the statistics were reset. All counts of rows or scans. */
typedef struct {
    gint64 seq_scan, seq_tup_read, idx_scan;
    gint64 n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd;
    gint64 n_live_tup, n_dead_tup;
    gint64 n_mod_since_analyze, n_ins_since_vacuum;
    gint64 n_tup_newpage_upd; /* 16+; -1 before */
    gint64 vacuum_count, autovacuum_count, analyze_count, autoanalyze_count;
    gint64 heap_blks_read, heap_blks_hit, idx_blks_read, idx_blks_hit;
    /* Seconds before the collection; below 0: never, or (scans) before 16. */
    double last_vacuum_age, last_autovacuum_age, last_analyze_age, last_autoanalyze_age;
    double last_seq_scan_age, last_idx_scan_age;
} PgaRelationCounters;

/* Nothing counted, nothing ever done. */
#define PGA_RELATION_COUNTERS_NONE                                                                 \
    {                                                                                              \
        .n_tup_newpage_upd = -1, .last_vacuum_age = -1, .last_autovacuum_age = -1,                 \
        .last_analyze_age = -1, .last_autoanalyze_age = -1, .last_seq_scan_age = -1,               \
        .last_idx_scan_age = -1,                                                                   \
    }

typedef struct {
    PgaOid oid;
    char *nspname;
    char *relname;
    char relkind;        /* r table, p partitioned table, m materialized view, f foreign table */
    char relpersistence; /* p permanent, u unlogged, t temporary */
    char relreplident;   /* d default, n nothing, f full, i index */
    gboolean relispartition;
    PgaOid parent;   /* of a partition; 0 */
    char *partkey;   /* (nullable): pg_get_partkeydef(): "RANGE (created_at)" */
    char *partbound; /* (nullable): "FOR VALUES FROM …" */
    char *owner;
    char *extension;            /* (nullable): the extension it belongs to */
    gboolean inherits;          /* child in old-style inheritance */
    gboolean published_updates; /* in a publication with UPDATE or DELETE */
    char *reloptions;           /* (nullable): "fillfactor=70, …" */
    double reltuples; /* rows; below 0 unknown. For a partitioned table the sum of its leaves */
    PgaRowsSource rows_source;
    gint64 relpages;      /* blocks by pg_class; for a partitioned table the sum of its leaves */
    gint64 relallvisible; /* blocks by pg_class; partitioned: sum */
    gint64 table_bytes;   /* heap + TOAST; -1 unknown; partitioned: sum */
    gint64 heap_bytes;    /* main fork of the heap; -1 unknown; partitioned: sum */
    gint64 toast_bytes;   /* its TOAST table with index; -1 unknown, 0 none; partitioned: sum */
    gint64 measured_free_bytes; /* what a rewrite of the heap gives back, by pgstattuple; -1 not
                                   measured; of leaves only */
    char *toast_reloptions;     /* (nullable): of its TOAST table */
    gint64 frozenxid_age, minmxid_age; /* the older of heap's and TOAST's; -1 unknown or none */
    gboolean relispopulated, relrowsecurity, relforcerowsecurity, commented;
    gboolean being_vacuumed; /* pg_stat_progress_vacuum lists it */
    char *acl;               /* (nullable): array text of aclitem[] */
    gint64 index_bytes;      /* all its indexes; -1 unknown; partitioned: sum */
    gboolean has_counters;
    PgaRelationCounters counters; /* partitioned: sum */
    GPtrArray *attributes;        /* of PgaAttribute *, by attnum */
    GPtrArray *indexes;           /* of PgaIndex *, borrowed from the Catalog, by name */
    GPtrArray *constraints;       /* of PgaConstraint *, borrowed from the Catalog, by name */
    char *dependent;              /* (nullable): the same for the whole relation */
} PgaRelation;

typedef struct {
    PgaOid indexrelid;
    PgaOid indrelid;
    char *nspname;
    char *relname;        /* the index's own name */
    char *amname;         /* access method: btree, hash, gin, gist, spgist, brin, … */
    GArray *indkey;       /* of gint16: attnums, 0 = expression; key columns first, then INCLUDE */
    guint n_key_atts;     /* of indkey, how many are key columns */
    GArray *indclass;     /* of PgaOid, one per key column */
    GArray *indcollation; /* of PgaOid, one per key column */
    GArray *indoption;    /* of gint16, one per key column: 1 = DESC, 2 = NULLS FIRST */
    char *exprs;          /* (nullable): pg_get_expr(indexprs) */
    GPtrArray *column_types; /* (nullable) of char *: of all its columns where one is an expression:
                                format_type() */
    char *pred;              /* (nullable): pg_get_expr(indpred) */
    char *definition;        /* pg_get_indexdef() */
    gboolean indisunique, indisprimary, indisexclusion, indnullsnotdistinct;
    gboolean indisvalid, indisready, indislive, indisclustered, indisreplident;
    PgaOid constraint;          /* the constraint it backs, 0 when none */
    PgaOid parent;              /* partitioned index it is attached to, 0 when none */
    gboolean being_built;       /* pg_stat_progress_create_index lists its table */
    char *extension;            /* (nullable) */
    char *reloptions;           /* (nullable): "fillfactor=70" */
    gint64 relpages;            /* by pg_class */
    double reltuples;           /* by pg_class; below 0 unknown */
    gint64 bytes;               /* -1 unknown; of a partitioned index the sum */
    gint64 measured_free_bytes; /* what a REINDEX gives back, by pgstatindex; -1 not measured */
    gboolean verified;          /* amcheck went through it */
    char *corruption;           /* (nullable): what it found */
    gint64 idx_scan;            /* -1 unknown; of a partitioned index the sum */
    double last_idx_scan_age;   /* seconds before the collection; below 0: never or not recorded
                                   (before 16) */
} PgaIndex;

typedef struct {
    PgaOid oid;
    char *conname;
    char contype; /* c check, f foreign key, p primary key, u unique, x exclusion, n not null */
    PgaOid conrelid;
    PgaOid confrelid; /* referenced relation of a foreign key, 0 */
    PgaOid conindid;
    PgaOid conparentid; /* 0 unless inherited from a partitioned parent's constraint */
    GArray *conkey;     /* of gint16 */
    GArray *confkey;    /* of gint16, empty unless a foreign key */
    char confupdtype,
        confdeltype;    /* a no action, r restrict, c cascade, n set null, d set default */
    char confmatchtype; /* f full, p partial, s simple; 0 unless a foreign key */
    gboolean convalidated;
    gboolean conenforced; /* 18+; TRUE before */
    gboolean condeferrable, connoinherit;
    char *definition; /* pg_get_constraintdef() */
} PgaConstraint;

typedef struct {
    PgaOid oid;
    char *nspname;
    char *relname;
    gint64 min_value, max_value, increment, start_value;
    char *type; /* (nullable): format_type() of its data type; 10+ */
    gboolean cycle;
    gboolean readable;  /* FALSE: last_value needs SELECT on it, USAGE on its schema */
    gboolean is_called; /* FALSE: last_value was never handed out */
    gint64 last_value;
    PgaOid owner_relid; /* table and column it is OWNED BY, or 0 */
    gint16 owner_attnum;
    char owner_deptype; /* a serial-like, i identity, 0 none */
} PgaSequence;

typedef struct {
    char *name;
    char *setting;    /* reset_val: what a new session gets; in unit */
    char *sourcefile; /* (nullable): where it is set, as far as the role may see it */
    char *unit;       /* (nullable): 8kB, kB, MB, ms, s, min */
    char *boot_val;   /* (nullable) */
    char *vartype;    /* bool, integer, real, string, enum */
    char *source;     /* default, configuration file, … */
    char *context;    /* postmaster, sighup, user, … */
    char *enumvals;   /* (nullable): array text: the words that it may be, in this build */
    gboolean pending_restart;
} PgaSetting;

/** A type that the database's tables use and that is neither built in nor from an extension. */
typedef struct {
    PgaOid oid;
    char *nspname;
    char *typname;
    char typtype;      /* e enum, d domain, c composite, r range */
    GPtrArray *labels; /* (nullable): of char *, an enum's in order */
    char *definition;  /* (nullable): a domain's base type, default, NOT NULL and checks */
} PgaType;

typedef struct {
    char *extname;
    char *extversion;
    char *default_version; /* (nullable): of the files on the server; NULL: there are none */
    gboolean relocatable;
    char *nspname;
    GPtrArray *members; /* (nullable): of char *, sorted: names of what it brought, with columns and
                           arguments */
} PgaExtension;

typedef struct {
    GPtrArray *relations;   /* of PgaRelation * */
    GPtrArray *indexes;     /* of PgaIndex * */
    GPtrArray *constraints; /* of PgaConstraint * */
    GPtrArray *sequences;   /* of PgaSequence * */
    GPtrArray *types;       /* of PgaType * */
    GPtrArray *extensions;  /* of PgaExtension *, by name */
    GPtrArray *settings;    /* of PgaSetting *, by name */
    /*< private >*/
    GHashTable *relation_by_oid;
    GHashTable *relation_by_name;
    GHashTable *sequence_by_oid;
    GHashTable *index_by_oid; /* filled by pga_catalog_finish() */
    GHashTable *setting_by_name;
    GStringChunk *values; /* of statistics: millions of short strings */
} PgaCatalog;

extern const PgaRecordType pga_attribute_stats_type, pga_attribute_type, pga_relation_counters_type,
    pga_relation_type, pga_index_type, pga_constraint_type, pga_sequence_type, pga_setting_type,
    pga_type_type, pga_extension_type, pga_catalog_type;

PgaCatalog *pga_catalog_new(void);
void pga_catalog_free(PgaCatalog *catalog);

/* The builders: each returns the new, zeroed (strings NULL, counts unknown) element, already in its
 * vector. Strings put into it belong to the Catalog. Give the oid fields before
 * pga_catalog_finish(). */
PgaRelation *pga_catalog_add_relation(PgaCatalog *catalog, PgaOid oid, const char *nspname,
                                      const char *relname);
PgaAttribute *pga_relation_add_attribute(PgaRelation *relation, gint16 attnum, const char *attname);
PgaIndex *pga_catalog_add_index(PgaCatalog *catalog, PgaOid indexrelid, PgaOid indrelid);
PgaConstraint *pga_catalog_add_constraint(PgaCatalog *catalog, PgaOid oid, char contype,
                                          PgaOid conrelid);
PgaSequence *pga_catalog_add_sequence(PgaCatalog *catalog, PgaOid oid, const char *nspname,
                                      const char *relname);
PgaType *pga_catalog_add_type(PgaCatalog *catalog, PgaOid oid, const char *nspname,
                              const char *typname);
PgaExtension *pga_catalog_add_extension(PgaCatalog *catalog, const char *extname);
PgaSetting *pga_catalog_add_setting(PgaCatalog *catalog, const char *name);
PgaAttributeStats *pga_attribute_add_stats(PgaAttribute *attribute);

/* (transfer full) (nullable): the same strings, kept by the Catalog in a quarter of the space.
 * Takes
 * @strings (nullable). */
GPtrArray *pga_catalog_keep_values(PgaCatalog *catalog, GPtrArray *strings);

/**
 * pga_catalog_finish:
 *
 * Links indexes and constraints to their relations, sums partitions into their parents, sorts every
 * vector. Indexes, constraints and attributes of relations that are not in the Catalog (skipped
 * because somebody held them locked) are dropped. Call once, after the last builder call and before
 * the lookups.
 */
void pga_catalog_finish(PgaCatalog *catalog);

/* The same for a Catalog whose elements come from a finished one, in their vectors as
 * pga_record_add() made them: sums and estimates are there already. */
void pga_catalog_link(PgaCatalog *catalog);

/* Sums rows, sizes and counters of partitions into their parents anew, after rows of a partition
 * were changed. A parent whose rows were stated keeps them. */
void pga_catalog_sum_partitions(PgaCatalog *catalog);

/* (transfer full): of "schema.name", quoted where SQL needs it, to PgaIndex *: for many lookups. */
GHashTable *pga_catalog_indexes_by_name(const PgaCatalog *catalog);

/* Lookups: NULL when absent. */
PgaRelation *pga_catalog_relation(const PgaCatalog *catalog, PgaOid oid);
PgaRelation *pga_catalog_relation_by_name(const PgaCatalog *catalog, const char *nspname,
                                          const char *relname);
const PgaSequence *pga_catalog_sequence(const PgaCatalog *catalog, PgaOid oid);
const PgaIndex *pga_catalog_index(const PgaCatalog *catalog, PgaOid indexrelid);
const PgaSetting *pga_catalog_setting(const PgaCatalog *catalog, const char *name);
const PgaExtension *pga_catalog_extension(const PgaCatalog *catalog, const char *extname);

/* (transfer full) (nullable): the value of @name in "fillfactor=70, autovacuum_enabled=off". */
char *pga_reloption(const char *reloptions, const char *name);

/* As a share; of @if_none percent where @reloptions (nullable) state none. */
double pga_fillfactor(const char *reloptions, double if_none);
PgaAttribute *pga_relation_attribute(const PgaRelation *relation, gint16 attnum);

/* The relation's primary key index, or NULL. */
const PgaIndex *pga_relation_primary_key(const PgaRelation *relation);

/* A setting of a memory or integer kind as bytes or number, its unit multiplied out; -1 when
 * absent. */
gint64 pga_catalog_setting_int64(const PgaCatalog *catalog, const char *name);

/* (transfer full): "public.orders" — quoted as SQL needs it; with @attname
 * "public.orders.customer_id". */
char *pga_relation_display(const PgaRelation *relation, const PgaAttribute *attribute);

/* (transfer full): the names of @attnums, quoted, joined by ", ". */
char *pga_relation_column_list(const PgaRelation *relation, const GArray *attnums);

/* (nullable): the relation that a person or a dump calls @name: "table" or "schema.table", plain or
 * quoted as SQL. NULL with PGA_ERROR_INPUT when there is none, or when a bare name is in several
 * schemas. */
PgaRelation *pga_catalog_relation_by_written_name(const PgaCatalog *catalog, const char *name,
                                                  GError **error);

/* Sets a relation's rows by what the user stated; @name is "table" or "schema.table", unquoted or
 * quoted. FALSE with PGA_ERROR_INPUT when no such table, or when a bare name is in several schemas.
 */
gboolean pga_catalog_state_rows(PgaCatalog *catalog, const char *name, double rows, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaCatalog, pga_catalog_free)

G_END_DECLS
