/* dj-raw-sql-injection: a statement is put together from text and variables. */
#include <string.h>

#include "../django_built_sql_internal.h"

/* DatabaseWrapper, DatabaseIntrospection: what goes into their SQL comes from the catalog. */
static gboolean
is_of_backend(const PgaDjangoFunction *function)
{
    return function->class && g_str_has_prefix(function->class, "Database");
}

/* A file of its own, opened by the module; Django's database is not in it. */
static gboolean
is_of_sqlite(const PgaDjangoFile *file)
{
    return strstr(file->text, "sqlite3.connect(") && !strstr(file->text, "from django") &&
           !strstr(file->text, "import django");
}

static void
judge(PgaDjangoRun *run, const PgaDjangoEvent *event)
{
    g_autofree char *expression = NULL;
    PgaBuiltPart part;
    PgaFinding *finding;

    if (event->act != PGA_DJANGO_CURSOR || !event->value || is_of_sqlite(event->function->file))
        return;
    part = pga_django_built_part(event->function, event->value);
    expression = part.expression;
    if (!expression)
        return;
    finding = pga_django_add_at_event(
        run, event, "%s becomes part of the statement's text as it is", expression);
    finding->confidence = part.is_value && !is_of_backend(event->function)
                              ? PGA_CONFIDENCE_LIKELY
                              : PGA_CONFIDENCE_POSSIBLE;
    if (!part.is_value && !run->severity_fixed)
        finding->severity = PGA_SEVERITY_WARNING;
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_finding_note(finding, part.is_value
                                  ? "%%s in the text and the value in the parameters' list."
                                  : "A name cannot be a parameter: check it against a list, or "
                                    "quote it with connection.ops.quote_name() or sql.Identifier.");
}

const PgaRule pga_rule_dj_raw_sql_injection = {
    .id = "dj-raw-sql-injection",
    .title = "SQL put together from variables",
    .category = "secret",
    .family = PGA_FAMILY_SECURITY,
    .severity = PGA_SEVERITY_ERROR,
    .why = "Whoever decides the variable decides the statement: what should be a value can be SQL.",
    .when_not = "The variable never comes from outside and never holds a quote.",
    .condition =
        "execute(), raw(), RawSQL or extra() with an f-string, %, + or format() of what is "
        "neither a constant in capitals, nor a name out of _meta, nor quoted by "
        "quote_name() or sql.Identifier, nor given such a value in the same function. An "
        "error where it stands for a value; names of tables and columns, and what methods of a "
        "database backend ask, are shown with --all.",
    .example = "# shop/views.py\n"
               "from django.db import connection\n"
               "\n"
               "\n"
               "def find(request):\n"
               "    name = request.GET[\"name\"]\n"
               "    with connection.cursor() as cursor:\n"
               "        cursor.execute(f\"SELECT id FROM shop_customer WHERE name = '{name}'\")",
    .fix = "Parameters: %s in the text, the values apart.",
    .docs = "https://docs.djangoproject.com/en/stable/topics/db/sql/"
            "#passing-parameters-into-raw",
    .docs_title = "Django: Passing parameters into raw()",
    .requirements = "DJ-5",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.event = judge},
};
