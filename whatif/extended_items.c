/* pg_ndistinct and pg_dependencies: from their text, or from the bytes of pg_dependencies_send().
 * Attributes become dimensions of the clone's object on the way. The planner raises an error when a
 * combination is missing, and believes every number of an expression. */
#include "extended.h"

#include <ctype.h>
#include <math.h>

enum { MAX_ITEMS = STATS_MAX_DIMENSIONS << STATS_MAX_DIMENSIONS };

/** A combination of dimensions; of a dependency the last is the implied one. */
typedef struct {
    int n;
    int dimensions[STATS_MAX_DIMENSIONS];
    double value;
} Combination;

typedef struct {
    const WhatifObject *object;
    const char *p;
    bool arrow; /* dependencies */
    int n;
    Combination *items;
} Reader;

static int
dimension_of(const WhatifObject *object, long attnum)
{
    if (attnum < 0 && -attnum <= object->n_expressions)
        return object->n_columns - (int)attnum - 1;
    for (int i = 0; i < object->n_source; i++)
        if (object->source[i] == attnum)
            return object->dimension_of[i];
    return -1;
}

static AttrNumber
attribute_of(const WhatifObject *object, int dimension)
{
    if (dimension < object->n_columns)
        return object->columns[dimension];
    return (AttrNumber)(object->n_columns - dimension - 1);
}

static unsigned
mask_of(const Combination *item)
{
    unsigned mask = 0;

    for (int i = 0; i < item->n; i++)
        mask |= 1U << item->dimensions[i];
    return mask;
}

static int
compare_dimensions(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static bool
add_dimension(const WhatifObject *object, Combination *item, long attnum)
{
    const int dimension = dimension_of(object, attnum);

    if (dimension < 0 || item->n == STATS_MAX_DIMENSIONS ||
        (mask_of(item) & (1U << dimension)) != 0)
        return false;
    item->dimensions[item->n++] = dimension;
    return true;
}

static void
sort_dimensions(Combination *item, bool arrow)
{
    qsort(item->dimensions, item->n - arrow, sizeof(int), compare_dimensions);
}

static bool
skip(Reader *reader, const char *token)
{
    while (isspace((unsigned char)*reader->p))
        reader->p++;
    if (strncmp(reader->p, token, strlen(token)) != 0)
        return false;
    reader->p += strlen(token);
    return true;
}

static bool
read_attribute(Reader *reader, Combination *item)
{
    char *end;
    const long attnum = strtol(reader->p, &end, 10);

    if (end == reader->p || !add_dimension(reader->object, item, attnum))
        return false;
    reader->p = end;
    return true;
}

/* "1, 2": 3 or "1, 2 => 3": 0.5 */
static bool
read_item(Reader *reader, Combination *item)
{
    char *end;

    *item = (Combination){0};
    if (!skip(reader, "\"") || !read_attribute(reader, item))
        return false;
    while (skip(reader, ","))
        if (!read_attribute(reader, item))
            return false;
    if (reader->arrow && (!skip(reader, "=>") || !read_attribute(reader, item)))
        return false;
    if (!skip(reader, "\"") || !skip(reader, ":"))
        return false;
    item->value = strtod(reader->p, &end);
    if (end == reader->p || !isfinite(item->value) || item->value < 0 || item->n < 2)
        return false;
    sort_dimensions(item, reader->arrow);
    reader->p = end;
    return true;
}

static bool
read_items(Reader *reader)
{
    reader->items = palloc(sizeof(Combination) * MAX_ITEMS);
    if (!skip(reader, "{"))
        return false;
    do {
        if (reader->n == MAX_ITEMS || !read_item(reader, &reader->items[reader->n++]))
            return false;
    } while (skip(reader, ","));
    return skip(reader, "}") && (skip(reader, ""), *reader->p == '\0');
}

static void
attributes_of(const WhatifObject *object, const Combination *item, AttrNumber *out)
{
    for (int i = 0; i < item->n; i++)
        out[i] = attribute_of(object, item->dimensions[i]);
}

/* Every combination of two and more, once. */
static bool
is_complete(const WhatifObject *object, const Combination *items, int n)
{
    const int dimensions = object->n_columns + object->n_expressions;
    bool seen[1 << STATS_MAX_DIMENSIONS] = {0};

    if (n != (1 << dimensions) - dimensions - 1)
        return false;
    for (int i = 0; i < n; i++) {
        bool *place = &seen[mask_of(&items[i])];

        if (*place)
            return false;
        *place = true;
    }
    return true;
}

const char *
whatif_ndistinct_in(const WhatifObject *object, const char *text, Datum *out)
{
    Reader reader = {.object = object, .p = text};
    MVNDistinct *ndistinct;

    if (!read_items(&reader))
        return "combinations that cannot be read, or of other columns";
    if (!is_complete(object, reader.items, reader.n))
        return "not every combination, or one twice";
    ndistinct = palloc(offsetof(MVNDistinct, items) + sizeof(MVNDistinctItem) * reader.n);
    ndistinct->magic = STATS_NDISTINCT_MAGIC;
    ndistinct->type = STATS_NDISTINCT_TYPE_BASIC;
    ndistinct->nitems = reader.n;
    for (int i = 0; i < reader.n; i++) {
        MVNDistinctItem *item = &ndistinct->items[i];

        item->ndistinct = reader.items[i].value;
        item->nattributes = reader.items[i].n;
        item->attributes = palloc(sizeof(AttrNumber) * item->nattributes);
        attributes_of(object, &reader.items[i], item->attributes);
    }
    *out = PointerGetDatum(statext_ndistinct_serialize(ndistinct));
    return NULL;
}

/* 0 bytes at the end of a text that is no hex. */
static char *
bytes_of(const char *hex, Size *length)
{
    const Size digits = strlen(hex);
    char *bytes = palloc(digits / 2 + 1);

    *length = 0;
    for (Size i = 0; i + 1 < digits; i += 2) {
        const char pair[] = {hex[i], hex[i + 1], '\0'};

        if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1]))
            break;
        bytes[(*length)++] = (char)strtol(pair, NULL, 16);
    }
    if (*length * 2 != digits)
        *length = 0;
    return bytes;
}

