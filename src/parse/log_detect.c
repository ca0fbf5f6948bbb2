/* What a log's first lines are: csvlog, jsonlog, or stderr with which log_line_prefix. */
#include "log_internal.h"
#include <string.h>

enum { MAX_LINES = 120, MAX_SAMPLES = 8, MAX_HEAD = 1024 };

/* As servers, packages, services and manuals set them; of those that fit equally the first is
 * taken. */
static const char *const usual[] = {
    "%m [%p] ",         /* the default since 10 */
    "%m [%p] %q%u@%d ", /* Debian */
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] user=%u,db=%d ",
    "%t [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%m [%p]: [%l-1] db=%d,user=%u ", /* Google */
    "%t:%r:%u@%d:[%p]:",              /* Amazon */
    "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:",
    "%t-%c-",              /* Azure */
    "%t [%p-%l] %q%u@%d ", /* Debian before 10 */
    "%m [%p] %q[user=%u,db=%d,app=%a] ",
    "%m [%p] %q%u@%d/%a ",
    "< %m > ",
    "%m ",
    "%t ",
    "",
};

/** A line that has a label. */
typedef struct {
    char *text;
    gsize length;
    gsize head; /* bytes before the label */
} Sample;

/* Where the first label of the line begins; -1: there is none. */
static gssize
find_label(const char *text, gsize length)
{
    const char *end = text + MIN(length, MAX_HEAD);

    for (const char *colon = memmem(text, (gsize)(end - text), ":  ", 3); colon;
         colon = memmem(colon + 1, (gsize)(end - colon - 1), ":  ", 3)) {
        const char *word = colon;
        gsize n;

        if (word > text && word[-1] == ' ')
            word--;
        while (word > text && (g_ascii_isalnum(word[-1]) || (guchar)word[-1] >= 0x80))
            word--;
        if (pga_log_label(word, (gsize)(end - word), &n) != LOG_NONE)
            return word - text;
    }
    return -1;
}

gboolean
pga_log_has_label(const char *line, gsize length)
{
    return find_label(line, length) >= 0;
}

/* The last line may go on behind the text's end, for megabytes: its label is there. */
static GArray *
collect_samples(char *text, gsize length)
{
    GArray *samples = g_array_new(FALSE, FALSE, sizeof(Sample));
    char *end = text + length;

    for (char *at = text, *newline; at < end && samples->len < MAX_LINES; at = newline + 1) {
        gssize head;

        newline = memchr(at, '\n', (gsize)(end - at));
        if (!newline)
            newline = end;
        head = *at == '\t' ? -1 : find_label(at, (gsize)(newline - at));
        if (head >= 0) {
            const Sample sample = {at, (gsize)(newline - at), (gsize)head};

            g_array_append_val(samples, sample);
        }
    }
    return samples;
}

static guint
count_matches(const char *text, const GArray *samples)
{
    g_autoptr(LogPrefix) prefix = pga_log_prefix_compile(text, NULL);
    guint n = 0;

    for (guint i = 0; prefix && i < samples->len; i++) {
        const Sample *sample = &g_array_index(samples, Sample, i);
        LogHead head;

        n += pga_log_prefix_match(prefix, sample->text, sample->length, TRUE, &head);
    }
    return n;
}

/** The best so far. */
typedef struct {
    char *prefix;
    guint n_matches;
} Best;

static void
consider(Best *best, const char *prefix, const GArray *samples)
{
    const guint n = count_matches(prefix, samples);

    if (n > best->n_matches) {
        g_free(best->prefix);
        best->prefix = g_strdup(prefix);
        best->n_matches = n;
    }
}

/* Guesses are made from some lines of the sample, far from one another. */
static void
consider_derived(Best *best, const GArray *samples)
{
    const guint step = MAX(1, samples->len / MAX_SAMPLES);

    for (guint i = 0; i < samples->len && best->n_matches < samples->len; i += step) {
        const Sample *sample = &g_array_index(samples, Sample, i);
        g_autoptr(GPtrArray) guesses = pga_log_derive_prefixes(sample->text, sample->head);

        for (guint k = 0; k < guesses->len; k++)
            consider(best, g_ptr_array_index(guesses, k), samples);
    }
}

char *
pga_log_detect_prefix(char *text, gsize length)
{
    g_autoptr(GArray) samples = collect_samples(text, length);
    Best best = {0};

    for (guint i = 0; i < G_N_ELEMENTS(usual) && best.n_matches < samples->len; i++)
        consider(&best, usual[i], samples);
    if (best.n_matches < samples->len)
        consider_derived(&best, samples);
    if (best.n_matches * 2 < samples->len)
        g_clear_pointer(&best.prefix, g_free);
    return best.prefix;
}

static gboolean
looks_like_json(const char *line, gsize length)
{
    return line && length > 2 && line[0] == '{' && memmem(line, length, "\"timestamp\":", 12) &&
           (memmem(line, length, "\"error_severity\":", 17) ||
            memmem(line, length, "\"backend_type\":", 15));
}

static gboolean
looks_like_csv(const char *line, const char *end)
{
    const gsize n = pga_log_timestamp(line, (gsize)(end - line));

    return n > 0 && line + n < end && line[n] == ',' && pga_log_begins_as_csv(line, end);
}

gboolean
pga_log_detect_format(const char *text, gsize length, PgaLogFormat *format)
{
    const char *end = text + length, *at = text;

    for (guint i = 0; i < MAX_LINES && at < end; i++) {
        const char *newline = memchr(at, '\n', (gsize)(end - at));
        const gsize line = (gsize)((newline ? newline : end) - at);

        if (looks_like_json(at, line))
            *format = PGA_LOG_JSON;
        else if (looks_like_csv(at, end))
            *format = PGA_LOG_CSV;
        else if (pga_log_timestamp(at, line) > 0 && find_label(at, line) > 0)
            *format = PGA_LOG_STDERR;
        else {
            at += line + 1;
            continue;
        }
        return TRUE;
    }
    return FALSE;
}
