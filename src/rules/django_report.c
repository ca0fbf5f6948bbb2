/* How rules about Django projects report: a finding at a place in a source file. */
#include <rules/rule.h>

#include <string.h>

#include "rule_internal.h"

/* A command is run by one person at a time. */
static gboolean
is_command(const PgaDjangoFile *file)
{
    return file && strstr(file->path, "management/commands/") != NULL;
}

/* Takes @object, @statement and @evidence. */
static PgaFinding *
report(PgaDjangoRun *run, const PgaDjangoFile *file, guint line, char *object, char *statement,
       char *evidence)
{
    PgaFinding *finding = pga_finding_new(run->rule->id);
    g_autofree char *where = g_strconcat(object, "\n", file ? file->path : "", NULL);

    finding->severity = run->severity;
    finding->category = run->rule->category;
    finding->object = object;
    finding->statement = statement;
    finding->file = file ? g_strdup(file->path) : NULL;
    finding->line = file ? line : 0;
    finding->column = file ? 1 : 0;
    finding->title = g_strdup(run->rule->title);
    finding->evidence = evidence;
    finding->confidence = PGA_CONFIDENCE_CERTAIN;
    finding->fingerprint = pga_finding_fingerprint(run->rule->id, where);
    finding->when_not = run->rule->when_not;
    finding->docs_title = run->rule->docs_title;
    finding->docs_url = run->docs_url;
    finding->requirements = run->rule->requirements;
    if (is_command(file) && !run->severity_fixed && finding->severity == PGA_SEVERITY_ERROR)
        finding->severity = PGA_SEVERITY_WARNING;
    g_ptr_array_add(run->findings, finding);
    return finding;
}

/* What may stand in one function more than once is told apart by its text. */
static PgaFinding *
identify(PgaFinding *finding)
{
    g_autofree char *what = g_strconcat(finding->object, "\n", finding->file ? finding->file : "",
                                        "\n", finding->statement, NULL);

    if (finding->statement) {
        g_free(finding->fingerprint);
        finding->fingerprint = pga_finding_fingerprint(finding->rule, what);
    }
    return finding;
}

PgaFinding *
pga_django_add_finding(PgaDjangoRun *run, const PgaDjangoFile *file, guint line, const char *object,
                       const char *statement, const char *format, ...)
{
    char *evidence;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    return identify(report(run, file, line, g_strdup(object), g_strdup(statement), evidence));
}

/* (nullable): the model that an event is about: of order.lines.get() that of the lines, but of
 * order.lines itself, which is read for each order, that of the order. */
static const PgaDjangoModel *
model_of(const PgaDjangoEvent *event)
{
    const PgaDjangoObject *object = pga_django_event_object(event);
    const PgaDjangoModel *model = event->queryset ? event->queryset->model : NULL;
    const gboolean is_relation =
        event->act == PGA_DJANGO_RELATED_READ || event->act == PGA_DJANGO_RELATED_SET;

    return object && (is_relation || !model) ? object->model : model;
}

PgaFinding *
pga_django_add_at_event(PgaDjangoRun *run, const PgaDjangoEvent *event, const char *format, ...)
{
    const PgaDjangoModel *model = model_of(event);
    const char *function = event->function->qualified;
    char *object = model ? g_strdup_printf("%s.%s in %s", model->app, model->name, function)
                         : g_strdup(function);
    PgaFinding *finding;
    char *evidence;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    finding =
        report(run, event->function->file, event->line, object, g_strdup(event->text), evidence);
    finding->column = event->column;
    return identify(finding);
}

PgaFinding *
pga_django_add_at_field(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field,
                        const char *format, ...)
{
    char *object = g_strdup_printf("%s.%s.%s", model->app, model->name, field->name);
    char *statement =
        g_strdup_printf("%s = %s", field->name,
                        field->call && field->call->source ? field->call->source : field->class);
    char *evidence;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    return report(run, field->file ? field->file : model->file,
                  field->file ? field->line : model->line, object, statement, evidence);
}

PgaFinding *
pga_django_add_at_model(PgaDjangoRun *run, const PgaDjangoModel *model, const char *format, ...)
{
    char *object = g_strdup_printf("%s.%s", model->app, model->name);
    char *evidence;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    return report(run, model->file, model->line, object, g_strdup_printf("class %s", model->name),
                  evidence);
}

void
pga_django_fix_code(PgaFinding *finding, char *code)
{
    g_free(finding->fix.code);
    finding->fix.code = code;
}

double
pga_django_rows(const PgaDjangoRun *run, const PgaDjangoModel *model)
{
    g_autofree char *name = g_strdup_printf("%s.%s", model->app, model->name);
    const double *rows = run->source->rows ? g_hash_table_lookup(run->source->rows, name) : NULL;

    return rows ? *rows : -1;
}
