/* dj-on-delete-do-nothing: references that nobody keeps. */
#include <base/text.h>
#include <string.h>

#include "../column_internal.h"
#include "../django_field_internal.h"

static gboolean
does_nothing(const PgaDjangoField *field)
{
    const PgaPyValue *on_delete = pga_py_argument(field->call, 1, "on_delete");

    return on_delete && on_delete->kind == PGA_PY_NAME &&
           g_str_equal(pga_py_last_name(on_delete), "DO_NOTHING");
}

static gboolean
has_constraint(const PgaDjangoField *field)
{
    const PgaPyValue *constraint = pga_field_argument(field, "db_constraint");

    return !constraint || constraint->kind != PGA_PY_BOOL || constraint->truth;
}

static void
propose(PgaFinding *finding, const PgaDjangoProject *project, const PgaDjangoModel *model,
        const PgaDjangoField *field)
{
    const PgaDjangoModel *target = pga_django_project_model(project, field->target);
    const PgaDjangoField *key = target ? pga_django_model_field(target, "pk") : NULL;
    g_autofree char *table = pga_quote_identifier(model->table);
    g_autofree char *column = pga_quote_identifier(field->column), *plain = NULL, *name = NULL;
    g_autofree char *of = NULL, *of_column = NULL;

    finding->fix.safety = PGA_SAFETY_REVIEW;
    if (!key || !key->column || pga_field_argument(field, "to_field"))
        return;
    plain = g_strdup_printf("%.30s_%.20s_fk", model->table, field->column);
    name = pga_quote_identifier(plain);
    of = pga_quote_identifier(target->table);
    of_column = pga_quote_identifier(key->column);
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) "
                                        "REFERENCES %s (%s) DEFERRABLE INITIALLY DEFERRED NOT "
                                        "VALID;",
                                        table, name, column, of, of_column));
    pga_finding_add_sql(finding,
                        g_strdup_printf("ALTER TABLE %s VALIDATE CONSTRAINT %s;", table, name));
    pga_finding_add_undo(finding,
                         g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", table, name));
    pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, "SHARE ROW EXCLUSIVE", "scan");
}

/* A view, or a table of another program. */
static gboolean
is_kept_elsewhere(const PgaDjangoProject *project, const PgaDjangoField *field)
{
    const PgaDjangoModel *target =
        field->target ? pga_django_project_model(project, field->target) : NULL;

    return !target || !target->is_managed;
}

/* What is written down outlives what it is about. */
static gboolean
is_log(const PgaDjangoModel *model)
{
    static const char *const words[] = {"log",     "logs",    "audit",      "auditlog", "history",
                                        "journal", "archive", "historical", "activity", NULL};

    return pga_name_has_word(model->name, words);
}

static void
judge(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    const gboolean nothing = does_nothing(field), constraint = has_constraint(field);
    PgaFinding *finding;

    if (!pga_field_is_reference(field) || (!nothing && constraint) ||
        is_kept_elsewhere(run->project, field))
        return;
    if (constraint) {
        finding = pga_django_add_at_field(run, model, field,
                                          "deleting a %s that is referenced ends in an "
                                          "IntegrityError at COMMIT, which no code expects there",
                                          field->target);
        pga_django_fix_code(finding,
                            g_strdup_printf("# %s: on_delete=models.PROTECT", field->name));
        finding->fix.safety = PGA_SAFETY_REVIEW;
    } else {
        finding = pga_django_add_at_field(
            run, model, field,
            nothing ? "the database has no foreign key and Django does nothing: rows of a deleted "
                      "%s stay and point at nothing"
                    : "the database has no foreign key: a %s deleted by SQL, or by another "
                      "transaction at the same time, leaves rows that point at nothing",
            field->target);
        propose(finding, run->project, model, field);
    }
    if (nothing && !constraint && !is_log(model))
        pga_django_set_severity(run, finding, PGA_SEVERITY_WARNING);
}

const PgaRule pga_rule_dj_on_delete_do_nothing = {
    .id = "dj-on-delete-do-nothing",
    .title = "Reference that nobody keeps",
    .category = "constraint",
    .family = PGA_FAMILY_CORRECTNESS,
    .severity = PGA_SEVERITY_INFO,
    .why = "DO_NOTHING leaves the work to the database, and db_constraint=False tells the database "
           "not to do it: rows that point at nothing raise DoesNotExist much later.",
    .when_not = "The referenced table is partitioned, of another database, or kept by a trigger.",
    .condition =
        "A ForeignKey or OneToOneField to a model that Django manages, with both "
        "on_delete=DO_NOTHING and db_constraint=False (a warning), or with one of them, or "
        "of a log or a history, whose rows outlive what they are about (an info).",
    .example = "from django.db import models\n\n\nclass Customer(models.Model):\n    pass\n\n\n"
               "class Order(models.Model):\n"
               "    customer = models.ForeignKey(Customer, models.DO_NOTHING, db_constraint=False)",
    .fix = "Proposes PROTECT, or the foreign key added NOT VALID and validated after rows that "
           "point at nothing are cleared.",
    .docs = "https://docs.djangoproject.com/en/stable/ref/models/fields/"
            "#django.db.models.ForeignKey.on_delete",
    .docs_title = "ForeignKey.on_delete",
    .requirements = "DJ-4",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.field = judge},
};
