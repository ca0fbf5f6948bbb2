/* Questions about fields of Django's models. */
#include <base/text.h>
#include <string.h>

#include "django_field_internal.h"

static gboolean
is_one_of(const char *name, const char *const *names)
{
    return g_strv_contains(names, name);
}

gboolean
pga_field_is_text(const PgaDjangoField *field)
{
    static const char *const bases[] = {"CharField",   "TextField",    "SlugField",
                                        "EmailField",  "URLField",     "CICharField",
                                        "CITextField", "CIEmailField", NULL};

    return field->kind == PGA_DJANGO_PLAIN && is_one_of(field->base, bases);
}

gboolean
pga_field_is_json(const PgaDjangoField *field)
{
    return field->kind == PGA_DJANGO_PLAIN && g_str_equal(field->base, "JSONField");
}

gboolean
pga_field_is_number(const PgaDjangoField *field)
{
    static const char *const bases[] = {"IntegerField",
                                        "SmallIntegerField",
                                        "BigIntegerField",
                                        "PositiveIntegerField",
                                        "PositiveSmallIntegerField",
                                        "PositiveBigIntegerField",
                                        "DecimalField",
                                        "FloatField",
                                        NULL};

    return field->kind == PGA_DJANGO_PLAIN && is_one_of(field->base, bases);
}

gboolean
pga_field_is_date(const PgaDjangoField *field)
{
    static const char *const bases[] = {"DateField", "DateTimeField", NULL};

    return field->kind == PGA_DJANGO_PLAIN && is_one_of(field->base, bases);
}

gboolean
pga_field_is_reference(const PgaDjangoField *field)
{
    return field->kind == PGA_DJANGO_FOREIGN_KEY || field->kind == PGA_DJANGO_ONE_TO_ONE;
}

const PgaPyValue *
pga_field_argument(const PgaDjangoField *field, const char *name)
{
    return pga_py_argument(field->call, G_MAXUINT, name);
}

static gboolean
text_has(const PgaPyValue *value, const char *word)
{
    g_autofree char *lower = NULL;
    const PgaPyValue *inner =
        value && value->kind == PGA_PY_CALL ? pga_py_argument(value, 0, NULL) : value; /* _("…") */

    if (!inner || inner->kind != PGA_PY_STRING)
        return FALSE;
    lower = g_utf8_strdown(inner->text, -1);
    return strstr(lower, word) != NULL;
}

gboolean
pga_field_says(const PgaDjangoField *field, const char *word)
{
    return text_has(pga_field_argument(field, "help_text"), word) ||
           text_has(pga_field_argument(field, "verbose_name"), word) ||
           (field->kind == PGA_DJANGO_PLAIN &&
            text_has(pga_py_argument(field->call, 0, NULL), word));
}

guint
pga_field_n_choices(const PgaDjangoField *field)
{
    const PgaPyValue *choices = pga_field_argument(field, "choices");

    return choices && (choices->kind == PGA_PY_LIST || choices->kind == PGA_PY_DICT)
               ? choices->items->len
               : 0;
}

/* --- constraints --- */

/* "price" in "price__gte", "price". */
static gboolean
begins_with_field(const char *text, const char *field)
{
    const gsize length = strlen(field);

    return g_str_has_prefix(text, field) &&
           (text[length] == '\0' || g_str_has_prefix(text + length, "__") ||
            g_str_equal(text + length, "_id"));
}

gboolean
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the tree of values, which is bounded */
pga_value_names_field(const PgaPyValue *value, const char *field)
{
    if (value->kind == PGA_PY_STRING)
        return begins_with_field(value->text, field);
    for (guint i = 0; value->items && i < value->items->len; i++) {
        const PgaPyValue *key = value->keys ? g_ptr_array_index(value->keys, i) : NULL;

        if ((key && key->text && begins_with_field(key->text, field)) ||
            pga_value_names_field(g_ptr_array_index(value->items, i), field))
            return TRUE;
    }
    return value->kind == PGA_PY_OPAQUE && value->text && strstr(value->text, field);
}

GPtrArray *
pga_model_constraints(const PgaDjangoModel *model, const char *class)
{
    GPtrArray *found = g_ptr_array_new();

    for (guint i = 0; i < model->constraints->len; i++) {
        const PgaPyValue *call = g_ptr_array_index(model->constraints, i);

        if (g_str_has_suffix(pga_py_last_name(call), class))
            g_ptr_array_add(found, (gpointer)call);
    }
    return found;
}

gboolean
pga_model_checks(const PgaDjangoModel *model, const char *field)
{
    g_autoptr(GPtrArray) checks = pga_model_constraints(model, "CheckConstraint");

    for (guint i = 0; i < checks->len; i++)
        if (pga_value_names_field(g_ptr_array_index(checks, i), field))
            return TRUE;
    return FALSE;
}

/* --- several at once --- */

GPtrArray *
pga_model_new_fields(PgaDjangoRun *run, const PgaDjangoModel *model, PgaFieldMatch matches)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    if (!run->memory)
        run->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (field->is_auto_created || !field->file || field->file->is_built_in ||
            !matches(run, model, field))
            continue;
        if (g_hash_table_add(run->memory, g_strdup_printf("%s:%u:%s", field->file->path,
                                                          field->line, field->name)))
            g_ptr_array_add(found, (gpointer)field);
    }
    return found->len ? g_steal_pointer(&found) : NULL;
}

