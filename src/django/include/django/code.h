/* What a project's functions do with the database, in the order of their text: events, the blocks
 * that they stand in, the objects that they are about. Followed through assignments, custom
 * managers, QuerySet methods and simple functions; nothing is executed. Owned by PgaDjangoCode;
 * everything borrows from it and from the project. */
#pragma once
#include <django/model.h>
#include <django/queryset.h>
#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    PGA_DJANGO_FETCH,       /* rows come into memory: iteration, list(), bool(), for, a
                               template's context, returned from a view's get_queryset() */
    PGA_DJANGO_UNEVALUATED, /* made and handed on, where to is not told */
    PGA_DJANGO_GET,         /* get(), get_object_or_404(), earliest(), latest() */
    PGA_DJANGO_FIRST,       /* first(), last(), [0] */
    PGA_DJANGO_ITERATOR,    /* iterator() */
    PGA_DJANGO_IN_BULK,
    PGA_DJANGO_LEN,         /* len(qs) */
    PGA_DJANGO_TRUTH,       /* if qs, not qs, bool(qs) */
    PGA_DJANGO_EXISTS_CALL, /* exists() */
    PGA_DJANGO_CONTAINS,    /* contains(obj), obj in qs */
    PGA_DJANGO_COUNT,       /* count() */
    PGA_DJANGO_AGGREGATE,   /* aggregate() */
    PGA_DJANGO_UPDATE,      /* qs.update() */
    PGA_DJANGO_DELETE,      /* qs.delete() */
    PGA_DJANGO_CREATE,      /* create(), Model(…).save() of a new object */
    PGA_DJANGO_BULK_CREATE,
    PGA_DJANGO_BULK_UPDATE,
    PGA_DJANGO_GET_OR_CREATE,
    PGA_DJANGO_UPDATE_OR_CREATE,
    PGA_DJANGO_SAVE,          /* obj.save() */
    PGA_DJANGO_DELETE_OBJECT, /* obj.delete() */
    PGA_DJANGO_REFRESH,       /* obj.refresh_from_db() */
    PGA_DJANGO_RELATED_SET,   /* obj.m2m.add(), set(), remove(), clear() */
    PGA_DJANGO_RELATED_READ,  /* obj.fk, read: a query unless it was fetched with the object */
    PGA_DJANGO_GET_ATTRIBUTE, /* obj.field, read */
    PGA_DJANGO_SET_ATTRIBUTE, /* obj.field = …, obj.field += …, setattr(obj, "field", …),
                                 obj.json["key"] = …, obj.list.append(…) */
    PGA_DJANGO_CURSOR,        /* cursor.execute(sql, …), RawSQL, raw(): value is the text */
    PGA_DJANGO_CALL,          /* any other call: name is "requests.post", "send_mail.delay" */
    PGA_DJANGO_RAISE,
    PGA_DJANGO_RETURN,
    PGA_DJANGO_PROPERTY, /* obj.total of a model's property; str(obj): name is "__str__"; a
                            method whose name says nothing: obj.all() */
} PgaDjangoAct;

typedef enum {
    PGA_DJANGO_BLOCK_FUNCTION,
    PGA_DJANGO_BLOCK_LOOP,          /* for, while, async for */
    PGA_DJANGO_BLOCK_COMPREHENSION, /* of a list, set, dict, generator */
    PGA_DJANGO_BLOCK_IF,            /* also elif, a ternary's arm, match's case */
    PGA_DJANGO_BLOCK_ELSE,
    PGA_DJANGO_BLOCK_TRY,
    PGA_DJANGO_BLOCK_EXCEPT, /* name: "Order.DoesNotExist" */
    PGA_DJANGO_BLOCK_FINALLY,
    PGA_DJANGO_BLOCK_ATOMIC, /* with transaction.atomic() */
    PGA_DJANGO_BLOCK_WITH,   /* any other: name: "cache.lock" */
    PGA_DJANGO_BLOCK_LAMBDA, /* and a function inside a function */
} PgaDjangoBlockKind;

