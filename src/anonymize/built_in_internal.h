/* The types that every server has, and those of three extensions. */
#pragma once
#include <glib.h>

#include "value_internal.h"

G_BEGIN_DECLS

typedef struct {
    const char *name, *canonical; /* as SQL, format_type() and pg_type call it; "int4" */
    PgaValueKind kind;
    guint bits;          /* of integers and floats */
    const char *element; /* (nullable): of ranges: what they are of */
} PgaBuiltInType;

/* (nullable) (transfer none): @name without schema, quotes and precision. */
const PgaBuiltInType *pga_type_built_in(const char *name);
const PgaBuiltInType *pga_type_of_extension(const char *name);

G_END_DECLS
