/* Questions about one column: its type, its name, what depends on it. */
#pragma once
#include <model/catalog.h>
#include <model/foreign_key.h>

G_BEGIN_DECLS

/* text, varchar or char; not a domain, an enum or an extension's type. */
gboolean pga_column_is_text(const PgaAttribute *attribute);

/* smallint to bigint, numeric, real, double precision. */
gboolean pga_column_is_number(const PgaAttribute *attribute);

/* A built-in type of that name. */
gboolean pga_column_has_type(const PgaAttribute *attribute, const char *typname);

/* Whether one of the words of @name ("unit_price", "unitPrice") is one of the NULL-terminated
 * @words, in any case. */
gboolean pga_name_has_word(const char *name, const char *const *words);

/* Whether @name has one of the NULL-terminated @parts, in lower case, anywhere: for names written
 * as one word. */
gboolean pga_name_contains(const char *name, const char *const *parts);

/* Whether the column's name stands in @expression (nullable), which PostgreSQL printed. A string in
 * it may hold the same word: then it is taken for the name. */
gboolean pga_expression_names_column(const char *expression, const PgaAttribute *attribute);

/* (transfer full): the set of columns that foreign keys reference. */
GHashTable *pga_referenced_columns(const PgaCatalog *catalog);

gboolean pga_column_is_referenced(GHashTable *referenced, const PgaRelation *relation,
                                  const PgaAttribute *attribute);

/* In a constraint of @contype. */
gboolean pga_column_in_constraint(const PgaRelation *relation, const PgaAttribute *attribute,
                                  char contype);

/* Named in the partition key. */
gboolean pga_column_in_partition_key(const PgaRelation *relation, const PgaAttribute *attribute);

/* (transfer full): "a, b, c and 4 more": at most eight names of @attributes (of const PgaAttribute
 * *). */
char *pga_column_names(const GPtrArray *attributes);

G_END_DECLS
