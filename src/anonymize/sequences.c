/* Sequences go where the numbers went that came from them: else one that stood at the end of its
 * column would lag behind it, or be far ahead. */
#include "sequences_internal.h"

typedef struct {
    gint64 min, max;
} Limits;

static Limits
limits_of(const PgaSequence *sequence)
{
    if (g_strcmp0(sequence->type, "smallint") == 0)
        return (Limits){G_MININT16, G_MAXINT16};
    if (g_strcmp0(sequence->type, "integer") == 0)
        return (Limits){G_MININT32, G_MAXINT32};
    return (Limits){G_MININT64, G_MAXINT64};
}

/* What stands at an end of the type stays, what would go beyond it stops there. */
static gint64
moved(gint64 value, gint64 shift, const Limits *limits)
{
    gint64 sum;

    if (value <= limits->min || value >= limits->max)
        return value;
    if (__builtin_add_overflow(value, shift, &sum))
        return shift < 0 ? limits->min : limits->max;
    return CLAMP(sum, limits->min, limits->max);
}

/* How a sequence was declared says nothing and stays: it is widened where it has to be. */
void
pga_sequences_move(PgaCatalog *catalog, gint64 shift)
{
    for (guint i = 0; i < catalog->sequences->len; i++) {
        PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);
        const Limits limits = limits_of(sequence);

        if (!sequence->readable || !sequence->is_called)
            continue;
        sequence->last_value = moved(sequence->last_value, shift, &limits);
        sequence->min_value = MIN(sequence->min_value, sequence->last_value);
        sequence->max_value = MAX(sequence->max_value, sequence->last_value);
    }
}
