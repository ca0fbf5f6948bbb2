/* Between the files of pga_design_tables(). Tables are drafts until pga_tables_finish(): columns
 * may lack a type, keys and references a name. */
#pragma once
#include "design/design.h"

/* tables_words.c */

/* (transfer full): of an English plural: "categories" -> "category"; @word itself where it is none.
 */
char *pga_word_singular(const char *word);
/* (transfer full): "category" -> "categories". */
char *pga_word_plural(const char *word);
/* Whether @word is one of @words, separated by blanks. */
gboolean pga_word_in(const char *word, const char *words);
/* (transfer full): at most 63 bytes, as PostgreSQL's makeObjectName() shortens; not in @taken, and
 * there afterwards. @suffix: (nullable) */
char *pga_design_name(GHashTable *taken, const char *table, const char *columns,
                      const char *suffix);
/* (transfer full): @wanted, cut to 63 bytes as the server would. */
char *pga_column_name(const char *wanted);
/* Whether @list (of char *) has @text. */
gboolean pga_list_has(const GPtrArray *list, const char *text);
/* (transfer full): @list with ", " between. */
char *pga_list_text(const GPtrArray *list);

/* tables_types.c */

/* What an attribute means, from its name where nothing was said; *assumed: it was the name. */
PgaMeaning pga_attribute_meaning(const PgaSpecAttribute *attribute, gboolean *assumed);
/* Type, default, reason, comment and checks of columns that are no references. */
void pga_tables_type(PgaArchitecture *architecture, PgaDesignTable *table);

/* tables_keys.c */

/* Types of generated keys, by the years that they last. */
void pga_tables_identity(PgaArchitecture *architecture, PgaDesignTable *table,
                         PgaDesignColumn *column);
/* Rows, rows a year, retention of the tables that the requirements name. */
void pga_tables_rows(PgaArchitecture *architecture);

/* tables_relate.c: relationships as columns and link tables. */
gboolean pga_tables_relate(PgaArchitecture *architecture, GError **error);

/* tables_references.c */

/* A column of @table named @name (made where it is missing) that references @parent's key. */
PgaDesignReference *pga_tables_refer(PgaArchitecture *architecture, PgaDesignTable *table,
                                     const char *name, PgaDesignTable *parent);
/* (nullable): the reference that has @column. */
PgaDesignReference *pga_table_reference_of(const PgaDesignTable *table, const char *column);
/* CHECK that no row of a tree is its own parent. */
void pga_tables_check_tree(PgaDesignTable *table, const PgaDesignReference *reference);
/* Types of referencing columns, ON DELETE, cycles, tables in the order of their references. */
void pga_tables_resolve(PgaArchitecture *architecture);

/* tables_first.c: first normal form: attributes of several values become tables. */
void pga_tables_first_form(PgaArchitecture *architecture);
/* (transfer full): @wanted, or numbered: a name that no table has. */
char *pga_tables_free_name(const PgaArchitecture *architecture, const char *wanted);

/* tables_dependencies.c, tables_decompose.c: third normal form, by the dependencies that were
 * stated and those that names tell. */
void pga_tables_normalise(PgaArchitecture *architecture);

/* tables_rules.c: CHECK, UNIQUE and exclusion rules. */
void pga_tables_rules(PgaArchitecture *architecture);

/* tables_names.c: names and comments of what has none. */
void pga_tables_names(PgaArchitecture *architecture);

/* tables_shapes.c: what the planner is told of each column. */
void pga_tables_shapes(PgaArchitecture *architecture);

/* tables_layout.c */

typedef struct {
    gint length; /* bytes; -1: variable */
    guint align; /* 1, 2, 4, 8; of values of variable length: those of 127 bytes and more */
} PgaTypeLayout;

PgaTypeLayout pga_type_layout(const char *type);
/* Average bytes of a row's values in the order of @columns (of PgaDesignColumn *), padded as the
 * next row wants it. */
double pga_columns_bytes(const GPtrArray *columns);

/* tables_order.c: columns in the order that pads least. */
void pga_tables_order(PgaArchitecture *architecture);

/* tables.c */

/* The primary key's columns; empty where there is none yet. */
const GPtrArray *pga_table_key_columns(const PgaDesignTable *table);
/* Columns of @attributes (of PgaSpecAttribute *) with their references and unique keys. */
void pga_table_add_attributes(PgaArchitecture *architecture, PgaDesignTable *table,
                              const GPtrArray *attributes);
/* Without its keys (but the primary one) and references. */
void pga_table_drop_column(PgaDesignTable *table, const char *name);
/* Adds a CHECK for a column; takes @condition. */
void pga_table_check(PgaDesignTable *table, const char *column, char *condition, const char *why);
