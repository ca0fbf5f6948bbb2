/* Relations that classes read row by row: serializers of DRF in the views that use them, lists of
 * the admin. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/** Functions and classes by name. */
typedef struct {
    GHashTable *functions;   /* of "shop.admin.OrderAdmin.get_queryset" to its function */
    GHashTable *methods;     /* of "shop.Order.__str__" to the model's method */
    GHashTable *serializers; /* of "OrderSerializer" to its class; NULL: there are several */
} PgaDjangoNames;

PgaDjangoNames *pga_django_names_new(const PgaDjangoCode *code);
void pga_django_names_free(PgaDjangoNames *names);

/* (nullable): the model's method, its bases' too. */
const PgaDjangoFunction *pga_django_names_method(const PgaDjangoNames *names,
                                                 const PgaDjangoModel *model, const char *method);

typedef struct {
    char *path; /* "customer__country" */
    char *why;  /* "CustomerSerializer nests customer, which OrderView.queryset does not fetch" */
    gboolean is_to_one;
    guint line; /* in the class's file; 0: of the class */
} PgaDeclaredRead;

/* (transfer full): of PgaDeclaredRead *: of views of an API and of the admin; of others none. */
GPtrArray *pga_django_declared_reads(const PgaDjangoNames *names, const PgaDjangoClass *class);

G_END_DECLS
