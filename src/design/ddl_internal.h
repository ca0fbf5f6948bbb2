/* What the SQL files share. */
#pragma once
#include "design/design.h"

G_BEGIN_DECLS

/* (transfer full): @name as SQL names the relation with search_path = public: qualified where
 * pg_catalog could have one of that name. */
char *pga_ddl_relation(const char *name);

/* (transfer full): "a, \"B\"" of char *. */
char *pga_ddl_columns(const GPtrArray *columns);

/* Appends @text as lines of comment, broken at 100 columns. */
void pga_ddl_remark(GString *sql, const char *text);

/* ddl_schema.c: (transfer full): "CONSTRAINT … FOREIGN KEY …". */
char *pga_ddl_reference(const PgaDesignReference *reference);

/* Appends how every file begins: @what it is, how it is run, what it sets. @how: a sentence more
 * about running it, and running it again. */
void pga_ddl_begin(GString *sql, const PgaArchitecture *architecture, const char *file,
                   const char *what, const char *how);

/* Appends COMMENT ON @object IS @comment, where there is one. */
void pga_ddl_comment(GString *sql, const char *object, const char *comment);

/* (transfer full): the files' text. */
char *pga_ddl_schema(const PgaArchitecture *architecture);
char *pga_ddl_roles(const PgaArchitecture *architecture);
char *pga_ddl_indexes(const PgaArchitecture *architecture);

G_END_DECLS
