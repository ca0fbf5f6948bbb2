/* Replicas, slots, and what of them is known. */
#include <math.h>

#include "tune_internal.h"

gboolean
pga_tune_has_standby(const PgaTune *t)
{
    return t->input->standby >= 0 ? t->input->standby == 1 : t->seen->standbys > 0;
}

gboolean
pga_tune_has_slots(const PgaTune *t)
{
    return t->seen->slots > 0 || t->input->standby == 1 || pga_tune_is_logical(t);
}

gboolean
pga_tune_is_logical(const PgaTune *t)
{
    if (t->input->logical_replication >= 0)
        return t->input->logical_replication == 1;
    return t->seen->logical_slots > 0 || pga_tune_current_is(t, "wal_level", "logical");
}

/* Never fewer than the source has: a replica with fewer than its primary does not start. */
static void
at_least(const PgaTune *t, PgaTunedSetting *s, gint64 wanted)
{
    const double current = pga_tune_current(t, s->name);

    if (isfinite(current) && current > (double)wanted) {
        pga_tuned_number(s, current);
        pga_tuned_explain(s, "kept: the source has more than the %d that are needed", (int)wanted);
        return;
    }
    pga_tuned_number(s, (double)wanted);
}

void
pga_tune_max_wal_senders(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 standbys = MAX(t->seen->standbys, 0);

    pga_tuned_explain(s, "2 x %" G_GINT64_FORMAT " replicas + 2 for backups, at least 10",
                      standbys);
    at_least(t, s, MAX(10, 2 * standbys + 2));
}

void
pga_tune_max_replication_slots(const PgaTune *t, PgaTunedSetting *s)
{
    const gint64 slots = MAX(t->seen->slots, 0);

    pga_tuned_explain(s, "2 x %" G_GINT64_FORMAT " slots, at least 10", slots);
    at_least(t, s, MAX(10, 2 * slots));
}

void
pga_tune_hot_standby_feedback(const PgaTune *t, PgaTunedSetting *s)
{
    const gboolean on =
        pga_tune_has_standby(t) || pga_tune_current_is(t, "hot_standby_feedback", "on");

    pga_tuned_switch(s, on);
    pga_tuned_explain(s, on ? "there is a replica; long queries on it delay vacuum here"
                            : "off: no replica is known");
}
