/* SQL that Python puts together, and what of it could be somebody else's. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/** A part of a statement that is not written out. */
typedef struct {
    char *expression;  /* "request.GET["sort"]", "table"; NULL: every part is harmless */
    gboolean is_value; /* it stands where a value does: a parameter would do */
} PgaBuiltPart;

/**
 * pga_django_built_part:
 * @value: the statement's text, at a place of @function
 *
 * The first part that comes from a variable, a value before a name. Constants (in capitals), names
 * out of _meta, quote_name(), sql.Identifier, numbers and variables that are given only such things
 * in the function are harmless.
 */
PgaBuiltPart pga_django_built_part(const PgaDjangoFunction *function, const PgaPyValue *value);

G_END_DECLS
