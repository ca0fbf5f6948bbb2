/* What a database is to be, as a requirements file says it: entities, relationships, rules, access
 * patterns, targets. Plain data. What was not said is -1, NULL or the enum's first member until
 * pga_design_complete() assumes it; each assumption is told. Times are milliseconds or seconds as
 * the name says, shares 0 to 1, storage decimal, memory PostgreSQL's. */
#pragma once
#include <glib.h>
#include <model/environment.h>
#include <model/tuning.h>

G_BEGIN_DECLS

/** Where something stands in the file; line 0: it was not said but assumed. 1-based. */
typedef struct {
    guint line, column;
} PgaSpecPlace;

/** What an attribute means; its type follows from it. */
typedef enum {
    PGA_MEANING_NONE, /* nothing was said: the name decides, else text */
    PGA_MEANING_TYPE, /* a PostgreSQL type: in type */
    PGA_MEANING_IDENTITY,
    PGA_MEANING_REFERENCE,
    PGA_MEANING_ONE_OF,
    PGA_MEANING_EMAIL,
    PGA_MEANING_PHONE,
    PGA_MEANING_URL,
    PGA_MEANING_UUID,
    PGA_MEANING_MONEY,
    PGA_MEANING_PERCENT,
    PGA_MEANING_FLAG,
    PGA_MEANING_JSON,
    PGA_MEANING_TAGS,
    PGA_MEANING_TEXT_SHORT,
    PGA_MEANING_TEXT_LONG,
    PGA_MEANING_DATE,
    PGA_MEANING_TIME,
    PGA_MEANING_TIMESTAMP,
    PGA_MEANING_PERIOD, /* a range of time: in type "date" or "timestamp" */
    PGA_MEANING_INTEGER,
    PGA_MEANING_DECIMAL,
    PGA_MEANING_COUNTRY,
    PGA_MEANING_IP,
    PGA_MEANING_GEO_POINT,
    PGA_MEANING_IMAGE,
    PGA_MEANING_FILE,
    PGA_MEANING_SECRET,
    PGA_MEANING_HASH,
    PGA_MEANING_VERSION,
    PGA_MEANING_SLUG,
} PgaMeaning;

typedef enum {
    PGA_DELETE_UNSTATED,
    PGA_DELETE_RESTRICT,
    PGA_DELETE_NO_ACTION,
    PGA_DELETE_CASCADE,
    PGA_DELETE_SET_NULL,
    PGA_DELETE_SET_DEFAULT,
} PgaDeleteAction;

/** A value and how much of the rows have it. */
typedef struct {
    char *value;
    double share; /* -1: not said */
} PgaSpecShare;

typedef struct {
    char *name; /* as written: becomes the column's */
    PgaSpecPlace at;
    PgaMeaning meaning;
    char *type;      /* (nullable): of TYPE and PERIOD */
    double min, max; /* of INTEGER, or stated ranges; NAN: not said */
    gint64 precision, scale;
    gint64 length;         /* longest text; -1 */
    GPtrArray *values;     /* of PgaSpecShare *: ONE_OF, or a stated distribution */
    double distinct;       /* -1 not said */
    double null_share;     /* -1 not said */
    double average_length; /* bytes; -1 not said */
    gboolean nullable, unique, personal;
    gint64 many;      /* three-valued: several values in one row */
    char *separator;  /* (nullable): between several values in one text */
    char *references; /* (nullable): entity */
    PgaDeleteAction on_delete;
    gboolean json_varies; /* of JSON */
    GPtrArray *json_keys; /* of char *: known keys of JSON */
    gboolean elsewhere;   /* UUID, IDENTITY: values are made outside the database */
    char *default_;       /* (nullable): as SQL */
    char *comment;        /* (nullable) */
} PgaSpecAttribute;

typedef struct {
    char *name;
    PgaSpecPlace at;
    double rows;              /* -1 not said */
    double growth;            /* per year: 0.4; -1: the overall one */
    GPtrArray *attributes;    /* of PgaSpecAttribute *; empty: known by name only */
    GPtrArray *key;           /* of char *: attributes; empty: not said */
    double retention_days;    /* -1: forever */
    char *retention;          /* (nullable): the same as SQL's interval has it: "24 months" */
    gboolean lifetime_stated; /* a retention, or forever, was said */
    gint64 append_only;       /* three-valued */
    char *tenant;             /* (nullable): path */
    char *partition_by;       /* (nullable): attribute asked for; "none" */
    char *comment;            /* (nullable) */
    gboolean is_assumed;      /* its attributes are an archetype's */
} PgaSpecEntity;

