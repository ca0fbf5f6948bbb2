/* What the parts of a QuerySet share. */
#pragma once
#include <django/queryset.h>

G_BEGIN_DECLS

#define PGA_DJANGO_MAX_PARTS 300 /* conditions and the like of one chain */

void pga_django_path_copy(PgaDjangoPath *to, const PgaDjangoPath *from);
gboolean pga_django_field_is_json(const PgaDjangoField *field);
/* JSON and hstore: keys stand in paths. */
gboolean pga_django_field_is_keyed(const PgaDjangoField *field);

PgaDjangoCondition *pga_django_condition_new(PgaDjangoConditionKind kind);
void pga_django_condition_free(PgaDjangoCondition *condition);
PgaDjangoCondition *pga_django_condition_copy(const PgaDjangoCondition *condition);
void pga_django_annotation_free(PgaDjangoAnnotation *annotation);
void pga_django_order_free(PgaDjangoOrder *order);

/** A chain being followed. */
typedef struct {
    PgaDjangoQuerySet *queryset;
    const PgaDjangoProject *project;
    const PgaDjangoResolver *resolver; /* (nullable) */
} DjangoChain;

/* Of the chain: that one more part is taken; FALSE: there are too many already. */
gboolean pga_django_chain_take(const DjangoChain *chain, guint n_parts);
void pga_django_chain_incomplete(const DjangoChain *chain, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
/* (transfer full): with names that stand for values replaced. */
PgaPyValue *pga_django_chain_value(const DjangoChain *chain, const PgaPyValue *value);
/* (transfer full) (nullable): what a name or a call is. */
PgaDjangoQuerySet *pga_django_chain_queryset(const DjangoChain *chain, const PgaPyValue *value);
/* Of Subquery(qs), Exists(qs), or the QuerySet itself. (transfer full) (nullable) */
PgaDjangoQuerySet *pga_django_chain_subquery(const DjangoChain *chain, const PgaPyValue *value);

/* Arguments of filter(), Q(): (transfer full) (nullable): NULL: none. @skip (nullable): named
 * arguments that are none, NULL-terminated. */
PgaDjangoCondition *pga_django_chain_conditions(const DjangoChain *chain, const PgaPyValue *call,
                                                const char *const *skip);
void pga_django_chain_filter(const DjangoChain *chain, const PgaPyValue *call, gboolean is_exclude,
                             const char *const *skip);
/* One condition in memory: name=value. */
void pga_django_chain_where(const DjangoChain *chain, const char *name, const PgaPyValue *value);
/* complex_filter(): a Q, or a dict. */
void pga_django_chain_complex(const DjangoChain *chain, const PgaPyValue *call);

/* (transfer full): "-made", F("made").desc() … */
PgaDjangoOrder *pga_django_order_new(const DjangoChain *chain, const PgaPyValue *value);
PgaDjangoOrder *pga_django_order_of_text(const PgaDjangoModel *model, const GPtrArray *annotations,
                                         const char *text);
/* Meta.ordering, for as long as nothing else is said. */
void pga_django_queryset_order_by_meta(PgaDjangoQuerySet *queryset);

/* (transfer full): Count("orders") by name, or by the one Django gives (@name NULL). */
PgaDjangoAnnotation *pga_django_annotation_new(const DjangoChain *chain, const char *name,
                                               const PgaPyValue *value);

G_END_DECLS
