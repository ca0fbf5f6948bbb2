/* What rules ask of events: which field a value comes of, what a call is given. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

/* The model whose method it is: (nullable). */
const PgaDjangoModel *pga_function_model(const PgaDjangoFunction *function);

/** A field of an object that a function holds. */
typedef struct {
    const PgaDjangoModel *model;
    const PgaDjangoField *field;
} PgaAttributeOf;

/* "order.note" of an object that the function knows as order: FALSE: it is none. */
gboolean pga_event_attribute(const PgaDjangoEvent *event, const char *dotted, PgaAttributeOf *out);

/* The call of one of these functions in @value, itself or at most three levels within arguments and
 * operators: (nullable). @names: dotted ends: "json.dumps", "make_password". */
const PgaPyValue *pga_value_call(const PgaPyValue *value, const char *const *names);

/* Calls @visit for each field that the event writes with a value: one attribute, or the named
 * arguments of create() and update(). */
typedef void (*PgaWriteVisit)(PgaDjangoRun *run, const PgaDjangoEvent *event,
                              const PgaAttributeOf *what, const PgaPyValue *value);
void pga_event_each_write(PgaDjangoRun *run, const PgaDjangoEvent *event, PgaWriteVisit visit);

G_END_DECLS