typedef enum {
    PGA_RELATIONSHIP_ONE_TO_ONE,
    PGA_RELATIONSHIP_ONE_TO_MANY, /* from has many of to */
    PGA_RELATIONSHIP_MANY_TO_ONE,
    PGA_RELATIONSHIP_MANY_TO_MANY,
    PGA_RELATIONSHIP_TREE, /* from = to */
} PgaRelationshipKind;

typedef struct {
    char *from, *to;
    PgaSpecPlace at;
    PgaRelationshipKind kind;
    gboolean optional, owning;
    char *via;             /* (nullable): the link table's name; else the referencing column's */
    GPtrArray *attributes; /* of PgaSpecAttribute *: of the link */
    double rows;           /* of the link; -1 not said */
    PgaDeleteAction on_delete;
} PgaSpecRelationship;

typedef enum {
    PGA_SPEC_RULE_CHECK,
    PGA_SPEC_RULE_UNIQUE,
    PGA_SPEC_RULE_DEPENDENCY,
    PGA_SPEC_RULE_EXCLUSION, /* no two rows with equal @left whose @right (a period) overlap */
} PgaSpecRuleKind;

typedef struct {
    PgaSpecRuleKind kind;
    PgaSpecPlace at;
    char *entity;     /* that it is of */
    char *expression; /* CHECK: without the entity's name; UNIQUE: (nullable) its where */
    GPtrArray *left;  /* of char *: attributes of UNIQUE, of a dependency's left side */
    GPtrArray *right; /* of char *: of a dependency's right side */
} PgaSpecRule;

typedef enum {
    PGA_PATTERN_SQL,
    PGA_PATTERN_FIND,
    PGA_PATTERN_INSERT,
    PGA_PATTERN_UPDATE,
    PGA_PATTERN_DELETE,
    PGA_PATTERN_AGGREGATE,
} PgaPatternKind;

typedef struct {
    char *name;
    PgaSpecPlace at;
    PgaPatternKind kind;
    char *sql;           /* (nullable): of SQL */
    char *entity;        /* (nullable): of the others */
    GPtrArray *where;    /* of char *: "user = ?", "title contains ?", "status <> 'completed'" */
    GPtrArray *where_at; /* of guint lines (GUINT_TO_POINTER), beside where */
    GPtrArray *columns;  /* of char *: wanted; empty: all */
    GPtrArray *set;      /* of char *: attributes that UPDATE sets */
    GPtrArray *join;     /* of char *: entities joined through their references */
    GPtrArray *group_by; /* of char * */
    GPtrArray *compute;  /* of char *: "sum(total)", "count" */
    char *order_by;      /* (nullable): "placed_at desc, id" */
    double limit;        /* -1 */
    double per_second;   /* -1 not said */
    double target_ms;    /* -1 not said */
    double rows;         /* of INSERT: rows a call; -1 */
    gboolean is_assumed; /* it was not in the file */
} PgaSpecPattern;

typedef enum {
    PGA_REPLICATION_UNSTATED,
    PGA_REPLICATION_ASYNC,
    PGA_REPLICATION_SYNC
} PgaReplication;
typedef enum {
    PGA_FAILOVER_UNSTATED,
    PGA_FAILOVER_NONE,
    PGA_FAILOVER_MANUAL,
    PGA_FAILOVER_AUTOMATIC
} PgaFailover;
typedef enum {
    PGA_SHARDING_UNSTATED,
    PGA_SHARDING_NONE,
    PGA_SHARDING_CITUS,
    PGA_SHARDING_APPLICATION,
    PGA_SHARDING_FDW
} PgaSharding;

