/* What an entry of an index costs a write: one of a B-tree takes a processor about 4 µs, whatever
 * its type; others more, or hardly anything (BRIN: a range's summary). */
#include "advisor/index_entry.h"

#define EMPTY_BYTES 16384 /* of an index without entries */

/* GIN has as many keys of a row as its documents have: what they take up tells how many. */
#define GIN_PER_BYTE 0.03
#define GIN_USUAL    2
#define GIN_LEAST    0.3
#define GIN_MOST     10

static double
factor_of_gin(gint64 bytes, double entries)
{
    if (bytes <= EMPTY_BYTES || entries < 1)
        return GIN_USUAL;
    return CLAMP((double)(bytes - EMPTY_BYTES) / entries * GIN_PER_BYTE, GIN_LEAST, GIN_MOST);
}

double
pga_index_entry_factor(const char *amname, gint64 bytes, double entries)
{
    static const struct {
        const char *amname;
        double factor;
    } factors[] = {{"gist", 2}, {"brin", 0.1}};

    if (g_strcmp0(amname, "gin") == 0)
        return factor_of_gin(bytes, entries);
    for (guint i = 0; i < G_N_ELEMENTS(factors); i++)
        if (g_strcmp0(factors[i].amname, amname) == 0)
            return factors[i].factor;
    return 1;
}
