/* Models and their fields, as migrations say them. */
#pragma once
#include <python/value.h>

#include "django/migration.h"

G_BEGIN_DECLS

typedef struct {
    char *name;
    const PgaPyValue *call; /* models.CharField(…); kept by the state */
} DjangoField;

typedef struct {
    char *app, *name;
    char *table;
    gboolean managed, proxy;
    gboolean is_partial;        /* some of its fields are computed, or it was never created */
    const char *comment;        /* (nullable): db_table_comment */
    const char *auto_field;     /* (nullable): of the table between, "AutoField"; NULL: big */
    GPtrArray *fields;          /* of DjangoField *: in order */
    GPtrArray *unique_together; /* of PgaPyValue * (lists of names), borrowed */
    GPtrArray *index_together;
    GPtrArray *indexes;     /* of const PgaPyValue *: calls of Index classes */
    GPtrArray *constraints; /* of const PgaPyValue * */
} DjangoModel;

struct PgaDjangoState {
    GHashTable *models; /* of "app.model", lower case, to DjangoModel * */
    GPtrArray *kept;    /* of PgaPyValue *: what fields and indexes point into */
    char *user_model;   /* "auth.user" */
};

DjangoModel *pga_django_model(const PgaDjangoState *state, const char *app, const char *name);
/* The model that "app.Model", "Model" or a name like settings.AUTH_USER_MODEL means. (nullable) */
DjangoModel *pga_django_model_of(const PgaDjangoState *state, const char *app,
                                 const PgaPyValue *reference);
DjangoModel *pga_django_model_add(PgaDjangoState *state, const char *app, const char *name);
void pga_django_model_rename(PgaDjangoState *state, DjangoModel *model, const char *name);
void pga_django_model_remove(PgaDjangoState *state, DjangoModel *model);

DjangoField *pga_django_field(const DjangoModel *model, const char *name);
DjangoField *pga_django_field_add(DjangoModel *model, const char *name, const PgaPyValue *call);
void pga_django_field_remove(DjangoModel *model, const char *name);
const DjangoField *pga_django_primary_key(const DjangoModel *model);

/* --- what a field is in the database --- */

/** For the SQL of one model's fields. */
typedef struct {
    const PgaDjangoState *state;
    const DjangoModel *model;
    guint version; /* of Django: 302 */
} DjangoContext;

gboolean pga_django_is_relation(const DjangoField *field); /* ForeignKey, OneToOneField */
gboolean pga_django_is_many(const DjangoField *field);     /* ManyToManyField */
gboolean pga_django_is_auto(const DjangoField *field);
gboolean pga_django_is_primary(const DjangoField *field);
gboolean pga_django_is_unique(const DjangoField *field); /* primary keys too */
gboolean pga_django_is_null(const DjangoField *field);
gboolean pga_django_has_index(const DjangoField *field);
gboolean pga_django_has_foreign_key(const DjangoField *field); /* db_constraint */
/* (transfer full) each. */
char *pga_django_column(const DjangoField *field);
char *pga_django_type(const DjangoContext *context,
                      const DjangoField *field); /* (nullable): no column */
char *pga_django_relation_type(const DjangoContext *context, const DjangoField *field);
/* The type without its modifiers: USING is written when it differs. */
char *pga_django_data_type(const DjangoContext *context, const DjangoField *field);
char *pga_django_check(const DjangoField *field); /* (nullable): "\"n\" >= 0" */
char *pga_django_default(const DjangoContext *context,
                         const DjangoField *field); /* (nullable): SQL */
/* (nullable): db_default=Now(), which stays with the column: SQL. */
char *pga_django_database_default(const DjangoContext *context, const DjangoField *field);
char *pga_django_column_sql(const DjangoContext *context, const DjangoField *field,
                            gboolean with_default);
/* (nullable): "varchar_pattern_ops" when the column gets an index for LIKE. */
const char *pga_django_like_opclass(const DjangoContext *context, const DjangoField *field);

/** What a foreign key references. */
typedef struct {
    char *table, *column;
} DjangoTarget;
void pga_django_target(const DjangoContext *context, const DjangoField *field, DjangoTarget *out);
void pga_django_target_clear(DjangoTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DjangoTarget, pga_django_target_clear)

