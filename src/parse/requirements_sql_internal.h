/* SQL inside requirements: expressions over attributes. */
#pragma once
#include "requirements_internal.h"

G_BEGIN_DECLS

/**
 * pga_spec_rule_expression:
 * @entity: (nullable): whose attributes it is about; NULL: the text names it
 * @found: (out): whose they are
 *
 * Returns: (transfer full) (nullable): the expression without the entity's name, names quoted where
 * SQL needs it; NULL with PGA_ERROR_INPUT
 */
char *pga_spec_rule_expression(const PgaSpecValue *value, const char *entity, const char *text,
                               PgaSpecPlace place, char **found, GError **error);

/* (transfer full): @text with the words that are attributes of @entity and keywords of SQL quoted.
 */
char *pga_spec_quote_attributes(const PgaSpecEntity *entity, const char *text);

/* Whether @text is an expression whose columns are attributes of @entity (nullable). Parameters may
 * stand as ?. */
gboolean pga_spec_check_expression(const PgaSpecValue *value, const PgaSpecEntity *entity,
                                   const char *text, GError **error);

/* The parts of @text between its "and"s, of char *; the text itself where it is no such list. */
GPtrArray *pga_spec_conjuncts(const char *text);

G_END_DECLS
