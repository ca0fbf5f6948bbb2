/* Counting lines and columns on the way through a text. */
#include "place_internal.h"
#include <string.h>

void
pga_place_advance(Place *place, const char *to)
{
    const char *newline;

    while ((newline = memchr(place->at, '\n', (gsize)(to - place->at)))) {
        place->at = newline + 1;
        place->line++;
        place->column = 1;
    }
    for (; place->at < to; place->at++)
        if (((guchar)*place->at & 0xc0) != 0x80) /* the first byte of a character */
            place->column++;
}

static gboolean
is_end_of_data(const char *line, const char *newline)
{
    gsize length = (gsize)(newline - line);

    if (length > 0 && line[length - 1] == '\r')
        length--;
    return length == 2 && line[0] == '\\' && line[1] == '.';
}

gboolean
pga_place_skip_data(Place *place, const char *end, guint64 *n_lines)
{
    gboolean ended = FALSE;

    *n_lines = 0;
    while (!ended && place->at < end) {
        const char *newline = memchr(place->at, '\n', (gsize)(end - place->at));
        const char *line_end = newline ? newline : end;

        ended = is_end_of_data(place->at, line_end);
        if (!ended)
            (*n_lines)++;
        place->at = newline ? newline + 1 : end;
        if (newline)
            place->line++;
    }
    place->column = 1;
    return ended;
}
