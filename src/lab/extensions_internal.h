/* CREATE EXTENSION needs the superuser's rights: the lab carries it out from a list, before any
 * stranger's statement runs in the database. */
#pragma once
#include "session_internal.h"

G_BEGIN_DECLS

/**
 * pga_extension_create:
 * @session: the superuser's, in a database where no stranger has been yet
 * @nspname: (nullable): where to, made when it is missing
 * @refusal: (out): (nullable): why it was not created; NULL when it was
 *
 * FALSE only with PGA_ERROR_LAB or PGA_ERROR_INTERRUPTED.
 */
gboolean pga_extension_create(PgaSession *session, const char *extname, const char *nspname,
                              char **refusal, GError **error);

/* Whether the schema is the server's own or was there from the beginning: nobody makes it. */
gboolean pga_schema_is_given(const char *nspname);

/* Whether the extension only looks at a server from outside: no schema uses it, no plan needs it.
 */
gboolean pga_extension_is_tool(const char *extname);

/* From here on nobody makes extensions or languages in the database, not by dynamic SQL either. */
gboolean pga_extensions_seal(PgaSession *session, GError **error);

/* (nullable): the extension that brings the type, operator class or function @name, by its usual
 * name. Static. */
const char *pga_extension_of(const char *name);

G_END_DECLS
