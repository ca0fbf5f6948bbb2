/* Rows as the server would lay them out: a sample of made-up ones, by the columns' shapes, put on
 * pages one after another. Source: heap_form_tuple(), heap_compute_data_size() in PostgreSQL 17
 * src/backend/access/common/heaptuple.c, heap_toast_insert_or_update() in
 * src/backend/access/heap/heaptoast.c, RelationGetBufferForTuple() in src/backend/access/heap/hio.c
 */
#include <math.h>
#include <string.h>

#include "sizes_internal.h"
#include "tables_internal.h"

enum {
    SAMPLE = 1000, /* rows */
    BLOCK = 8192,
    PAGE_HEADER = 24,
    LINE_POINTER = 4,
    TUPLE_HEADER = 23,
    TOAST_THRESHOLD = 2032, /* TOAST_TUPLE_THRESHOLD */
    TOAST_POINTER = 18,
    TOAST_CHUNK = 1996,       /* TOAST_MAX_CHUNK_SIZE */
    TOAST_CHUNK_HEADERS = 36, /* of the tuple with its oid, number, length */
    TOAST_INDEX_ENTRY = 20,   /* and its line pointer */
    SHORT_VARLENA = 127,      /* bytes up to which a value has a header of 1 byte, unaligned */
    MIN_COMPRESSED = 32,      /* pglz leaves shorter ones alone */
    UNVARIED = 8,             /* texts so short are taken to be of one length */
    MAX_COLUMNS = 1600,
};

/* What compression (pglz) leaves of values large enough to be compressed, as measured: of prose
 * 0.77 at 2500 bytes, 0.68 at 4000, 0.60 at 8000; of arrays of JSON objects 0.15 to 0.36, of single
 * ones more. On what is compressed or encrypted already nothing is gained. */
typedef enum { INCOMPRESSIBLE, PROSE, KEYED } Kind;

static const struct {
    const char *type;
    Kind kind;
} kinds[] = {
    {"text", PROSE},    {"character varying", PROSE},
    {"varchar", PROSE}, {"citext", PROSE},
    {"json", KEYED},    {"jsonb", KEYED},
    {"xml", KEYED},
};

static double
left_by_compression(Kind kind, double bytes)
{
    switch (kind) {
    case PROSE:
        return CLAMP(0.8 - 0.1 * log2(bytes / 2048), 0.5, 0.8);
    case KEYED:
        return 0.4;
    case INCOMPRESSIBLE:
        break;
    }
    return 1;
}

/** A column, prepared for many rows. */
typedef struct {
    double null_share, width;
    guint align;     /* of long values, or of all where the length is fixed */
    gboolean varies; /* varlena */
    Kind kind;
} Column;

/** A value of the row at hand. */
typedef struct {
    const Column *column;
    double bytes; /* 0: NULL */
    double toast; /* bytes kept apart */
    gboolean is_compressed;
} Value;

double
pga_align_to(double offset, double alignment)
{
    return ceil(offset / alignment) * alignment;
}

/* 0 to 1: the same sequence each time, with the quality that averages need. */
static double
next(guint64 *state)
{
    *state =
        *state * G_GUINT64_CONSTANT(6364136223846793005) + G_GUINT64_CONSTANT(1442695040888963407);
    return (double)(*state >> 11) / 9007199254740992.0;
}

static Kind
kind_of(const char *type)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        const gsize length = strlen(kinds[i].type);

        if (g_ascii_strncasecmp(type, kinds[i].type, length) == 0 &&
            !g_ascii_isalnum(type[length]) && !strstr(type, "[]"))
            return kinds[i].kind;
    }
    return INCOMPRESSIBLE;
}

static void
read_column(const PgaDesignColumn *column, Column *out)
{
    const PgaTypeLayout layout = pga_type_layout(column->type);

    out->varies = layout.length < 0;
    out->width = layout.length > 0 ? layout.length : MAX(column->shape.width, 1);
    out->align = layout.align;
    out->null_share = column->not_null ? 0 : CLAMP(column->shape.null_share, 0, 1);
    out->kind = kind_of(column->type);
}

/* Lengths are taken to be spread evenly around their average, by half of it. */
static double
draw(const Column *column, guint64 *state)
{
    const double null = next(state), length = next(state);

    if (null < column->null_share)
        return 0;
    if (!column->varies || column->width <= UNVARIED)
        return floor(column->width + 0.5);
    return MAX(1, floor(column->width * (0.5 + length) + 0.5));
}

static double
header_bytes(const Value *values, guint n)
{
    const guint bitmap = (n + 7) / 8; /* where a value is NULL */

    for (guint i = 0; i < n; i++)
        if (values[i].bytes <= 0)
            return pga_align_to(TUPLE_HEADER + bitmap, 8);
    return pga_align_to(TUPLE_HEADER, 8);
}

