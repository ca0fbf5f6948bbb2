/* The choice of shifts. The key proposes one; where there is no room for it it is halved until
 * there is, so that a later snapshot with a few other values gets the same. */
#include "shifts_internal.h"

#include <math.h>
#include <string.h>

enum {
    SHIFT_MAX = 1 << 20,
    SMALL_MAX = 1000,          /* constants that a smallint column is compared with */
    FLOAT_SHIFT_MAX = 1 << 10, /* float4 has 24 bits: two decimals of numbers up to 1000 are kept */
    SEQUENCE_PART = 256,       /* of a sequence's way to its end a shift is at most one part */
    WEEKS_MAX = 521,           /* ten years */
};

/** The smallest and the largest value of some types. */
typedef struct {
    double lowest, highest; /* lowest > highest: there is none */
} Span;

typedef struct {
    PgaTypeNames *names;
    Span int2, int4, int8, narrow[PGA_SHIFT_DIGITS];
    gboolean has_fractions; /* in float4 */
} Room;

static const Span nothing = {INFINITY, -INFINITY};

/* (nullable): where the values of @type are noted. */
static Span *
span_of(Room *room, const PgaValueType *type)
{
    if (type->kind == PGA_VALUE_NUMERIC && type->digits >= 0)
        return &room->narrow[MIN(type->digits, PGA_SHIFT_DIGITS - 1)];
    if (type->kind != PGA_VALUE_INTEGER)
        return NULL;
    return type->bits == 16 ? &room->int2 : type->bits == 32 ? &room->int4 : &room->int8;
}

/* What stands at an end of its type is a sign, which stays there. */
static gboolean
is_end(const PgaValueType *type, double value)
{
    const double end = type->kind == PGA_VALUE_INTEGER ? ldexp(1, (int)type->bits - 1) : INFINITY;

    return value <= -end || value >= end - 1;
}

/* Every number in @text, whatever holds them together. */
static void
note_numbers(const PgaValueType *type, const char *text, Span *span)
{
    while (*text) {
        char *end;
        double value;

        if (!g_ascii_isdigit(*text) && *text != '-') {
            text++;
            continue;
        }
        value = g_ascii_strtod(text, &end);
        if (end == text) {
            text++;
            continue;
        }
        text = end;
        if (is_end(type, value))
            continue;
        span->lowest = MIN(span->lowest, value);
        span->highest = MAX(span->highest, value);
    }
}

static void
note_values(Room *room, const PgaValueType *type, const char *text)
{
    Span *span;

    if (!text)
        return;
    while (type->element)
        type = type->element;
    if (type->kind == PGA_VALUE_FLOAT && type->bits == 32 && strchr(text, '.'))
        room->has_fractions = TRUE;
    span = span_of(room, type);
    if (span)
        note_numbers(type, text, span);
}

static void
note_list(Room *room, const PgaValueType *type, const GPtrArray *values)
{
    for (guint i = 0; values && i < values->len; i++)
        note_values(room, type, g_ptr_array_index(values, i));
}

static void
note_attributes(Room *room, const PgaRelation *relation)
{
    for (guint i = 0; i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);
        const PgaValueType *type = pga_type_names_lookup(
            room->names, attribute->basetype ? attribute->basetype : attribute->type);

        if (type->kind == PGA_VALUE_INTEGER && type->bits == 16) {
            room->int2.lowest = MIN(room->int2.lowest, 0);
            room->int2.highest = MAX(room->int2.highest, SMALL_MAX);
        }
        if (!attribute->stats)
            continue;
        note_list(room, type, attribute->stats->mcv);
        note_list(room, type, attribute->stats->histogram);
    }
}

/* (nullable): of statistics of a relation's column. */
static const PgaAttribute *
find_attribute(const PgaCatalog *catalog, const PgaColumnStatistics *column)
{
    const PgaRelation *relation = pga_catalog_relation(catalog, column->relation);

    for (guint i = 0; relation && i < relation->attributes->len; i++) {
        const PgaAttribute *attribute = g_ptr_array_index(relation->attributes, i);

        if (g_strcmp0(attribute->attname, column->attname) == 0)
            return attribute;
    }
    return NULL;
}

static void
note_statistics(Room *room, const PgaSnapshot *snapshot)
{
    const GPtrArray *columns = snapshot->planner->columns;

    for (guint i = 0; i < columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(columns, i);
        const PgaAttribute *attribute = find_attribute(snapshot->catalog, column);

        for (guint j = 0; attribute && j < PGA_STATISTIC_SLOTS; j++)
            note_values(room,
                        pga_type_names_lookup(room->names, attribute->basetype ? attribute->basetype
                                                                               : attribute->type),
                        column->slots[j].values);
    }
}

