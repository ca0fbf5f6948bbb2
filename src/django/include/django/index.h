/* The indexes that a model's own table has, by the model alone: of primary key, unique and foreign
 * keys, db_index, Meta. */
#pragma once
#include <django/model.h>
#include <glib.h>

G_BEGIN_DECLS

/** One of them. */
typedef struct {
    char *name;           /* (nullable): of Meta.indexes, constraints */
    GPtrArray *columns;   /* of char *: fields' names in order; NULL: an expression */
    GPtrArray *keys;      /* of char *: SQL or Python of each: "UPPER(email)", "-created" */
    GPtrArray *opclasses; /* (nullable) of char *, "" is the default */
    char *method;         /* "btree", "gin" … */
    char *predicate;      /* (nullable): Python of condition= */
    gboolean is_unique;
    gboolean is_pattern; /* the _like twin that Django makes of a character column's own index */
    const char *origin;  /* "primary_key", "unique", "db_index", "foreign key", "unique_together",
                            "index_together", "Meta.indexes", "Meta.constraints"; static */
    guint line;          /* 0: of Django's own making */
} PgaDjangoIndex;

/* (transfer full): of PgaDjangoIndex *: all that the model's own table has. */
GPtrArray *pga_django_model_indexes(const PgaDjangoProject *project, const PgaDjangoModel *model);
void pga_django_index_free(PgaDjangoIndex *index);

/* Whether one of @indexes, without a predicate, begins with the field. */
gboolean pga_django_indexes_lead_with(const GPtrArray *indexes, const char *field);

G_END_DECLS
