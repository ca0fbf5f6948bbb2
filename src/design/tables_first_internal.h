/* Between the files that find several values in one row. */
#pragma once
#include "tables_internal.h"

/* A table of the values of @parent, with a reference to it; its key begins with that. @rows: for
 * each of @parent. */
PgaDesignTable *pga_first_child(PgaArchitecture *architecture, PgaDesignTable *parent,
                                const char *values, double rows);
/* @column of @from is now @to_column of @to. */
void pga_first_move(PgaArchitecture *architecture, const PgaDesignTable *from, const char *column,
                    const PgaDesignTable *to, const char *to_column);
/* Takes @attributes, @problem. */
void pga_first_violation(PgaArchitecture *architecture, const PgaDesignTable *table,
                         char *attributes, char *problem, const PgaDesignTable *to);
/* The value's column in @child: a reference, or of the attribute's meaning. */
void pga_first_value(PgaArchitecture *architecture, PgaDesignTable *child, const char *name,
                     const PgaSpecAttribute *attribute);
/* A column from 1 to @highest, part of the key. */
void pga_first_position(PgaDesignTable *child, const char *name, guint highest);

/* tables_lists.c */
void pga_first_cycles(PgaArchitecture *architecture, PgaDesignTable *table);
void pga_first_lists(PgaArchitecture *architecture, PgaDesignTable *table);
