/* What the Catalog's own source files share. */
#pragma once
#include "model/catalog.h"

/* (transfer full): the key of relation_by_name: names cannot hold a NUL, so a separator byte that
 * UTF-8 never uses keeps "a.b" in schema "c" apart from "b" in schema "c.a". */
char *pga_relation_key(const char *nspname, const char *relname);
