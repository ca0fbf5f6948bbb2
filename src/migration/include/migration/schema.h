/* The schema as migrations make it: what the source said, changed by each statement as the server
 * would change it. Names, not oids; what was never seen is unknown, not absent, unless the state is
 * complete. Everything is owned by the state; pointers stay valid while the relation exists. */
#pragma once
#include <glib.h>
#include <migration/script.h>
#include <model/catalog.h>
#include <model/object.h>

G_BEGIN_DECLS

typedef struct PgaStateRelation PgaStateRelation;
typedef struct PgaStateIndex PgaStateIndex;

/** A column. */
typedef struct {
    char *name;
    char *type;       /* as format_type() writes it with an empty search_path: "integer", "character
                         varying(20)", "public.status"; "" not known */
    char *typname;    /* without modifier, of what a domain is over in the end: "varchar", "int4" */
    char *domain;     /* (nullable): the domain's name */
    gint32 typmod[2]; /* length, or precision and scale; -1 none */
    gboolean not_null;
    gboolean not_null_valid; /* 18: NOT NULL NOT VALID is not */
    char *default_text;      /* (nullable): SQL */
    char identity;           /* 'a', 'd' or 0 */
    char generated;          /* 's', 'v' or 0 */
    gboolean serial;
    char *collation; /* (nullable) */
    guint added_in;  /* number of the migration, 0: the source */
    gboolean local;  /* defined here; also inherited when @n_inherited */
    guint n_inherited;
    PgaStateRelation *sequence; /* (nullable): of serial, identity, OWNED BY */
} PgaStateColumn;

struct PgaStateIndex {
    char *name; /* in the schema of its relation */
    PgaStateRelation *relation;
    GPtrArray *columns;  /* of char *, NULL for an expression: key columns */
    GPtrArray *keys;     /* of char *: SQL of each key: "a", "lower(a) text_pattern_ops DESC" */
    GPtrArray *names;    /* of char *: what the server calls its columns: "a", "lower" */
    GPtrArray *included; /* of char * */
    char *method;        /* "btree" */
    char *predicate;     /* (nullable) */
    gboolean unique, primary, valid, only; /* only: ON ONLY a partitioned table */
    gboolean nulls_not_distinct;
    char *constraint; /* (nullable): that it backs */
    guint added_in;
    guint added_transaction; /* of that migration */
    PgaStateIndex *parent;   /* (nullable): of a partitioned table's index: attached to it */
};

typedef struct {
    char *name;
    char type; /* c check, f foreign key, p primary key, u unique, x exclusion, n not null, t
                  trigger */
    PgaStateRelation *relation;
    GPtrArray *columns; /* of char *: what it is on; of a check: the columns that it names */
    char *expression;   /* (nullable): of a check, deparsed */
    PgaStateRelation *referenced;  /* (nullable): of a foreign key; NULL: not known */
    char *referenced_name;         /* (nullable): as written */
    GPtrArray *referenced_columns; /* of char *; empty: the primary key */
    char on_delete, on_update;     /* a r c n d; 0 */
    char *index;                   /* (nullable) */
    gboolean valid, enforced, deferrable, no_inherit;
    gboolean proves_not_null; /* a valid check of exactly "c IS NOT NULL", possibly with AND */
    guint added_in, added_transaction;
    char *file; /* (nullable): where it was added */
    guint line, column;
    gboolean local; /* defined here; also inherited when @n_inherited */
    guint n_inherited;
} PgaStateConstraint;

struct PgaStateRelation {
    char *nspname, *relname;   /* "pg_temp" of a temporary one. Unqualified and not known where: the
                                  first of the path */
    char kind;                 /* r p v m S f c as pg_class; i is in @indexes */
    char persistence;          /* p u t */
    gboolean assumed;          /* never created here nor by the source: only named */
    gboolean open;             /* may have columns that are not known: assumed, or of a query */
    double rows;               /* -1 unknown */
    gint64 bytes;              /* heap with TOAST; -1 unknown */
    gint64 index_bytes;        /* -1 unknown */
    guint created_in;          /* number of the migration; 0: the source */
    guint created_transaction; /* of that migration */
    gboolean filled;           /* rows were put in since it was created */
    GPtrArray *columns;        /* of PgaStateColumn * */
    GPtrArray *indexes;        /* of PgaStateIndex *, borrowed */
    GPtrArray *constraints;    /* of PgaStateConstraint *, borrowed */
    GPtrArray *referenced_by;  /* of PgaStateConstraint *: foreign keys of others, borrowed */
    char strategy;             /* of a partitioned table: r l h; 0 */
    GPtrArray *partition_key;  /* of char *, NULL for an expression */
    PgaStateRelation
        *parent;        /* (nullable): it is a partition, or inherits: the first of @parents */
    GPtrArray *parents; /* of PgaStateRelation * */
    gboolean is_partition, is_default;
    char *bound;           /* (nullable) */
    GPtrArray *children;   /* of PgaStateRelation * */
    GPtrArray *dependents; /* of PgaStateRelation *: views, materialised views that read it; of a
                              composite type: the tables of it */
    GPtrArray *reads;      /* of PgaStateRelation *: of a view */
    GPtrArray *rules;      /* of char * */
    GPtrArray *triggers;   /* of char * */
    gboolean row_security;
    GPtrArray *policies;     /* of char * */
    char *query;             /* (nullable): of a view: SQL */
    GHashTable *query_words; /* (nullable): of a view: set of names of columns in it; "*" */
    guint depth;             /* how far above it the first ancestor is, or what a view reads */
    PgaStateRelation *owner; /* (nullable): of a sequence: the table that it goes with */
    char *role;              /* (nullable): who owns it, when known */
    char *of_type;           /* (nullable): CREATE TABLE … OF: the type's name without schema */
};

