/* `doctor`: what this machine has and lacks for every verb, grants to ask for, leftovers. */
#pragma once
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    const char *topic; /* "servers", "leftovers", …; static */
    gboolean ok;
    char *found;  /* one line */
    char *advice; /* (nullable): what to do, one line or SQL */
} PgaDoctorItem;

/* @clean: remove leftovers of dead runs. (transfer full) (element-type PgaDoctorItem) */
GPtrArray *pga_app_doctor(const char *bindir, gboolean clean);
void pga_doctor_item_free(PgaDoctorItem *item);

/* The SQL of both least-privilege set-ups, for the role @role. (transfer full) */
char *pga_app_grants(const char *role);

G_END_DECLS
