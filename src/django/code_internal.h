/* The parts that read code: what functions do, what classes declare. */
#pragma once
#include <django/code.h>
#include <python/source.h>

#include "project_internal.h"

G_BEGIN_DECLS

/* Adds what the classes of the file declare to @code->classes. */
void pga_django_code_add_classes(PgaDjangoCode *code, const PgaDjangoFile *file,
                                 const PgaPythonSource *source);
void pga_django_class_free(gpointer data);

PgaDjangoFunction *pga_django_function_new(void);
void pga_django_function_free(gpointer data);

/* --- what the whole project says --- */

/** The other side of a relation. */
typedef struct {
    const PgaDjangoField *field;
    const PgaDjangoModel *model; /* whose field it is */
    char *query;                 /* its name in filter(): "order" */
} DjangoReverse;

/** Whose methods Model.objects has. */
typedef struct {
    GPtrArray *classes;  /* of const DjangoClass *: in the order in which a method is looked for */
    gboolean is_foreign; /* some of it is of a package that is not here */
} DjangoManager;

typedef struct DjangoValue DjangoValue;

/** Tables over a project's models, made once; what its functions return, made when asked for. */
typedef struct {
    PgaDjangoCode *code;
    const PgaDjangoProject *project;
    GHashTable *models;        /* of "shop.order" to const PgaDjangoModel * */
    GHashTable *class_models;  /* of const DjangoClass * to const PgaDjangoModel * */
    GHashTable *model_classes; /* the other way */
    GHashTable *reverse;  /* of const PgaDjangoModel * to a table of names to DjangoReverse * */
    GHashTable *managers; /* of "0x…/objects" to DjangoManager * */
    GHashTable *manager_models; /* of const DjangoClass * to the only model that uses it, or NULL */
    GHashTable *results;        /* of a function and a class to DjangoValue * */
    GHashTable *calls;          /* of const DjangoFunction * to how it is called: flags */
    GHashTable *made;           /* of the same to PgaDjangoFunction * */
    GHashTable *given;          /* of the same to a table of "0", "account" to models, or NULL */
    GHashTable *lineages;       /* of const DjangoClass * to what it inherits */
    GPtrArray *modules;         /* of DjangoModule *: of files that have none of their own */
    GHashTable *globals;        /* of const DjangoModule * to a table of names to values */
    GHashTable *by_variable;    /* (nullable): of "order_line" to the only model, or NULL */
    GStringChunk *texts;        /* names, each once */
    guint8 *kinds;              /* (nullable): of a symbol of the grammar: DjangoNode */
    guint n_kinds;
    GPtrArray *applied; /* of const DjangoFunction *: managers' methods on the way: not again */
    guint depth;        /* of functions in functions */
    guint n_chains;     /* numbers given */
} DjangoIndex;

void pga_django_manager_free(gpointer data);
void pga_django_find_managers(DjangoIndex *index);
const char *pga_django_kept(const DjangoIndex *index, const char *text);
DjangoIndex *pga_django_code_index_new(PgaDjangoCode *code);
void pga_django_code_index_free(DjangoIndex *index);

/* "shop.Order" in any case: (nullable). */
const PgaDjangoModel *pga_django_index_model(const DjangoIndex *index, const char *name);
const PgaDjangoModel *pga_django_index_class_model(const DjangoIndex *index,
                                                   const DjangoClass *class);
const DjangoReverse *pga_django_index_reverse(const DjangoIndex *index, const PgaDjangoModel *model,
                                              const char *name);
/* A field of the model or of its parents: (nullable). */
const PgaDjangoField *pga_django_index_field(const DjangoIndex *index, const PgaDjangoModel *model,
                                             const char *name);
/* (nullable): the model has no manager of that name. */
const DjangoManager *pga_django_index_manager(DjangoIndex *index, const PgaDjangoModel *model,
                                              const char *name);
/* (nullable) */
const DjangoFunction *pga_django_index_method(const DjangoIndex *index, const DjangoClass *class,
                                              const char *name);
const DjangoFunction *pga_django_manager_method(const DjangoIndex *index,
                                                const DjangoManager *manager, const char *name);
