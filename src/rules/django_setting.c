/* The databases that settings name. */
#include "django_setting_internal.h"

#include <string.h>

#include "django_secret_internal.h"

static gboolean
is_postgresql(const PgaDjangoDatabase *database)
{
    return database->engine &&
           (strstr(database->engine, "postg") || strstr(database->engine, "psql") ||
            strstr(database->engine, "timescale"));
}

void
pga_each_database(PgaDjangoRun *run, const PgaDjangoSettings *settings, PgaDatabaseJudge judge)
{
    g_autoptr(PgaDjangoSetting) databases = pga_django_setting(run->project, settings, "DATABASES");

    if (!databases || !pga_file_is_production(run->project, settings->file))
        return;
    for (guint i = 0; i < settings->databases->len; i++) {
        PgaDjangoDatabase database =
            *(PgaDjangoDatabase *)g_ptr_array_index(settings->databases, i);
        const PgaPyValue *entry = pga_django_entry(databases->value, database.alias);

        database.file = databases->file;
        if (entry && entry->kind == PGA_PY_DICT && is_postgresql(&database))
            judge(run, &database, entry);
    }
}

const char *
pga_database_text(const PgaPyValue *entry, const char *key)
{
    const PgaPyValue *value = pga_django_entry(entry, key);

    return value && value->kind == PGA_PY_STRING ? value->text : NULL;
}

gboolean
pga_host_is_remote(const char *host)
{
    return host && strpbrk(host, ".:") && host[0] != '/' && host[0] != '.' &&
           !g_str_has_prefix(host, "127.") && !g_str_equal(host, "::1") &&
           !g_str_has_prefix(host, "localhost");
}

PgaFinding *
pga_django_add_at_database(PgaDjangoRun *run, const PgaDjangoDatabase *database,
                           const PgaPyValue *entry, const char *format, ...)
{
    g_autofree char *object = g_strdup_printf("DATABASES[%s]", database->alias), *evidence = NULL;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    return pga_django_add_finding(run, database->file, entry->line, object, object, "%s", evidence);
}
