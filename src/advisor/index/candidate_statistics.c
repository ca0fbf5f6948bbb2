/* What the catalog says about columns, with what to suppose where it says nothing. */
#include "candidate_internal.h"
#include <math.h>
#include <string.h>

enum { UNKNOWN_WIDTH = 24 };

const PgaAttribute *
pga_column(const PgaRelation *relation, gint16 attnum)
{
    return relation && attnum > 0 ? pga_relation_attribute(relation, attnum) : NULL;
}

gint16
pga_column_width(const PgaRelation *relation, gint16 attnum)
{
    const PgaAttribute *attribute = pga_column(relation, attnum);

    if (!attribute)
        return UNKNOWN_WIDTH;
    if (attribute->typlen > 0)
        return (gint16)attribute->typlen;
    if (attribute->stats && attribute->stats->avg_width > 0)
        return (gint16)MIN(attribute->stats->avg_width, G_MAXINT16);
    return UNKNOWN_WIDTH;
}

double
pga_column_distinct(const PgaRelation *relation, gint16 attnum, double tuples)
{
    const PgaAttribute *attribute = pga_column(relation, attnum);
    double n;

    if (!attribute || !attribute->stats)
        return 0;
    n = attribute->stats->n_distinct;
    return n < 0 ? -n * tuples : n;
}

/* Types whose equal values are the same bytes: B-tree keeps them once. */
gboolean
pga_column_deduplicates(const PgaRelation *relation, gint16 attnum)
{
    static const char *const types[] = {
        "int2", "int4", "int8", "oid",       "date", "time",    "bool", "timestamptz",
        "uuid", "text", "char", "timestamp", "inet", "macaddr", "name", "varchar"};
    const PgaAttribute *attribute = pga_column(relation, attnum);

    if (!attribute || !attribute->typname)
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(types[i], attribute->typname) == 0)
            return TRUE;
    return attribute->typtype == 'e';
}

/* Texts are read up to this length: one of it may be of any. */
enum { CUT_LENGTH = 64 };

static gboolean
has_long_value(const GPtrArray *values)
{
    for (guint i = 0; values && i < values->len; i++)
        if (strlen(g_ptr_array_index(values, i)) >= CUT_LENGTH)
            return TRUE;
    return FALSE;
}

static gboolean
is_short_type(const PgaAttribute *attribute)
{
    static const char *const types[] = {"numeric",   "inet",      "cidr",
                                        "tsrange",   "tstzrange", "daterange",
                                        "int4range", "int8range", "numrange"};

    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_strcmp0(types[i], attribute->typname) == 0)
            return TRUE;
    return FALSE;
}

gboolean
pga_column_may_be_long(const PgaRelation *relation, gint16 attnum)
{
    const PgaAttribute *attribute = pga_column(relation, attnum);
    const PgaAttributeStats *stats = attribute ? attribute->stats : NULL;

    if (!attribute)
        return TRUE;
    if (attribute->typlen > 0 || is_short_type(attribute))
        return FALSE;
    if (g_strcmp0(attribute->typname, "varchar") == 0 ||
        g_strcmp0(attribute->typname, "bpchar") == 0)
        if (attribute->atttypmod > 0 && attribute->atttypmod <= PGA_CANDIDATE_BOUND)
            return FALSE;
    return attribute->typcategory != 'S' || !stats || stats->avg_width > CUT_LENGTH ||
           has_long_value(stats->mcv) || has_long_value(stats->histogram);
}

gboolean
pga_attnums_have(const GArray *attnums, gint16 attnum)
{
    for (guint i = 0; i < attnums->len; i++)
        if (g_array_index(attnums, gint16, i) == attnum)
            return TRUE;
    return FALSE;
}

void
pga_attnums_add(GArray *attnums, gint16 attnum)
{
    guint i = 0;

    while (i < attnums->len && g_array_index(attnums, gint16, i) < attnum)
        i++;
    if (i == attnums->len || g_array_index(attnums, gint16, i) != attnum)
        g_array_insert_val(attnums, i, attnum);
}

void
pga_numbers_add(GArray *numbers, guint number)
{
    guint i = numbers->len;

    while (i > 0 && g_array_index(numbers, guint, i - 1) > number)
        i--;
    if (i == 0 || g_array_index(numbers, guint, i - 1) != number)
        g_array_insert_val(numbers, i, number);
}
