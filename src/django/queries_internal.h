/* The statements of a project being gathered. */
#pragma once
#include <django/query.h>

G_BEGIN_DECLS

typedef struct {
    const PgaDjangoProject *project;
    const PgaDjangoCode *code;
    GPtrArray *queries;  /* of PgaDjangoQuery * */
    GHashTable *by_text; /* of a statement's text to PgaDjangoQuery *, borrowed */
    GHashTable *first;   /* of PgaDjangoFile * to the place of its first function plus one */
} DjangoGathering;

/** A statement as it was found. */
typedef struct {
    const PgaDjangoQuerySet *queryset; /* (nullable) */
    PgaDjangoAct act;
    const PgaDjangoEvent *event; /* (nullable) */
    const PgaDjangoClass *class; /* (nullable) */
    const char *name;
} DjangoFound;

/* The query of that text, made when it is new. (nullable): nothing is sent. */
PgaDjangoQuery *pga_django_gather(DjangoGathering *gathering, const DjangoFound *found);
/* Change lists, searches, filters, pages of what a class declares. */
void pga_django_gather_class(DjangoGathering *gathering, const PgaDjangoClass *class);

G_END_DECLS