/** Where an event stands. */
typedef struct {
    PgaDjangoBlockKind kind;
    guint parent;          /* its place in function->blocks; its own place of the function */
    guint first_arm;       /* place of the first block of the same if, match or try statement; else
                              its own */
    char *name;            /* (nullable) */
    PgaPyValue *condition; /* (nullable): of IF, of a while: what is tested */
    guint iterated;        /* of a LOOP, a COMPREHENSION: number of the event that fetches what is
                              gone over + 1; 0: none */
    guint loop_object;     /* of these: number of the object that the variable holds + 1; 0: none */
    gint64 n_rounds;       /* of these: a literal's length, range(5): 5; -1: not told */
    guint line, last_line; /* 1-based */
    guint first_event, n_events; /* events in it, blocks in it too: a run of function->events */
} PgaDjangoBlock;

typedef enum {
    PGA_DJANGO_OBJECT_NEW,       /* Order(…), not saved yet */
    PGA_DJANGO_OBJECT_CREATED,   /* by create() or by a save() of a new one: this function's own */
    PGA_DJANGO_OBJECT_QUERIED,   /* by get(), first() …: event */
    PGA_DJANGO_OBJECT_LOOP,      /* a row of what is iterated: event */
    PGA_DJANGO_OBJECT_SELF,      /* of a method of the model */
    PGA_DJANGO_OBJECT_PARAMETER, /* by its annotation, or by receiver(sender=Order) */
    PGA_DJANGO_OBJECT_RELATED,   /* order.customer: event is the RELATED_READ */
    PGA_DJANGO_OBJECT_REQUEST_USER, /* request.user */
    PGA_DJANGO_OBJECT_VIEW,     /* self.get_object(), self.object: event is a GET of its query */
    PGA_DJANGO_OBJECT_RETURNED, /* by a function that says so */
} PgaDjangoOrigin;

/** An instance of a model that a function holds. */
typedef struct {
    const PgaDjangoModel *model;
    PgaDjangoOrigin origin;
    char *name;         /* (nullable): the variable's: "order", "self" */
    guint event;        /* number of the event that brought it + 1; 0: none */
    gboolean is_locked; /* it was read with select_for_update() */
    gboolean is_held;   /* of PARAMETER: by another object that was given, as its class says */
} PgaDjangoObject;

typedef struct PgaDjangoFunction PgaDjangoFunction;

typedef struct PgaDjangoEvent PgaDjangoEvent;
struct PgaDjangoEvent {
    PgaDjangoAct act;
    const PgaDjangoFunction *function;
    guint number;                  /* its place in function->events */
    guint block;                   /* its place in function->blocks: the innermost */
    guint line, column, last_line; /* 1-based */
    char *text; /* the statement's text, its white space made one blank; ≤ 200 bytes */
    PgaDjangoQuerySet *queryset; /* (nullable): what is asked for; of a RELATED_READ the related
                                    rows; of DELETE_OBJECT, SAVE NULL */
    guint chain;                 /* the same for all events on one QuerySet object, which keeps
                                    the rows it fetched; 0: none */
    gboolean is_cached;          /* that object fetched its rows before: nothing is asked */
    guint object;                /* number of the object it is about + 1; 0: none */
    guint result;                /* number of the object that it brings + 1; 0: none */
    const PgaDjangoField *field; /* (nullable): of attributes and relations */
    char *name;        /* (nullable): of CALL; of a reverse relation "orders"; of an attribute */
    PgaPyValue *value; /* (nullable): what is assigned; of others the call itself */
    char *operator;    /* (nullable): of SET_ATTRIBUTE: "+=", "-=" …; a method: "append" */
    gboolean reads_itself;  /* of SET_ATTRIBUTE: the new value comes of the same attribute of the
                               same object, maybe over variables */
    gboolean is_expression; /* the new value is F() or another expression of the database */
    gboolean is_prefetched; /* of RELATED_READ, and of orders.all(): came with the object; where
                               called is set: what came with it cannot be told */
    gboolean is_condition;  /* it stands in the condition of an if, a while, an assert */
    gboolean is_only_id;    /* of GET_ATTRIBUTE: customer_id */
    GPtrArray *written;     /* (nullable): of char *: fields that create(), update(), save(
                               update_fields=) name; NULL: all, or not told */
    GPtrArray *lookups;     /* (nullable): of char *: of get_or_create: keywords but defaults */
    guint called; /* of CALL, PROPERTY: number of the object whose model's method runs + 1 */
    const PgaDjangoFunction *callee; /* (nullable): of CALL: what runs, if it is the project's */
    char *shown_by;     /* (nullable): of a FETCH: the serializer that shows its rows, many=True:
                           "shop.api.OrderSerializer" */
    GPtrArray *brought; /* (nullable): of char *: relations that this object has in memory beside
                           those that its query names */
};

