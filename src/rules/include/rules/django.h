/* Rules about Django projects. Each is asked about what it has a hook for and writes findings about
 * places in files. One file in django/ and one line in django.def each; texts, thresholds and
 * configuration as every rule's (rules/rule.h). */
#pragma once
#include <django/code.h>
#include <django/index.h>
#include <django/model.h>
#include <django/project.h>
#include <django/query.h>
#include <glib.h>
#include <model/catalog.h>
#include <model/configuration.h>
#include <model/finding.h>

G_BEGIN_DECLS

typedef struct PgaRule PgaRule;

/** What rules read. */
typedef struct {
    const PgaDjangoProject *project;
    const PgaDjangoCode *code;
    const GPtrArray *queries;  /* of PgaDjangoQuery * */
    const PgaCatalog *catalog; /* (nullable): of a database or snapshot: rows, statistics */
    GHashTable *rows;          /* (nullable): of "shop.Order" to double *: as stated or read */
    guint pg_version;          /* server_version_num that is judged for */
    const PgaConfiguration *configuration; /* (nullable) */
    const char *const *only;               /* (nullable) NULL-terminated: ids; NULL: every rule */
} PgaDjangoSource;

/** One evaluation of one rule. */
typedef struct {
    const PgaRule *rule;
    const PgaDjangoSource *source;
    const PgaDjangoProject *project; /* the source's */
    const PgaDjangoCode *code;       /* the source's */
    double threshold[5];             /* by place in rule->thresholds, the configuration applied */
    PgaSeverity severity;
    gboolean severity_fixed;
    const char *docs_url;   /* of rule->docs; interned */
    gpointer memory;        /* the rule's own, from one call to the next; freed by forget() */
    GPtrArray *findings;    /* of PgaFinding * */
    GPtrArray *not_checked; /* of PgaNotChecked * */
} PgaDjangoRun;

/** When a rule is asked; each (nullable). Tests, migrations, abstract models and what this program
 * itself knows of django.contrib are not shown. In this order. */
typedef struct {
    void (*begin)(PgaDjangoRun *run);
    void (*settings)(PgaDjangoRun *run, const PgaDjangoSettings *settings);
    void (*model)(PgaDjangoRun *run, const PgaDjangoModel *model); /* not proxies, not unmanaged */
    /* A field at the place where it is written: of an abstract base once, @model the first that has
     * it. Not those that Django makes. */
    void (*field)(PgaDjangoRun *run, const PgaDjangoModel *model, const PgaDjangoField *field);
    void (*class)(PgaDjangoRun *run, const PgaDjangoClass *class);
    void (*function)(PgaDjangoRun *run, const PgaDjangoFunction *function);
    void (*event)(PgaDjangoRun *run, const PgaDjangoEvent *event);
    void (*query)(PgaDjangoRun *run, const PgaDjangoQuery *query);
    void (*file)(PgaDjangoRun *run, const PgaDjangoFile *file); /* each one, migrations too */
    void (*finish)(PgaDjangoRun *run);
    GDestroyNotify forget; /* frees run->memory */
} PgaDjangoHooks;

/**
 * pga_django_add_finding:
 * @object: displayed text of what it is about, without line numbers: "shop.Order.total"
 * @statement: (nullable): the source's text that it is about
 *
 * Appends a finding with the rule's title, severity and citation, @format as its evidence. In a
 * management command an error is a warning and its confidence at most likely, unless the
 * configuration fixed the severity. The caller sets fix and confidence (certain until then).
 *
 * Returns: (transfer none)
 */
PgaFinding *pga_django_add_finding(PgaDjangoRun *run, const PgaDjangoFile *file, guint line,
                                   const char *object, const char *statement, const char *format,
                                   ...) G_GNUC_PRINTF(6, 7);
/* The same at an event: object is model and function, "shop.Order in shop.views.ship". */
PgaFinding *pga_django_add_at_event(PgaDjangoRun *run, const PgaDjangoEvent *event,
                                    const char *format, ...) G_GNUC_PRINTF(3, 4);
/* At a field: object is "shop.Order.total", statement its definition. */
PgaFinding *pga_django_add_at_field(PgaDjangoRun *run, const PgaDjangoModel *model,
                                    const PgaDjangoField *field, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* At a model's class line: object is "shop.Order". */
PgaFinding *pga_django_add_at_model(PgaDjangoRun *run, const PgaDjangoModel *model,
                                    const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Python that replaces or completes @finding's code: fix.code. Takes @code. */
void pga_django_fix_code(PgaFinding *finding, char *code);

/* Rows of the model as stated or read; -1: nobody says. */
double pga_django_rows(const PgaDjangoRun *run, const PgaDjangoModel *model);

/**
 * pga_django_rules_run:
 *
 * Asks every rule that the configuration leaves on, appending to @findings (of PgaFinding *), which
 * are then by file and line, and to @not_checked (of PgaNotChecked *).
 *
 * Returns: how many rules that were
 */
guint pga_django_rules_run(const PgaDjangoSource *source, GPtrArray *findings,
                           GPtrArray *not_checked);

G_END_DECLS
