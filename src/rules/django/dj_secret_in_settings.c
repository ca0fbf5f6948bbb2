/* dj-secret-in-settings: keys that everybody has who has the repository. */
#include <string.h>

#include "../django_field_internal.h"
#include "../django_secret_internal.h"
#include "../django_setting_internal.h"

static gboolean
has_secret_name(const char *name)
{
    static const char *const ends[] = {"SECRET_KEY",  "_TOKEN",       "_API_KEY",    "_SECRET",
                                       "_ACCESS_KEY", "_PRIVATE_KEY", "_API_SECRET", "_AUTH_KEY",
                                       "_PASSWORD",   "_APIKEY"};

    for (guint i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_str_has_suffix(name, ends[i]))
            return TRUE;
    return FALSE;
}

static gboolean
is_secret(const PgaDjangoSetting *setting)
{
    const char *text = setting->value->text;

    if (setting->value->kind != PGA_PY_STRING || !has_secret_name(setting->name))
        return FALSE;
    if (g_str_has_suffix(setting->name, "_PASSWORD"))
        return strlen(text) >= 6 && !pga_text_is_placeholder(text) && !strchr(text, ' ');
    return pga_text_looks_random(text);
}

static PgaFinding *
report(PgaDjangoRun *run, const PgaDjangoFile *file, guint line, const char *name)
{
    PgaFinding *finding = pga_django_add_finding(
        run, file, line, name, NULL,
        "%s is a literal: it is in every clone and every backup of the repository", name);

    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_finding_note(finding, "The one that was published is changed, not only moved.");
    return finding;
}

static void
judge_databases(PgaDjangoRun *run, const PgaDjangoSetting *databases)
{
    const PgaPyValue *value = databases->value;

    for (guint i = 0; value->kind == PGA_PY_DICT && i < value->items->len; i++) {
        const PgaPyValue *entry = g_ptr_array_index(value->items, i);
        const PgaPyValue *alias = g_ptr_array_index(value->keys, i);
        const PgaPyValue *password = pga_django_entry(entry, "PASSWORD");
        const char *user = pga_database_text(entry, "USER");
        const char *database = pga_database_text(entry, "NAME");
        g_autofree char *name = NULL;
        PgaFinding *finding;

        if (!password || password->kind != PGA_PY_STRING || alias->kind != PGA_PY_STRING ||
            pga_text_is_placeholder(password->text) || g_strcmp0(user, password->text) == 0 ||
            g_strcmp0(database, password->text) == 0)
            continue;
        name = g_strdup_printf("DATABASES[%s].PASSWORD", alias->text);
        finding = report(run, databases->file, password->line, name);
        pga_django_fix_code(finding, g_strdup("\"PASSWORD\": os.environ[\"DATABASE_PASSWORD\"],"));
        if (!pga_host_is_remote(pga_database_text(entry, "HOST")))
            pga_django_set_severity(run, finding, PGA_SEVERITY_WARNING);
    }
}

/* A module of settings by its name or by what it binds. */
static gboolean
is_settings(const PgaDjangoProject *project, const PgaDjangoFile *file)
{
    for (guint i = 0; i < project->settings->len; i++) {
        const PgaDjangoSettings *settings = g_ptr_array_index(project->settings, i);

        if (settings->file == file)
            return TRUE;
    }
    return strstr(file->path, "settings") != NULL;
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFile *file)
{
    g_autoptr(GPtrArray) settings = NULL;

    if (file->is_migration || !is_settings(run->project, file) ||
        !pga_file_is_production(run->project, file))
        return;
    settings = pga_django_file_settings(run->project, file);
    for (guint i = 0; i < settings->len; i++) {
        const PgaDjangoSetting *setting = g_ptr_array_index(settings, i);

        if (g_str_equal(setting->name, "DATABASES"))
            judge_databases(run, setting);
        else if (is_secret(setting))
            pga_django_fix_code(
                report(run, file, setting->line, setting->name),
                g_strdup_printf("%s = os.environ[\"%s\"]", setting->name, setting->name));
    }
}

const PgaRule pga_rule_dj_secret_in_settings = {
    .id = "dj-secret-in-settings",
    .title = "Secret in the settings",
    .category = "secret",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Who has SECRET_KEY signs sessions and password resets; who has the database's password "
           "needs no application.",
    .when_not = "The value is a placeholder that production overrides.",
    .condition =
        "A literal string of random look for SECRET_KEY, …_TOKEN, …_API_KEY, …_SECRET or "
        "…_PASSWORD, or a PASSWORD in DATABASES (a warning where the host is this machine), in a "
        "settings module. Settings of tests, development and examples, with DEBUG = True, and "
        "values that say that they are placeholders are left out.",
    .example = "# shop/settings.py\nSECRET_KEY = \"k7#v0q!x2m9w@r4t8z1p5s3y6b\"",
    .fix = "Proposes to read it from the environment, and to change what was published.",
    .docs = "https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#secret-key",
    .docs_title = "Deployment checklist: SECRET_KEY",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.file = judge},
};
