/* What the readers of declaring classes share. */
#pragma once
#include <django/code.h>

#include "project_internal.h"

G_BEGIN_DECLS

/** A class being read. */
typedef struct {
    const PgaDjangoProject *project;
    const PgaPythonSource *source; /* of its file */
    const DjangoClass *class;
    DjangoAncestry ancestry;
    PgaDjangoClass *out;
} DjangoReading;

PgaDjangoClass *pga_django_class_new(PgaDjangoClassKind kind, const DjangoClass *class);
/* An attribute of the class or of what it inherits from in the project, names that stand for
 * constants replaced: (transfer full) (nullable). @where (nullable out): whose it is. */
PgaPyValue *pga_django_class_attribute(const DjangoReading *reading, const char *name,
                                       const DjangoClass **where);
/* The same of its Meta. */
PgaPyValue *pga_django_class_meta(const DjangoReading *reading, const char *name,
                                  const DjangoClass **where);
/* Fields that the class declares: out->declared. */
void pga_django_class_declared(const DjangoReading *reading);

/* What REST_FRAMEWORK of the settings says of a view that shows a list. */
void pga_django_class_default_pages(const DjangoReading *reading);

/* Its bases, and by which serializers its lists are shown. */
void pga_django_class_shown(const DjangoReading *reading);
/* "shop.api.OrderSerializer" of a class's name where it stands: (transfer full) (nullable). */
char *pga_django_class_named(const DjangoReading *reading, const DjangoClass *where,
                             const char *name);

/* The chain whose text is from byte @start to @end of the source. (transfer full) (nullable) */
PgaDjangoQuerySet *pga_django_chain_at(const DjangoPlace *place, const PgaPythonSource *source,
                                       guint start, guint end);

/* admin.site.register(Order, OrderAdmin), @admin.register(Order): of a class's name to a list of
 * models (GPtrArray of const PgaDjangoModel *). (transfer full) */
GHashTable *pga_django_registered(const PgaDjangoProject *project, const DjangoModule *module,
                                  const PgaPythonSource *source);
/* (nullable) */
const PgaDjangoModel *pga_django_model_meant(const DjangoPlace *place, const PgaPyValue *value);

G_END_DECLS
