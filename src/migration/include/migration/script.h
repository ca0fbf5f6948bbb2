/* Migrations as people write them: which files, in which order, run by which tool in which
 * transactions; and the steps of each, one at a time. Outside data: nothing here trusts it. A
 * file's text and one step's tree are in memory at a time. */
#pragma once
#include <django/migration.h>
#include <glib.h>
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

G_BEGIN_DECLS

/** How a tool names files and runs them; one line each in tools.c. */
typedef struct {
    const char
        *name; /* "psql", "flyway", "dbmate", "golang-migrate", "sqitch", "rails", "django", … */
    gboolean in_transaction; /* wraps each file in a transaction unless the file says otherwise */
    const char *opt_out;     /* (nullable): the line that says otherwise: "-- transaction:false" */
    gboolean alone_is_free;  /* …but a file of one statement has no transaction around it */
} PgaMigrationTool;

/* (nullable): the one of that name; static. */
const PgaMigrationTool *pga_migration_tool(const char *name);
/* (nullable): NULL behind the last; static. */
const PgaMigrationTool *pga_migration_tool_at(guint i);

/** What the caller states. */
typedef struct {
    const char *tool;            /* (nullable): detected */
    gboolean single_transaction; /* --single-transaction: all files of a plain tool in one each */
    const char *encoding;        /* (nullable): UTF-8, UTF-16 by its mark */
} PgaMigrationOptions;

/** A file found, in the order in which it would be run. */
typedef struct {
    char *path; /* as shown; "-" standard input */
    char *text; /* (nullable): of what is not on disk: standard input, a git blob */
    const PgaMigrationTool *tool; /* (nullable): of pga_migration_tool(), none other */
    char *version;                /* (nullable): by the tool's convention: "20240131120000" */
    gboolean down;                /* undoes the one of the same version: looked at, not applied */
    gboolean repeatable;          /* runs again whenever it changes: after all others */
    gboolean context; /* only tells the state before: not judged (--diff: the history) */
    gboolean outside; /* the tool is told, beside the file, to run it without a transaction */
    PgaDjangoMigration *django; /* (nullable): of a .py file: what Django would run */
    char *root; /* (nullable): the folder inside which \i is followed; NULL: not at all */
} PgaMigrationFile;

void pga_migration_file_free(PgaMigrationFile *file);

/* (transfer full) (nullable): of PgaMigrationFile *, in order. @paths: files, directories, "-".
 * PGA_ERROR_INPUT: not there, nothing that looks like a migration in it. Links are not followed
 * out of the tree; \i includes are read only inside it. */
GPtrArray *pga_migrations_find(const char *const *paths, const PgaMigrationOptions *options,
                               GError **error);

/* Of files that the caller names itself (path, text, context, root): tool, version, down,
 * repeatable are filled where the path and the text tell them, and the files put in order. A text
 * with an up and a down section becomes two. PGA_ERROR_INPUT: no such tool. */
gboolean pga_migrations_order(GPtrArray *files, const PgaMigrationOptions *options, GError **error);

typedef enum {
    PGA_STEP_SQL,    /* a statement */
    PGA_STEP_ROWS,   /* COPY … FROM stdin with its data: not kept */
    PGA_STEP_META,   /* a backslash command of psql that changes nothing in the database */
    PGA_STEP_OPAQUE, /* what cannot be read as SQL: RunPython, a template's placeholder: @error says
                      */
} PgaStepKind;

/** Syntax newer than the parser: one line each in newer.c. The tree is as the older syntax without
 * it would make it; places are right. SET EXPRESSION AS comes as SET DEFAULT; a NOT NULL of the
 * table as the newer parser has it: CONSTR_NOTNULL whose keys name the column. */
