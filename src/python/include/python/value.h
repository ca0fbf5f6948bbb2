/* What an expression of Python says without being executed: literals, names, calls and operators as
 * a small tree. What is none of these is PGA_PY_OPAQUE: known to be there, not what it is. */
#pragma once
#include <glib.h>
#include <python/source.h>

G_BEGIN_DECLS

typedef enum {
    PGA_PY_NONE,
    PGA_PY_BOOL,   /* truth */
    PGA_PY_NUMBER, /* text: as written, with its sign */
    PGA_PY_STRING, /* text: the value; neighbouring literals joined */
    PGA_PY_LIST,   /* items: of a list, tuple or set */
    PGA_PY_DICT,   /* items: values; keys */
    PGA_PY_NAME,   /* text: dotted: "models.CASCADE" */
    PGA_PY_CALL, /* text: the dotted name that is called; items, then named ones: keys says which */
    PGA_PY_BINARY, /* text: the operator; items: two */
    PGA_PY_UNARY,  /* text: the operator; items: one */
    PGA_PY_OPAQUE,
} PgaPyKind;

typedef struct PgaPyValue PgaPyValue;
struct PgaPyValue {
    PgaPyKind kind;
    char *text;
    gboolean truth;
    gboolean is_tuple;
    GPtrArray *items; /* (nullable) of PgaPyValue * */
    GPtrArray *keys; /* (nullable) of PgaPyValue *, as long as items: of DICT; of CALL: STRING for a
                        named argument, NULL for a positional one */
    guint line, column; /* where it begins, 1-based; column in characters */
    guint last_line;    /* where it ends */
    char *source;       /* (nullable): of a call that stands alone or in a list: its text */
    guint start, end;   /* bytes of the source */
};

PgaPyValue *pga_py_value_new(const PgaPythonSource *source, TSNode node);
void pga_py_value_free(PgaPyValue *value);
/* (transfer full) (nullable): with all that is in it. */
PgaPyValue *pga_py_value_copy(const PgaPyValue *value);

/* Of a call: (nullable). */
const PgaPyValue *pga_py_argument(const PgaPyValue *call, guint place, const char *name);
/* The same, when it is a string, else NULL. */
const char *pga_py_argument_text(const PgaPyValue *call, guint place, const char *name);
/* TRUE only when the argument is True. */
gboolean pga_py_argument_is_true(const PgaPyValue *call, const char *name);
/* "CharField" of a call of models.CharField; "" of what is no call or name. */
const char *pga_py_last_name(const PgaPyValue *value);
/* (transfer full): the value as Python again, on one line: names that were replaced as what stands
 * for them. */
char *pga_py_value_text(const PgaPyValue *value);
/* Whether both say the same; opaque parts by their text. */
gboolean pga_py_equal(const PgaPyValue *one, const PgaPyValue *other);

/* Whether the node, which may be null, is of that type of the grammar's. */
gboolean pga_python_is(TSNode node, const char *type);
/* The child of that field; null: there is none. */
TSNode pga_python_child(TSNode node, const char *field);
/* The named child at @place, comments left out: they may stand anywhere; null: there are fewer. */
TSNode pga_python_part(TSNode node, guint place);
/* (transfer full): the source's text of a node; empty: of none. */
char *pga_python_text(const PgaPythonSource *source, TSNode node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaPyValue, pga_py_value_free)

G_END_DECLS
