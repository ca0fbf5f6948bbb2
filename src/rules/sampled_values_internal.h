/* What the values that ANALYZE sampled (most common values and histogram bounds) look like. */
#pragma once
#include <model/catalog.h>

G_BEGIN_DECLS

#define PGA_VALUES_MIN 20 /* fewer prove nothing about the rest */

typedef enum {
    PGA_VALUES_UNKNOWN = 0, /* not read, or fewer than PGA_VALUES_MIN */
    PGA_VALUES_UUID = 1 << 0,
    PGA_VALUES_DATE = 1 << 1,
    PGA_VALUES_TIMESTAMP = 1 << 2,
    PGA_VALUES_INTEGER = 1 << 3, /* at most nine digits, no leading zero */
    PGA_VALUES_BIGINT = 1 << 4,
    PGA_VALUES_NUMERIC = 1 << 5,
    PGA_VALUES_INET = 1 << 6,
    PGA_VALUES_JSON = 1 << 7,    /* objects and arrays only */
    PGA_VALUES_BOOLEAN = 1 << 8, /* both of a pair such as true/false, nothing else */
    PGA_VALUES_TEXT = 1 << 9,    /* none of these */
} PgaValuesKind;

guint pga_values_count(const PgaAttributeStats *stats);

/* The most specific kind that all of them are. @rows: of the table; booleans have two values only,
 * there it is the rows that must be enough. */
PgaValuesKind pga_values_kind(const PgaAttributeStats *stats, double rows);

/* Of PGA_VALUES_BOOLEAN: the word for true, and the one for false. */
const char *pga_values_true_word(const PgaAttributeStats *stats);
const char *pga_values_false_word(const PgaAttributeStats *stats);

/* Whether all of them are numbers of 0 or more; FALSE when there are fewer than PGA_VALUES_MIN. */
gboolean pga_values_are_not_negative(const PgaAttributeStats *stats);

G_END_DECLS
