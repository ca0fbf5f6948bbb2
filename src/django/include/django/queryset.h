/* What a chain of QuerySet methods asks for, with names resolved to models and fields: the same
 * tree that Django's own Query would hold, as far as the source tells it. Plain data; models and
 * fields are the project's and live as long as it. */
#pragma once
#include <django/model.h>
#include <glib.h>
#include <python/value.h>

G_BEGIN_DECLS

typedef struct PgaDjangoQuerySet PgaDjangoQuerySet;
typedef struct PgaDjangoCondition PgaDjangoCondition;

/** One step over a relation. */
typedef struct {
    const PgaDjangoField *field; /* the relation's own field, also when it is gone backwards */
    const PgaDjangoModel *model; /* where one arrives */
    gboolean is_reverse;         /* from the referenced side: one row may become many */
} PgaDjangoHop;

/** "order__customer__email__lower__icontains", taken apart. */
typedef struct {
    char *text;                  /* as written */
    GArray *hops;                /* of PgaDjangoHop, in order */
    const PgaDjangoModel *model; /* (nullable): whose column it is; NULL: not understood */
    const PgaDjangoField *field; /* (nullable): NULL: an annotation, or not understood */
    char *annotation;            /* (nullable): by that name */
    GPtrArray *transforms;       /* of char *: "lower", "date", keys of JSON: "colour" */
    gboolean is_json_key;        /* the transforms are keys and indexes of a JSONField */
    char *lookup;                /* "exact", "icontains" …; of an ordering "exact" */
} PgaDjangoPath;

/** A keyword argument of filter(), or of Q. */
typedef struct {
    PgaDjangoPath path;
    PgaPyValue *value;            /* (nullable): its right side; NULL: came by other ways */
    PgaDjangoQuerySet *subquery;  /* (nullable): the right side is one: __in=qs, Subquery(qs) */
    gboolean value_is_expression; /* F(), a function of the database: not a constant */
    guint line, column;           /* 1-based */
} PgaDjangoLookup;

typedef enum {
    PGA_DJANGO_AND,
    PGA_DJANGO_OR,
    PGA_DJANGO_NOT,
    PGA_DJANGO_LOOKUP,
    PGA_DJANGO_EXISTS, /* Exists(qs) */
    PGA_DJANGO_OPAQUE, /* there is a condition here that the source does not tell: **kwargs, a
                          variable of unknown value */
} PgaDjangoConditionKind;

struct PgaDjangoCondition {
    PgaDjangoConditionKind kind;
    GPtrArray *items; /* (nullable): of PgaDjangoCondition * */
    PgaDjangoLookup *lookup;
    PgaDjangoQuerySet *subquery; /* (nullable): of EXISTS */
    gboolean is_exclude;         /* of NOT: it was written as exclude() */
    gboolean is_optional;        /* only on some paths through the function: under an if */
};

typedef struct {
    PgaDjangoPath path;
    gboolean is_descending, is_random; /* random: "?" */
    char nulls;                        /* 'f' first, 'l' last, 0 */
    char *function;                    /* (nullable): "Lower" around the path */
} PgaDjangoOrder;

typedef struct {
    char *name;        /* "n_orders"; of one without name what Django calls it: "total__sum" */
    PgaPyValue *value; /* Count("orders") … */
    gboolean is_aggregate;
    PgaDjangoQuerySet *subquery; /* (nullable): Subquery, Exists */
    gboolean is_alias;           /* of alias(): not among the rows' columns */
    guint n_before;              /* filters of the chain that came before it */
} PgaDjangoAnnotation;