typedef struct {
    char *nspname, *name;
    char kind;            /* e enum, d domain, c composite, r range */
    GPtrArray *labels;    /* of char * */
    GPtrArray *added;     /* of char *: labels of this transaction, not usable in it */
    char *base;           /* (nullable): of a domain, as format_type() */
    gboolean not_null;    /* a domain's */
    gboolean constrained; /* a domain with NOT NULL or CHECK */
    GPtrArray *checks;    /* of char *: names of a domain's */
    guint created_in, created_transaction;
} PgaStateType;

/** The state. */
typedef struct {
    gboolean
        complete;  /* a source, or a history from its beginning: what is not here does not exist */
    guint version; /* server_version_num that the migrations are for: 140000 */
    guint migration;                  /* number of the present one, from 1 */
    guint transaction;                /* number of the present one in it */
    GHashTable *relations;            /* of "nspname.relname" to PgaStateRelation * */
    GHashTable *indexes;              /* of "nspname.name" to PgaStateIndex * */
    GHashTable *types;                /* of "nspname.name" to PgaStateType * */
    GHashTable *functions;            /* of name to volatility: "i", "s", "v" */
    GHashTable *extensions, *schemas; /* sets of names */
    GHashTable *statistics;           /* of name to PgaStateRelation *: CREATE STATISTICS */
    GPtrArray *search_path;           /* of char * */
    struct PgaStateMemory *memory;    /*< private >*/
} PgaState;

PgaState *pga_state_new(guint version);
void pga_state_free(PgaState *state);

/* What the source has; complete from then on. @objects (nullable). */
void pga_state_load(PgaState *state, const PgaCatalog *catalog, const PgaObjects *objects);

/* --rows NAME=N, and rows that a file brings. */
gboolean pga_state_set_rows(PgaState *state, const char *name, double rows);

/* A migration begins and ends; what it created is visible to others from then on. */
void pga_state_begin_migration(PgaState *state);

/* The statement has run. BEGIN, COMMIT, ROLLBACK [TO], SET are followed; ROLLBACK takes back what
 * the transaction did. What it names and nobody has seen is assumed to exist (state not complete).
 * (nullable) (transfer full): why the server would refuse it ("relation … already exists"), then
 * nothing is changed. */
char *pga_state_apply(PgaState *state, const PgaStep *step);

/* Look-ups (nullable); by the search path when @nspname is NULL or "". */
PgaStateRelation *pga_state_relation(const PgaState *state, const char *nspname,
                                     const char *relname);
/* The same, made as `assumed` when the state is not complete; never NULL then. */
PgaStateRelation *pga_state_assume(PgaState *state, const char *nspname, const char *relname);
PgaStateIndex *pga_state_index(const PgaState *state, const char *nspname, const char *name);
PgaStateType *pga_state_type(const PgaState *state, const PgQuery__TypeName *type);
PgaStateColumn *pga_state_column(const PgaStateRelation *relation, const char *name);
PgaStateConstraint *pga_state_constraint(const PgaStateRelation *relation, const char *name);

/* (transfer full): CREATE INDEX …, as pg_get_indexdef() writes it. */
char *pga_state_index_definition(const PgaStateIndex *index);

/* A setting as the session has it: (nullable) the value, lower case; @local: set by SET LOCAL. */
const char *pga_state_setting(const PgaState *state, const char *name, gboolean *local);

/* Created in the present migration and empty since, or by its present transaction: nobody else
 * reads or writes it. */
gboolean pga_state_is_new(const PgaState *state, const PgaStateRelation *relation);
/* A valid constraint that proves that the column holds no NULL (12+). */
gboolean pga_state_proves_not_null(const PgaStateRelation *relation, const char *column);
/* "public.orders", quoted where needed. (transfer full) */
char *pga_state_relation_name(const PgaStateRelation *relation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaState, pga_state_free)

G_END_DECLS