/* The class and all that it inherits from: of const DjangoClass *. */
const GPtrArray *pga_django_lineage(const DjangoIndex *index, const DjangoClass *class);
/* Whether it inherits from something outside whose name ends so. */
gboolean pga_django_class_is(const DjangoIndex *index, const DjangoClass *class, const char *end);
/* The value of a class's attribute, with the class where it stands: (nullable). */
const DjangoName *pga_django_code_attribute(const DjangoIndex *index, const DjangoClass *class,
                                            const char *name, const DjangoClass **within);

/* --- what expressions stand for --- */

typedef enum {
    DJANGO_IS_UNKNOWN,  /* but where it comes from is known */
    DJANGO_IS_MODEL,    /* the class */
    DJANGO_IS_QUERYSET, /* and managers */
    DJANGO_IS_STEPS,    /* of a manager whose model is not known: what was called on it */
    DJANGO_IS_INSTANCE, /* of a model */
    DJANGO_IS_ROWS,     /* instances in a list or, is_dict, by a key */
    DJANGO_IS_CLASS,    /* of the project */
    DJANGO_IS_OBJECT,   /* an instance of one */
    DJANGO_IS_SUPER,    /* super() of one */
    DJANGO_IS_MODULE,
    DJANGO_IS_FUNCTION,
    DJANGO_IS_OUTSIDE, /* text: the dotted name */
    DJANGO_IS_PYTHON,  /* py: a literal, a Q */
    DJANGO_IS_TUPLE,   /* items */
    DJANGO_IS_CURSOR,
    DJANGO_IS_ITERATION, /* items: what one round of it brings: of enumerate(), zip() */
} DjangoIs;

/** A method called on a manager of no known model. */
typedef struct {
    PgaPyValue *call; /* NULL: a slice */
    gint64 from, until;
    gboolean is_optional;
} DjangoStep;

typedef struct {
    guint object; /* number + 1 */
    const PgaDjangoField *field;
} DjangoSource;

/** Never changed once it is made, but for what says so. NULL is a value that nothing is known of.
 */
struct DjangoValue {
    guint references;
    DjangoIs is;
    const PgaDjangoModel *model;
    /* of QUERYSET */
    PgaDjangoQuerySet *queryset;
    DjangoValue *before; /* (nullable): what the last method was called on */
    const DjangoManager *manager;
    guint chain;
    guint fetched;               /* changes: number of the event that fetched its rows + 1 */
    const char *accessor;        /* (nullable) (interned): of a related manager: "lines" */
    const PgaDjangoField *field; /* of it */
    gboolean is_whole;           /* a related manager that nothing but all() was called on */
    gboolean is_manager;
    gboolean joins_are_unknown; /* what comes with its rows cannot be told */
    GPtrArray *joined;          /* (nullable): of char *: paths that come with its rows, beside
                                   select_related and prefetch_related */
    /* of STEPS: of DjangoStep * */
    GPtrArray *steps;
    /* of INSTANCE, of related managers: number + 1 */
    guint object;
    gboolean is_locked; /* of an INSTANCE that a function returns */
    /* of ROWS: number of the event + 1 */
    guint event;
    DjangoValue *rows_of; /* (nullable): the QUERYSET; an OBJECT in a list of such */
    gboolean is_dict;
    gboolean is_given; /* of ROWS: from outside */
    gboolean is_made;  /* of OBJECT: in the function; what it holds came from there */
    /* of CLASS, OBJECT, SUPER, MODULE, FUNCTION, OUTSIDE, PYTHON, TUPLE */
    const DjangoClass *class;
    const DjangoModule *module;
    const DjangoFunction *function;
    char *text;
    PgaPyValue *py;
    gboolean is_maybe; /* of PYTHON, TUPLE: parts of it were added under an if */
    guint n_sure;      /* of these, a dictionary: its first keys, which were not */
    GPtrArray *items;  /* of DjangoValue *, NULLs too */
    /* (nullable): of TUPLE, is_dict: names (char *) and what they stand for (DjangoValue *) */
    GPtrArray *keys, *shown;
    /* of all */
    GArray *origins;        /* (nullable): of DjangoSource: attributes that it was made of */
    gboolean is_expression; /* F() and others */
    gboolean is_alias;      /* the list or document that the only one of origins holds, or a part of
                               it: to change it is to change that */
};

