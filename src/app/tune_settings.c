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
        g_ptr_array_add(tuning->notes, g_strdup_printf("Of these settings %s %s.", names->str,
                                                       places[place].text));
}

void
pga_tune_compare(const PgaSource *source, PgaTuning *tuning)
{
    if (!is_of_source(source, tuning))
        return;
    note_hidden(source, tuning);
    for (guint i = 0; i < G_N_ELEMENTS(places); i++)
        note_place(source, tuning, i);
}