typedef enum {
    PGA_NEWER_NONE = 0,
    PGA_NEWER_NOT_ENFORCED = 1 << 0,   /* 18: CHECK, FOREIGN KEY … NOT ENFORCED */
    PGA_NEWER_ALTER_ENFORCED = 1 << 1, /* 18: ALTER CONSTRAINT … [NOT] ENFORCED */
    PGA_NEWER_ALTER_NOT_ENFORCED = 1 << 2,
    PGA_NEWER_ALTER_INHERIT = 1 << 3,  /* 18: ALTER CONSTRAINT … [NO] INHERIT */
    PGA_NEWER_VIRTUAL = 1 << 4,        /* 18: GENERATED ALWAYS AS (…) VIRTUAL, or neither word */
    PGA_NEWER_SET_EXPRESSION = 1 << 5, /* 17: ALTER COLUMN … SET EXPRESSION AS (…) */
    PGA_NEWER_NAMED_NOT_NULL = 1 << 6, /* 18: ADD CONSTRAINT n NOT NULL c [NOT VALID] */
    PGA_NEWER_NOT_NULL_NOT_VALID = 1 << 7,
    PGA_NEWER_WITHOUT_OVERLAPS = 1 << 8, /* 18 */
    PGA_NEWER_PERIOD = 1 << 9,           /* 18 */
    PGA_NEWER_MERGE_RETURNING = 1 << 10, /* 17 */
    PGA_NEWER_OTHER = 1 << 11,           /* read, without a meaning for locks */
} PgaNewerSyntax;

/** One statement. Borrowed from the reader, until the next one. */
typedef struct {
    PgaStepKind kind;
    const char *file; /* as shown */
    const char *text; /* not NUL-terminated, without the semicolon */
    gsize length;
    gsize offset; /* bytes from the file's beginning */
    guint line, column;
    const PgQuery__Node *tree; /* (nullable): not parsed; @error says why. At most 2000 deep */
    guint newer;               /* of PgaNewerSyntax */
    char *error;               /* (nullable) */
    char *hint;                /* (nullable): what to do about it: a sentence */
    guint error_line, error_column;
    guint number; /* of the statement in its file, from 1; that of DO for what is in its body */
    guint transaction;       /* number of the transaction in its file, from 1 */
    gboolean in_block;       /* inside a transaction block, the tool's or BEGIN … COMMIT */
    gboolean in_tools_block; /* inside the tool's */
    guint depth;             /* 0: of the file; 1: in the body of a DO or of a function */
    gboolean executed;       /* FALSE: in the body of a function that is only defined here */
    gboolean conditional;    /* in IF, LOOP, EXCEPTION of a body: may not run, may run often */
    char **ignored; /* (nullable): rules that `-- pgarchitect: ignore RULE reason` names for it, or
                       for the file */
    /*< private >*/
    gboolean anchored; /* the text was put together: all of it is where the step begins */
} PgaStep;

typedef struct PgaMigrationReader PgaMigrationReader;

/* (nullable): PGA_ERROR_INPUT: not readable, no text. What is wrong with one statement (another
 * dialect, not UTF-8, a quoted string that does not end) is that step's @error, and reading goes
 * on. */
PgaMigrationReader *pga_migration_reader_new(const PgaMigrationFile *file,
                                             const PgaMigrationOptions *options, GError **error);
void pga_migration_reader_free(PgaMigrationReader *reader);

/* FALSE without @error: no more. BEGIN, COMMIT, SET … come as steps too. */
gboolean pga_migration_reader_next(PgaMigrationReader *reader, const PgaStep **step,
                                   GError **error);

/** A comment that suppresses: after the last step these have been counted. */
typedef struct {
    char *rule, *reason; /* reason (nullable) */
    guint line, column;
    gboolean of_file; /* stands before the first statement with "ignore-file" */
    guint used;       /* findings that it suppressed: the caller counts */
} PgaSuppression;
const GPtrArray *
pga_migration_reader_suppressions(const PgaMigrationReader *reader); /* of PgaSuppression * */

/* Line and column (in characters) of the byte @offset of the step's text. */
void pga_step_position(const PgaStep *step, gsize offset, guint *line, guint *column);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaMigrationReader, pga_migration_reader_free)

G_END_DECLS
