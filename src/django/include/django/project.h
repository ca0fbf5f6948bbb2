/* A Django project read from its files: nothing in it is executed. What cannot be read is listed
 * with the reason, and the rest is gone on with. Outside data. */
#pragma once
#include <glib.h>
#include <python/source.h>

G_BEGIN_DECLS

/** A value that a project need not state, or states in a way that only running it would tell. */
typedef enum {
    PGA_DJANGO_UNSTATED,
    PGA_DJANGO_FALSE,
    PGA_DJANGO_TRUE,
    PGA_DJANGO_COMPUTED,
} PgaDjangoTruth;

/** One source file. */
typedef struct {
    char *path;   /* from the project's folder, parted by "/": "backend/shop/models.py" */
    char *root;   /* the folder that its module's name counts from: "backend"; "" is the project */
    char *module; /* "shop.models"; a package's __init__.py is the package: "shop" */
    char *text;   /* UTF-8 without byte order mark */
    gsize length;
    gboolean is_built_in; /* what this program knows of django.contrib; not in the project */
    gboolean is_test;     /* in a folder of tests, or a test module */
    gboolean is_migration;
    /*< private >*/
    gpointer names; /* what the module defines */
} PgaDjangoFile;

/** Something that was there and was not read, or not wholly. */
typedef struct {
    char *path;
    char *
        why; /* "not UTF-8", "a symbolic link to a folder is not followed", "line 12: not Python" */
    gboolean is_link; /* to a folder, which may well have been read where it stands */
} PgaDjangoUnread;

/** One entry of DATABASES. */
typedef struct {
    char *alias;        /* "default" */
    char *engine;       /* (nullable): "django.db.backends.postgresql"; NULL: computed */
    char *conn_max_age; /* (nullable): seconds as written, "None"; NULL: unstated or computed */
    PgaDjangoTruth atomic_requests, pool, disable_server_side_cursors;
    const PgaDjangoFile *file;
    guint line; /* 1-based */
} PgaDjangoDatabase;

/** A settings module, with what it takes from others by "import *". */
typedef struct {
    const PgaDjangoFile *file;
    GPtrArray *databases;      /* of PgaDjangoDatabase * */
    GPtrArray *installed_apps; /* of char *, in order */
    gboolean apps_are_whole;   /* no part of INSTALLED_APPS is computed */
    PgaDjangoTruth use_tz;
    char *default_auto_field; /* (nullable): "django.db.models.BigAutoField" */
    char *auth_user_model;    /* (nullable): "accounts.User" */
} PgaDjangoSettings;

/** An application: a folder with models or an AppConfig. */
typedef struct {
    char *label;              /* "shop" */
    char *path;               /* its folder: "backend/shop"; "" where the app itself is read */
    char *default_auto_field; /* (nullable): of its AppConfig */
    gboolean is_installed;    /* TRUE too where no readable INSTALLED_APPS names any app */
    gboolean is_built_in;     /* django.contrib */
} PgaDjangoApp;

typedef struct {
    char *directory;      /* (nullable): where it was read; NULL: from texts */
    GPtrArray *roots;     /* of char *: folders that modules are imported from; "" is the project */
    GPtrArray *files;     /* of PgaDjangoFile *, by path; the built-in ones last */
    GPtrArray *fixtures;  /* of PgaDjangoFile *: JSON and YAML in folders "fixtures": data */
    GPtrArray *templates; /* of PgaDjangoFile *: below folders "templates": what {% include %} names
                             is the path behind that folder */
    GPtrArray *settings;  /* of PgaDjangoSettings *: manage.py's first */
    GPtrArray *apps;      /* of PgaDjangoApp * */
    GPtrArray *models;    /* of PgaDjangoModel * (django/model.h), by app, file and line */
    GPtrArray *unread;    /* of PgaDjangoUnread * */
    guint version;        /* of Django: 402 is 4.2; from lock files, requirements, the migrations'
                             headers, else the newest */
    char *version_source; /* (nullable): "requirements.txt"; NULL: nothing says it */
    guint psycopg;        /* 2, 3; 0: nothing says it */
    /*< private >*/
    GHashTable *by_path;
    GHashTable *by_module; /* of modules' names to files, NULL: not in the project: those that no
                              file of the same root is */
    GHashTable *by_model;  /* (nullable): of "shop.order" to PgaDjangoModel * */
    gboolean psycopg_is_exact;
    gpointer history; /* (nullable): of django/history.h, made when it is asked for */
} PgaDjangoProject;

/**
 * pga_django_project_read:
 * @directory: any layout: the project, a repository that holds it, or several of them
 *
 * Symbolic links to folders are not followed; folders of other people's code (node_modules,
 * virtual environments, .git …) are passed over silently. At most 50,000 files of 4 MiB.
 *
 * Returns: (transfer full) (nullable): NULL with PGA_ERROR_INPUT: no folder, or built without the
 * grammar
 */
PgaDjangoProject *pga_django_project_read(const char *directory, GError **error);
/* The same as a project of Django @version (402), whatever its files say; 0: as they say. */
PgaDjangoProject *pga_django_project_read_as(const char *directory, guint version, GError **error);

/* The same of texts in memory: add each, then resolve. (transfer full) */
PgaDjangoProject *pga_django_project_new(void);

/* @path: from the project's folder; sources, requirements and lock files are taken, others passed
 * over. @text is copied. */
void pga_django_project_add(PgaDjangoProject *project, const char *path, const char *text,
                            gsize length);

/* Settings, apps and models of what was added. Once. */
void pga_django_project_resolve(PgaDjangoProject *project);

void pga_django_project_free(PgaDjangoProject *project);

/* The tree of a file, parsed anew: one at a time is what memory is measured for. (transfer full)
 * (nullable): NULL with PGA_ERROR_INPUT. */
PgaPythonSource *pga_django_file_parse(const PgaDjangoFile *file, GError **error);

/* (nullable): borrowed. */
const PgaDjangoFile *pga_django_project_file(const PgaDjangoProject *project, const char *path);

/* The file of a module as @from would import it: (nullable), borrowed. */
const PgaDjangoFile *pga_django_project_module(const PgaDjangoProject *project,
                                               const PgaDjangoFile *from, const char *module);

/* The application that a file belongs to: (nullable), borrowed. */
const PgaDjangoApp *pga_django_project_app(const PgaDjangoProject *project,
                                           const PgaDjangoFile *file);

/* The settings that decide: (nullable), borrowed. */
const PgaDjangoSettings *pga_django_project_settings(const PgaDjangoProject *project);

/* "accounts.User"; Django's own when nothing says it. Borrowed. */
const char *pga_django_project_user_model(const PgaDjangoProject *project);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDjangoProject, pga_django_project_free)

G_END_DECLS