DjangoValue *pga_django_value_new(DjangoIs is);
DjangoValue *pga_django_value_ref(DjangoValue *value);
void pga_django_value_unref(DjangoValue *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DjangoValue, pga_django_value_unref)
static inline gboolean
pga_django_value_is(const DjangoValue *value, DjangoIs is)
{
    return value && value->is == is;
}

/* An unknown one that was made of these: (nullable). Of @one the reference is taken. */
DjangoValue *pga_django_value_made_of(DjangoValue *one, const DjangoValue *other);
void pga_django_step_free(gpointer data);

/* --- following a function --- */

typedef enum {
    NODE_OTHER,
    NODE_IDENTIFIER,
    NODE_ATTRIBUTE,
    NODE_CALL,
    NODE_SUBSCRIPT,
    NODE_LITERAL,
    NODE_SEQUENCE,
    NODE_DICTIONARY,
    NODE_COMPREHENSION,
    NODE_BINARY,
    NODE_UNARY,
    NODE_NOT,
    NODE_BOOLEAN,
    NODE_COMPARISON,
    NODE_CONDITIONAL,
    NODE_LAMBDA,
    NODE_WRAPPER,
    NODE_NAMED,
    NODE_ASSIGNMENT,
    NODE_AUGMENTED,
    NODE_STRING,
    NODE_COMMENT,
    NODE_EXPRESSION_STATEMENT,
    NODE_RETURN,
    NODE_IF,
    NODE_FOR,
    NODE_WHILE,
    NODE_TRY,
    NODE_WITH,
    NODE_FUNCTION,
    NODE_DECORATED,
    NODE_CLASS,
    NODE_IMPORT,
    NODE_RAISE,
    NODE_ASSERT,
    NODE_DELETE,
    NODE_MATCH,
    NODE_LEAVE,
    NODE_BLOCK,
    NODE_SPLAT,
    NODE_YIELD,
    NODE_ERROR,
    NODE_LAST
} DjangoNode;

/** What is known of an object besides. */
typedef struct {
    guint root;         /* number + 1 of the object that it came with */
    gboolean is_either; /* one of two: what came with it is not known */
    char *path;         /* (nullable): over which relations: "customer__country" */
    DjangoValue *rows;  /* (nullable): the QUERYSET that it is a row of */
    GHashTable *known;  /* (nullable): of relations that were read or set to DjangoValue * */
} DjangoState;

typedef struct {
    DjangoIndex *index;
    const PgaPythonSource *source;
    guint first_line;  /* of @source in its file, 0-based */
    TSNode expression; /* the call that a resolver's values are looked for in */
    DjangoPlace place;
    const DjangoClass *class;  /* (nullable): whose method it is; of a mixin the class itself */
    const DjangoClass *within; /* (nullable): where the method stands */
    PgaDjangoFunction *function;
    GPtrArray *states;  /* of DjangoState *: one of each object */
    GHashTable *locals; /* of name to DjangoValue * (nullable) */
    GHashTable *built;  /* (nullable): of name to PgaPyValue *: text that is put together */
    guint block;
    TSNode statement;
    char *text; /* (nullable): of the statement, a reference string */
    gboolean is_condition;
    gboolean is_expression;       /* an argument is F() or of its kind */
    gboolean is_nested;           /* in a function in the function */
    gboolean is_module;           /* a module's own statements */
    TSNode quiet;                 /* the call that is no event of its own */
    const PgaDjangoModel *sender; /* (nullable): of a receiver */
    guint user;                   /* number + 1 of request.user */
    guint muted, nesting, resolving;
    gboolean is_round;            /* of a loop whose rounds are followed one by one */
    gboolean has_dotted;          /* names like "self.x" are bound */
    gboolean has_maybe;           /* an argument is_maybe */
    guint n_optional;             /* the last arguments are there on some ways only */
    gboolean is_rough;            /* only what it returns is wanted */
    gboolean has_result;          /* a return was met */
    DjangoValue *result;          /* (nullable) */
    const DjangoFunction *callee; /* (nullable): of the call that is noted next */
    const DjangoFunction *known;  /* (nullable): that is followed again, with what it is given */
    const char *rendered;         /* (nullable): the template whose render() is being called */
} DjangoFlow;

