/* Where in a text one is: lines and columns, counted on the way. */
#pragma once
#include <glib.h>

typedef struct {
    const char *at;
    guint line, column; /* 1-based; the column counts characters */
} Place;

/* Every byte is looked at once, because @to only grows. */
void pga_place_advance(Place *place, const char *to);

/* From the first line of the data of COPY: counts the lines up to "\." and moves behind it. FALSE
 * when the text ends before. */
gboolean pga_place_skip_data(Place *place, const char *end, guint64 *n_lines);
