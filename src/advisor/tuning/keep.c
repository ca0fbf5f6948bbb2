/* Values of the source that are as good as ours: a server that somebody tuned is left alone. */
#include <math.h>

#include "tune_internal.h"

static const struct {
    const char *name;
    double low, high;
    gboolean relative; /* to what the formula gives */
} kept[] = {
#define KEEP(name, low, high)         {#name, low, high, TRUE},
#define KEEP_BETWEEN(name, low, high) {#name, low, high, FALSE},
#include "keep.def"
#undef KEEP
#undef KEEP_BETWEEN
};

/* On or off by somebody's choice, which nothing here knows better. */
static const struct {
    const char *name, *word;
} kept_words[] = {
    {"enable_partitionwise_join", "on"},
    {"enable_partitionwise_aggregate", "on"},
    {"jit", "off"},
    {"track_wal_io_timing", "on"},
    {"recovery_prefetch", "on"},
};

static void
keep_number(PgaTunedSetting *s, double current, double low, double high)
{
    g_autofree char *have = pga_known_setting_text(current, s->unit);
    g_autofree char *from = pga_known_setting_text(low, s->unit);
    g_autofree char *to = pga_known_setting_text(high, s->unit);

    if (current < low || current > high || current == s->number)
        return;
    pga_tuned_number(s, current);
    if (high >= G_MAXINT32)
        pga_tuned_explain(s, "kept: the source has %s, and from %s on it is a choice", have, from);
    else
        pga_tuned_explain(s, "kept: the source has %s, and %s to %s do as well", have, from, to);
}

static void
keep_word(const PgaTune *t, PgaTunedSetting *s, const char *word)
{
    if (!pga_tune_current_is(t, s->name, word) || g_strcmp0(s->value, word) == 0)
        return;
    pga_tuned_word(s, word);
    pga_tuned_explain(s, "kept: the source has it %s", word);
}

void
pga_tune_keep(const PgaTune *t, PgaTunedSetting *s)
{
    const double current = pga_tune_current(t, s->name);

    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        const double unit = kept[i].relative ? s->number : 1;

        if (g_str_equal(kept[i].name, s->name) && isfinite(current) && unit > 0)
            keep_number(s, current, kept[i].low * unit, kept[i].high * unit);
    }
    for (guint i = 0; i < G_N_ELEMENTS(kept_words); i++)
        if (g_str_equal(kept_words[i].name, s->name))
            keep_word(t, s, kept_words[i].word);
}
