/* What becomes of a value. One mapping for each kind of type, whatever the column: two columns,
 * a column and a constant, a value and its cast that were equal stay equal. */
#pragma once
#include <glib.h>
#include <model/snapshot.h>

#include "key_internal.h"

G_BEGIN_DECLS

typedef enum {
    PGA_VALUE_UNKNOWN,   /* nothing is known of such values: they are left out */
    PGA_VALUE_KEPT,      /* boolean, time, interval, bit, oid, …: says nothing, stays */
    PGA_VALUE_TEXT,      /* text, varchar, char, name, citext, xml, enum labels */
    PGA_VALUE_INTEGER,   /* int2, int4, int8: + integer shift, stays at the type's ends */
    PGA_VALUE_NUMERIC,   /* + integer shift, scale kept */
    PGA_VALUE_FLOAT,     /* float4, float8: + integer shift */
    PGA_VALUE_DATE,      /* + day shift */
    PGA_VALUE_TIMESTAMP, /* timestamp, timestamptz: + day shift */
    PGA_VALUE_HEX,       /* uuid, bytea, macaddr, macaddr8 */
    PGA_VALUE_INET,      /* inet, cidr */
    PGA_VALUE_JSON,      /* json */
    PGA_VALUE_JSONB,
    PGA_VALUE_ARRAY,      /* of element */
    PGA_VALUE_RANGE,      /* of element */
    PGA_VALUE_MULTIRANGE, /* of element: the bounds' type */
    PGA_VALUE_TSVECTOR,
    PGA_VALUE_TSQUERY,
    PGA_VALUE_HSTORE,
    PGA_VALUE_COMPOSITE, /* of members */
} PgaValueKind;

typedef struct PgaValueType PgaValueType;
struct PgaValueType {
    PgaValueKind kind;
    char *name; /* of the type in the end, below domains: "int4", "text" */
    const PgaValueType *element;
    GPtrArray *members; /* (nullable) of const PgaValueType *: a composite type's columns */
    guint bits;         /* of integers and floats: 16, 32, 64 */
    gboolean is_enum;   /* a text whose order is that of its labels */
    gint digits;        /* of numeric(p,s): how many may stand before the point; -1: any number */
};

typedef struct PgaValueMap PgaValueMap;

/** Words that are PostgreSQL's own stay as they are in texts, too. */
typedef struct {
    gboolean (*is_own)(gconstpointer data, const char *word); /* @word: ASCII letters folded */
    gconstpointer data;
} PgaOwnWords;

/* @snapshot is not kept: the shifts are chosen within the room that its values leave, its types are
 * known from then on by the names they have now. */
PgaValueMap *pga_value_map_new(const PgaSnapshot *snapshot, const PgaAnonymizeKey *key,
                               PgaOwnWords own);
void pga_value_map_free(PgaValueMap *map);

/* (transfer none): never NULL. @type: a name as SQL or format_type() writes it: "integer",
 * "character varying(20)[]", "timestamp with time zone", "public.status", "int4". */
const PgaValueType *pga_value_type_of(PgaValueMap *map, const char *type);
const PgaValueType *pga_value_type_of_attribute(PgaValueMap *map, const PgaAttribute *attribute);

/* TRUE for the kinds whose values are shifted by integers. */
gboolean pga_value_type_is_number(const PgaValueType *type);

/* (transfer full) (nullable): what @text, a value of @type as its output function writes it,
 * becomes; NULL when it cannot be one (UNKNOWN; a text that is no such value). */
char *pga_value_map(PgaValueMap *map, const PgaValueType *type, const char *text);

/* What is added to numbers of @type; 0 for others, and for numeric types with too little room
 * before the point. To be asked for wherever a column's type is known; else the shift of integers
 * holds. */
gint64 pga_value_type_shift(const PgaValueMap *map, const PgaValueType *type);

/* Never 0. */
gint64 pga_value_map_integer_shift(const PgaValueMap *map);
gint pga_value_map_day_shift(const PgaValueMap *map); /* days, a multiple of 7 */

/* Whether smallint values span their whole type, so that some were cut at its end. */
gboolean pga_value_map_is_tight(const PgaValueMap *map);

/* Whether it is one that the database's encoding lets two values become one of. */
gboolean pga_value_map_masks_letters(const PgaValueMap *map);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaValueMap, pga_value_map_free)

G_END_DECLS
