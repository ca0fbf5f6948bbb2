/* dj-naive-datetime: a time without its zone goes into a column with one. */
#include <string.h>

#include "../django_event_internal.h"
#include "../django_field_internal.h"

static gboolean
uses_zones(const PgaDjangoProject *project)
{
    const PgaDjangoSettings *settings = pga_django_project_settings(project);

    if (!settings || settings->use_tz == PGA_DJANGO_UNSTATED)
        return settings && project->version >= 500;
    return settings->use_tz == PGA_DJANGO_TRUE;
}

/* datetime.now() without a zone; replace(tzinfo=…) around it has one. (nullable) */
static const PgaPyValue *
naive_call(const PgaPyValue *value)
{
    static const char *const names[] = {"datetime.now", "datetime.utcnow", "datetime.today",
                                        "datetime.utcfromtimestamp", NULL};
    static const char *const makers[] = {"make_aware", "replace", "localize", "astimezone", NULL};
    const PgaPyValue *call = pga_value_call(value, makers) ? NULL : pga_value_call(value, names);

    if (!call || strstr(call->text, "timezone.") || strchr(call->text, '('))
        return NULL;
    return g_str_has_suffix(call->text, ".now") && call->items->len ? NULL : call;
}

static PgaFinding *
complete(PgaFinding *finding)
{
    pga_django_fix_code(finding, g_strdup("timezone.now()  # from django.utils import timezone"));
    finding->fix.safety = PGA_SAFETY_SAFE;
    return finding;
}

static void
visit(PgaDjangoRun *run, const PgaDjangoEvent *event, const PgaAttributeOf *what,
      const PgaPyValue *value)
{
    const PgaPyValue *call =
        g_str_equal(what->field->base, "DateTimeField") ? naive_call(value) : NULL;

    if (call)
        complete(pga_django_add_at_event(run, event,
                                         "%s() has no time zone, and USE_TZ is on: Django takes it "
                                         "for local time and warns at run time",
                                         call->text))
            ->confidence = PGA_CONFIDENCE_LIKELY;
}

static void
judge_event(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    if (uses_zones(run->project))
        pga_event_each_write(run, event, visit);
}

static void
judge_field(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    static const char *const names[] = {"datetime.now",    "datetime.datetime.now",
                                        "datetime.utcnow", "datetime.datetime.utcnow",
                                        "datetime.today",  NULL};
    const PgaPyValue *value = pga_field_argument(field, "default");

    if (value && g_str_equal(field->base, "DateTimeField") && value->kind == PGA_PY_NAME &&
        g_strv_contains(names, value->text) && uses_zones(run->project))
        complete(pga_django_add_at_field(
            run, model, field, "default=%s has no time zone, and USE_TZ is on", value->text));
}

const PgaRule pga_rule_dj_naive_datetime = {
    .id = "dj-naive-datetime",
    .title = "Time without a zone where zones are on",
    .category = "constraint",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Django takes a naive datetime for the current zone's: utcnow() is stored hours off, "
           "now() is off where the server's clock has another zone.",
    .when_not = "The server, Django and the users are all in UTC.",
    .condition = "datetime.now(), utcnow() or today() written to a DateTimeField, or its default, "
                 "where USE_TZ is on: set, or not set since Django 5.0.",
    .example = "# shop/settings.py\nUSE_TZ = True\nINSTALLED_APPS = [\"shop\"]\n# shop/models.py\n"
               "import datetime\nfrom django.db import models\n\n\nclass Order(models.Model):\n"
               "    made = models.DateTimeField(default=datetime.datetime.now)",
    .fix = "Proposes django.utils.timezone.now().",
    .docs = "https://docs.djangoproject.com/en/stable/topics/i18n/timezones/"
            "#naive-and-aware-datetime-objects",
    .docs_title = "Naive and aware datetime objects",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.field = judge_field, .event = judge_event},
};
