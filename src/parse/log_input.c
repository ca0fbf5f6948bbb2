/* The piece of a log that is being looked at: grows for long entries only, up to a limit. */
#include "log_internal.h"
#include <string.h>

enum { FIRST_CAPACITY = 1 << 20 };

LogInput *
pga_log_input_new(LogSource *source)
{
    LogInput *input = g_new0(LogInput, 1);

    input->source = source;
    input->capacity = FIRST_CAPACITY;
    input->text = g_malloc(input->capacity);
    return input;
}

void
pga_log_input_free(LogInput *input)
{
    pga_log_source_close(input->source);
    g_free(input->text);
    g_free(input);
}

/* What was dealt with goes; the room doubles when that does not help. */
static void
make_room(LogInput *input)
{
    if (input->start > 0) {
        memmove(input->text, input->text + input->start, input->end - input->start);
        input->end -= input->start;
        input->start = 0;
    }
    if (input->end > input->capacity / 2 && input->capacity < PGA_LOG_MAX_ENTRY) {
        input->capacity *= 2;
        input->text = g_realloc(input->text, input->capacity);
    }
    input->full = input->end == input->capacity;
}

gboolean
pga_log_input_more(LogInput *input, GError **error)
{
    gsize n;

    make_room(input);
    if (input->full)
        return TRUE;
    if (!pga_log_source_read(input->source, input->text + input->end, input->capacity - input->end,
                             &n, error))
        return FALSE;
    input->at_end = n == 0;
    input->end += n;
    input->n_bytes += n;
    return TRUE;
}

gboolean
pga_log_input_fill(LogInput *input, GError **error)
{
    while (!input->at_end && input->end < FIRST_CAPACITY / 2)
        if (!pga_log_input_more(input, error))
            return FALSE;
    return TRUE;
}

gboolean
pga_log_input_line(LogInput *input, gsize *at, LogSpan *line, gboolean *ended, GError **error)
{
    gsize searched = *at;
    char *newline = NULL;

    while (!(newline = memchr(input->text + input->start + searched, '\n',
                              input->end - input->start - searched))) {
        searched = input->end - input->start;
        if (input->at_end || input->full)
            break;
        if (!pga_log_input_more(input, error))
            return FALSE;
    }
    line->text = input->text + input->start + *at;
    *ended = newline != NULL;
    line->length = newline ? (gsize)(newline - line->text) : searched - *at;
    if (!newline && line->length == 0 && input->at_end)
        line->text = NULL;
    *at += line->length + (newline ? 1 : 0);
    return TRUE;
}
