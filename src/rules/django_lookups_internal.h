/* The conditions of a QuerySet one by one, and what kind of column each is about. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/** How a condition decides which rows come. */
typedef enum {
    PGA_LOOKUP_REQUIRED,    /* it holds for every row */
    PGA_LOOKUP_ALTERNATIVE, /* one arm of an OR */
    PGA_LOOKUP_NEGATED,     /* under a NOT: no index finds what it leaves */
} PgaLookupRole;

typedef struct {
    const PgaDjangoLookup *lookup;
    PgaLookupRole role;
    gboolean is_optional; /* only on some paths through the function */
} PgaUsedLookup;

/* (transfer full): of PgaUsedLookup, in the order of the text; not those of subqueries. */
GArray *pga_django_used_lookups(const PgaDjangoQuerySet *queryset);

/* A column that a rule may say something about: understood, of a table of the project. */
gboolean pga_django_path_is_own(const PgaDjangoPath *path);

/* The same row of the same table: over the same relations. */
gboolean pga_django_same_hops(const PgaDjangoPath *one, const PgaDjangoPath *other);

/* One row may become many: a reverse relation, a many-to-many. */
gboolean pga_django_path_is_multiple(const PgaDjangoPath *path);

/* exact, in of the bare column, with a value that is no column. */
gboolean pga_django_lookup_is_equality(const PgaDjangoLookup *lookup);
/* gt, lt, range … of the bare column; also those of its year, which Django makes ranges of. */
gboolean pga_django_lookup_is_range(const PgaDjangoLookup *lookup);
/* isnull, or compared with None. */
gboolean pga_django_lookup_is_null_test(const PgaDjangoLookup *lookup);

gboolean pga_django_field_is_text(const PgaDjangoField *field);   /* varchar, text */
gboolean pga_django_field_is_citext(const PgaDjangoField *field); /* or of such a collation */
gboolean pga_django_field_is_time(const PgaDjangoField *field);   /* date, timestamp */
/* Booleans, and fields with choices: few values. */
gboolean pga_django_field_has_few_values(const PgaDjangoField *field);

G_END_DECLS
