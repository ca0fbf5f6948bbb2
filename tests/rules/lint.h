/* Rules of migrations on SQL text: which of them report on which line. */
#pragma once
#include <rules/lint.h>
#include <rules/rule.h>

/** A history of files. Set what differs before the first file. */
typedef struct {
    PgaConfiguration *configuration;
    guint version;                 /* 150000 */
    const char *tool;              /* (nullable): the file's tool: "django" */
    gboolean single;               /* every file in one transaction */
    const char *only;              /* (nullable): this rule alone */
    const char *const *only_these; /* (nullable) NULL-terminated: in place of it */
    double small;                  /* small_table_rows */
    PgaState *state;               /* from the first file on, or lint_start() */
    PgaLint *lint;
} Lint;

Lint *lint_new(void);
void lint_free(Lint *lint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lint, lint_free)

/* Before the start: a rule that is off unless the configuration names it. */
void lint_switch_on(Lint *lint, const char *rule);

/* Makes state and engine; lint_file() does so too. */
void lint_start(Lint *lint);
/* Runs @sql as the next file; as context (the schema before, not judged). */
void lint_file(Lint *lint, const char *path, const char *sql);
void lint_context(Lint *lint, const char *sql);
/* Ends the history. (transfer full): "rule:line rule:line" in order of places; with several files
 * "rule:path:line". */
char *lint_end(Lint *lint);

/* (nullable): the first finding of @rule. */
const PgaFinding *lint_finding(Lint *lint, const char *rule);

/* That after @before (nullable: nothing; not judged) @rule reports on exactly these lines of @sql:
 * "1 3"; "" for none. Tables that nobody created are assumed to be there and in use. */
#define lint_assert(rule, before, sql, lines)                                                      \
    lint_assert_of(G_STRLOC, 150000, rule, before, sql, lines)
#define lint_assert_version(version, rule, before, sql, lines)                                     \
    lint_assert_of(G_STRLOC, version, rule, before, sql, lines)
void lint_assert_of(const char *where, guint version, const char *rule, const char *before,
                    const char *sql, const char *lines);
