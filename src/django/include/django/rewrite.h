/* Python written for a project: a class of models as it should be, calls and imports. */
#pragma once
#include <django/migration.h>
#include <django/model.h>
#include <glib.h>
#include <python/source.h>
#include <python/value.h>

G_BEGIN_DECLS

/** What of a class is to be different. */
typedef struct {
    const PgaDjangoModel *model;
    const GPtrArray *fields;        /* of char *: whole definitions: "note = models.TextField()" */
    const GPtrArray *indexes;       /* of PgaPyValue *: that come into Meta.indexes */
    const GPtrArray *constraints;   /* of PgaPyValue *: and into Meta.constraints */
    const GPtrArray *gone_indexes;  /* of char *: names of those that leave Meta.indexes */
    const GPtrArray *gone_together; /* of PgaPyValue *: lists that leave Meta.index_together */
    const PgaPythonSource *source;  /* (nullable): the model's file, parsed; else it is done here */
} PgaDjangoRewrite;

/* (transfer full) (nullable): the class's first line, the fields, the whole Meta with what stands
 * there already as it is written; NULL: the class is not found in its file. */
char *pga_django_rewrite(const PgaDjangoProject *project, const PgaDjangoRewrite *rewrite);

/* Whether the class's own Meta has the index of that name, the list; else it inherits them. */
gboolean pga_django_rewrite_finds(const PgaDjangoRewrite *rewrite);

/* Whether the line stands in the class, not in a base of it in the same file. */
gboolean pga_django_rewrite_holds(const PgaPythonSource *source, const PgaDjangoModel *model,
                                  guint line);

/* (transfer full): on one line where it is short, else an argument on each. @indent: blanks before
 * it, and @room: what stands before it on its line. */
char *pga_django_call_text(const PgaPyValue *call, guint indent, guint room);

/* (transfer full): of char *, sorted: the import lines that Python made by this program needs. */
GPtrArray *pga_django_imports(const char *code);

/* (transfer full): of the project's models, as migrations see them: to apply further ones to. */
PgaDjangoState *pga_django_project_state(const PgaDjangoProject *project);

G_END_DECLS
