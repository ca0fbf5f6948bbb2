/* Structs as JSON objects by a table of their fields. */
#pragma once
#include "json_internal.h"

typedef enum {
    PGA_JSON_TEXT,  /* char *: null without one */
    PGA_JSON_WORDS, /* GPtrArray * of char * */
    PGA_JSON_KNOWN, /* double: null below 0 and where it is no number */
    PGA_JSON_REAL,  /* double */
    PGA_JSON_COUNT, /* guint */
    PGA_JSON_INT64, /* gint64: null below 0 */
    PGA_JSON_FLAG,  /* gboolean */
} PgaJsonKind;

typedef struct {
    const char *key;
    PgaJsonKind kind;
    gsize offset;
} PgaJsonField;

/* Sets a member for each of @fields, whose table ends with a NULL key. */
void pga_json_set_record(json_t *object, gconstpointer record, const PgaJsonField *fields);

/* (transfer full): an object of them; an array of an object for each pointer in @records
 * (nullable). */
json_t *pga_json_record(gconstpointer record, const PgaJsonField *fields);
json_t *pga_json_records(const GPtrArray *records, const PgaJsonField *fields);
