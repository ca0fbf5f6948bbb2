/* How values of a type lie in a row. Source: pg_type.dat (typlen, typalign) and
 * heap_compute_data_size() in PostgreSQL 18 src/backend/access/common/heaptuple.c */
#include <string.h>

#include "tables_internal.h"

/* Lengths: -1 is of variable length. The longest name that begins a type's decides. */
static const struct {
    const char *type;
    gint length;
    guint align;
} layouts[] = {
    {"smallint", 2, 2},
    {"integer", 4, 4},
    {"bigint", 8, 8},
    {"boolean", 1, 1},
    {"real", 4, 4},
    {"double precision", 8, 8},
    {"uuid", 16, 1},
    {"date", 4, 4},
    {"timestamp", 8, 8},
    {"time", 8, 8},
    {"timetz", 12, 8},
    {"time with", 12, 8},
    {"interval", 16, 8},
    {"point", 16, 8},
    {"macaddr", 6, 4},
    {"macaddr8", 8, 4},
    {"money", 8, 8},
    {"oid", 4, 4},
    {"pg_lsn", 8, 8},
    {"name", 64, 1},
    {"box", 32, 8},
    {"circle", 24, 8},
    {"lseg", 32, 8},
    {"line", 24, 8},
    {"xid8", 8, 8},
    {"xid", 4, 4},
    {"float8", 8, 8},
    {"float4", 4, 4},
    {"int2", 2, 2},
    {"int4", 4, 4},
    {"int8", 8, 8},
    {"int", 4, 4},
    {"bool", 1, 1},
    {"float", 8, 8},
    {"tstzrange", -1, 8},
    {"tsrange", -1, 8},
    {"int8range", -1, 8},
    {"int4range", -1, 4},
    {"path", -1, 8},
    {"polygon", -1, 8},
    {"interval ", 16, 8},
    {"int4multirange", -1, 4},
    {"int8multirange", -1, 8},
};

#define SHORT_VARLENA 127 /* longer values have a header of 4 bytes, aligned */
#define MAX_ALIGN     8

/* Whether @type is @name, with or without something behind it: "varchar(20)", "timestamptz". */
static gboolean
is_named(const char *type, const char *name)
{
    const char *rest = g_str_has_prefix(type, name) ? type + strlen(name) : NULL;

    return rest && (!g_ascii_isalnum(*rest) ||
                    (g_str_equal(name, "timestamp") && g_str_has_prefix(rest, "tz")));
}

PgaTypeLayout
pga_type_layout(const char *type)
{
    g_autofree char *lower = g_ascii_strdown(type, -1);
    PgaTypeLayout layout = {.length = -1, .align = 4};
    size_t best = 0;

    for (guint i = 0; i < G_N_ELEMENTS(layouts) && !strchr(lower, '['); i++)
        if (strlen(layouts[i].type) > best && is_named(lower, layouts[i].type)) {
            best = strlen(layouts[i].type);
            layout.length = layouts[i].length;
            layout.align = layouts[i].align;
        }
    return layout;
}

/** A place in a row: the same in every row, modulo a power of two. */
typedef struct {
    guint phase, modulus;
} Place;

/* Average padding up to a multiple of @align. */
static double
pad(Place *place, guint align)
{
    double padding = (align - place->phase % align) % align;

    if (align > place->modulus) {
        padding = (place->modulus - place->phase) % place->modulus;
        padding += (align - place->modulus) / 2.0;
        place->modulus = align;
        place->phase = 0;
    } else
        place->phase = (place->phase + (guint)padding) % place->modulus;
    return padding;
}

double
pga_columns_bytes(const GPtrArray *columns)
{
    double bytes = 0;
    Place place = {.phase = 0, .modulus = MAX_ALIGN};

    for (guint i = 0; i < columns->len; i++) {
        const PgaDesignColumn *column = g_ptr_array_index(columns, i);
        PgaTypeLayout layout = pga_type_layout(column->type);
        double width = layout.length > 0 ? layout.length : MAX(column->shape.width, 1);

        bytes += pad(&place, layout.length < 0 && width <= SHORT_VARLENA ? 1 : layout.align);
        bytes += width;
        place.modulus = layout.length > 0 ? place.modulus : 1;
        place.phase = (place.phase + (guint)MAX(layout.length, 0)) % place.modulus;
    }
    return bytes + pad(&place, MAX_ALIGN);
}
