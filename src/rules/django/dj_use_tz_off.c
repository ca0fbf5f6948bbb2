/* dj-use-tz-off: times of nobody knows which zone. */
#include "../django_field_internal.h"
#include "../django_secret_internal.h"

#include <django/setting.h>

static void
judge(PgaDjangoRun *run, const PgaDjangoSettings *settings)
{
    const gboolean unstated = settings->use_tz == PGA_DJANGO_UNSTATED;
    g_autoptr(PgaDjangoSetting) setting = NULL;
    PgaFinding *finding;

    if (settings->use_tz != PGA_DJANGO_FALSE && !(unstated && run->project->version < 500))
        return;
    if (!pga_file_is_production(run->project, settings->file) || settings->databases->len == 0)
        return;
    setting = pga_django_setting(run->project, settings, "USE_TZ");
    finding = pga_django_add_finding(
        run, setting ? setting->file : settings->file, setting ? setting->line : 1, "USE_TZ", NULL,
        "%s: datetimes are stored as the server's session zone reads them, and two instants an "
        "hour apart are equal when the clocks change",
        unstated ? "USE_TZ is not set, which before Django 5.0 is False" : "USE_TZ = False");
    pga_django_fix_code(finding, g_strdup("USE_TZ = True"));
    finding->fix.safety = PGA_SAFETY_REVIEW;
    if (unstated)
        pga_django_set_severity(run, finding, PGA_SEVERITY_INFO);
}

const PgaRule pga_rule_dj_use_tz_off = {
    .id = "dj-use-tz-off",
    .title = "Time zones are off",
    .category = "config",
    .family = PGA_FAMILY_CONFIGURATION,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Naive datetimes lose the hour that comes twice in autumn, and a server moved to "
           "another zone shifts all that was stored.",
    .when_not = "Everything runs in UTC for ever.",
    .condition = "USE_TZ = False in the settings that manage.py names; where it is not set before "
                 "Django 5.0 it is an info. Settings of tests, development and examples are left "
                 "out.",
    .example = "# shop/settings.py\nDATABASES = {\"default\": {\"ENGINE\": "
               "\"django.db.backends.postgresql\"}}\nUSE_TZ = False",
    .fix =
        "Proposes USE_TZ = True; columns stay timestamp with time zone, and code that made naive "
        "datetimes has to be changed.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/i18n/timezones/",
    .docs_title = "Time zones",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.settings = judge},
};