#define PGA_DJANGO_MAX_NESTING 120 /* of statements and expressions in each other */

DjangoNode pga_django_node(const DjangoFlow *flow, TSNode node);
char *pga_django_text(const DjangoFlow *flow, TSNode node); /* (transfer full) */
gboolean pga_django_text_is(const DjangoFlow *flow, TSNode node, const char *text);
/* "a.b().c" of a.b(x=1).c: (transfer full) (nullable): too long, or of no names. */
char *pga_django_dotted(const DjangoFlow *flow, TSNode node);

/* (nullable): nothing is to be told. */
PgaDjangoEvent *pga_django_event_emit(DjangoFlow *flow, PgaDjangoAct act, TSNode node);
/* The same about @value's rows. */
PgaDjangoEvent *pga_django_event_emit_rows(DjangoFlow *flow, PgaDjangoAct act, TSNode node,
                                           DjangoValue *value);
guint pga_django_open(DjangoFlow *flow, PgaDjangoBlockKind kind, TSNode node);
void pga_django_close(DjangoFlow *flow, guint around);
PgaDjangoBlock *pga_django_block(const DjangoFlow *flow);
/* Number + 1. */
guint pga_django_object_add(DjangoFlow *flow, const PgaDjangoModel *model, PgaDjangoOrigin origin,
                            const PgaDjangoEvent *event);
PgaDjangoObject *pga_django_object(const DjangoFlow *flow, guint object);
DjangoState *pga_django_object_state(const DjangoFlow *flow, guint object);
DjangoValue *pga_django_instance(DjangoFlow *flow, guint object);
/* A new object that is a row of @rows, as an instance. */
DjangoValue *pga_django_row(DjangoFlow *flow, DjangoValue *rows, PgaDjangoOrigin origin,
                            const PgaDjangoEvent *event);
void pga_django_object_state_free(gpointer data);
/* Whether the relation was fetched with the object, or read or set before. */
gboolean pga_django_came_with(const DjangoFlow *flow, guint object, const char *name);

/* What is known when it is either: (transfer full) (nullable). */
DjangoValue *pga_django_merge(DjangoFlow *flow, DjangoValue *one, DjangoValue *other);
void pga_django_flow_clear(DjangoFlow *flow);
/* A name's value: (transfer none) (nullable). */
DjangoValue *pga_django_local(const DjangoFlow *flow, const char *name, gboolean *is_bound);
void pga_django_bind(DjangoFlow *flow, const char *name, DjangoValue *value); /* (transfer full) */
GHashTable *pga_django_locals_copy(GHashTable *locals);
/* @flow->locals is what both say; @other is taken. */
void pga_django_locals_merge(DjangoFlow *flow, GHashTable *other);

gboolean pga_django_is_around(const DjangoFlow *flow, guint block);
char *pga_django_squeezed(const DjangoFlow *flow, TSNode node); /* (transfer full): ≤ 200 bytes */
void pga_django_flow_init(DjangoFlow *flow, DjangoIndex *index, const DjangoPlace *place);

/* --- statements: whether the end is reached --- */

gboolean pga_django_run_block(DjangoFlow *flow, TSNode block);
gboolean pga_django_run(DjangoFlow *flow, TSNode statement);
gboolean pga_django_run_compound(DjangoFlow *flow, TSNode statement, DjangoNode kind);
void pga_django_run_import(DjangoFlow *flow, TSNode statement);
void pga_django_assign(DjangoFlow *flow, TSNode target, DjangoValue *value, TSNode right);
void pga_django_augment(DjangoFlow *flow, TSNode statement);
/* What a name was given last, where that is text put together by %, + or format(): (nullable). */
const PgaPyValue *pga_django_built_text(const DjangoFlow *flow, TSNode name);
void pga_django_bind_parameters(DjangoFlow *flow, TSNode parameters);
/* What a type says: (nullable). */
DjangoValue *pga_django_annotated(DjangoFlow *flow, TSNode type, PgaDjangoOrigin origin);
/* "line: OrderLine" in the body of the class: what an object of it that was given holds. */
DjangoValue *pga_django_attribute_annotated(DjangoFlow *flow, const DjangoClass *class,
                                            const char *name);
