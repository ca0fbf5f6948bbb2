/* Types by the names that SQL and the catalogs give them. */
#pragma once
#include <glib.h>

#include "value_internal.h"

G_BEGIN_DECLS

typedef struct PgaTypeNames PgaTypeNames;

/* @snapshot: its types, row types and domains are known from then on; not kept. */
PgaTypeNames *pga_type_names_new(const PgaSnapshot *snapshot);
void pga_type_names_free(PgaTypeNames *names);

/* (transfer none): never NULL. */
const PgaValueType *pga_type_names_lookup(PgaTypeNames *names, const char *type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaTypeNames, pga_type_names_free)

/** A type's name taken apart. */
typedef struct {
    char *nspname; /* (nullable) */
    char *typname; /* without quotes; words of "double precision" parted by one blank */
    char *typmod;  /* (nullable): what stands in parentheses */
    guint dimensions;
} PgaTypeText;

void pga_type_text_read(const char *type, PgaTypeText *out);
void pga_type_text_clear(PgaTypeText *text);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaTypeText, pga_type_text_clear)

/* (transfer full) of char *: the types of "(a integer, "b c" public.t COLLATE x)", of which @at
 * points to what follows the parenthesis. */
GPtrArray *pga_type_text_members(const char *at);

/* (transfer full): the type that @text begins with, up to DEFAULT, COLLATE, NOT NULL, CONSTRAINT, a
 * comma, a semicolon or a parenthesis that it did not open. */
char *pga_type_text_head(const char *text);

G_END_DECLS
