/* Values that a designed column is going to hold, by its shape: what statistics and typical
 * constants are made of. "Now" is PGA_DESIGN_NOW. Text as PostgreSQL's input functions take it. */
#pragma once
#include <glib.h>
#include <model/architecture.h>

G_BEGIN_DECLS

#define PGA_DESIGN_NOW       "2025-01-01 00:00:00+00"
#define PGA_DESIGN_NOW_EPOCH G_GINT64_CONSTANT(1735689600)

typedef enum {
    PGA_VALUES_TEXT,
    PGA_VALUES_INTEGER,
    PGA_VALUES_NUMBER, /* numeric, floating point */
    PGA_VALUES_BOOLEAN,
    PGA_VALUES_DATE,
    PGA_VALUES_TIMESTAMP,
    PGA_VALUES_TIME,
    PGA_VALUES_UUID,
    PGA_VALUES_JSON,
    PGA_VALUES_ARRAY,
    PGA_VALUES_RANGE,
    PGA_VALUES_TSVECTOR,
    PGA_VALUES_INET,
    PGA_VALUES_POINT,
    PGA_VALUES_BYTES,
    PGA_VALUES_OTHER,
} PgaValueClass;

/* @type: as SQL writes it: "numeric(12,2)", "timestamptz", "text[]". */
PgaValueClass pga_value_class(const char *type);

/** The ends of what a column holds; of dates and times seconds since 1970, of dates days. */
typedef struct {
    double low, high;
    gboolean is_assumed; /* nothing was said: from rows, retention, type */
} PgaValueRange;

/* FALSE: values of that class have no ends that could be reckoned with. */
gboolean pga_value_range(const PgaDesignTable *table, const PgaDesignColumn *column,
                         PgaValueRange *range);

/* FALSE: @text is no number or time of the column. Time zones are not looked at. */
gboolean pga_value_parse(const PgaDesignColumn *column, const char *text, double *number);

/* (transfer full): the value of the class at @number, as pga_value_range() counts. */
char *pga_value_format(const PgaDesignColumn *column, double number);

/* (transfer full) (nullable): the value below which @share (0 to 1) of the values are. */
char *pga_value_at(const PgaDesignTable *table, const PgaDesignColumn *column, double share);

/* (transfer full): a value to be equal to, the most common ones first; another for each @nth, as
 * far as the column has so many. */
char *pga_value_equal(const PgaDesignTable *table, const PgaDesignColumn *column, guint nth);

/* Shares of all rows, of each of column->shape.common, as many: what was not said shares what is
 * left. Their sum: at most what is not null. (transfer full) */
double *pga_value_shares(const PgaDesignColumn *column, double *sum);

/* How many values the column has, in @rows rows of it that are not null: at least 1. */
double pga_value_distinct(const PgaDesignColumn *column, double rows);

G_END_DECLS
