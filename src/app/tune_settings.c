/* A source's own settings against the proposed ones: hidden ones, and those that come from
 * elsewhere than the configuration file. */
#include "tune_internal.h"

static gboolean
is_of_source(const PgaSource *source, const PgaTuning *tuning)
{
    return source->catalog && source->environment->source_kind != PGA_SOURCE_DDL &&
           tuning->input->stated_major == source->environment->version_num / 10000;
}

static void
add_name(GString *names, const char *name)
{
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", name);
}

/* A role without pg_read_all_settings does not see those that are for superusers: what they are now
 * must not be taken for the default. */
static void
note_hidden(const PgaSource *source, PgaTuning *tuning)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < tuning->settings->len; i++) {
        PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        if (pga_catalog_setting(source->catalog, setting->name))
            continue;
        setting->is_hidden = TRUE;
        add_name(names, setting->name);
    }
    if (names->len > 0)
        g_ptr_array_add(
            tuning->not_checked,
            pga_not_checked_new(NULL, g_strdup_printf("what %s is set to now", names->str),
                                g_strdup("the role may not see it (GRANT pg_read_all_settings), so "
                                         "nothing is proposed in its place")));
}

/** Places of settings that win over postgresql.conf and ALTER SYSTEM. */
static const struct {
    const char *source; /* pg_settings.source */
    const char *text;
} places[] = {
    {"command line", "Given on the server's command line, where neither postgresql.conf nor ALTER "
                     "SYSTEM changes them"},
    {"database", "From ALTER DATABASE ... SET, which wins over the file"},
    {"user", "From ALTER ROLE ... SET of this role; others may have other values"},
    {"database user", "From ALTER ROLE ... IN DATABASE ... SET of this role; others may have other "
                      "values"},
    {"client", "From this connection (PGOPTIONS or its conninfo); others have other values"},
};

static void
note_place(const PgaSource *source, PgaTuning *tuning, guint place)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);
        const PgaSetting *current = pga_catalog_setting(source->catalog, setting->name);

        if (current && pga_tune_writes(setting) &&
            g_strcmp0(current->source, places[place].source) == 0)
            add_name(names, setting->name);
    }
    if (names->len > 0)
        g_ptr_array_add(tuning->notes, g_strdup_printf("%s: %s.", places[place].text, names->str));
}

/* A standby replays only with at least as much as its primary has. */
static gboolean
must_match(const char *name)
{
    static const char *const names[] = {"max_connections",           "max_worker_processes",
                                        "max_wal_senders",           "max_prepared_transactions",
                                        "max_locks_per_transaction", NULL};

    return g_strv_contains(names, name);
}

static void
note_standby(const PgaSource *source, PgaTuning *tuning)
{
    const gboolean is_standby = source->environment->is_standby;
    g_autoptr(GString) raised = g_string_new(NULL), lowered = g_string_new(NULL);

    if (!is_standby && tuning->input->evidence.standbys <= 0)
        return;
    for (guint i = 0; i < tuning->settings->len; i++) {
        const PgaTunedSetting *setting = g_ptr_array_index(tuning->settings, i);

        if (must_match(setting->name) && pga_tune_writes(setting))
            add_name(setting->number <
                             (double)pga_catalog_setting_int64(source->catalog, setting->name)
                         ? lowered
                         : raised,
                     setting->name);
    }
    if (raised->len > 0)
        g_ptr_array_add(tuning->notes,
                        g_strdup_printf("Raise on every standby before the primary, or replay "
                                        "stops there: %s.",
                                        raised->str));
    if (lowered->len > 0)
        g_ptr_array_add(tuning->notes,
                        g_strdup_printf("Lower on the primary before any standby, which does not "
                                        "replay with less: %s.",
                                        lowered->str));
}

void
pga_tune_compare(const PgaSource *source, PgaTuning *tuning)
{
    if (!is_of_source(source, tuning))
        return;
    note_hidden(source, tuning);
    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        note_place(source, tuning, i);
    note_standby(source, tuning);
}
