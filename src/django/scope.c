/* What a module binds: classes, constants and imports, read off its tree. Of alternatives (if,
 * try, else) the first counts. */
#include <string.h>

#include "project_internal.h"

#define MAX_KEYS    4  /* of NAME["a"]["b"] */
#define MAX_NESTING 40 /* of blocks and classes */
#define MAX_SUMS    100

static void name_free(gpointer data);

static void
function_free(gpointer data)
{
    DjangoFunction *function = data;

    g_free(function->name);
    g_free(function);
}

DjangoScope *
pga_django_scope_new(void)
{
    DjangoScope *scope = g_new0(DjangoScope, 1);

    scope->names = g_ptr_array_new_with_free_func(name_free);
    scope->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    scope->functions = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, function_free);
    return scope;
}

void
pga_django_scope_free(DjangoScope *scope)
{
    if (!scope)
        return;
    g_hash_table_unref(scope->by_name);
    g_hash_table_unref(scope->functions);
    g_clear_pointer(&scope->types, g_hash_table_unref);
    g_ptr_array_unref(scope->names);
    g_free(scope);
}

DjangoName *
pga_django_scope_add(DjangoScope *scope, const char *name)
{
    DjangoName *bound = g_new0(DjangoName, 1);

    bound->name = g_strdup(name);
    g_ptr_array_add(scope->names, bound);
    g_hash_table_replace(scope->by_name, bound->name, bound);
    return bound;
}

DjangoName *
pga_django_scope_find(const DjangoScope *scope, const char *name)
{
    return g_hash_table_lookup(scope->by_name, name);
}

static void
value_free(gpointer value)
{
    pga_py_value_free(value);
}

static void /* NOLINTNEXTLINE(misc-no-recursion): classes in classes, as deep as they were read */
class_free(DjangoClass *class)
{
    if (!class)
        return;
    g_free(class->name);
    g_ptr_array_unref(class->bases);
    pga_django_scope_free(class->scope);
    g_clear_pointer(&class->keywords, g_hash_table_unref);
    g_free(class);
}

static void /* NOLINTNEXTLINE(misc-no-recursion) */
name_free(gpointer data)
{
    DjangoName *name = data;

    g_free(name->name);
    pga_py_value_free(name->value);
    class_free(name->class);
    g_free(name->import);
    g_free(name);
}

static void
item_free(gpointer data)
{
    DjangoItem *item = data;

    g_free(item->name);
    g_ptr_array_unref(item->keys);
    pga_py_value_free(item->value);
    g_free(item);
}

void
pga_django_module_free(DjangoModule *module)
{
    if (!module)
        return;
    pga_django_scope_free(module->scope);
    g_ptr_array_unref(module->items);
    g_ptr_array_unref(module->stars);
    g_ptr_array_unref(module->imports);
    g_free(module);
}

/** Where names are put while a block is read. */
typedef struct {
    const PgaPythonSource *source;
    DjangoModule *module;
    DjangoScope *scope;
    const DjangoClass *class; /* (nullable) */
    gboolean is_weak;         /* an alternative: what is bound stays */
    guint depth;
} Reader;

/* NULL: bound already, and that stays. */
static DjangoName *
bind(const Reader *reader, const char *name, TSNode node)
{
    DjangoName *bound;

    if (reader->is_weak && pga_django_scope_find(reader->scope, name))
        return NULL;
    bound = pga_django_scope_add(reader->scope, name);
    bound->line = ts_node_start_point(node).row + 1;
    return bound;
}

/* --- assignments --- */

/* NAME["a"]["b"] = value */
static void
bind_item(const Reader *reader, TSNode left, TSNode right)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    DjangoItem *item;

    while (pga_python_is(left, "subscript") && keys->len < MAX_KEYS) {
        g_autoptr(PgaPyValue) key =
            pga_py_value_new(reader->source, pga_python_child(left, "subscript"));

        if (key->kind != PGA_PY_STRING)
            return;
        g_ptr_array_insert(keys, 0, g_strdup(key->text));
        left = pga_python_child(left, "value");
    }
    if (!pga_python_is(left, "identifier") || reader->is_weak || reader->class)
        return;
    item = g_new0(DjangoItem, 1);
    item->name = pga_python_text(reader->source, left);
    item->keys = g_steal_pointer(&keys);
    item->value = pga_py_value_new(reader->source, right);
    g_ptr_array_add(reader->module->items, item);
}

