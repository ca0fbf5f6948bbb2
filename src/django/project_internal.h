/* What modules define, and what their names mean. */
#pragma once
#include <django/model.h>
#include <django/project.h>
#include <python/value.h>

G_BEGIN_DECLS

typedef struct DjangoClass DjangoClass;
typedef struct DjangoModule DjangoModule;

/** A function of a module or a class: where its text is, to be read when it is asked for. */
typedef struct {
    char *name;
    const DjangoModule *module;
    const DjangoClass *class; /* (nullable) */
    guint start, end;         /* bytes of the file's text, without decorators */
    guint line;               /* 1-based: of start */
    gboolean is_property, is_static, is_class_method;
} DjangoFunction;

/** A name that a module or a class binds: one of a value, a class or an import. */
typedef struct {
    char *name;
    PgaPyValue *value;  /* (nullable) */
    DjangoClass *class; /* (nullable) */
    char *import;       /* (nullable): dotted: "django.db.models", "shop.models.Order" */
    guint line;
} DjangoName;

typedef struct {
    GPtrArray *names;      /* of DjangoName *, in order */
    GHashTable *by_name;   /* the last one of each name; borrowed */
    GHashTable *functions; /* of char * to DjangoFunction *: not among the names */
    GHashTable *types;     /* (nullable): of char * to char *: "line: OrderLine" without a value */
} DjangoScope;

struct DjangoClass {
    char *name;
    const DjangoModule *module;
    const DjangoClass *outer; /* (nullable) */
    GPtrArray *bases;         /* of PgaPyValue * */
    DjangoScope *scope;
    GHashTable *keywords; /* (nullable): of char * to PgaPyValue *: set by its __init__ */
    guint line, column;
};

/** DATABASES["default"]["PORT"] = 6432 */
typedef struct {
    char *name;
    GPtrArray *keys; /* of char *: outermost first */
    PgaPyValue *value;
} DjangoItem;

struct DjangoModule {
    const PgaDjangoFile *file;
    DjangoScope *scope;
    GPtrArray *items;   /* of DjangoItem *: set outside of branches */
    GPtrArray *stars;   /* of char *: modules of "import *" */
    GPtrArray *imports; /* of char *: what is imported, in order */
    guint loaded;       /* its place in the order of imports; 0: none yet */
};

/* (transfer full): the path of @name in @folder, which may be "". */
char *pga_django_below(const char *folder, const char *name);
/* (transfer full): the name of the folder that is read, as a package. */
char *pga_django_own_name(const PgaDjangoProject *project);

DjangoScope *pga_django_scope_new(void);
void pga_django_scope_free(DjangoScope *scope);
DjangoName *pga_django_scope_add(DjangoScope *scope, const char *name);
/* (nullable) */
DjangoName *pga_django_scope_find(const DjangoScope *scope, const char *name);

/* What the file binds; borrowed from it. (nullable): not Python at all. */
DjangoModule *pga_django_module_of(const PgaDjangoFile *file);
/* ahead.c: the trees of all files that @is_wanted names, in their order: parsed in another thread
 * ahead of @visit, whose they are as long as it runs. @source: (nullable): it cannot be parsed. */
typedef gboolean (*PgaDjangoFileTest)(const PgaDjangoFile *file);
typedef void (*PgaDjangoSourceVisit)(const PgaDjangoFile *file, const PgaPythonSource *source,
                                     gpointer data);
void pga_django_each_source(const PgaDjangoProject *project, PgaDjangoFileTest is_wanted,
                            PgaDjangoSourceVisit visit, gpointer data);

/* coding.c: a source in the encoding that its first lines state (PEP 263), as UTF-8: (transfer
 * full) (nullable): none is stated, or it is not of that. */
char *pga_django_decoded(const char *text, gsize length, gsize *n_bytes);

/** Lines of a file, 1-based. */
typedef struct {
    guint first, last;
} PgaDjangoLines;

/* repair.c: puts blanks in the place of the statements of @file's text that are no Python. Returns:
 * (transfer full) (nullable): of PgaDjangoLines: where they stand; NULL: it is left as it is. */
GArray *pga_django_repair(PgaDjangoFile *file);

/* reading.c: what the modules of all files define. */
void pga_django_read_modules(PgaDjangoProject *project);
DjangoModule *pga_django_module_read(const PgaDjangoFile *file, const PgaPythonSource *source);
void pga_django_module_free(DjangoModule *module);

/* Arguments that an __init__ sets: (transfer full): of char * to PgaPyValue *. */
GHashTable *pga_django_init_keywords(const PgaPythonSource *source, TSNode function);

/** What a name means. */
typedef struct {
    const DjangoModule *module;     /* (nullable): where the value or class stands */
    const DjangoClass *class;       /* (nullable) */
    const DjangoClass *within;      /* (nullable): the class whose member the value is */
    const PgaPyValue *value;        /* (nullable) */
    const DjangoFunction *function; /* (nullable): only of pga_django_code_meaning() */
    char *external;                 /* (nullable): of a package that is not here: its dotted name */
    guint looked; /* scopes looked into so far: bounds imports that go in circles */
} DjangoMeaning;

