/* Texts that are neither names nor SQL: paths, addresses, lists of pg_hba.conf, settings. */
#pragma once
#include <glib.h>

#include "walk_internal.h"

G_BEGIN_DECLS

#define PGA_MASK "********"

/* All return (transfer full). */

/* Whether every word in @text is PostgreSQL's or one that says nothing of anybody. */
gboolean pga_text_is_plain(const PgaWalk *walk, const char *text);

/* @text where it is plain, else PGA_MASK. */
char *pga_text_mask(PgaWalk *walk, const char *text);

/* "/etc/postgresql/15/main/postgresql.conf": names of folders and files that are not PostgreSQL's
 * own become others. */
char *pga_text_path(PgaWalk *walk, const char *text);

/* An address of pg_hba.conf or of a client, with @netmask (nullable) beside it: everybody's, the
 * machine's own and words stay. */
char *pga_text_address(PgaWalk *walk, const char *text, const char *netmask);

/* Parts between commas, each by @map. */
char *pga_text_list(PgaWalk *walk, const char *text, char *(*map)(PgaWalk *walk, const char *part));

/* A database or a role as pg_hba.conf names it: "all", "+staff", "@file", "/regular expression". */
char *pga_text_hba_name(PgaWalk *walk, const char *text);

/* "clientcert=verify-full": the key stays. */
char *pga_text_option(PgaWalk *walk, const char *text);

/* "app.tenant": each part is a name. */
char *pga_text_setting_name(PgaWalk *walk, const char *name);

G_END_DECLS
