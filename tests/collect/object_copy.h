/* A database made of collected objects: their definitions in the order of their dependencies, with
 * tables that the source's catalogs describe. */
#pragma once
#include <model/object.h>

G_BEGIN_DECLS

/* Fails the test when a definition is refused, or when what is to be made early goes round in a
 * circle. */
void object_copy_make(const PgaObjects *objects, const char *source, const char *copy);

/* (transfer full): what @id is called. */
char *object_copy_name(const PgaObjects *objects, PgaObjectId id);

/* For vectors of char *. */
int object_copy_compare(gconstpointer a, gconstpointer b);

G_END_DECLS