void
pga_fields_forget(gpointer memory)
{
    g_hash_table_unref(memory);
}

char *
pga_field_names(const GPtrArray *fields)
{
    g_autoptr(GString) names = g_string_new(NULL);
    const guint shown = fields->len > 9 ? 8 : fields->len;

    for (guint i = 0; i < shown; i++) {
        const PgaDjangoField *field = g_ptr_array_index(fields, i);

        g_string_append_printf(names, "%s%s",
                               i == 0                                   ? ""
                               : i + 1 == shown && shown == fields->len ? " and "
                                                                        : ", ",
                               field->name);
    }
    if (shown < fields->len)
        g_string_append_printf(names, " and %u more", fields->len - shown);
    return g_string_free(g_steal_pointer(&names), FALSE);
}

PgaFinding *
pga_django_add_at_fields(PgaDjangoRun *run, const PgaDjangoModel *model, const GPtrArray *fields,
                         const char *format, ...)
{
    const PgaDjangoField *first = g_ptr_array_index(fields, 0);
    g_autofree char *evidence = NULL, *object = NULL, *statement = NULL;
    va_list args;

    va_start(args, format);
    evidence = g_strdup_vprintf(format, args);
    va_end(args);
    if (fields->len == 1)
        return pga_django_add_at_field(run, model, first, "%s", evidence);
    object = g_strdup_printf("%s.%s", model->app, model->name);
    statement = g_strdup_printf("%s = %s", first->name,
                                first->call->source ? first->call->source : first->class);
    return pga_django_add_finding(run, first->file, first->line, object, statement, "%s", evidence);
}

/* --- fixes --- */

void
pga_finding_code_line(PgaFinding *finding, const char *format, ...)
{
    g_autofree char *line = NULL;
    va_list args;

    va_start(args, format);
    line = g_strdup_vprintf(format, args);
    va_end(args);
    pga_django_fix_code(finding, finding->fix.code
                                     ? g_strconcat(finding->fix.code, "\n", line, NULL)
                                     : g_steal_pointer(&line));
}

/* At most 63 bytes, the end kept. */
static char *
constraint_name(const PgaDjangoModel *model, const char *what)
{
    g_autofree char *begin = g_ascii_strdown(model->name, -1);
    g_autofree char *name = g_strdup_printf("%s_%s", begin, what);

    return g_strdup(strlen(name) > 63 ? name + strlen(name) - 63 : name);
}

void
pga_finding_add_check(const PgaDjangoRun *run, PgaFinding *finding, const PgaDjangoModel *model,
                      const char *what, const char *condition, const char *sql)
{
    g_autofree char *name = constraint_name(model, what);
    g_autofree char *table = pga_quote_identifier(model->table);
    g_autofree char *quoted = pga_quote_identifier(name);

    pga_finding_code_line(finding, "models.CheckConstraint(%s=%s, name=\"%s\"),",
                          run->project->version >= 501 ? "condition" : "check", condition, name);
    if (!sql)
        return;
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID;",
                                        table, quoted, sql));
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, quoted));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, quoted));
    pga_finding_set_fix(finding, PGA_SAFETY_LOCK, "ACCESS EXCLUSIVE", "scan");
}

void
pga_finding_add_index(PgaFinding *finding, const PgaDjangoModel *model, const char *const *fields)
{
    g_autofree char *python = g_strjoinv("\", \"", (char **)fields);
    g_autofree char *joined = g_strjoinv("_", (char **)fields);
    g_autofree char *end = g_ascii_strdown(joined, -1);
    g_autofree char *model_name = g_ascii_strdown(model->name, -1);
    g_autofree char *name = g_strdup_printf("%.10s_%.14s_idx", model_name, end);
    g_autofree char *quoted = pga_quote_identifier(name);
    g_autofree char *table = pga_quote_identifier(model->table);
    g_autoptr(GString) columns = g_string_new(NULL);

    for (guint i = 0; fields[i]; i++) {
        const PgaDjangoField *field = pga_django_model_field(model, fields[i]);
        g_autofree char *column =
            pga_quote_identifier(field && field->column ? field->column : fields[i]);

        g_string_append_printf(columns, "%s%s", i ? ", " : "", column);
    }
    pga_finding_code_line(finding, "models.Index(fields=[\"%s\"], name=\"%s\"),", python, name);
    pga_finding_add_sql(finding, g_strdup_printf("CREATE INDEX CONCURRENTLY %s ON %s (%s);", quoted,
                                                 table, columns->str));
    pga_finding_add_undo(finding, g_strdup_printf("DROP INDEX CONCURRENTLY %s;", quoted));
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, "SHARE UPDATE EXCLUSIVE", "scan");
    pga_finding_note(finding,
                     "In a migration: AddIndexConcurrently of django.contrib.postgres.operations, "
                     "with atomic = False.");
}

void
pga_django_set_severity(const PgaDjangoRun *run, PgaFinding *finding, PgaSeverity severity)
{
    if (!run->severity_fixed)
        finding->severity = severity;
}

gboolean
pga_field_is_in_unique(const PgaDjangoProject *project, const PgaDjangoModel *model,
                       const char *field)
{
    g_autoptr(GPtrArray) indexes = pga_django_model_indexes(project, model);
    gboolean found = FALSE;

    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);

        for (guint j = 0; index->is_unique && j < index->columns->len; j++)
            found |= g_strcmp0(g_ptr_array_index(index->columns, j), field) == 0;
    }
    return found;
}
