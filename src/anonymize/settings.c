/* Values of settings: numbers and choices stay, as plans and rules depend on them; texts by what
 * they are. */
#include <string.h>

#include "texts_internal.h"

/** What a setting's text is. */
typedef enum {
    SETTING_WORDS, /* stays where it is plain, else masked */
    SETTING_KEPT,  /* names libraries or locales, which are nobody's own */
    SETTING_NAMES, /* names objects or servers */
    SETTING_NAME,  /* is one name */
    SETTING_PATH,
    SETTING_PATHS, /* parted by commas */
    SETTING_ADDRESSES,
    SETTING_ZONE,
} SettingKind;

static const struct {
    const char *name;
    SettingKind kind;
} kinds[] = {
    {"shared_preload_libraries", SETTING_KEPT},
    {"session_preload_libraries", SETTING_KEPT},
    {"local_preload_libraries", SETTING_KEPT},
    {"archive_library", SETTING_KEPT},
    {"search_path", SETTING_NAMES},
    {"role", SETTING_NAMES},
    {"session_authorization", SETTING_NAMES},
    {"default_tablespace", SETTING_NAMES},
    {"temp_tablespaces", SETTING_NAMES},
    {"default_text_search_config", SETTING_NAMES},
    {"synchronous_standby_names", SETTING_NAMES},
    {"synchronized_standby_slots", SETTING_NAMES},
    {"primary_slot_name", SETTING_NAME},
    {"cluster_name", SETTING_NAME},
    {"application_name", SETTING_NAME},
    {"data_directory", SETTING_PATH},
    {"config_file", SETTING_PATH},
    {"hba_file", SETTING_PATH},
    {"ident_file", SETTING_PATH},
    {"external_pid_file", SETTING_PATH},
    {"log_directory", SETTING_PATH},
    {"stats_temp_directory", SETTING_PATH},
    {"krb_server_keyfile", SETTING_PATH},
    {"promote_trigger_file", SETTING_PATH},
    {"unix_socket_directories", SETTING_PATHS},
    {"listen_addresses", SETTING_ADDRESSES},
    {"TimeZone", SETTING_ZONE},
    {"timezone", SETTING_ZONE},
    {"log_timezone", SETTING_ZONE},
};

static SettingKind
kind_of(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(kinds[i].name, name))
            return kinds[i].kind;
    if (g_str_has_prefix(name, "lc_"))
        return SETTING_KEPT;
    if (g_str_has_prefix(name, "ssl_") &&
        (g_str_has_suffix(name, "_file") || g_str_has_suffix(name, "_dir")))
        return SETTING_PATH;
    return SETTING_WORDS;
}

static char *
map_address(PgaWalk *walk, const char *text)
{
    return pga_text_address(walk, text, NULL);
}

/* (transfer full) */
static char *
map_text(PgaWalk *walk, const char *name, const char *text)
{
    switch (kind_of(name)) {
    case SETTING_KEPT:
        return g_strdup(text);
    case SETTING_NAMES:
        return pga_sql_map(walk->sql, PGA_SQL_NAME, text, NULL);
    case SETTING_NAME:
        return pga_name_map(walk->names, PGA_NAME_OTHER, text);
    case SETTING_PATH:
        return pga_text_path(walk, text);
    case SETTING_PATHS:
        return pga_text_list(walk, text, pga_text_path);
    case SETTING_ADDRESSES:
        return pga_text_list(walk, text, map_address);
    case SETTING_ZONE:
        return g_strdup(pga_text_is_plain(walk, text) ? text : "UTC");
    case SETTING_WORDS:
    default:
        return pga_text_mask(walk, text);
    }
}

/* Of a setting that a user made up, "app.tenant": as a constant that it is compared with. */
static char *
map_custom(PgaWalk *walk, const char *text)
{
    return pga_value_map(walk->values, pga_value_type_of(walk->values, "text"), text);
}

static gboolean
is_text(const PgaSetting *setting)
{
    return !setting || g_strcmp0(setting->vartype, "string") == 0;
}

/* (transfer full): @setting (nullable): what the server says of it. */
static char *
map_value(PgaWalk *walk, const PgaSetting *setting, const char *name, const char *value)
{
    if (!*value || !is_text(setting))
        return g_strdup(value);
    if (setting && g_strcmp0(setting->boot_val, value) == 0 && !strchr(name, '.'))
        return g_strdup(value);
    if (strchr(name, '.') && !pga_text_is_plain(walk, name))
        return map_custom(walk, value);
    return map_text(walk, name, value);
}

static void
replace(char **at, char *with)
{
    g_free(*at);
    *at = with;
}

static void
map_setting(PgaWalk *walk, PgaSetting *setting)
{
    const gboolean custom = strchr(setting->name, '.') && !pga_text_is_plain(walk, setting->name);

    if (setting->setting)
        replace(&setting->setting, map_value(walk, setting, setting->name, setting->setting));
    if (custom && setting->boot_val && is_text(setting))
        replace(&setting->boot_val, map_custom(walk, setting->boot_val));
    if (setting->sourcefile)
        replace(&setting->sourcefile, pga_text_path(walk, setting->sourcefile));
    replace(&setting->name, pga_text_setting_name(walk, setting->name));
}

void
pga_walk_settings(PgaWalk *walk)
{
    const PgaCatalog *catalog = walk->snapshot->catalog;
    const GPtrArray *of_roles = walk->snapshot->objects->role_settings;

    for (guint i = 0; i < of_roles->len; i++) {
        PgaRoleSetting *setting = g_ptr_array_index(of_roles, i);

        if (!setting->name)
            continue;
        if (setting->value)
            replace(&setting->value, map_value(walk, pga_catalog_setting(catalog, setting->name),
                                               setting->name, setting->value));
        replace(&setting->name, pga_text_setting_name(walk, setting->name));
    }
    g_hash_table_remove_all(catalog->setting_by_name); /* its keys are the names */
    for (guint i = 0; i < catalog->settings->len; i++)
        map_setting(walk, g_ptr_array_index(catalog->settings, i));
}