/* The parameter @name, the @place-th, of a function that says order.save(): a row of the model that
 * all calls give it, or, of "order", of the only model Order. */
DjangoValue *pga_django_saved_parameter(DjangoFlow *flow, TSNode parameters, guint place,
                                        const char *name);
/* Follows the tree of one function. @function (nullable). */
void pga_django_follow(DjangoFlow *flow, TSNode node, const DjangoFunction *function);
/* What is returned is gone over by Django itself. */
gboolean pga_django_is_evaluated_later(const DjangoFlow *flow);

/* --- expressions: all (transfer full) (nullable) --- */

DjangoValue *pga_django_eval(DjangoFlow *flow, TSNode node);
DjangoValue *pga_django_eval_test(DjangoFlow *flow, TSNode node);    /* in a condition */
DjangoValue *pga_django_eval_quietly(DjangoFlow *flow, TSNode node); /* no CALL of its own */
DjangoValue *pga_django_eval_target(DjangoFlow *flow, TSNode node);  /* no events */
DjangoValue *pga_django_eval_name(DjangoFlow *flow, const char *name);
DjangoValue *pga_django_eval_dotted(DjangoFlow *flow, const char *dotted);
/* (nullable): the attribute of an attribute … of @value, by NULL-terminated @names. @value:
 * (nullable) (transfer full) */
DjangoValue *pga_django_member_of(DjangoFlow *flow, DjangoValue *value, char *const *names);
DjangoValue *pga_django_eval_attribute(DjangoFlow *flow, TSNode node);
DjangoValue *pga_django_eval_call(DjangoFlow *flow, TSNode node);
DjangoValue *pga_django_eval_call_at(DjangoFlow *flow, const PgaPyValue *value);
DjangoValue *pga_django_eval_comprehension(DjangoFlow *flow, TSNode node);
DjangoValue *pga_django_eval_subscript(DjangoFlow *flow, TSNode node);
guint pga_django_object_in(const DjangoValue *round);
/* What one round of what is gone over brings; the event that fetches it; how many rounds. */
DjangoValue *pga_django_round_of(DjangoFlow *flow, DjangoValue *value, TSNode node, guint *event,
                                 gint64 *n);
/* (orders, lines): some QuerySets or models, each of which is worth a round of its own. */
gboolean pga_django_has_rounds(const DjangoFlow *flow, const DjangoValue *value);
/* An expression that stands in another file, or somewhere else in this one. */
DjangoValue *pga_django_eval_elsewhere(DjangoFlow *flow, const DjangoPlace *place,
                                       const PgaPyValue *value);
/* (nullable): too long to be kept. */
PgaPyValue *pga_django_small_value(const DjangoFlow *flow, TSNode node);
PgaPyValue *pga_django_small_text(const DjangoFlow *flow, TSNode node); /* in rough walks, too */
PgaPyValue *pga_django_binary(const char *sign, PgaPyValue *left, PgaPyValue *right);
/* The QuerySets in @value go to where nothing is known of. */
void pga_django_escape(DjangoFlow *flow, DjangoValue *value, TSNode node, PgaDjangoAct act);

/* --- names outside the function --- */

DjangoValue *pga_django_global(DjangoFlow *flow, const char *name);
DjangoValue *pga_django_global_of(DjangoFlow *flow, const DjangoModule *module, const char *name);
DjangoValue *pga_django_meaning_value(DjangoFlow *flow, const DjangoMeaning *meaning,
                                      const DjangoPlace *place);
DjangoValue *pga_django_model_value(const PgaDjangoModel *model); /* (nullable) both */
DjangoValue *pga_django_class_value(DjangoFlow *flow, const DjangoClass *class, const char *name);
DjangoValue *pga_django_attribute_of(DjangoFlow *flow, DjangoValue *value, const char *name,
                                     TSNode node);
