/* A script on its way into the lab. */
#pragma once
#include "head_internal.h"
#include "session_internal.h"

G_BEGIN_DECLS

typedef struct {
    PgaLab *lab;
    const PgaScript *script;
    PgaSession *session; /* the stranger's */
    PgaLabLoad *load;
    GHashTable *failed; /* of char *, what a statement failed to make, with and without schema, to
                           its line */
    GHashTable *extensions; /* of char *, named by the script, to char *: why it is missing, "" when
                               it is there */
    GHashTable *given_schemas; /* of char *: made by the lab, for extensions */
    GHashTable *roles;         /* of char *: made up */
    guint n_tablespaces;
} PgaLoader;

/* One statement and what is known of it. */
typedef struct {
    const PgaStatement *statement;
    const PgaHead *head;
    const PgaMade *made;
} PgaStep;

/* load_prepare.c. The database for @loader, with the extensions that the script names and are
 * allowed. (nullable): its name. PGA_ERROR_LAB, PGA_ERROR_INTERRUPTED. */
char *pga_loader_prepare(PgaLoader *loader, GError **error);

/* The schema and name of an extension that CREATE EXTENSION names; (nullable) @nspname. Borrowed.
 */
const char *pga_loader_extension(const PgaHead *head, const char **nspname);

/**
 * pga_loader_supply:
 * @result: an error
 * @supplied: (out): whether what was missing, a role or tablespace, is there now
 */
gboolean pga_loader_supply(PgaLoader *loader, const PGresult *result, gboolean *supplied,
                           GError **error);

/* Makes up @name, which is then a role without rights that the stranger is a member of. */
gboolean pga_loader_make_role(PgaLoader *loader, const char *name, gboolean *made, GError **error);

/* load_notes.c */
void pga_loader_note(PgaLoader *loader, const PgaStep *step, char *why); /* takes @why */
void pga_loader_note_failure(PgaLoader *loader, const PgaStep *step, const PGresult *result);

/* load_locations.c. FALSE as pga_session_exec(). */
gboolean pga_loader_locate(PgaLoader *loader, const PgaStep *step, GError **error);

G_END_DECLS