struct PgaDjangoQuerySet {
    const PgaDjangoModel *model;
    PgaDjangoCondition *where;  /* (nullable): an AND of what filter() and exclude() said */
    GPtrArray *order;           /* of PgaDjangoOrder * */
    gboolean order_is_meta;     /* these are of Meta.ordering */
    GPtrArray *annotations;     /* of PgaDjangoAnnotation *: annotate(), alias() */
    GPtrArray *aggregates;      /* of PgaDjangoAnnotation *: aggregate() */
    GPtrArray *values;          /* of char *: values(), values_list(); empty without arguments */
    gboolean has_values;        /* values() or values_list() was called */
    GPtrArray *only, *deferred; /* of char * */
    GPtrArray *select_related;  /* of char *: paths */
    gboolean select_related_all;
    GPtrArray *prefetch_related; /* of char *: paths, of Prefetch its first argument */
    GPtrArray *own_prefetches;   /* (nullable): of char *: those paths with a QuerySet of their own:
                                    what comes with its rows is not told */
    GPtrArray *distinct_on;      /* of char * */
    GPtrArray *combined;         /* of PgaDjangoQuerySet *: union() … with these */
    char *combinator;            /* (nullable): "union", "intersection", "difference" */
    gboolean combines_all;       /* union(all=True) */
    gboolean is_distinct, is_reversed, is_none;
    gboolean is_sliced;     /* [a:b], first(), get() is not */
    gint64 offset, limit;   /* rows; -1: none; -2: a value that the source does not tell */
    gboolean is_for_update; /* and: */
    gboolean skips_locked, nowait;
    GPtrArray *lock_of; /* of char *: of= */
    char *using;        /* (nullable): using("replica") */
    gboolean has_extra; /* extra(): parts of it are text */
    gboolean is_raw;    /* raw(): sql is all there is */
    char *sql;          /* (nullable): of raw() */
    char *incomplete;   /* (nullable): what of the chain was not understood: "method published()" */
    char *text;         /* the chain as written, its white space made one blank; ≤ 200 bytes */
    const PgaDjangoFile *file;
    guint line, column, last_line; /* of the chain, 1-based */
    /*< private >*/
    GPtrArray *group_by; /* (nullable): of char *: values() that an aggregate came after */
    guint n_parts; /* conditions, annotations …, those of subqueries too: what bounds a chain */
};

/* Resolves "a__b__lookup" from @model: never fails; what is not understood has no model. @last: the
 * lookup where the text names none; of an ordering NULL. Annotations of @annotations (nullable, of
 * PgaDjangoAnnotation *) are known by name. */
void pga_django_path_init(PgaDjangoPath *path, const PgaDjangoProject *project,
                          const PgaDjangoModel *model, const GPtrArray *annotations,
                          const char *text);
void pga_django_path_clear(PgaDjangoPath *path);

/* What an attribute of an object leads to: "customer", "order_set", related_name; as hops, since a
 * parent may lie between. Empty: no relation by that name. (transfer full): of PgaDjangoHop */
GArray *pga_django_model_accessor(const PgaDjangoModel *model, const char *name);

/* A field by the name that an object or a query has for it, parents' fields too: "pk", "id",
 * "customer_id" (@is_only_id). (nullable), borrowed. */
const PgaDjangoField *pga_django_model_attribute(const PgaDjangoModel *model, const char *name,
                                                 gboolean *is_only_id);

/* Whether one row may become many. */
gboolean pga_django_hop_is_many(const PgaDjangoHop *hop);

/* All rows of a model. (transfer full) */
PgaDjangoQuerySet *pga_django_queryset_new(const PgaDjangoModel *model);
/* (transfer full) */
PgaDjangoQuerySet *pga_django_queryset_copy(const PgaDjangoQuerySet *queryset);
void pga_django_queryset_free(PgaDjangoQuerySet *queryset);

/** What an expression inside a chain stands for, as whoever follows the code knows it. */
typedef struct {
    /* (nullable) (transfer full): the QuerySet that @value (a name, a call) is. */
    PgaDjangoQuerySet *(*queryset)(gpointer self, const PgaPyValue *value);
    /* (nullable) (transfer full): the value that a name was given, a Q assembled before … */
    PgaPyValue *(*value)(gpointer self, const char *name);
    gpointer self;
} PgaDjangoResolver;

/**
 * pga_django_queryset_apply:
 * @call: a call of a method of QuerySet, of which only name and arguments count: filter(a=1)
 * @resolver: (nullable)
 *
 * What the chain is after one more method, in place. A method that is none of QuerySet's makes it
 * incomplete. Methods that end a chain (count(), get() …) leave their conditions: get(a=1) is
 * filter(a=1); first() orders and limits as Django does.
 *
 * Returns: whether the method is one of QuerySet's
 */
gboolean pga_django_queryset_apply(PgaDjangoQuerySet *queryset, const PgaDjangoProject *project,
                                   const PgaPyValue *call, const PgaDjangoResolver *resolver);

/* Rows of a slice: -1 none, -2 not told. */
void pga_django_queryset_slice(PgaDjangoQuerySet *queryset, gint64 from, gint64 until);

/* Calls @visit for each lookup of the conditions, not those of subqueries. @required: it holds for
 * every row that comes: no OR, no NOT above it. */
typedef void (*PgaDjangoLookupVisit)(const PgaDjangoLookup *lookup, gboolean required,
                                     gpointer data);
void pga_django_queryset_each_lookup(const PgaDjangoQuerySet *queryset, PgaDjangoLookupVisit visit,
                                     gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDjangoQuerySet, pga_django_queryset_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaDjangoPath, pga_django_path_clear)

G_END_DECLS