typedef struct {
    PgaSpecPlace at, sla_at, rpo_at, rto_at;
    double sla; /* percent: 99.95; -1 not said */
    double rpo_s, rto_s;
    PgaReplication replication;
    PgaFailover failover, region_failover;
    GPtrArray *regions; /* of char * */
    double region_rtt_ms;
    char *rpo_scope;                      /* (nullable): "zone", "region" */
    char *recovery;                       /* (nullable): "standby", "backup-only" */
    double ttl, loop_wait, retry_timeout; /* seconds, of Patroni; -1 */
} PgaSpecAvailability;

typedef struct {
    PgaSpecPlace at;
    PgaDeployment platform;
    guint major;                    /* 0 not said */
    char *version;                  /* (nullable): as written */
    gint64 ram_bytes, cores, nodes; /* -1 not said */
    gint64 storage;                 /* PgaStorage; -1 */
    GPtrArray *tenants_in;          /* of char * */
    gboolean is_stated;
} PgaSpecDeployment;

/** Something that was assumed, for people. */
typedef struct {
    char *field; /* "deployment.ram" */
    char *value; /* "64GB" */
    char *why;
} PgaAssumption;

typedef struct {
    char *file; /* as messages call it */
    char *name; /* of the database; "app" */
    PgaSpecPlace workload_at, volume_at, qps_at, latency_at, connections_at, growth_at;
    gint64 workload; /* PgaWorkloadClass; -1 not said */
    gint64 bytes;    /* -1 not said */
    double rows;     /* of everything together; -1 not said */
    double queries_per_second, read_share;
    double p50_ms, p95_ms, p99_ms;
    double growth_per_year;
    gint64 connections;
    PgaSpecAvailability availability;
    PgaSpecDeployment deployment;
    PgaSharding sharding;
    PgaSpecPlace sharding_at;
    char *distribution_column; /* (nullable) */
    GPtrArray *entities;       /* of PgaSpecEntity *, in file order */
    GPtrArray *relationships;  /* of PgaSpecRelationship * */
    GPtrArray *rules;          /* of PgaSpecRule * */
    GPtrArray *patterns;       /* of PgaSpecPattern * */
    double index_min_gain, partition_min_rows, partition_min_bytes, shared_buffers; /* -1 */
    GPtrArray *assumptions; /* of PgaAssumption *, in order */
    GPtrArray *notes;       /* of char *: sentences: contradictions of lesser weight, versions */
} PgaRequirements;

PgaRequirements *pga_requirements_new(void);
void pga_requirements_free(PgaRequirements *requirements);

/* Builders: as nothing was said, already in their vector. */
PgaSpecEntity *pga_requirements_add_entity(PgaRequirements *requirements, const char *name);
PgaSpecRelationship *pga_requirements_add_relationship(PgaRequirements *requirements);
/* (transfer full): of a many-to-many relationship: its table, by `via`, else "users_groups". */
char *pga_spec_link_name(const PgaSpecRelationship *relationship);
PgaSpecRule *pga_requirements_add_rule(PgaRequirements *requirements, PgaSpecRuleKind kind);
PgaSpecPattern *pga_requirements_add_pattern(PgaRequirements *requirements, const char *name);
/* @attributes: of an entity or a relationship */
PgaSpecAttribute *pga_spec_add_attribute(GPtrArray *attributes, const char *name);
PgaSpecShare *pga_spec_add_share(GPtrArray *shares, const char *value, double share);

/* (transfer full): an empty vector of PgaSpecShare *. */
GPtrArray *pga_spec_shares_new(void);

/* Takes @value. */
void pga_requirements_assume(PgaRequirements *requirements, const char *field, char *value,
                             const char *why);
/* Whether the field, exactly ("entities.orders.retention"), was assumed. */
gboolean pga_requirements_is_assumed(const PgaRequirements *requirements, const char *field);

/* (nullable): by its name. */
PgaSpecEntity *pga_requirements_entity(const PgaRequirements *requirements, const char *name);
PgaSpecAttribute *pga_spec_attribute(const GPtrArray *attributes, const char *name);

/* Whether @name is one of @names (of char *). */
gboolean pga_names_have(const GPtrArray *names, const char *name);

/* "email", "text-short"; NULL for NONE, TYPE. "NO ACTION", "SET NULL"; static. */
const char *pga_meaning_name(PgaMeaning meaning);
const char *pga_delete_action_name(PgaDeleteAction action);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaRequirements, pga_requirements_free)

G_END_DECLS
