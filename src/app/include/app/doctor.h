/* `doctor`: what this machine has and lacks, which grants to ask for, what earlier runs left over.
 */
#pragma once
#include <glib.h>
#include <render/render.h>

G_BEGIN_DECLS

typedef struct {
    const char *topic; /* "server", "template cache", …; static */
    gboolean ok;
    char *found;  /* one line */
    char *advice; /* (nullable): what to do, one line */
} PgaDoctorItem;

typedef struct {
    gboolean lab_usable;
    GPtrArray *items;     /* of PgaDoctorItem * */
    char *grants_full;    /* SQL: every rule can be evaluated */
    char *grants_minimal; /* SQL: no right to read rows */
} PgaDoctor;

/* @bindir: (nullable): look there only. @role: that the grants are for. @clean: remove leftovers.
 */
PgaDoctor *pga_app_doctor(const char *bindir, const char *role, gboolean clean);
void pga_doctor_free(PgaDoctor *doctor);

/* (transfer full): the SQL that a DBA runs once so that @role needs no right to read rows. */
char *pga_app_doctor_grants(const char *role);

/* (transfer full): Markdown is text here. */
char *pga_app_doctor_render(const PgaDoctor *doctor, PgaFormat format);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDoctor, pga_doctor_free)

G_END_DECLS
