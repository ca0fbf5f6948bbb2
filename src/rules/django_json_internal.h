/* What queries ask of JSONFields, and of other values that are made of parts. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/** One look into a document. */
typedef struct {
    const PgaDjangoModel *model;
    const PgaDjangoField *field;
    const char *lookup;  /* "contains", "exact" */
    char *key;           /* (nullable): "colour", "size__width"; NULL: the whole document */
    gboolean is_negated; /* under a NOT: no index finds the rows that it leaves */
} PgaJsonLook;

/* Calls @visit for each condition of the event's query on a @wanted field of a model of the
 * project. Queries that a unique key or a foreign key narrows down are left out unless @all. */
typedef void (*PgaJsonVisit)(PgaDjangoRun *run, const PgaDjangoEvent *event,
                             const PgaJsonLook *look);
void pga_event_each_look(PgaDjangoRun *run, const PgaDjangoEvent *event,
                         gboolean (*wanted)(const PgaDjangoField *field), gboolean all,
                         PgaJsonVisit visit);
/* The same of JSONFields. */
void pga_event_each_json(PgaDjangoRun *run, const PgaDjangoEvent *event, gboolean all,
                         PgaJsonVisit visit);

/* contains, has_key …: what GIN serves. */
gboolean pga_json_lookup_is_containment(const char *lookup);

/* An index of one of the @methods (NULL-terminated) begins with the field. */
gboolean pga_model_has_index_of(const PgaDjangoProject *project, const PgaDjangoModel *model,
                                const char *field, const char *const *methods);
/* A GIN index begins with the field: (nullable), whose name may be NULL. */
gboolean pga_model_has_gin(const PgaDjangoProject *project, const PgaDjangoModel *model,
                           const char *field);

/* Proposes one, of the field's default operator class. */
void pga_propose_gin(PgaFinding *finding, const PgaDjangoModel *model, const PgaDjangoField *field);

G_END_DECLS
