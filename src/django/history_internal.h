/* Models as they are beside models as the migrations make them. */
#pragma once
#include "models_internal.h"

G_BEGIN_DECLS

/** One of both. */
typedef struct {
    const PgaDjangoState *state;
    const DjangoModel *model; /* (nullable) */
    guint version;
} DjangoSide;

/** Two definitions, as text. */
typedef struct {
    gboolean is_index;  /* in: else a constraint */
    gboolean is_untold; /* one of both cannot be told: nothing was compared */
    char *now, *before;
} DjangoDefinitions;

void pga_django_definitions_clear(DjangoDefinitions *definitions);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DjangoDefinitions, pga_django_definitions_clear)

/* Whether an index or constraint of the same name is another one: @out says which both are. FALSE
 * also where one cannot be told. */
gboolean pga_django_definitions_differ(const DjangoSide *now, const PgaPyValue *is,
                                       const DjangoSide *before, const PgaPyValue *was,
                                       DjangoDefinitions *out);

/* Whether the database computes another value for a column, db_default or GENERATED; FALSE also
 * where that cannot be told. */
gboolean pga_django_computed_differ(const DjangoSide *now, const DjangoField *is,
                                    const DjangoSide *before, const DjangoField *was,
                                    DjangoDefinitions *out);

/* Whether a key references another column; FALSE also where that cannot be told. */
gboolean pga_django_targets_differ(const DjangoSide *now, const DjangoField *is,
                                   const DjangoSide *before, const DjangoField *was,
                                   DjangoDefinitions *out);

G_END_DECLS
