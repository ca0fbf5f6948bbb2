/* What the files of the answer share: what is wished for, and the migrations that make it so. */
#pragma once
#include <django/history.h>
#include <django/rewrite.h>
#include <migration/script.h>

#include "django_internal.h"

G_BEGIN_DECLS

typedef enum {
    DJANGO_WISH_INDEX,      /* Meta.indexes */
    DJANGO_WISH_CHECK,      /* CheckConstraint */
    DJANGO_WISH_UNIQUE,     /* UniqueConstraint */
    DJANGO_WISH_CONSTRAINT, /* any other constraint */
    DJANGO_WISH_FIELD,      /* a field's definition */
    DJANGO_WISH_SQL,        /* an index that Django has no words for */
    DJANGO_WISH_REMOVAL,    /* an index of Meta, of index_together, of a field goes */
} DjangoWishKind;

/** Something that is to be different. */
typedef struct {
    DjangoWishKind kind;
    const PgaDjangoModel *model;
    const PgaDjangoField *field; /* (nullable): of FIELD, of a field's own index that goes */
    PgaPyValue *call;            /* (nullable): of SQL that Django has no words for, of an index of
                                    Meta that goes; a list: of index_together */
    char *name;                  /* of the index, the constraint; the field's */
    char *sql, *undo;    /* (nullable): of SQL, of a field's own index: one statement each */
    char *extension;     /* (nullable): that it needs */
    char *why;           /* one sentence */
    const char *rule;    /* (nullable): of a finding's; static */
    GPtrArray *also;     /* of const char *: rules whose findings it answers as well; static */
    guint first_release; /* of Django that has words for it, of SQL; 0: none has */
} DjangoWish;

typedef struct {
    PgaDjangoWork *work;
    const PgaDjangoProject *project;
    PgaDjangoState *state; /* the models, as migrations see them: what migrations are told on */
    GPtrArray *wishes;     /* of DjangoWish *: by model and in the order of their making */
    GHashTable *names;     /* set of names of indexes and constraints that are taken */
    GString *sql;
    GString *later;            /* SQL of what no migration can be written for yet */
    GPtrArray *differences;    /* (nullable): of PgaDjangoDifference *: read when asked for */
    const PgaDjangoFile *file; /* (nullable): of the last model that changed */
    PgaPythonSource *source;   /* (nullable): that file, parsed */
} DjangoAnswer;

DjangoWish *pga_django_wish_new(DjangoWishKind kind, const PgaDjangoModel *model);
/* Takes @wish: kept, unless the same is there or wished for already. Returns (transfer none)
 * (nullable): what is wished for now: @wish, or what serves it; NULL: the model has it. */
const DjangoWish *pga_django_wish_add(DjangoAnswer *answer, DjangoWish *wish);
/* django_answer_served.c: (transfer none) (nullable): what is wished for and serves what @wish is
 * for; @text: its call without a name. */
DjangoWish *pga_django_wish_served_by(const DjangoAnswer *answer, const DjangoWish *wish,
                                      const char *text);
/* (transfer full): a call as text, without what it is called. */
char *pga_django_bare_text(const PgaPyValue *call);
/* (transfer full): @name cut to what Django takes, and not taken yet. */
char *pga_django_wish_name(DjangoAnswer *answer, const char *name);

/* django_answer_agree.c: the fix's SQL becomes that of @wish, which is the finding's own or serves
 * it; @stated: (nullable): the name that the finding gave. */
void pga_django_fix_agree(DjangoAnswer *answer, PgaFinding *finding, const char *stated,
                          const DjangoWish *wish, gboolean is_own);
/* What the plans name as the advisor does is in the answer by another name. */
void pga_django_plans_agree(const PgaDjangoReport *report, const char *advised, const char *name);
/* (transfer full): @text with @from, where it is a whole name, replaced. */
char *pga_django_name_replaced(const char *text, const char *from, const char *to);

/* django_answer_reference.c: a foreign key's own index, of a finding that there is none; its file,
 * which takes @state, of state_operations. */
void pga_django_wish_reference(DjangoAnswer *answer, PgaFinding *finding,
                               const PgaDjangoModel *model);
void pga_django_reference_step(const DjangoWish *wish, char *state, GPtrArray *files);

/* django_answer_release.c: what the project's release cannot state becomes SQL. */
void pga_django_wish_settle(DjangoAnswer *answer, DjangoWish *wish);
/* Says so in the finding's fix. */
void pga_django_fix_settle(const DjangoAnswer *answer, PgaFinding *finding, const DjangoWish *wish);
/* django_answer_steps.c: (transfer full) (nullable): the one statement of an operation, as Django
 * runs it: "AddConstraint", "constraint". */
char *pga_django_answer_statement(DjangoAnswer *answer, const DjangoWish *wish, const char *class,
                                  const char *argument);

/* django_answer_index.c: what the advisor recommends. */
void pga_django_wish_indexes(DjangoAnswer *answer);
/* (transfer full) (nullable): CREATE INDEX as a call of Django's; NULL: it has no words for it.
 * @name: of the index. */
char *pga_django_index_call(const PgaDjangoProject *project, const PgaDjangoModel *model,
                            const char *sql, const char *name);

/* A relation to the model of users names the setting: what is "auth.User" here is another there. */
void pga_django_name_user_model(const PgaDjangoProject *project, PgaPyValue *call);

/* django_answer_removal.c: indexes that others begin with, those of the answer among them: what
 * goes. */