static void
bind_value(const Reader *reader, TSNode left, TSNode right)
{
    g_autofree char *name = NULL;
    DjangoName *bound;

    if (pga_python_is(left, "subscript") && !ts_node_is_null(right))
        bind_item(reader, left, right);
    if (!pga_python_is(left, "identifier") || ts_node_is_null(right))
        return;
    name = pga_python_text(reader->source, left);
    bound = bind(reader, name, left);
    if (bound)
        bound->value = pga_py_value_new(reader->source, right);
}

/* How many sums it is the sum of: what a file of appends would make too deep to walk. */
static guint
sums(const PgaPyValue *value)
{
    guint n = 0;

    for (; value->kind == PGA_PY_BINARY; n++)
        value = g_ptr_array_index(value->items, 0);
    return n;
}

/* NAME += value: "NAME + value", whatever branch it stands in. */
static void
extend_value(const Reader *reader, const char *name, PgaPyValue *added)
{
    DjangoName *bound = pga_django_scope_find(reader->scope, name);
    PgaPyValue *sum;

    if (!bound || !bound->value || sums(bound->value) > MAX_SUMS) {
        pga_py_value_free(added);
        return;
    }
    sum = g_new0(PgaPyValue, 1);
    sum->kind = PGA_PY_BINARY;
    sum->text = g_strdup("+");
    sum->line = added->line;
    sum->items = g_ptr_array_new_with_free_func(value_free);
    g_ptr_array_add(sum->items, bound->value);
    g_ptr_array_add(sum->items, added);
    bound->value = sum;
}

/* line: "OrderLine", of a dataclass. */
static void
note_type(const Reader *reader, TSNode left, TSNode type)
{
    DjangoScope *scope = reader->scope;

    if (!reader->class || ts_node_is_null(type) || !pga_python_is(left, "identifier"))
        return;
    if (!scope->types)
        scope->types = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_replace(scope->types, pga_python_text(reader->source, left),
                         pga_python_text(reader->source, type));
}

static void
read_assignment(const Reader *reader, TSNode assignment)
{
    TSNode right = pga_python_child(assignment, "right");

    note_type(reader, pga_python_child(assignment, "left"), pga_python_child(assignment, "type"));

    while (pga_python_is(right, "assignment")) { /* a = b = 1 */
        const TSNode inner = right;

        right = pga_python_child(inner, "right");
        bind_value(reader, pga_python_child(inner, "left"), right);
    }
    bind_value(reader, pga_python_child(assignment, "left"), right);
}

static PgaPyValue *
list_of(PgaPyValue *item)
{
    PgaPyValue *list = g_new0(PgaPyValue, 1);

    list->kind = PGA_PY_LIST;
    list->items = g_ptr_array_new_with_free_func(value_free);
    g_ptr_array_add(list->items, item);
    return list;
}

/* NAME.append(x), NAME.insert(0, x), NAME.extend(x). */
static void
read_call(const Reader *reader, TSNode call)
{
    g_autoptr(PgaPyValue) value = pga_py_value_new(reader->source, call);
    g_auto(GStrv) parts = value->text ? g_strsplit(value->text, ".", -1) : NULL;
    const gboolean is_extend = parts && parts[0] && g_strcmp0(parts[1], "extend") == 0;
    guint i;

    if (!parts || !parts[0] || !parts[1] || parts[2] || !value->items)
        return;
    if (!is_extend && !g_str_equal(parts[1], "append") && !g_str_equal(parts[1], "insert"))
        return;
    i = g_str_equal(parts[1], "insert") ? 1 : 0;
    if (i < value->items->len) {
        PgaPyValue *item = pga_py_value_copy(g_ptr_array_index(value->items, i));

        extend_value(reader, parts[0], is_extend ? item : list_of(item));
    }
}

static void
read_expression(const Reader *reader, TSNode statement)
{
    const TSNode first = pga_python_part(statement, 0);

    if (pga_python_is(first, "assignment")) {
        read_assignment(reader, first);
    } else if (pga_python_is(first, "augmented_assignment")) {
        g_autofree char *name = pga_python_text(reader->source, pga_python_child(first, "left"));

        extend_value(reader, name,
                     pga_py_value_new(reader->source, pga_python_child(first, "right")));
    } else if (pga_python_is(first, "call")) {
        read_call(reader, first);
    }
}