/* What of a value holds outside of the function that made it; the same where it arrives. */
DjangoValue *pga_django_exported(DjangoFlow *flow, DjangoValue *value);
DjangoValue *pga_django_imported_value(DjangoFlow *flow, DjangoValue *value);

/* --- QuerySets --- */

/* All rows of the model by the manager of that name; NULL: none. */
DjangoValue *pga_django_manager_value(DjangoFlow *flow, const PgaDjangoModel *model,
                                      const char *name);
/* Takes @queryset. */
DjangoValue *pga_django_queryset_value(DjangoFlow *flow, PgaDjangoQuerySet *queryset,
                                       DjangoValue *before);
gboolean pga_django_is_method(const char *method); /* of Django's QuerySet */
/* One more method on it: what it gives. @node (nullable) is the call. */
DjangoValue *pga_django_chain(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call,
                              TSNode node);
DjangoValue *pga_django_apply_steps(DjangoFlow *flow, DjangoValue *value, const GPtrArray *steps);
DjangoValue *pga_django_combine(DjangoFlow *flow, DjangoValue *one, DjangoValue *other,
                                const char *sign);
/* So many of its rows; -2: not told. */
DjangoValue *pga_django_page(DjangoFlow *flow, DjangoValue *value, gint64 n);
DjangoValue *pga_django_slice(DjangoFlow *flow, DjangoValue *value, TSNode node);
DjangoValue *pga_django_call_queryset(DjangoFlow *flow, DjangoValue *value, const char *method,
                                      TSNode node);
DjangoValue *pga_django_rows_value(DjangoValue *rows, const PgaDjangoEvent *event);
void pga_django_take_prefetch(DjangoFlow *flow, DjangoValue *value, const PgaPyValue *call);

/* --- instances --- */

DjangoValue *pga_django_instance_attribute(DjangoFlow *flow, DjangoValue *value, const char *name,
                                           TSNode node);
DjangoValue *pga_django_call_instance(DjangoFlow *flow, DjangoValue *value, const char *method,
                                      TSNode node);
void pga_django_set_attribute(DjangoFlow *flow, DjangoValue *object, const char *name,
                              DjangoValue *value, TSNode target, TSNode right);
/* obj.f += 1, obj.data["key"] = 1, obj.list.append(1) */
void pga_django_change_attribute(DjangoFlow *flow, DjangoValue *object, const char *name,
                                 const char *sign, TSNode target, TSNode right);
/* A list or a document, which can be changed where it is. */
gboolean pga_django_is_container(const PgaDjangoField *field);
/* obj.data["key"] = 1, data["key"] += 1 of data = obj.data. */
void pga_django_change_item(DjangoFlow *flow, TSNode target, TSNode right);
/* Text that is put together of constants: (transfer full) (nullable): it is not known. */
char *pga_django_constant_text(DjangoFlow *flow, TSNode node);
/* What a name stands for, if that is a literal: (transfer full) (nullable). */
PgaPyValue *pga_django_constant(DjangoFlow *flow, const char *dotted);
/* data of data["a"]["b"]. */
TSNode pga_django_whole(const DjangoFlow *flow, TSNode node);
/* del obj.data["key"] */
void pga_django_run_delete(DjangoFlow *flow, TSNode statement);
/* obj.list.append(1), data["key"].append(1) of data = obj.data: FALSE: it is another call. */
gboolean pga_django_change_by_method(DjangoFlow *flow, TSNode holder, const char *method,
                                     TSNode node);
/* append(), update() … */
gboolean pga_django_is_change(const char *method);

/* @event runs a method of the object's model. */
void pga_django_note_method(DjangoFlow *flow, PgaDjangoEvent *event, guint object);
/* str(value): of an instance whose model says how. */
void pga_django_note_text(DjangoFlow *flow, const DjangoValue *value, TSNode node);

/* The relation @name of the object is @value from here on. */
void pga_django_remember(DjangoFlow *flow, guint object, const char *name, DjangoValue *value);

/* --- self --- */

DjangoValue *pga_django_self(DjangoFlow *flow, const DjangoClass *class);
/* What __init__ keeps as self.@name of what it is given or asks for: a new object in each function;
 * NULL: nothing that others may change. */
