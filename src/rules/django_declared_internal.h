/* Relations that classes read row by row: serializers of DRF in the views that use them, lists of
 * the admin. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/** Functions and classes by name. */
typedef struct {
    GHashTable *functions;   /* of "shop.admin.OrderAdmin.get_queryset" to its function */
    GHashTable *methods;     /* of "shop.Order.__str__" to the model's method */
    GHashTable *serializers; /* of "OrderSerializer" to its class; NULL: there are several; and
                                of "shop.api.OrderSerializer" */
    GHashTable *own;         /* of const PgaDjangoFunction * to what pga_django_own_reads() found */
    guint depth;             /* of methods in methods on the way */
} PgaDjangoNames;

PgaDjangoNames *pga_django_names_new(const PgaDjangoCode *code);
void pga_django_names_free(PgaDjangoNames *names);

/* (nullable): the model's method, its bases' too. */
const PgaDjangoFunction *pga_django_names_method(const PgaDjangoNames *names,
                                                 const PgaDjangoModel *model, const char *method);

/* (nullable): the class's method, its bases' too. */
const PgaDjangoFunction *pga_django_names_class_method(const PgaDjangoNames *names,
                                                       const PgaDjangoClass *class,
                                                       const char *method);

typedef struct {
    char *path; /* "customer__country"; of a query "" */
    char *why;  /* "CustomerSerializer nests customer, which OrderView.queryset does not fetch" */
    gboolean is_to_one;
    gboolean is_query;         /* of its own: nothing that is fetched before can replace it */
    gboolean is_maybe;         /* on some ways only */
    guint line;                /* in the class's file; 0: of the class */
    const PgaDjangoFile *file; /* (nullable): a template, if it is not the class's */
} PgaDeclaredRead;

void pga_declared_read_free(gpointer data);

/** What is gathered of one class. */
typedef struct {
    PgaDjangoNames *names;
    const PgaDjangoClass *class; /* (nullable): a view or an admin */
    const PgaDjangoModel *model; /* of the rows */
    GPtrArray *reads;            /* of PgaDeclaredRead * */
    GPtrArray *querysets;        /* of const PgaDjangoQuerySet *: what is fetched with the rows */
    gboolean is_unclear;         /* part of it is not understood */
} PgaDeclared;

/* Takes @read's texts, unless the rows have it already. */
void pga_django_declared_add(PgaDeclared *declared, PgaDeclaredRead read);
/* What a method reads of the object that it is given, or its own; @prefix: the way to it. */
void pga_django_declared_add_method(PgaDeclared *declared, const PgaDjangoFunction *function,
                                    const char *prefix, const char *what, guint line);
/* What a serializer reads of each row. */
void pga_django_declared_add_serializer(PgaDeclared *declared, const PgaDjangoClass *serializer);
/* Where "customer__country" leads from the model: (nullable): no relations all the way. */
const PgaDjangoModel *pga_django_path_end(const PgaDjangoModel *model, const char *path,
                                          gboolean *is_to_one);
/* (transfer full): of PgaDeclaredRead *: what a serializer reads of each row of @event's. */
GPtrArray *pga_django_serializer_reads(PgaDjangoNames *names, const PgaDjangoClass *serializer,
                                       const PgaDjangoEvent *event);

/* (transfer full): of PgaDeclaredRead *: of views of an API and of the admin; of others none. */
GPtrArray *pga_django_declared_reads(PgaDjangoNames *names, const PgaDjangoClass *class);

G_END_DECLS
