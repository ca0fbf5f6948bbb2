/* A project's migrations in the order in which Django runs them, the models as they make them, and
 * where the models of today differ from these. */
#pragma once
#include <django/migration.h>
#include <django/model.h>
#include <django/project.h>
#include <glib.h>
#include <python/value.h>

G_BEGIN_DECLS

#define PGA_DJANGO_NEWS_DAYS 90 /* an app's last migration is news for so long */

/** One migration. */
typedef struct {
    PgaDjangoMigration *migration; /* applied; its app is the label */
    const PgaDjangoFile *file;
    GPtrArray *operations; /* of const PgaPyValue *: those that change the database, also in
                              SeparateDatabaseAndState */
    gboolean is_leaf;      /* no other one of its app builds on it */
    gboolean is_replaced;  /* a squashed one stands for it: not applied */
    gboolean is_new;       /* worth judging: pga_django_history_choose() */
} PgaDjangoHistoryEntry;

typedef struct {
    GPtrArray *entries; /* of PgaDjangoHistoryEntry *: in the order of Django, replaced ones last */
    GHashTable *unknown; /* set of labels: two folders have it, or a migration cannot be read */
    PgaDjangoState *state;
} PgaDjangoHistory;

/* What was read at the first call; the project's own. Never NULL. */
const PgaDjangoHistory *pga_django_project_history(const PgaDjangoProject *project);

/**
 * pga_django_history_choose:
 * @now: seconds since the epoch; 0: nothing is too old
 * @all: every migration is news, because the caller looks at changed lines only
 *
 * Says which migrations are worth judging: else the last ones of each app, unless these were
 * written more than PGA_DJANGO_NEWS_DAYS ago: what ran long ago is nobody's to change. Until it is
 * called these are the last ones.
 */
void pga_django_history_choose(const PgaDjangoProject *project, gint64 now, gboolean all);

/* (nullable): of a file that is a migration. Borrowed. */
const PgaDjangoHistoryEntry *pga_django_history_entry(const PgaDjangoHistory *history,
                                                      const PgaDjangoFile *file);

/* Whether an applied migration before @entry (NULL: any) runs CREATE EXTENSION of it. */
gboolean pga_django_history_has_extension(const PgaDjangoHistory *history, const char *extension,
                                          const PgaDjangoHistoryEntry *entry);

/** Something that makemigrations would write a migration about. */
typedef struct {
    const PgaDjangoModel *model;
    const PgaDjangoField *field; /* (nullable): of a difference of a field */
    char *text; /* "is CharField(max_length=20), in the migrations CharField(max_length=10)" */
} PgaDjangoDifference;

/**
 * pga_django_history_differences:
 *
 * Compares what makes columns, indexes and constraints; labels, choices and the like are not.
 * Models of apps without migrations, of bases that are not here, and whatever is computed are left
 * out.
 *
 * Returns: (transfer full): of PgaDjangoDifference *, in the order of the models
 */
GPtrArray *pga_django_history_differences(const PgaDjangoProject *project);
/* The same; @untold (nullable): gets (of PgaDjangoDifference *) what both have under a name, here
 * the text, and one of both is not told by the source. */
GPtrArray *pga_django_history_compare(const PgaDjangoProject *project, GPtrArray *untold);
void pga_django_difference_free(PgaDjangoDifference *difference);

G_END_DECLS