/* --- names --- */

/* (transfer full): Django's name of an index or constraint, not quoted; columns NULL-terminated. */
char *pga_django_name(const char *table, const char *const *columns, const char *suffix);
/* (transfer full): a table's name as Django cuts it at what PostgreSQL takes. */
char *pga_django_truncated(const char *name);
/* (transfer full): the name of an Index that has none: Index.set_name_with_model(). */
char *pga_django_index_name(const char *table, const char *const *columns, const char *suffix);
char *pga_django_quote(const char *name); /* always with quotes */
/* (transfer full): "\"a\", \"b\"": columns of the fields that a list of names says; @columns
 * (nullable, of char *) gets them plain. */
char *pga_django_columns(const DjangoModel *model, const PgaPyValue *names, GPtrArray *columns);
/* The column of a field's name ("pk" too): (transfer full). */
char *pga_django_column_named(const DjangoModel *model, const char *name);

/* --- conditions and expressions --- */

/* (transfer full) (nullable): SQL of a Q or of an expression; NULL: cannot be told. */
char *pga_django_condition(const DjangoModel *model, const PgaPyValue *condition);
char *pga_django_expression(const DjangoModel *model, const PgaPyValue *expression);
char *pga_django_literal(const PgaPyValue *value);
char *pga_django_quoted_literal(const char *text); /* (transfer full): 'text' */

/* --- operations --- */

/** A migration being turned into statements. */
typedef struct {
    PgaDjangoState *state;
    PgaDjangoMigration *migration;
    guint version;
    GPtrArray *deferred; /* of PgaDjangoStatement *: run when all operations have */
    guint line, column;
    const char *text;    /* (nullable): of the operation */
    const char *remark;  /* (nullable) */
    gboolean state_only; /* in SeparateDatabaseAndState's state_operations */
} DjangoRun;

PgaDjangoMigration *pga_django_migration_new(const char *path);
void pga_django_statement_free(gpointer data);
/* {("a", "b"), …}, [("a", "b")], or ("a", "b") for one: the lists, borrowed. (nullable) @value */
void pga_django_take_together(GPtrArray *into, const PgaPyValue *value);
void pga_django_operation(DjangoRun *run, const PgaPyValue *operation);
void pga_django_emit(DjangoRun *run, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pga_django_defer(DjangoRun *run, const char *format, ...) G_GNUC_PRINTF(2, 3);
void pga_django_cannot(DjangoRun *run, const char *format, ...) G_GNUC_PRINTF(2, 3);

void pga_django_create_model(DjangoRun *run, DjangoModel *model);
void pga_django_add_field(DjangoRun *run, DjangoModel *model, const DjangoField *field);
void pga_django_alter_field(DjangoRun *run, DjangoModel *model, const DjangoField *before,
                            const DjangoField *after);
void pga_django_drop_foreign_key(DjangoRun *run, const DjangoModel *model,
                                 const DjangoField *field);
void pga_django_add_foreign_key(DjangoRun *run, const DjangoModel *model, const DjangoField *field,
                                gboolean deferred);
/* The index and the one for LIKE that the field asks for. */
void pga_django_field_indexes(DjangoRun *run, const DjangoModel *model, const DjangoField *field,
                              gboolean deferred);
char *pga_django_foreign_key_name(const DjangoContext *context, const DjangoField *field);
void pga_django_many_table(DjangoRun *run, const DjangoModel *model, const DjangoField *field);
void pga_django_together(DjangoRun *run, const DjangoModel *model, const PgaPyValue *names,
                         gboolean unique, gboolean drop, gboolean deferred);
/* CREATE INDEX of an Index class's call; FALSE: cannot be told. */
gboolean pga_django_index_sql(DjangoRun *run, const DjangoModel *model, const PgaPyValue *index,
                              gboolean concurrently);
gboolean pga_django_constraint_sql(DjangoRun *run, const DjangoModel *model,
                                   const PgaPyValue *constraint, gboolean not_valid);

G_END_DECLS
