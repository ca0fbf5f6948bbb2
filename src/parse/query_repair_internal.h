/* Texts as pg_stat_statements records them, made into statements again. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

/**
 * pga_query_repair:
 *
 * Where a constant became $n the text may be none that the server takes: date $1 becomes $1::date,
 * extract($1 from x) a call, IN ($1, ...) of 18 a list of five, what would leave a parameter
 * without a type gets the type that a constant had there. Parameters are numbered anew, without
 * gaps, in the order of the text.
 *
 * Returns: (transfer full)
 */
char *pga_query_repair(const char *text);

/* (transfer full): psql's variables (:name, :'name') as parameters; NULL when there is none. */
char *pga_query_variables_as_parameters(const char *text);

G_END_DECLS