static bool
take(const char **p, const char *end, void *out, Size length)
{
    if ((Size)(end - *p) < length)
        return false;
    memcpy(out, *p, length);
    *p += length;
    return true;
}

static bool
take_item(const WhatifObject *object, const char **p, const char *end, Combination *item)
{
    AttrNumber n, attnum;

    *item = (Combination){0};
    if (!take(p, end, &item->value, sizeof item->value) || !take(p, end, &n, sizeof n) ||
        !isfinite(item->value) || item->value < 0 || n < 2)
        return false;
    for (int i = 0; i < n; i++)
        if (!take(p, end, &attnum, sizeof attnum) || !add_dimension(object, item, attnum))
            return false;
    sort_dimensions(item, true);
    return true;
}

/* The layout of statext_dependencies_serialize(). */
static bool
take_items(Reader *reader)
{
    Size length;
    const char *p = bytes_of(reader->p + 2, &length), *const end = p + length;
    uint32 header[3];

    if (!take(&p, end, header, sizeof header) || header[0] != STATS_DEPS_MAGIC ||
        header[1] != STATS_DEPS_TYPE_BASIC || header[2] == 0 || header[2] > MAX_ITEMS)
        return false;
    reader->items = palloc(sizeof(Combination) * header[2]);
    for (reader->n = 0; reader->n < (int)header[2]; reader->n++)
        if (!take_item(reader->object, &p, end, &reader->items[reader->n]))
            return false;
    return p == end;
}

const char *
whatif_dependencies_in(const WhatifObject *object, const char *text, Datum *out)
{
    Reader reader = {.object = object, .p = text, .arrow = true};
    MVDependencies *dependencies;

    if (!(strncmp(text, "\\x", 2) == 0 ? take_items(&reader) : read_items(&reader)))
        return "dependencies that cannot be read, or of other columns";
    dependencies = palloc(offsetof(MVDependencies, deps) + sizeof(MVDependency *) * reader.n);
    dependencies->magic = STATS_DEPS_MAGIC;
    dependencies->type = STATS_DEPS_TYPE_BASIC;
    dependencies->ndeps = reader.n;
    for (int i = 0; i < reader.n; i++) {
        const Combination *item = &reader.items[i];
        MVDependency *dependency =
            palloc(offsetof(MVDependency, attributes) + sizeof(AttrNumber) * item->n);

        if (item->value > 1)
            return "a degree above 1";
        dependency->degree = item->value;
        dependency->nattributes = (AttrNumber)item->n;
        attributes_of(object, item, dependency->attributes);
        dependencies->deps[i] = dependency;
    }
    *out = PointerGetDatum(statext_dependencies_serialize(dependencies));
    return NULL;
}
