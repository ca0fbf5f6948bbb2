/* Django's migrations as the SQL that Django would run for them on PostgreSQL, read from their
 * files: nothing is executed. Migrations build on each other: the models as they are so far are the
 * state. Source: django/db/backends/base/schema.py and postgresql/schema.py of 3.2 to 5.2. */
#pragma once
#include <glib.h>
#include <python/source.h>

G_BEGIN_DECLS

/** One statement, or something that runs and is none. */
typedef struct {
    char *sql;       /* (nullable): without the semicolon; RunSQL's may be several */
    char *why;       /* (nullable): why there is no SQL: "RunPython(fill) is code" */
    char *operation; /* (nullable): its source: "migrations.AddIndex(…)" */
    char *remark;    /* (nullable): the comment "pgarchitect: …" that stands at the operation */
    guint line, column; /* of the operation in its file */
} PgaDjangoStatement;

typedef struct {
    char *app, *name; /* "shop", "0003_order_note" */
    gboolean atomic;
    GPtrArray *dependencies; /* of char *: "shop.0002_order" */
    GPtrArray *replaces;     /* of char *: the same, of those that it was squashed of */
    GPtrArray *statements;   /* of PgaDjangoStatement *: in the order in which they run */
    gint64 written;          /* seconds since the epoch, by the file's header; 0: it does not say */
    gboolean is_computed;    /* code in the class may add operations */
    /*< private >*/
    gpointer operations;
    GHashTable
        *functions;     /* of name to what of the ORM it calls that locks: "update() in line 5" */
    GPtrArray *remarks; /* of char *: by line, NULL where there is none */
    guint version;
} PgaDjangoMigration;

/** The models as the migrations so far have made them. */
typedef struct PgaDjangoState PgaDjangoState;

PgaDjangoState *pga_django_state_new(void);
void pga_django_state_free(PgaDjangoState *state);

/* (nullable): what the file says, without statements yet; NULL: no migration. @path tells app and
 * name. */
PgaDjangoMigration *pga_django_migration_read(const PgaPythonSource *source, const char *path);

/* Of a file that cannot be read: its one statement says why. */
PgaDjangoMigration *pga_django_migration_unread(const char *path, const char *why);

/* Fills in the statements and takes the operations into the state. @version: of Django, 302 to 502;
 * 0: by the file's header, else the newest. */
void pga_django_migration_apply(PgaDjangoMigration *migration, PgaDjangoState *state,
                                guint version);
void pga_django_migration_free(PgaDjangoMigration *migration);

/* Puts them in the order in which Django runs them: each behind what it depends on, else by app and
 * name. */
void pga_django_migrations_sort(GPtrArray *migrations);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDjangoState, pga_django_state_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDjangoMigration, pga_django_migration_free)

G_END_DECLS