DjangoValue *pga_django_given(DjangoFlow *flow, const DjangoClass *class, const char *name);
DjangoValue *pga_django_object_attribute(DjangoFlow *flow, DjangoValue *value, const char *name,
                                         TSNode node);
DjangoValue *pga_django_call_object(DjangoFlow *flow, DjangoValue *value, const char *method,
                                    TSNode node, gboolean *is_known);
/* The model of an admin, a view, a form, a serializer: (nullable). */
const PgaDjangoModel *pga_django_class_about(DjangoFlow *flow, const DjangoClass *class);

/* --- what templates are given --- */

void pga_django_context_free(gpointer data);
void pga_django_note_render(DjangoFlow *flow, const GPtrArray *values, TSNode node);
void pga_django_note_context(DjangoFlow *flow, TSNode target, const DjangoValue *value);
void pga_django_note_generic(DjangoIndex *index, const DjangoClass *class);
/* What a generic view shows: (transfer full) (nullable). */
DjangoValue *pga_django_view_rows(DjangoFlow *flow, const DjangoClass *class);
/* One more name of a dictionary. (nullable): @value. */
void pga_django_dict_add(DjangoValue *dict, const char *key, DjangoValue *value);

/* --- calls --- */

/* What arguments are, NULLs too. @escape: what becomes of QuerySets; RETURN: nothing. */
GPtrArray *pga_django_eval_arguments(DjangoFlow *flow, TSNode call, PgaDjangoAct escape);
DjangoValue *pga_django_call_method(DjangoFlow *flow, TSNode function, TSNode node);
DjangoValue *pga_django_call_value(DjangoFlow *flow, DjangoValue *callee, TSNode node);
DjangoValue *pga_django_plain_call(DjangoFlow *flow, TSNode node);
/* @with_locals: of local names, too. */
PgaPyValue *pga_django_settled_call(DjangoFlow *flow, TSNode node, gboolean with_locals);
/* The same of Q(**{…}) and what is made of it. */
PgaPyValue *pga_django_settled_value(DjangoFlow *flow, TSNode node);
/* name["key"] = … */
void pga_django_set_item(DjangoFlow *flow, TSNode target, DjangoValue *given, TSNode right);
/* name.append(…), name.update(…) */
void pga_django_forget_item(DjangoFlow *flow, TSNode holder, const char *method, TSNode node);
/* dict(n=1): (transfer full) (nullable): not all keys are told. */
DjangoValue *pga_django_dict_value(DjangoFlow *flow, TSNode node);
char *pga_django_called(const DjangoFlow *flow, TSNode node); /* (transfer full) (nullable) */
void pga_django_note_call(DjangoFlow *flow, TSNode node, const DjangoValue *result);
/* What the function returns, called on @class (nullable). */
DjangoValue *pga_django_result(DjangoFlow *flow, const DjangoFunction *function,
                               const DjangoClass *class);

/* code_value.c: items of the conditions, one for each call of filter() or exclude(). */
guint pga_django_n_conditions(const PgaDjangoQuerySet *queryset);

/* --- parameters without an annotation --- */

void pga_django_note_given(DjangoFlow *flow, const DjangoFunction *callee, const PgaPyValue *call);
/* The model of the rows that all calls give, once these are known: (nullable). */
const PgaDjangoModel *pga_django_given_parameter(const DjangoFlow *flow, guint place,
                                                 const char *name);
/* Follows those again that save what they are given. */
void pga_django_settle_given(DjangoIndex *index);

/* --- functions called in transactions only --- */

/* "transaction.atomic", or a context manager of the project that gives way inside of that. */
gboolean pga_django_opens_transaction(DjangoFlow *flow, const char *name /* (nullable) */);
void pga_django_note_callee(DjangoFlow *flow, const DjangoFunction *function);
void pga_django_note_function(DjangoIndex *index, const DjangoFunction *known,
                              PgaDjangoFunction *function);
void pga_django_settle_atomic(DjangoIndex *index);

void pga_django_add_functions(DjangoIndex *index, const PgaDjangoFile *file,
                              const PgaPythonSource *source);

G_END_DECLS