void pga_django_wish_removals(DjangoAnswer *answer);
/* django_answer_removal_steps.c */
void pga_django_removal_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files);
/* django_answer_map.c: report->index_map: what there is, what comes, what goes. */
void pga_django_map_indexes(DjangoAnswer *answer);
/* The keys of an index that is wished for. (transfer full): of char *: "-created", "UPPER(name)" */
GPtrArray *pga_django_wish_keys_of(const DjangoWish *wish);
/* django_answer_models.c: the class as it should be, in report->changes, unless it stays. */
void pga_django_change_model(DjangoAnswer *answer, const PgaDjangoModel *model);
/* (nullable): the file of a model, parsed; borrowed till that of another one is asked for. */
const PgaPythonSource *pga_django_answer_source(DjangoAnswer *answer, const PgaDjangoFile *file);

/* Whether wrappers of index keys are registered: OpClass(). */
gboolean pga_django_has_contrib_postgres(const PgaDjangoProject *project);

/* django_answer_findings.c: what the findings' fixes say in Python: unique keys; all else. */
void pga_django_wish_keys(DjangoAnswer *answer);
void pga_django_wish_fixes(DjangoAnswer *answer);

/* (transfer full) (nullable): an expression read. */
PgaPyValue *pga_django_python_value(const char *text);

/* django_answer_ahead.c: whether no migration makes what it is about; says so, once for an app:
 * @wishes: of const DjangoWish *, may be empty. */
gboolean pga_django_wish_is_ahead(DjangoAnswer *answer, const DjangoWish *wish);
void pga_django_note_ahead(DjangoAnswer *answer, const char *app, const GPtrArray *wishes);

/* django_answer_migrations.c: all files, in order. */
void pga_django_write_migrations(DjangoAnswer *answer);

/** A file being written. */
typedef struct {
    char *name; /* behind the number: "shop_order_status_idx" */
    char *why, *lock;
    char *sql; /* (nullable): what it runs, where that is known without Django */
    PgaSafety safety;
    gboolean alone;        /* atomic = False */
    gboolean late;         /* behind all others of the app */
    GPtrArray *operations; /* of char *: at eight blanks, without the comma behind */
    GString *functions;    /* what stands before the class */
    GPtrArray *depends;    /* of char *: "(\"shop\", \"0003_x\")" besides the app's last one */
    GPtrArray *rules;      /* of char * */
} DjangoFile;

#define PGA_DJANGO_ALONE "outside a transaction, others read and write meanwhile"

DjangoFile *pga_django_file_new(const char *name, char *why, const char *lock, PgaSafety safety);
void pga_django_file_free(DjangoFile *file);
/* Takes @operation. */
void pga_django_file_add(DjangoFile *file, char *operation);

/* django_answer_steps.c: the files of one wish, appended to @files (of DjangoFile *). */
void pga_django_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files);

/* Appended to @files; takes @why. */
DjangoFile *pga_django_step(GPtrArray *files, const char *name, const char *lock, PgaSafety safety,
                            char *why);
/* (transfer full): the operation of a model, with one argument, in state_operations. */
char *pga_django_inner_operation(const char *class, const DjangoWish *wish, const char *argument);
/* Whoever waits for a strong lock makes all others wait: not for long. */
void pga_django_step_lock_timeout(DjangoFile *file);
/* (transfer full) each: RunSQL(), @reverse and @state nullable; the table, quoted; lower case. */
char *pga_django_run_sql(const char *sql, const char *reverse, const char *state);
char *pga_django_wish_table(const DjangoWish *wish);
char *pga_django_lower(const char *text);
/* django_answer_unique.c: a unique key's files; the one of its index; its two statements, FALSE
 * where it is no constraint of the server's. */
void pga_django_unique_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files);
DjangoFile *pga_django_unique_index_file(const DjangoWish *wish, const char *name,
                                         GPtrArray *files);
gboolean pga_django_unique_statements(DjangoAnswer *answer, const DjangoWish *wish, char **index,
                                      char **adopt);
/* django_answer_fields.c: whether a migration can hold the definition: it knows what is named. */
gboolean pga_django_is_writable(const PgaPyValue *call);
/* AlterField(), for state_operations where @inner. */
char *pga_django_wish_alter_field(const DjangoWish *wish, gboolean inner);
void pga_django_field_steps(DjangoAnswer *answer, const DjangoWish *wish, GPtrArray *files);

/** NOT NULL by a constraint that is validated while others write. */
typedef struct {
    char *table, *column, *check; /* table: quoted; check: the constraint's name */
} DjangoNotNull;

void pga_django_not_null_clear(DjangoNotNull *names);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DjangoNotNull, pga_django_not_null_clear)

/* Its first two files; takes @why. */
void pga_django_forbid_step(const DjangoNotNull *names, char *why, GPtrArray *files);
void pga_django_validate_step(const DjangoNotNull *names, GPtrArray *files);

/* django_answer_json.c: a text that becomes JSON: whether it does; its files, which take @state, of
 * state_operations; leaves out indexes on such texts. */
gboolean pga_django_becomes_json(const DjangoWish *wish);
void pga_django_json_steps(DjangoAnswer *answer, const DjangoWish *wish, char *state,
                           GPtrArray *files);
void pga_django_wish_json(DjangoAnswer *answer);
/* What an empty text becomes; NULL: NULL. */
const char *pga_django_json_empty(const DjangoWish *wish);
/* (transfer full): "varchar(20)", "text". */
char *pga_django_json_type_before(const DjangoWish *wish);
/* django_answer_json_column.c: the files of a column beside the text, which takes its place. */
void pga_django_json_column_steps(DjangoAnswer *answer, const DjangoWish *wish, const char *state,
                                  GPtrArray *files);

/* (transfer full): of PgaDjangoStatement *: what Django runs for operations of the app, each one
 * "migrations.AddIndex(…)" or so. */
GPtrArray *pga_django_answer_statements(DjangoAnswer *answer, const char *app,
                                        const char *operations);
/* (transfer full): as a literal of Python. */
char *pga_django_python_string(const char *text);

G_END_DECLS
