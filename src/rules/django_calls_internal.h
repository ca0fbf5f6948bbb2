/* Changes and saves that stand in other functions than the one that reads the row: methods of the
 * model, which are told by name. */
#pragma once
#include "django_declared_internal.h"
#include "django_flow_internal.h"

G_BEGIN_DECLS

/** Who calls what. */
typedef struct {
    PgaDjangoNames *names;
    GHashTable *callers; /* of const PgaDjangoFunction * to GPtrArray of const PgaDjangoEvent * */
} PgaCalls;

PgaCalls *pga_calls_new(const PgaDjangoCode *code);
void pga_calls_free(gpointer data);

/** What a method of the object's model does to it, seen from the call. */
typedef struct {
    PgaDjangoEvent as_set; /* the call, as if it were the assignment itself; borrows from both */
    const PgaDjangoEvent *set; /* the assignment in the method */
} PgaCalledSet;

/* (transfer full): of PgaCalledSet: what the method that @call runs makes of the object's own
 * attributes and does not save. Empty: it is no call of a method that is here. */
GArray *pga_calls_sets(const PgaCalls *calls, const PgaDjangoEvent *call);

/* The save() that writes what @set changed, or the call of a method that does so: (nullable). */
const PgaDjangoEvent *pga_calls_save(const PgaCalls *calls, const PgaDjangoEvent *set);

/* What the function that @call runs is there for: the event whose statement is its return, of a
 * short function: (nullable). */
const PgaDjangoEvent *pga_called_return(const PgaDjangoEvent *call);

/* The row of @model that a short function makes on every way through it: (nullable). */
const PgaDjangoEvent *pga_called_create(const PgaDjangoEvent *call, const PgaDjangoModel *model);

/* pga_flow_is_guarded(), and whether all who call the method have locked its object. */
gboolean pga_calls_is_guarded(const PgaCalls *calls, const PgaDjangoEvent *event);

G_END_DECLS
