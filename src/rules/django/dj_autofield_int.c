/* dj-autofield-int: keys that end at 2,147,483,647. */
#include <string.h>

#include <django/setting.h>

#include "../django_field_internal.h"

#define SETTING "DEFAULT_AUTO_FIELD"

typedef struct {
    const PgaDjangoModel *first;
    guint n;
    GString *large; /* models with many rows */
} Keys;

static void
begin(PgaDjangoRun *run)
{
    Keys *keys = g_new0(Keys, 1);

    keys->large = g_string_new(NULL);
    run->memory = keys;
}

static void
forget(gpointer memory)
{
    Keys *keys = memory;

    g_string_free(keys->large, TRUE);
    g_free(keys);
}

/* A class of the project's own that is called BoundedBigAutoField makes bigserial of it. */
static gboolean
is_small_key(const PgaDjangoField *field)
{
    return field && g_str_equal(field->base, "AutoField") && !strstr(field->class, "Big");
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model)
{
    Keys *keys = run->memory;
    const PgaDjangoField *key = pga_django_model_field(model, "pk");

    if (!is_small_key(key))
        return;
    keys->first = keys->first ? keys->first : model;
    keys->n++;
    if (pga_django_rows(run, model) >= run->threshold[0])
        g_string_append_printf(keys->large, "%s%s.%s", keys->large->len ? ", " : "", model->app,
                               model->name);
}

/* At the setting, else at the settings, else at the first model. */
static PgaFinding *
report(PgaDjangoRun *run, const PgaDjangoModel *first, const PgaDjangoSettings *settings,
       const char *evidence)
{
    g_autoptr(PgaDjangoSetting) setting =
        settings ? pga_django_setting(run->project, settings, SETTING) : NULL;

    if (setting && !setting->file->is_built_in)
        return pga_django_add_finding(run, setting->file, setting->line, SETTING, NULL, "%s",
                                      evidence);
    if (settings && !settings->file->is_built_in)
        return pga_django_add_finding(run, settings->file, 1, SETTING, NULL, "%s", evidence);
    return pga_django_add_finding(run, first->file, first->line, SETTING, NULL, "%s", evidence);
}

static void
finish(PgaDjangoRun *run)
{
    const Keys *keys = run->memory;
    const PgaDjangoSettings *settings = pga_django_project_settings(run->project);
    const gboolean unstated =
        settings && !settings->default_auto_field && run->project->version >= 302;
    g_autofree char *evidence =
        g_strdup_printf("%s; %u models have keys of 32 bits%s%s",
                        unstated ? "DEFAULT_AUTO_FIELD is not set" : "new keys are AutoField",
                        keys->n, keys->large->len ? ", with many rows: " : "", keys->large->str);
    PgaFinding *finding;

    if (keys->n == 0)
        return;
    finding = report(run, keys->first, settings, evidence);
    pga_django_fix_code(finding,
                        g_strdup("DEFAULT_AUTO_FIELD = \"django.db.models.BigAutoField\""));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "ACCESS EXCLUSIVE", "rewrite");
    if (keys->large->len)
        pga_django_set_severity(run, finding, PGA_SEVERITY_WARNING);
}

const PgaRule pga_rule_dj_autofield_int = {
    .id = "dj-autofield-int",
    .title = "Primary keys of 32 bits",
    .category = "constraint",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "At 2,147,483,647 every INSERT fails, rolled back ones and upserts count too; the way "
           "to 64 bits then rewrites the table and all that references it, while nothing works.",
    .when_not = "The tables stay small.",
    .condition = "Models whose key is an AutoField, by DEFAULT_AUTO_FIELD, an AppConfig or their "
                 "own; one finding for the project, a warning where one of them has {min_rows} "
                 "rows or more.",
    .example = "# shop/settings.py\nINSTALLED_APPS = [\"shop\"]\n"
               "DEFAULT_AUTO_FIELD = \"django.db.models.AutoField\"\n# shop/models.py\n"
               "from django.db import models\n\n\nclass Order(models.Model):\n"
               "    paid = models.BooleanField()",
    .fix = "Proposes BigAutoField for new models at once; of large ones the change is planned: it "
           "rewrites the table and the columns that reference it.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/settings/#default-auto-field",
    .docs_title = "Settings: DEFAULT_AUTO_FIELD",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .thresholds = {{"min_rows", "rows", 100000000,
                    "Models with that many rows make it a warning."}},
    .django = {.begin = begin, .model = judge, .finish = finish, .forget = forget},
};
