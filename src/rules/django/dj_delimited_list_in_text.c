/* dj-delimited-list-in-text: a list that is one word to the database. */
#include <string.h>

#include "../column_internal.h"
#include "../django_event_internal.h"
#include "../django_field_internal.h"

static gboolean
is_separator(const PgaPyValue *value)
{
    static const char *const separators[] = {",", ";", "|", ", ", NULL};

    return value && value->kind == PGA_PY_STRING && g_strv_contains(separators, value->text);
}

/* order.tags.split(",") */
static void
judge_event(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    static const char *const names[] = {"split", NULL};
    const PgaPyValue *call = pga_value_call(event->value, names);
    g_autofree char *dotted = NULL;
    PgaAttributeOf what;

    if (!call || !is_separator(pga_py_argument(call, 0, "sep")) ||
        !g_str_has_suffix(call->text, ".split"))
        return;
    dotted = g_strndup(call->text, strlen(call->text) - strlen(".split"));
    if (!pga_event_attribute(event, dotted, &what) || !pga_field_is_text(what.field) ||
        !what.field->file || what.field->file->is_built_in ||
        !g_hash_table_add(run->memory, (gpointer)what.field))
        return;
    pga_django_fix_code(pga_django_add_at_field(run, what.model, what.field,
                                                "%s splits it in %s:%u: a search for one member is "
                                                "LIKE '%%x%%', which finds xy too",
                                                event->function->qualified,
                                                event->function->file->path, event->line),
                        g_strdup_printf("%s = ArrayField(models.CharField(max_length=…), "
                                        "default=list)",
                                        what.field->name));
}

static void
judge_field(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    PgaFinding *finding;

    if (!pga_field_is_text(field) ||
        !(pga_field_says(field, "comma separated") || pga_field_says(field, "comma-separated") ||
          pga_field_says(field, "separated by comma")) ||
        !g_hash_table_add(run->memory, (gpointer)field))
        return;
    finding = pga_django_add_at_field(run, model, field,
                                      "a list by its help text: a search for one member is LIKE "
                                      "'%%x%%', which finds xy too");
    finding->confidence = PGA_CONFIDENCE_LIKELY;
    finding->fix.safety = PGA_SAFETY_REVIEW;
    pga_django_fix_code(finding, g_strdup_printf("%s = ArrayField(models.CharField(max_length=…), "
                                                 "default=list)",
                                                 field->name));
}

static void
begin(PgaDjangoRun *run)
{
    run->memory = g_hash_table_new(NULL, NULL);
}

const PgaRule pga_rule_dj_delimited_list_in_text = {
    .id = "dj-delimited-list-in-text",
    .title = "List in a text column",
    .category = "jsonb",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "The database sees one word: it can neither check the members, nor count them, nor "
           "find one with an index.",
    .when_not = "People write it and only people read it.",
    .condition = "A text of a model that code splits at commas, semicolons or bars, or whose help "
                 "text says that it is comma-separated.",
    .example = "from django.db import models\n\n\nclass Post(models.Model):\n"
               "    tags = models.CharField(max_length=200, help_text=\"Comma-separated tags\")",
    .fix = "Proposes an ArrayField, which GIN can index, or a table of its own.",
    .docs = "arrays.html",
    .docs_title = "Arrays",
    .requirements = "DJ-3",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.begin = begin,
               .field = judge_field,
               .event = judge_event,
               .forget = pga_fields_forget},
};
