/* Names that lead from a model: its fields, and relations of other models that end at it. */
#pragma once
#include <django/queryset.h>

G_BEGIN_DECLS

/** A relation gone backwards. */
typedef struct {
    const PgaDjangoField *field;
    const PgaDjangoModel *model; /* whose field it is: where one arrives */
} DjangoBackward;

/** Of one model. */
typedef struct {
    const PgaDjangoProject *project;
    GHashTable *fields;  /* of a field's name, and a foreign key's with _id, to PgaDjangoField * */
    GHashTable *queries; /* of names in filter() to DjangoBackward * */
    GHashTable *accessors; /* of names in Python to DjangoBackward * */
} DjangoLinks;

/* (nullable) */
const DjangoLinks *pga_django_links(const PgaDjangoModel *model);
/* The model itself; of a proxy what has the table. */
const PgaDjangoModel *pga_django_concrete(const PgaDjangoModel *model);
/* (nullable): what the relation's field references. */
const PgaDjangoModel *pga_django_field_target(const PgaDjangoModel *model,
                                              const PgaDjangoField *field);
/* (nullable): its own or a parent's primary key. */
const PgaDjangoField *pga_django_model_key(const PgaDjangoModel *model);
gboolean pga_django_is_parent_link(const PgaDjangoField *field);

/** Where a name leads. */
typedef struct {
    const PgaDjangoModel *owner; /* whose field it is; of a relation gone backwards where it ends */
    const PgaDjangoField *field;
    gboolean is_reverse;
} DjangoNamed;

/* Looks a name up in the model and its parents; hops to parents are added to @hops (of
 * PgaDjangoHop). @accessors: as Python names reverse relations. FALSE: no such name. */
gboolean pga_django_find_name(const PgaDjangoModel *model, const char *name, gboolean accessors,
                              GArray *hops, DjangoNamed *out);

/* A field by which lookups reach another model; a GenericForeignKey is none. */
gboolean pga_django_links_rows(const PgaDjangoField *field);

G_END_DECLS
