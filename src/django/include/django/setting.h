/* Settings as values: what a settings module binds, names replaced by what they stand for. */
#pragma once
#include <django/project.h>
#include <glib.h>
#include <python/value.h>

G_BEGIN_DECLS

typedef struct {
    char *name;
    PgaPyValue *value;
    const PgaDjangoFile *file; /* where it is bound, maybe a module taken in by "import *" */
    guint line;                /* 1-based */
} PgaDjangoSetting;

/* As the settings see it at their end: (transfer full) (nullable). */
PgaDjangoSetting *pga_django_setting(const PgaDjangoProject *project,
                                     const PgaDjangoSettings *settings, const char *name);

/* (transfer full): of PgaDjangoSetting *: the names in capital letters that the file itself binds
 * to values; of a name that is bound twice the last. */
GPtrArray *pga_django_file_settings(const PgaDjangoProject *project, const PgaDjangoFile *file);

void pga_django_setting_free(PgaDjangoSetting *setting);

/* The value of a key of a dict: (nullable), borrowed. @dict (nullable): of other kinds NULL. */
const PgaPyValue *pga_django_entry(const PgaPyValue *dict, const char *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDjangoSetting, pga_django_setting_free)

G_END_DECLS