/* --- imports --- */

char *
pga_django_absolute(const PgaDjangoFile *file, const PgaPythonSource *source, TSNode node)
{
    g_autofree char *text = pga_python_text(source, node);
    const gboolean is_package = g_str_has_suffix(file->path, "/__init__.py");
    g_autoptr(GString) base = NULL;
    guint dots = 0;

    if (!pga_python_is(node, "relative_import"))
        return g_steal_pointer(&text);
    base = g_string_new(file->module);
    while (text[dots] == '.')
        dots++;
    for (guint up = is_package ? 1 : 0; up < dots; up++) {
        const char *dot = strrchr(base->str, '.');

        g_string_truncate(base, dot ? (gsize)(dot - base->str) : 0);
    }
    if (text[dots])
        g_string_append_printf(base, "%s%s", base->len ? "." : "", g_strstrip(text + dots));
    return g_string_free(g_steal_pointer(&base), FALSE);
}

static void
bind_import(const Reader *reader, TSNode name, const char *from)
{
    const gboolean is_aliased = pga_python_is(name, "aliased_import");
    g_autofree char *dotted =
        pga_python_text(reader->source, is_aliased ? pga_python_child(name, "name") : name);
    g_autofree char *whole = /* of a root that is no package: just the name */
        from && *from ? g_strconcat(from, ".", dotted, NULL) : g_strdup(dotted);
    g_autofree char *alias = is_aliased
                                 ? pga_python_text(reader->source, pga_python_child(name, "alias"))
                                 : g_strdup(dotted);
    DjangoName *bound;

    g_ptr_array_add(reader->module->imports, g_strdup(whole));
    if (!from && !is_aliased && strchr(alias, '.')) { /* import a.b binds a */
        *strchr(alias, '.') = '\0';
        g_free(whole);
        whole = g_strdup(alias);
    }
    bound = bind(reader, alias, name);
    if (bound)
        bound->import = g_steal_pointer(&whole);
}

static void
read_import(const Reader *reader, TSNode statement)
{
    const TSNode module = pga_python_child(statement, "module_name");
    g_autofree char *from = ts_node_is_null(module)
                                ? NULL
                                : pga_django_absolute(reader->module->file, reader->source, module);

    for (guint i = 0; i < ts_node_named_child_count(statement); i++) {
        const TSNode name = ts_node_named_child(statement, i);

        if (!ts_node_is_null(module) && ts_node_eq(name, module))
            continue;
        if (pga_python_is(name, "wildcard_import") && from) {
            g_ptr_array_add(reader->module->stars, g_strdup(from));
            g_ptr_array_add(reader->module->imports, g_strdup(from));
        } else if (pga_python_is(name, "dotted_name") || pga_python_is(name, "aliased_import")) {
            bind_import(reader, name, from);
        }
    }
}

/* What a decorator says of it. */
static void
take_decorators(const Reader *reader, TSNode decorated, DjangoFunction *function)
{
    for (guint i = 0; i < ts_node_named_child_count(decorated); i++) {
        const TSNode decorator = ts_node_named_child(decorated, i);
        g_autofree char *text = NULL;

        if (!pga_python_is(decorator, "decorator"))
            continue;
        text = pga_python_text(reader->source, decorator);
        function->is_property |= g_str_has_suffix(text, "property");
        function->is_static |= g_str_has_suffix(text, "staticmethod");
        function->is_class_method |= g_str_has_suffix(text, "classmethod");
    }
}

static void
add_function(const Reader *reader, TSNode node, TSNode whole, const char *name)
{
    DjangoFunction *function = g_new0(DjangoFunction, 1);

    function->name = g_strdup(name);
    function->module = reader->module;
    function->class = reader->class;
    function->start = ts_node_start_byte(node);
    function->end = ts_node_end_byte(node);
    function->line = ts_node_start_point(node).row + 1;
    if (pga_python_is(whole, "decorated_definition"))
        take_decorators(reader, whole, function);
    g_hash_table_replace(reader->scope->functions, function->name, function);
}

