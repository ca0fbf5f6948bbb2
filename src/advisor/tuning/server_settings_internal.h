/* What fresh servers of each major say of a setting (server_settings.def). */
#pragma once
#include <glib.h>
#include <model/tuning.h>

G_BEGIN_DECLS

typedef struct {
    const char *name;
    guint first, last; /* majors that say the same */
    const char *vartype;
    const char *unit; /* (nullable) */
    const char *context;
    const char *min, *max; /* (nullable): of numbers, in unit */
    const char *fresh;     /* after initdb, in unit; "-1": the server derives it */
    const char *enumvals;  /* (nullable): "off,on,try" */
} PgaServerSetting;

/* The oldest and newest major that were read. */
#define PGA_SERVER_SETTINGS_MIN_MAJOR 10
#define PGA_SERVER_SETTINGS_MAX_MAJOR 18

/* (nullable): NULL when that major has no such setting, or it is none of settings.def. */
const PgaServerSetting *pga_known_setting(const char *name, guint major);

/* What makes a change take effect. */
PgaApply pga_server_setting_apply(const PgaServerSetting *setting);

/* Bytes of one unit of memory; 0 where the unit is none. */
gint64 pga_unit_bytes(const char *unit);

/* (transfer full): @number, counted in @unit (nullable), as a person writes it: "16GB", "15min",
 * "1.1"; 0 and below stay bare. */
char *pga_known_setting_text(double number, const char *unit);

/* (transfer full): the same of what pg_settings shows; words stay as they are. */
char *pga_setting_raw_text(const PgaServerSetting *setting, const char *raw);

G_END_DECLS
