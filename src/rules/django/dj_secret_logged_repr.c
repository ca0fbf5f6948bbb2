/* dj-secret-logged-repr: secrets on pages, in answers and in logs. */
#include <string.h>

#include "../django_event_internal.h"
#include "../django_field_internal.h"
#include "../django_secret_internal.h"

static gboolean
is_shown_secret(const PgaDjangoModel *model, const char *name)
{
    const PgaDjangoField *field = pga_django_model_field(model, name);
    const PgaSecretKind kind = field ? pga_name_secret(name) : PGA_SECRET_NONE;

    return field && pga_field_is_text(field) &&
           (kind == PGA_SECRET_PASSWORD || kind == PGA_SECRET_KEY);
}

/* (nullable): the first of them that is a secret. */
static const char *
secret_in(const PgaDjangoModel *model, const GPtrArray *names)
{
    for (guint i = 0; names && i < names->len; i++)
        if (is_shown_secret(model, g_ptr_array_index(names, i)))
            return g_ptr_array_index(names, i);
    return NULL;
}

/* The text from a line on. */
static const char *
text_at(const PgaDjangoFile *file, guint line)
{
    const char *at = file->text;

    for (guint i = 1; i < line; i++) {
        const char *end = strchr(at, '\n');

        if (!end)
            return "";
        at = end + 1;
    }
    return at;
}

/* Up to the next class: extra_kwargs, a field's argument. */
static gboolean
is_write_only(const PgaDjangoClass *class)
{
    const char *at = text_at(class->file, class->line), *end = strstr(at, "\nclass ");

    return g_strstr_len(at, end ? end - at : -1, "write_only") != NULL;
}

static void
judge_class(PgaDjangoRun *run, const PgaDjangoClass *class)
{
    const char *name = NULL;

    if (!class->model || class->model->file->is_built_in)
        return;
    if (class->kind == PGA_DJANGO_CLASS_ADMIN)
        name = secret_in(class->model, class->list_display);
    else if (class->kind == PGA_DJANGO_CLASS_SERIALIZER && !is_write_only(class))
        name = secret_in(class->model, class->fields);
    if (name)
        pga_django_add_finding(run, class->file, class->line, class->qualified, NULL,
                               "%s shows %s of %s.%s", class->name, name, class->model->app,
                               class->model->name)
            ->confidence = PGA_CONFIDENCE_LIKELY;
}

/* __str__() with "self.smtp_password" in its text. */
static void
judge_function(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    const PgaDjangoModel *model = pga_function_model(function);
    const char *begin, *end;

    if (!model ||
        !(g_str_equal(function->name, "__str__") || g_str_equal(function->name, "__repr__")))
        return;
    begin = text_at(function->file, function->line);
    end = text_at(function->file, function->last_line + 1);
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);
        g_autofree char *name = g_strconcat("self.", field->name, NULL);

        if (is_shown_secret(model, field->name) &&
            g_strstr_len(begin, *end ? end - begin : -1, name))
            pga_django_add_finding(run, function->file, function->line, function->qualified, NULL,
                                   "%s() shows %s: it is in logs, error reports and the admin",
                                   function->name, field->name)
                ->confidence = PGA_CONFIDENCE_LIKELY;
    }
}

const PgaRule pga_rule_dj_secret_logged_repr = {
    .id = "dj-secret-logged-repr",
    .title = "Secret that is shown",
    .category = "secret",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_WARNING,
    .why = "Whoever reads a log, an error report or the list in the admin has the secret.",
    .when_not = "The value is a hash, or masked before it is shown.",
    .condition = "A password, key or client secret of a model in list_display, in the fields of a "
                 "serializer without write_only, or in __str__().",
    .example = "# shop/models.py\nfrom django.db import models\n\n\nclass Mailbox(models.Model):\n"
               "    smtp_password = models.CharField(max_length=100)\n\n    def __str__(self):\n"
               "        return self.smtp_password",
    .fix = "The field is left out, or write_only.",
    .docs = "https://docs.djangoproject.com/en/stable/howto/error-reporting/"
            "#filtering-sensitive-information",
    .docs_title = "Filtering sensitive information",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.class = judge_class, .function = judge_function},
};
