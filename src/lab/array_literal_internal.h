/* Texts of arrays, as array_in() reads them. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

GString *pga_array_literal_new(void);
/* @value: (nullable): NULL is an SQL NULL */
void pga_array_literal_add(GString *array, const char *value);
void pga_array_literal_end(GString *array);

G_END_DECLS
