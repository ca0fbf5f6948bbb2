/* Lookups that compare texts, and the indexes that serve them. What Django compiles them to, as
 * measured with 3.2: icontains, istartswith, iendswith to UPPER(f::text) LIKE UPPER(…); iexact to
 * UPPER(f::text) = UPPER(…); contains, endswith, startswith to f::text LIKE …; regex, iregex to
 * ~ and ~*. */
#pragma once
#include "django_needs_internal.h"

G_BEGIN_DECLS

/* A lookup of texts on the bare column of a table of the project; "" is none. Static. */
PgaNeedForm pga_text_form(const char *lookup, gboolean *is_text);

/* Whether an index of the model serves lookups of @form on the field; those that a migration makes
 * by SQL count. */
gboolean pga_text_is_indexed(PgaNeeds *needs, const PgaDjangoModel *model,
                             const PgaDjangoField *field, PgaNeedForm form);

/* Adds a need of @form for every lookup of the query that @takes says is its own, on a field that
 * @form's indexes are for, unless another condition finds few rows. */
void pga_text_gather(PgaDjangoRun *run, const PgaDjangoQuery *query, PgaTextTakes takes);

/* A finding for each: "shop.Order is searched in name in 2 places …". @verb: "searched in". */
void pga_text_report(PgaDjangoRun *run, const char *verb, const char *lack);

G_END_DECLS
