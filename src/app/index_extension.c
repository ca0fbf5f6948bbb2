/* Whether an extension that an index needs is to be had where the index is to be made. */
#include <base/text.h>
#include <string.h>

#include "index_internal.h"

#define TRUSTED_FROM 130000

/* Extensions that come with PostgreSQL and need no superuser since 13. */
static gboolean
is_trusted(const char *name)
{
    static const char *const trusted[] = {"btree_gin", "btree_gist", "citext",   "cube",
                                          "hstore",    "intarray",   "isn",      "ltree",
                                          "pg_trgm",   "seg",        "unaccent", NULL};

    return g_strv_contains(trusted, name);
}

PgaIndexAvailable
pga_index_extension_available(const PgaIndexRun *run, const char *name)
{
    const GPtrArray *available = run->source.environment->available_extensions;

    if (!available)
        return PGA_INDEX_AVAILABLE_UNKNOWN;
    return g_ptr_array_find_with_equal_func((GPtrArray *)available, name, g_str_equal, NULL)
               ? PGA_INDEX_AVAILABLE
               : PGA_INDEX_NOT_AVAILABLE;
}

gboolean
pga_index_extension_may_be_used(const PgaIndexRun *run, const char *name)
{
    return !run->source.environment->provider ||
           pga_index_extension_available(run, name) != PGA_INDEX_NOT_AVAILABLE;
}

static gboolean
lists(const char *value, const char *name)
{
    g_auto(GStrv) names = g_strsplit(value, ",", -1);

    for (char **item = names; *item; item++)
        if (g_ascii_strcasecmp(g_strstrip(*item), name) == 0 || g_str_equal(*item, "*"))
            return TRUE;
    return FALSE;
}

/* (nullable): the service's own setting that names what may be created, without it. */
static const char *
missing_from(const PgaCatalog *catalog, const char *name)
{
    static const char *const settings[] = {"azure.extensions", "rds.allowed_extensions"};

    for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
        const PgaSetting *setting = pga_catalog_setting(catalog, settings[i]);

        if (setting && setting->setting && !lists(setting->setting, name))
            return settings[i];
    }
    return NULL;
}

static const char *
who_creates(const PgaEnvironment *environment, const char *name)
{
    if (environment->version_num >= TRUSTED_FROM && is_trusted(name))
        return "CREATE on the database is enough to create it";
    return environment->provider ? "the service's administrator role creates it"
                                 : "a superuser creates it";
}

static char *
note_available(const PgaIndexRun *run, const char *name)
{
    const char *list = missing_from(run->source.catalog, name);
    g_autofree char *first = list ? g_strdup_printf("; add it to %s first", list) : NULL;

    return g_strdup_printf("the extension %s, which this database has not: the server offers it "
                           "(pg_available_extensions), %s%s",
                           name, who_creates(run->source.environment, name), first ? first : "");
}

char *
pga_index_extension_note(const PgaIndexRun *run, const char *name)
{
    switch (pga_index_extension_available(run, name)) {
    case PGA_INDEX_AVAILABLE:
        return note_available(run, name);
    case PGA_INDEX_NOT_AVAILABLE:
        return g_strdup_printf("the extension %s, which the server has no files of: %s", name,
                               is_trusted(name)
                                   ? "it comes with PostgreSQL, in a package apart on some systems "
                                     "(postgresql-contrib), which is to be installed there first"
                                   : "it is to be installed there first");
    case PGA_INDEX_AVAILABLE_UNKNOWN:
        break;
    }
    return g_strdup_printf(
        "the extension %s, which this database has not: %s", name,
        is_trusted(name) ? "it comes with PostgreSQL (package postgresql-contrib where that is "
                           "apart), and since 13 CREATE on the database is enough to create it"
                         : "look for it in pg_available_extensions");
}