struct PgaDjangoFunction {
    const PgaDjangoFile *file;
    const PgaDjangoApp *app;          /* (nullable) */
    char *name;                       /* "ship"; of a module's own statements "<module>" */
    char *class;                      /* (nullable): of a method: "OrderView" */
    char *qualified;                  /* "shop.views.OrderView.ship" */
    const PgaDjangoModel *self_model; /* (nullable): a method of a model */
    GPtrArray *decorators;            /* of char *: "transaction.atomic", "receiver" … */
    guint line, last_line;            /* 1-based */
    gboolean is_view;     /* a view, an API's method, a form's or a serializer's: in a request */
    gboolean is_task;     /* of Celery, RQ, Huey, Dramatiq, django.tasks; what only they call and
                             is named _so */
    gboolean is_command;  /* of manage.py */
    gboolean is_receiver; /* of a signal */
    gboolean is_atomic;   /* decorated so, or called inside atomic() only */
    gboolean is_async;
    GPtrArray *blocks;  /* of PgaDjangoBlock *: the first is the function */
    GPtrArray *events;  /* of PgaDjangoEvent *, in the order of the text */
    GPtrArray *objects; /* of PgaDjangoObject * */
};

typedef enum {
    PGA_DJANGO_CLASS_ADMIN,      /* ModelAdmin, its inlines */
    PGA_DJANGO_CLASS_FILTER_SET, /* django-filter */
    PGA_DJANGO_CLASS_VIEW,       /* generic views of Django */
    PGA_DJANGO_CLASS_API_VIEW,   /* generic views and view sets of DRF */
    PGA_DJANGO_CLASS_SERIALIZER, /* of DRF; nested ones as fields */
    PGA_DJANGO_CLASS_FORM,       /* ModelForm */
} PgaDjangoClassKind;

/** A field that a class declares: of a filter set, a serializer. */
typedef struct {
    char *name;         /* "customer_email" */
    char *source;       /* the field or path of the model: "customer.email", "customer__email" */
    char *lookup;       /* (nullable): of a filter: "icontains" */
    char *class;        /* "CharFilter", "StringRelatedField", a nested serializer's */
    char *serializer;   /* (nullable): of a nested one: "shop.api.LineSerializer" */
    char *method;       /* (nullable): of a SerializerMethodField: "get_total" */
    gboolean is_method; /* SerializerMethodField, method= */
    gboolean is_write_only;
    guint line;
} PgaDjangoDeclared;