static void
note_extremes(Room *room, const PgaSnapshot *snapshot)
{
    const GPtrArray *all = snapshot->planner->extremes;

    for (guint i = 0; i < all->len; i++) {
        const PgaExtremes *extremes = g_ptr_array_index(all, i);
        const PgaIndex *index = pga_catalog_index(snapshot->catalog, extremes->index);
        const PgaRelation *relation =
            index ? pga_catalog_relation(snapshot->catalog, index->indrelid) : NULL;
        const PgaAttribute *attribute =
            relation && index->indkey->len > 0
                ? pga_relation_attribute(relation, g_array_index(index->indkey, gint16, 0))
                : NULL;
        const PgaValueType *type =
            attribute ? pga_type_names_lookup(room->names, attribute->basetype ? attribute->basetype
                                                                               : attribute->type)
                      : NULL;

        if (!type)
            continue;
        note_values(room, type, extremes->minimum);
        note_values(room, type, extremes->maximum);
    }
}

static gboolean
fits(const Span *span, double limit, gint64 shift)
{
    return span->lowest > span->highest ||
           (span->lowest + (double)shift > -limit && span->highest + (double)shift < limit - 1);
}

typedef gboolean (*IsRoom)(gconstpointer data, gint64 shift);

/* @first or the largest of its halves, else of what is as large and goes the other way, that
 * @is_room has room for; 0: none. */
static gint64
halve(gint64 first, IsRoom is_room, gconstpointer data)
{
    for (gint64 shift = first; shift != 0; shift /= 2)
        if (is_room(data, shift))
            return shift;
    for (gint64 shift = -first; shift != 0; shift /= 2)
        if (is_room(data, shift))
            return shift;
    return 0;
}

static gboolean
is_room_for_integers(gconstpointer data, gint64 shift)
{
    const Room *room = data;

    return fits(&room->int2, ldexp(1, 15), shift) && fits(&room->int4, ldexp(1, 31), shift) &&
           fits(&room->int8, ldexp(1, 63), shift);
}

typedef struct {
    Span span;
    double limit;
} Narrow;

static gboolean
is_room_for_narrow(gconstpointer data, gint64 shift)
{
    const Narrow *narrow = data;

    return narrow->span.lowest + (double)shift > -narrow->limit &&
           narrow->span.highest + (double)shift < narrow->limit &&
           ABS(shift) < (gint64)narrow->limit;
}

static void
choose_integer(Room *room, gint64 proposed, PgaShifts *shifts)
{
    shifts->integer = halve(proposed, is_room_for_integers, room);
    if (shifts->integer)
        return;
    shifts->tight = TRUE;
    room->int2 = nothing;
    shifts->integer = halve(proposed, is_room_for_integers, room);
    if (!shifts->integer)
        shifts->integer = proposed;
}

static void
choose_narrow(const Room *room, PgaShifts *shifts)
{
    for (guint i = 0; i < PGA_SHIFT_DIGITS; i++) {
        Narrow narrow = {room->narrow[i], pow(10, i)};

        if (narrow.span.lowest > narrow.span.highest)
            narrow.span = (Span){0, 0};
        shifts->narrow[i] = halve(shifts->integer, is_room_for_narrow, &narrow);
    }
}

/* The largest shift: sequences move along, and must not seem to come to their end by it. */
static gint64
largest(const Room *room, const PgaCatalog *catalog)
{
    gint64 most = room->has_fractions ? FLOAT_SHIFT_MAX : SHIFT_MAX;

    for (guint i = 0; i < catalog->sequences->len; i++) {
        const PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);

        if (!sequence->cycle && sequence->increment > 0 && sequence->max_value > 0)
            most = MIN(most, sequence->max_value / SEQUENCE_PART);
    }
    return MAX(most, 2);
}

/* Upwards, as sequences begin at 1. */
PgaShifts
pga_shifts_choose(const PgaSnapshot *snapshot, const PgaAnonymizeKey *key, PgaTypeNames *names)
{
    const PgaSipKey draw = pga_anonymize_key_derive(key, "shifts");
    const guint64 integers = pga_siphash(&draw, "integers", 8),
                  dates = pga_siphash(&draw, "dates", 5);
    Room room = {.names = names, .int2 = nothing, .int4 = nothing, .int8 = nothing};
    PgaShifts shifts = {0};
    gint64 half;

    for (guint i = 0; i < PGA_SHIFT_DIGITS; i++)
        room.narrow[i] = nothing;
    for (guint i = 0; i < snapshot->catalog->relations->len; i++)
        note_attributes(&room, g_ptr_array_index(snapshot->catalog->relations, i));
    note_statistics(&room, snapshot);
    note_extremes(&room, snapshot);
    half = largest(&room, snapshot->catalog) / 2;
    choose_integer(&room, half + (gint64)(integers % (guint64)half), &shifts);
    choose_narrow(&room, &shifts);
    shifts.days = (gint)(7 * (1 + (dates >> 8) % WEEKS_MAX)) * (dates & 1 ? 1 : -1);
    return shifts;
}
