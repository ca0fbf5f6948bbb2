/* What rules about Django's models ask of fields, and how they report several at once. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* CharField and what is one: no relation, no array. */
gboolean pga_field_is_text(const PgaDjangoField *field);
gboolean pga_field_is_json(const PgaDjangoField *field);
/* Whole numbers, decimals, floats; not keys that count themselves. */
gboolean pga_field_is_number(const PgaDjangoField *field);
gboolean pga_field_is_date(const PgaDjangoField *field); /* DateField, DateTimeField */
/* ForeignKey, OneToOneField. */
gboolean pga_field_is_reference(const PgaDjangoField *field);

/* An argument of the field's call by name: (nullable). */
const PgaPyValue *pga_field_argument(const PgaDjangoField *field, const char *name);
/* help_text and verbose_name have that word, in any case. */
gboolean pga_field_says(const PgaDjangoField *field, const char *word);

/* How many values its choices have; 0: none, or not told. */
guint pga_field_n_choices(const PgaDjangoField *field);

/* Whether a unique key of the model's table has the field in it. */
gboolean pga_field_is_in_unique(const PgaDjangoProject *project, const PgaDjangoModel *model,
                                const char *field);

/* Whether a CheckConstraint of the model names the field. */
gboolean pga_model_checks(const PgaDjangoModel *model, const char *field);
/* The calls of @class among its constraints: "CheckConstraint". (transfer container) */
GPtrArray *pga_model_constraints(const PgaDjangoModel *model, const char *class);
/* Whether an expression names the field: as a keyword of Q, in F(). */
gboolean pga_value_names_field(const PgaPyValue *value, const char *field);

/* Of the model's fields those that @matches, which were not seen with another model before: fields
 * of an abstract base are reported once. (transfer container) (nullable): none. Keeps what it has
 * seen in run->memory: the rule's forget is pga_fields_forget(). */
typedef gboolean (*PgaFieldMatch)(const PgaDjangoRun *run, const PgaDjangoModel *model,
                                  const PgaDjangoField *field);
GPtrArray *pga_model_new_fields(PgaDjangoRun *run, const PgaDjangoModel *model,
                                PgaFieldMatch matches);
void pga_fields_forget(gpointer memory);

/* (transfer full): "a, b, c and 4 more": at most eight. */
char *pga_field_names(const GPtrArray *fields);

/* A finding about these fields of the model: where the first one stands; object "shop.Order", of
 * one alone "shop.Order.total". */
PgaFinding *pga_django_add_at_fields(PgaDjangoRun *run, const PgaDjangoModel *model,
                                     const GPtrArray *fields, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* Proposes a CheckConstraint: to fix.code, with @sql (nullable) added NOT VALID and validated.
 * @condition: Python, @what the end of its name: "total_positive". */
void pga_finding_add_check(const PgaDjangoRun *run, PgaFinding *finding,
                           const PgaDjangoModel *model, const char *what, const char *condition,
                           const char *sql);
/* Proposes an index: @fields "a, b" as in Python's list of strings without the quotes. */
void pga_finding_add_index(PgaFinding *finding, const PgaDjangoModel *model,
                           const char *const *fields);

/* A line more of fix.code. */
void pga_finding_code_line(PgaFinding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Unless the configuration fixed it. */
void pga_django_set_severity(const PgaDjangoRun *run, PgaFinding *finding, PgaSeverity severity);

G_END_DECLS
