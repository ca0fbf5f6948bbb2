/* What a method asks for of the object that it is called on, or is given: relations, queries. */
#pragma once
#include "django_declared_internal.h"

G_BEGIN_DECLS

/** One of them. */
typedef struct {
    const PgaDjangoEvent *event; /* that asks: of the method, or of one that it calls */
    char *path;                  /* "customer__country": from the object; of a query "" or the way
                                    to the object that it is about */
    gboolean is_to_one;          /* all of its steps */
    gboolean is_query;           /* nothing that is fetched with the object can replace it */
    gboolean is_conditional;     /* on some ways through the method only */
} PgaOwnRead;

/* From an event back over relations to the object that they begin with. */
typedef struct {
    guint object; /* number + 1; 0: not told */
    char *path;   /* (nullable): "customer__country" */
    gboolean is_to_one;
} PgaRoot;

/* The way to the relation that @event reads; of an event that runs a method, to its object.
 * (transfer full) of path */
PgaRoot pga_django_root_of(const PgaDjangoEvent *event);

/* It reads a relation of an object as it is: select_related() or prefetch_related() can have it. */
gboolean pga_django_event_reads_relation(const PgaDjangoEvent *event);

/* What Django keeps for the whole process, or nearly. */
gboolean pga_django_is_kept(const PgaDjangoField *field);

/* The method of a model that @event runs: (nullable): of none that is here. */
const PgaDjangoFunction *pga_django_event_method(const PgaDjangoNames *names,
                                                 const PgaDjangoEvent *event);

/* (transfer none): of PgaOwnRead *: of a method of a model its own object's, of one of a serializer
 * or an admin those of the object that it is given. Methods that they call are looked into. */
const GPtrArray *pga_django_own_reads(PgaDjangoNames *names, const PgaDjangoFunction *method);

/* "customer", "country": "customer__country"; of "" the other. (transfer full) */
char *pga_django_path_join(const char *path, const char *rest);

G_END_DECLS