void pga_django_meaning_clear(DjangoMeaning *meaning);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DjangoMeaning, pga_django_meaning_clear)

/** Where a name is looked up. */
typedef struct {
    const PgaDjangoProject *project;
    const DjangoModule *module;
    const DjangoClass *class; /* (nullable): the class in whose body it stands */
} DjangoPlace;

/* FALSE: nothing known by that name. */
gboolean pga_django_meaning(const DjangoPlace *place, const char *dotted, DjangoMeaning *out);

/* The same, functions and methods too. */
gboolean pga_django_code_meaning(const DjangoPlace *place, const char *dotted, DjangoMeaning *out);
/* What "shop.models.Order" means where it is imported. */
gboolean pga_django_imported(const DjangoPlace *place, const char *dotted, DjangoMeaning *out);
/* setting.c: puts what the module sets in the dictionary @name into @value. */
void pga_django_apply_items(const DjangoPlace *place, const char *name, PgaPyValue *value);
/* "..models" in @file: "shop.models". (transfer full) */
char *pga_django_absolute(const PgaDjangoFile *file, const PgaPythonSource *source, TSNode node);

/* (transfer full): @value with the names that stand for constants replaced by these. */
PgaPyValue *pga_django_settled(const DjangoPlace *place, const PgaPyValue *value);

/* "django.db.models.CharField" of the class that @class comes down to outside the project, else
 * the dotted name of what @dotted is. (transfer full) (nullable) */
char *pga_django_outside(const DjangoPlace *place, const char *dotted);

void pga_django_unread(PgaDjangoProject *project, const char *path, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

void pga_django_add_built_in(PgaDjangoProject *project);
void pga_django_read_requirements(PgaDjangoProject *project, const char *path, const char *text);
gboolean pga_django_is_requirements(const char *path);
void pga_django_find_settings(PgaDjangoProject *project);
void pga_django_find_apps(PgaDjangoProject *project);
void pga_django_find_models(PgaDjangoProject *project);
void pga_django_find_links(PgaDjangoProject *project);
void pga_django_links_free(gpointer data);
void pga_django_settings_free(gpointer data);
void pga_django_app_free(gpointer data);
void pga_django_project_model_free(gpointer data);
void pga_django_history_free(gpointer history); /* (nullable) */

/** The classes that a class inherits from, nearest first, itself included. */
typedef struct {
    GPtrArray *classes; /* of const DjangoClass * */
    gboolean is_model;  /* comes down to django.db.models.Model */
    gboolean is_partial;
} DjangoAncestry;

void pga_django_ancestry(const PgaDjangoProject *project, const DjangoClass *class,
                         DjangoAncestry *out);
void pga_django_ancestry_clear(DjangoAncestry *ancestry);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DjangoAncestry, pga_django_ancestry_clear)

/* "BigAutoField": the key that the app's models get by themselves; of NULL what the settings say,
 * which migrations give to tables between. Borrowed. */
const char *pga_django_auto_field(const PgaDjangoProject *project, const char *label);

/* --- Meta --- */

gboolean pga_django_meta_is(const DjangoClass *class, const char *name); /* in its own: True */
gboolean pga_django_class_is_abstract(const DjangoClass *class);
/* The class's Meta, else that of the nearest abstract base. (nullable) */
const DjangoClass *pga_django_meta_of(const DjangoAncestry *ancestry);
/* An option of the Meta or of those it inherits from: (transfer full) (nullable) each. */
PgaPyValue *pga_django_meta_option(const PgaDjangoProject *project, const DjangoClass *meta,
                                   const char *name);
char *pga_django_meta_text(const PgaDjangoProject *project, const DjangoClass *meta,
                           const char *name);

/* --- fields --- */

void pga_django_add_fields(const PgaDjangoProject *project, PgaDjangoModel *model,
                           const DjangoAncestry *ancestry);
/* The link to a parent, or the id, where the model has no key of its own. */
void pga_django_add_key(const PgaDjangoProject *project, PgaDjangoModel *model,
                        const DjangoClass *class);
void pga_django_order_fields(const PgaDjangoProject *project, PgaDjangoModel *model,
                             const DjangoAncestry *ancestry);

/* NULL: the value is no field. @model: "shop.Order" of the class that gets it. (transfer full) */
PgaDjangoField *pga_django_field_read(const DjangoPlace *place, const DjangoName *name,
                                      const PgaDjangoModel *model);
PgaDjangoField *pga_django_field_made(const char *name, const char *class);
void pga_django_field_settle(PgaDjangoField *field);
void pga_django_project_field_free(gpointer data);
void pga_django_set_argument(PgaPyValue *call, const char *name, PgaPyValue *value);
PgaPyValue *pga_django_string(const char *text);
PgaPyValue *pga_django_truth(gboolean truth);
/* "shop.Order" of a reference to a model: a string or a name. (transfer full) (nullable) */
char *pga_django_model_named(const DjangoPlace *place, const PgaPyValue *reference,
                             const PgaDjangoModel *model);

G_END_DECLS