static void
read_function(const Reader *reader, TSNode function, TSNode whole)
{
    g_autofree char *name = pga_python_text(reader->source, pga_python_child(function, "name"));
    DjangoClass *class = (DjangoClass *)reader->class;

    if (!(reader->is_weak && g_hash_table_contains(reader->scope->functions, name)))
        add_function(reader, function, whole, name);
    if (!class || !g_str_equal(name, "__init__"))
        return;
    g_clear_pointer(&class->keywords, g_hash_table_unref);
    class->keywords = pga_django_init_keywords(reader->source, function);
}

/* --- blocks --- */

/* NOLINTBEGIN(misc-no-recursion): @depth ends it */

static void read_block(const Reader *reader, TSNode block);

static void
read_class(const Reader *reader, TSNode node)
{
    const TSNode arguments = pga_python_child(node, "superclasses");
    g_autofree char *name = pga_python_text(reader->source, pga_python_child(node, "name"));
    DjangoName *bound = reader->depth < MAX_NESTING ? bind(reader, name, node) : NULL;
    Reader inner = *reader;
    DjangoClass *class;

    if (!bound)
        return;
    class = bound->class = g_new0(DjangoClass, 1);
    class->name = g_strdup(name);
    class->module = reader->module;
    class->outer = reader->class;
    class->bases = g_ptr_array_new_with_free_func(value_free);
    class->scope = pga_django_scope_new();
    class->line = ts_node_start_point(node).row + 1;
    class->column = ts_node_start_point(node).column + 1;
    for (guint i = 0; !ts_node_is_null(arguments) && i < ts_node_named_child_count(arguments); i++)
        if (!pga_python_is(ts_node_named_child(arguments, i), "keyword_argument") &&
            !pga_python_is(ts_node_named_child(arguments, i), "comment"))
            g_ptr_array_add(class->bases,
                            pga_py_value_new(reader->source, ts_node_named_child(arguments, i)));
    inner.scope = class->scope;
    inner.class = class;
    inner.is_weak = FALSE;
    read_block(&inner, pga_python_child(node, "body"));
}

/* if, try, with …: their blocks; what is bound before stays. */
static void
read_compound(const Reader *reader, TSNode node)
{
    Reader inner = *reader;

    inner.is_weak = TRUE;
    inner.depth++;
    if (inner.depth > MAX_NESTING)
        return;
    for (guint i = 0; i < ts_node_named_child_count(node); i++) {
        const TSNode part = ts_node_named_child(node, i);

        if (pga_python_is(part, "block"))
            read_block(&inner, part);
        else if (g_str_has_suffix(ts_node_type(part), "_clause"))
            read_compound(&inner, part);
    }
}

static void
read_statement(const Reader *reader, TSNode node)
{
    const char *type = ts_node_type(node);
    const TSNode whole = node;

    if (g_str_equal(type, "decorated_definition")) {
        node = pga_python_child(node, "definition");
        if (ts_node_is_null(node))
            return;
        type = ts_node_type(node);
    }
    if (g_str_equal(type, "expression_statement"))
        read_expression(reader, node);
    else if (g_str_equal(type, "import_statement") || g_str_equal(type, "import_from_statement"))
        read_import(reader, node);
    else if (g_str_equal(type, "class_definition"))
        read_class(reader, node);
    else if (g_str_equal(type, "function_definition"))
        read_function(reader, node, whole);
    else if (g_str_equal(type, "if_statement") || g_str_equal(type, "try_statement") ||
             g_str_equal(type, "with_statement") || g_str_equal(type, "ERROR"))
        read_compound(reader, node);
}

static void
read_block(const Reader *reader, TSNode block)
{
    Reader inner = *reader;

    inner.depth++;
    if (ts_node_is_null(block) || inner.depth > MAX_NESTING)
        return;
    for (guint i = 0; i < ts_node_named_child_count(block); i++)
        read_statement(&inner, ts_node_named_child(block, i));
}

/* NOLINTEND(misc-no-recursion) */

DjangoModule *
pga_django_module_read(const PgaDjangoFile *file, const PgaPythonSource *source)
{
    DjangoModule *module = g_new0(DjangoModule, 1);
    Reader reader = {.source = source, .module = module};

    module->file = file;
    module->scope = pga_django_scope_new();
    module->items = g_ptr_array_new_with_free_func(item_free);
    module->stars = g_ptr_array_new_with_free_func(g_free);
    module->imports = g_ptr_array_new_with_free_func(g_free);
    reader.scope = module->scope;
    read_block(&reader, pga_python_root(source));
    return module;
}
