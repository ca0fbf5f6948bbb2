/* The models of a project as Django sees them after its imports: bases, fields and Meta resolved
 * over modules, abstract bases and custom classes. */
#pragma once
#include <django/project.h>
#include <glib.h>
#include <python/value.h>

G_BEGIN_DECLS

typedef enum {
    PGA_DJANGO_PLAIN,
    PGA_DJANGO_FOREIGN_KEY,
    PGA_DJANGO_ONE_TO_ONE,
    PGA_DJANGO_MANY_TO_MANY,
    PGA_DJANGO_GENERIC_KEY,      /* GenericForeignKey: no column of its own */
    PGA_DJANGO_GENERIC_RELATION, /* GenericRelation: no column */
    PGA_DJANGO_COMPOSITE_KEY,    /* CompositePrimaryKey: no column */
} PgaDjangoFieldKind;

typedef struct {
    char *name;
    char *class; /* as the source has it: "MoneyField" */
    char *base;  /* the class of Django's it comes down to: "DecimalField"; an unknown one's name */
    PgaDjangoFieldKind kind;
    char *column;  /* (nullable): NULL: none */
    char *target;  /* (nullable): "shop.Order"; of a relation, as far as it is known */
    char *through; /* (nullable): "shop.Line" */
    gboolean is_null, is_unique, is_primary_key;
    gboolean has_index;       /* one of its own that is not unique */
    gboolean is_auto_created; /* id, and the link to a parent */
    /* The call with @base for a class, names that stand for constants replaced, arguments of a
     * custom class's __init__ put in, relations as strings. */
    PgaPyValue *call;
    const PgaDjangoFile *file; /* (nullable): where it stands, maybe an abstract base; NULL: made */
    guint line;                /* 1-based; 0: made */
} PgaDjangoField;

typedef struct {
    char *app, *name; /* "shop", "Order" */
    GPtrArray *bases; /* of char *: direct ones: "shop.Base", "django.db.models.Model" */
    char *parent;     /* (nullable): "shop.Place": of multi-table inheritance, and of a proxy */
    gboolean is_abstract, is_proxy, is_managed;
    gboolean is_swapped; /* auth.User where AUTH_USER_MODEL says another */
    gboolean is_partial; /* a base is of a package that is not here: fields may be missing */
    char *table;         /* as in the database */
    char *tablespace;    /* (nullable) */
    char *comment;       /* (nullable): of the table */
    GPtrArray *fields;   /* of PgaDjangoField *: in the order of a new table's columns */
    /* Of PgaPyValue *, names replaced as in a field's call. */
    GPtrArray *indexes, *constraints;
    GPtrArray *unique_together, *index_together; /* lists of names */
    GPtrArray *ordering;                         /* strings and expressions */
    GPtrArray *get_latest_by;                    /* of strings */
    char *default_related_name;                  /* (nullable) */
    const PgaDjangoFile *file;
    guint line; /* of the class, 1-based */
    /*< private >*/
    gpointer links; /* names of fields and of relations to it */
} PgaDjangoModel;

/* "shop.Order", in any case: (nullable), borrowed. */
const PgaDjangoModel *pga_django_project_model(const PgaDjangoProject *project, const char *name);

/* By name, "pk" too: (nullable), borrowed. Fields of a parent are the parent's. */
const PgaDjangoField *pga_django_model_field(const PgaDjangoModel *model, const char *name);

/**
 * pga_django_project_statements:
 *
 * What the first migration of every installed app would run for the models as they are, without
 * the order and names of a history: tables, then what Django defers. Extensions that a type or an
 * operator class needs come first. Tablespaces are left out.
 *
 * Returns: (transfer full): of PgaDjangoStatement * (django/migration.h); those without SQL say
 * what cannot be told
 */
GPtrArray *pga_django_project_statements(const PgaDjangoProject *project);

/* (transfer full): the same as a script; what cannot be told as comments. */
char *pga_django_project_sql(const PgaDjangoProject *project);

G_END_DECLS