/** A class that says what is asked for instead of asking. */
typedef struct {
    PgaDjangoClassKind kind;
    char *name, *qualified;      /* "OrderAdmin"; "shop.admin.OrderAdmin" */
    const PgaDjangoModel *model; /* (nullable): not told */
    PgaDjangoQuerySet *queryset; /* (nullable): of its attribute queryset */
    /* (nullable) of char *, as written: "^name", "-created" */
    GPtrArray *search_fields, *filter_fields, *list_filter, *list_display, *list_select_related;
    GPtrArray *ordering, *ordering_fields, *raw_id_fields, *fields;
    gboolean all_fields;           /* fields = "__all__" */
    gboolean select_related_all;   /* list_select_related = True */
    char *date_hierarchy;          /* (nullable) */
    char *pagination;              /* (nullable): a view's paginator: "LimitOffsetPagination" */
    gint64 page_size;              /* paginate_by, list_per_page; -1: not told */
    char *serializer, *filter_set; /* (nullable): names of classes */
    GPtrArray *serializers;        /* of char *: what an API's view shows lists by, as far as it is
                                      in the project: "shop.api.OrderSerializer" */
    GPtrArray *lineage;            /* of char *: the class and its bases that are in the project:
                                      "shop.admin.OrderAdmin" */
    gboolean is_single;            /* an API's view of no more than one object at a time */
    char *generic;                 /* the class of a package that it comes down to: "ListView" */
    char *template;                /* (nullable): template_name */
    char *template_suffix;         /* (nullable): template_name_suffix */
    char *context_name;            /* (nullable): context_object_name */
    GPtrArray *declared;           /* of PgaDjangoDeclared * */
    const PgaDjangoFile *file;
    guint line;
    GHashTable *lines; /* of char * (an attribute's name) to its line */
} PgaDjangoClass;

/** What a template is given under a name. */
typedef struct {
    char *template;              /* (nullable): "shop/order_list.html" */
    char *class;                 /* (nullable): the generic view's: "shop.views.OrderList" */
    char *name;                  /* "orders"; of a generic view's own rows or object "object" */
    PgaDjangoQuerySet *queryset; /* what it comes of, with all that comes with the rows */
    gboolean is_rows;            /* else one of them */
    const PgaDjangoFile *file;
    char *where; /* "shop.views.orders" */
    guint line;
} PgaDjangoContext;

typedef struct {
    const PgaDjangoProject *project;
    GPtrArray *contexts;  /* of PgaDjangoContext * */
    GPtrArray *functions; /* of PgaDjangoFunction *, by file and line; tests among them (file) */
    GPtrArray *classes;   /* of PgaDjangoClass *, by file and line */
    guint64 n_lines;      /* of Python that was read */
    guint n_chains, n_incomplete; /* QuerySets; those with something not understood */
} PgaDjangoCode;

/* (transfer full): never fails; a file that is no Python is in project->unread already. */
PgaDjangoCode *pga_django_code_read(const PgaDjangoProject *project);
void pga_django_code_free(PgaDjangoCode *code);

/* By number, as events name them (number + 1): (nullable): NULL of 0. */
const PgaDjangoObject *pga_django_event_object(const PgaDjangoEvent *event);
/* The event that brought the object: (nullable). */
const PgaDjangoEvent *pga_django_object_event(const PgaDjangoFunction *function,
                                              const PgaDjangoObject *object);
/* The innermost block of that kind around the event: (nullable). */
const PgaDjangoBlock *pga_django_event_block(const PgaDjangoEvent *event, PgaDjangoBlockKind kind);
/* In a loop or a comprehension: (nullable): the innermost. */
const PgaDjangoBlock *pga_django_event_loop(const PgaDjangoEvent *event);
/* In a transaction: atomic() around it, its function atomic, or ATOMIC_REQUESTS and a view. */
gboolean pga_django_event_is_atomic(const PgaDjangoCode *code, const PgaDjangoEvent *event);
/* Whether the second can run after the first in one call: not in different arms of an if. */
gboolean pga_django_event_precedes(const PgaDjangoEvent *first, const PgaDjangoEvent *second);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaDjangoCode, pga_django_code_free)

G_END_DECLS