static double
tuple_bytes(const Value *values, guint n)
{
    double offset = 0;

    for (guint i = 0; i < n; i++) {
        const Column *column = values[i].column;

        if (values[i].bytes <= 0)
            continue;
        if (!column->varies || values[i].bytes > SHORT_VARLENA)
            offset = pga_align_to(offset, column->align);
        offset += values[i].bytes;
    }
    return header_bytes(values, n) + offset;
}

/* (nullable): the largest value that can still be made smaller. */
static Value *
largest(Value *values, guint n, gboolean compressible)
{
    Value *found = NULL;

    for (guint i = 0; i < n; i++) {
        const gboolean may = values[i].column->varies && values[i].toast <= 0 &&
                             values[i].bytes > MAX(TOAST_POINTER, MIN_COMPRESSED) &&
                             (!compressible || !values[i].is_compressed);

        if (may && (!found || values[i].bytes > found->bytes))
            found = &values[i];
    }
    return found;
}

static void
keep_apart(Value *value)
{
    value->toast = value->bytes;
    value->bytes = TOAST_POINTER;
}

/* As the server does it: the largest value is compressed, and kept apart at once where it alone is
 * too large still; then the largest of what is left is kept apart. */
static void
shrink(Value *values, guint n)
{
    Value *value = NULL;

    while (tuple_bytes(values, n) > TOAST_THRESHOLD && (value = largest(values, n, TRUE))) {
        value->is_compressed = TRUE;
        value->bytes = ceil(value->bytes * left_by_compression(value->column->kind, value->bytes));
        if (value->bytes > TOAST_THRESHOLD - TUPLE_HEADER)
            keep_apart(value);
    }
    while (tuple_bytes(values, n) > TOAST_THRESHOLD && (value = largest(values, n, FALSE)))
        keep_apart(value);
}

static double
toast_bytes(const Value *values, guint n)
{
    /* four full chunks fill a page */
    const double page = (double)(BLOCK - PAGE_HEADER) / BLOCK;
    double bytes = 0;

    for (guint i = 0; i < n; i++) {
        const double whole = floor(values[i].toast / TOAST_CHUNK);
        const double rest = values[i].toast - whole * TOAST_CHUNK;

        bytes += whole * (BLOCK / 4.0);
        if (rest > 0)
            bytes += (pga_align_to(TOAST_CHUNK_HEADERS + rest, 8) + LINE_POINTER) / page;
        bytes += (whole + (rest > 0)) * TOAST_INDEX_ENTRY / 0.9;
    }
    return bytes;
}

/* (nullable): NULL means 100. */
static double
fillfactor(const char *options)
{
    const char *at = options ? strstr(options, "fillfactor") : NULL;

    at = at ? strchr(at, '=') : NULL;
    return at ? CLAMP(g_ascii_strtod(at + 1, NULL), 10, 100) : 100;
}

/** Pages that are being filled. */
typedef struct {
    double reserved; /* bytes of each page that inserts leave free */
    double used;     /* of the current one */
    guint full;      /* pages before it */
} Pages;

static void
put_tuple(Pages *pages, double tuple)
{
    const double bytes = tuple + LINE_POINTER;

    if (pages->used > PAGE_HEADER && pages->used + bytes + pages->reserved > BLOCK) {
        pages->full++;
        pages->used = 0;
    }
    if (pages->used <= 0)
        pages->used = PAGE_HEADER;
    pages->used += bytes;
}

static void
draw_row(const GArray *columns, guint64 *state, Value *values)
{
    for (guint i = 0; i < columns->len; i++) {
        const Column *column = &g_array_index(columns, Column, i);

        values[i] = (Value){.column = column, .bytes = draw(column, state)};
    }
    shrink(values, columns->len);
}

void
pga_sizes_row(const PgaDesignTable *table, PgaRowSize *size)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, TRUE, sizeof(Column));
    g_autofree Value *values = g_new0(Value, MIN(table->columns->len, MAX_COLUMNS) + 1);
    Pages pages = {.reserved = BLOCK * (100 - fillfactor(table->storage_options)) / 100};
    guint64 state = 1;

    *size = (PgaRowSize){0};
    for (guint i = 0; i < MIN(table->columns->len, MAX_COLUMNS); i++) {
        Column column = {0};

        read_column(g_ptr_array_index(table->columns, i), &column);
        g_array_append_val(columns, column);
    }
    for (guint i = 0; i < SAMPLE; i++) {
        double tuple = 0;

        draw_row(columns, &state, values);
        tuple = pga_align_to(tuple_bytes(values, columns->len), 8);
        size->tuple += tuple / SAMPLE;
        size->toast += toast_bytes(values, columns->len) / SAMPLE;
        put_tuple(&pages, tuple);
    }
    /* the last page is filled as far as the others are on average */
    size->heap = (pages.full * (double)BLOCK +
                  pages.used * BLOCK / MAX(pages.used, BLOCK - pages.reserved)) /
                 SAMPLE;
}
