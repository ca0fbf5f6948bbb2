/* The requirements file of `design`: YAML or JSON. Outside data. */
#pragma once
#include <glib.h>
#include <model/requirements.h>

G_BEGIN_DECLS

/**
 * pga_requirements_parse:
 * @name: what messages call the text
 *
 * Everything that the text says, each thing with its place; nothing is assumed. `input:` around the
 * whole is accepted. Names that others refer to (entities, attributes in keys, rules, references)
 * exist.
 *
 * Returns: (transfer full) (nullable): NULL with PGA_ERROR_INPUT: the field and what is wrong;
 * detail: "FILE, line N, column M. …" with what is allowed; hint: the nearest match
 */
PgaRequirements *pga_requirements_parse(const char *text, gsize length, const char *name,
                                        GError **error);

/* A condition of an access pattern, taken apart: "placed_at >= ?", "title contains ?", "tags has
 * ?", "id in ?", or any SQL expression without a subquery. */
typedef enum {
    PGA_CONDITION_COMPARE,  /* attribute operator value */
    PGA_CONDITION_CONTAINS, /* a text contains another */
    PGA_CONDITION_STARTS,   /* "starts with" */
    PGA_CONDITION_MATCHES,  /* full-text search */
    PGA_CONDITION_HAS,      /* an array or JSON has an element */
    PGA_CONDITION_IN,
    PGA_CONDITION_OVERLAPS, /* a period and another */
    PGA_CONDITION_NEAR,     /* a geo-point within a distance */
    PGA_CONDITION_EXPRESSION,
} PgaConditionKind;

typedef struct {
    PgaConditionKind kind;
    char *attribute; /* (nullable): "user", "user.country", "settings->theme" */
    char *operator_; /* (nullable): of COMPARE: "=", "<>", "<", ">=" … */
    char *value;     /* (nullable): NULL: a parameter; else SQL as written */
    char *text;      /* of EXPRESSION: SQL, each ? a parameter */
    guint n_parameters;
} PgaCondition;

/* (nullable): NULL with PGA_ERROR_INPUT (message: what is wrong with it). An EXPRESSION is exactly
 * one SQL expression by PostgreSQL's grammar, without subqueries. */
PgaCondition *pga_condition_parse(const char *text, GError **error);
void pga_condition_free(PgaCondition *condition);

/* (transfer full): an EXPRESSION's text with $n in place of each ?; *n (inout): the last number
 * given, before and after. */
char *pga_condition_number(const char *text, guint *n);

/* Whether @text is exactly one SQL expression without subqueries; *columns (out) (optional): of
 * char *, the columns it names. PGA_ERROR_INPUT. */
gboolean pga_expression_check(const char *text, GPtrArray **columns, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaCondition, pga_condition_free)

G_END_DECLS
