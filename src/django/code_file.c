/* One file: its functions, its classes' methods, its own statements. */
#include <string.h>

#include "code_internal.h"

#define MAX_CLASSES 12 /* in each other */

/** A file being walked. */
typedef struct {
    DjangoIndex *index;
    const PgaDjangoFile *file;
    const PgaPythonSource *source;
    const DjangoModule *module;
    const PgaDjangoApp *app;
} Walk;

/* --- what a function is --- */

static const char *
last_part(const char *dotted)
{
    const char *dot = strrchr(dotted, '.');

    return dot ? dot + 1 : dotted;
}

static void
take_decorator(PgaDjangoFunction *function, const char *text)
{
    static const char *const tasks[] = {
        "shared_task", "task",      "db_task", "periodic_task", "db_periodic_task", "job",
        "actor",       "lock_task", NULL};
    g_autofree char *name = g_strndup(text, strcspn(text, "("));
    const char *last;

    g_strstrip(name);
    last = last_part(name);
    function->is_task |= g_strv_contains(tasks, last);
    function->is_receiver |= g_str_equal(last, "receiver");
    function->is_view |= g_str_equal(last, "api_view") || g_str_equal(last, "login_required") ||
                         g_str_has_prefix(last, "require_") || g_str_equal(last, "action");
    function->is_atomic |= g_str_equal(last, "atomic") || g_str_equal(last, "commit_on_success") ||
                           (g_str_equal(last, "method_decorator") && strstr(text, "atomic"));
    g_ptr_array_add(function->decorators, g_steal_pointer(&name));
}

static gboolean
is_method_of_request(const Walk *walk, const DjangoClass *class)
{
    static const char *const ends[] = {"View",       "ViewSet", "APIView", "Admin",        "Inline",
                                       "Serializer", "Form",    "Mixin",   "ViewSetMixin", NULL};
    static const char *const data[] = {"Model", "QuerySet", "Manager", NULL};

    for (guint i = 0; data[i]; i++)
        if (pga_django_class_is(walk->index, class, data[i]))
            return FALSE; /* whatever is mixed into it */
    for (guint i = 0; ends[i]; i++)
        if (pga_django_class_is(walk->index, class, ends[i]))
            return TRUE;
    return FALSE;
}

static gboolean
takes_request(const Walk *walk, TSNode node)
{
    const TSNode parameters = pga_python_child(node, "parameters");

    for (guint i = 0; !ts_node_is_null(parameters) && i < 2; i++) {
        const TSNode parameter = pga_python_part(parameters, i);
        g_autofree char *text =
            ts_node_is_null(parameter) ? NULL : pga_python_text(walk->source, parameter);

        if (text && (g_str_equal(text, "request") || g_str_has_prefix(text, "request:") ||
                     g_str_has_prefix(text, "request :")))
            return TRUE;
    }
    return FALSE;
}

static void
classify(const Walk *walk, PgaDjangoFunction *function, TSNode node, const DjangoClass *class)
{
    const char *path = walk->file->path;

    function->is_command = strstr(path, "management/commands/") != NULL;
    function->is_view |= takes_request(walk, node);
    if (class) {
        function->is_view |= is_method_of_request(walk, class);
        function->is_task |= pga_django_class_is(walk->index, class, "Task");
    } else if (!function->is_task && !function->is_receiver) {
        g_autofree char *base = g_path_get_basename(path);

        function->is_view |= g_str_equal(base, "views.py") && takes_request(walk, node);
    }
    for (guint i = 0; i < ts_node_child_count(node) && !function->is_async; i++)
        function->is_async = pga_python_is(ts_node_child(node, i), "async");
}

/* The Order of receiver(post_save, sender=Order): (nullable). */
static const PgaDjangoModel *
sender_of(DjangoFlow *flow, TSNode decorator)
{
    g_autoptr(PgaPyValue) call = pga_py_value_new(flow->source, pga_python_part(decorator, 0));
    const PgaPyValue *sender = pga_py_argument(call, G_MAXUINT, "sender");
    g_autoptr(DjangoValue) value = NULL;

    if (!sender || sender->kind != PGA_PY_NAME)
        return NULL;
    value = pga_django_eval_dotted(flow, sender->text);
    return pga_django_value_is(value, DJANGO_IS_MODEL) ? value->model : NULL;
}

static void
take_decorators(DjangoFlow *flow, TSNode decorated)
{
    for (guint i = 0; i < ts_node_named_child_count(decorated); i++) {
        const TSNode decorator = ts_node_named_child(decorated, i);
        g_autofree char *text = NULL;

        if (!pga_python_is(decorator, "decorator"))
            continue;
        text = pga_python_text(flow->source, pga_python_part(decorator, 0));
        take_decorator(flow->function, text);
        flow->function->is_atomic |= pga_django_opens_transaction(
            flow,
            g_ptr_array_index(flow->function->decorators, flow->function->decorators->len - 1));
        if (flow->function->is_receiver && !flow->sender)
            flow->sender = sender_of(flow, decorator);
    }
}

/* --- the walk --- */

static void
begin(const Walk *walk, DjangoFlow *flow)
{
    const DjangoPlace place = {walk->index->project, walk->module, NULL};

    pga_django_flow_init(flow, walk->index, &place);
    flow->is_rough = FALSE;
    flow->source = walk->source;
    flow->function->file = walk->file;
    flow->function->app = walk->app;
}

static void
add_function(const Walk *walk, TSNode node, TSNode decorated, const DjangoClass *class,
             const char *class_name)
{
    DjangoFlow flow = {0};
    PgaDjangoFunction *function;
    const DjangoScope *scope = class ? class->scope : walk->module->scope;
    const DjangoFunction *known;

    begin(walk, &flow);
    function = flow.function;
    function->name = pga_django_text(&flow, pga_python_child(node, "name"));
    function->class = g_strdup(class_name);
    function->qualified = g_strconcat(walk->file->module, ".", class_name ? class_name : "",
                                      class_name ? "." : "", function->name, NULL);
    function->line = ts_node_start_point(node).row + 1;
    function->last_line = ts_node_end_point(node).row + 1;
    if (!ts_node_is_null(decorated))
        take_decorators(&flow, decorated);
    classify(walk, function, node, class);
    known = g_hash_table_lookup(scope->functions, function->name);
    flow.class = class;
    flow.within = class;
    pga_django_follow(&flow, node, known);
    if (known && known->line == function->line)
        pga_django_note_function(walk->index, known, function);
    pga_django_flow_clear(&flow);
    g_ptr_array_add(walk->index->code->functions, function);
}

static const DjangoClass *
class_of(const Walk *walk, const DjangoClass *outer, const char *name)
{
    const DjangoName *bound =
        pga_django_scope_find(outer ? outer->scope : walk->module->scope, name);

    return bound ? bound->class : NULL;
}

/* NOLINTBEGIN(misc-no-recursion): @depth ends it */

static void walk_block(const Walk *walk, TSNode block, const DjangoClass *class, const char *name,
                       guint depth);

static void
walk_class(const Walk *walk, TSNode node, const DjangoClass *outer, const char *outer_name,
           guint depth)
{
    g_autofree char *own = pga_python_text(walk->source, pga_python_child(node, "name"));
    g_autofree char *name = outer_name ? g_strconcat(outer_name, ".", own, NULL) : g_strdup(own);
    const DjangoClass *class = outer_name && !outer ? NULL : class_of(walk, outer, own);

    if (class && walk->index->project->templates->len > 0)
        pga_django_note_generic(walk->index, class);

    walk_block(walk, pga_python_child(node, "body"), class, name, depth + 1);
}

static void
walk_statement(const Walk *walk, TSNode node, const DjangoClass *class, const char *name,
               guint depth)
{
    TSNode decorated = {0};

    if (pga_python_is(node, "decorated_definition")) {
        decorated = node;
        node = pga_python_child(node, "definition");
    }
    if (pga_python_is(node, "function_definition"))
        add_function(walk, node, decorated, class, name);
    else if (pga_python_is(node, "class_definition"))
        walk_class(walk, node, class, name, depth);
    else if (pga_python_is(node, "if_statement") || pga_python_is(node, "try_statement") ||
             pga_python_is(node, "else_clause") || pga_python_is(node, "except_clause") ||
             pga_python_is(node, "block") || pga_python_is(node, "ERROR") ||
             pga_python_is(node, "with_statement"))
        walk_block(walk, node, class, name, depth + 1);
}

static void
walk_block(const Walk *walk, TSNode block, const DjangoClass *class, const char *name, guint depth)
{
    if (ts_node_is_null(block) || depth > MAX_CLASSES * 2)
        return;
    for (guint i = 0; i < ts_node_named_child_count(block); i++)
        walk_statement(walk, ts_node_named_child(block, i), class, name, depth);
}

/* NOLINTEND(misc-no-recursion) */

/* What runs when the module is imported. */
static void
walk_module(const Walk *walk)
{
    const TSNode root = pga_python_root(walk->source);
    DjangoFlow flow = {0};
    PgaDjangoFunction *function;

    begin(walk, &flow);
    function = flow.function;
    flow.is_module = TRUE;
    function->name = g_strdup("<module>");
    function->qualified = g_strconcat(walk->file->module, ".<module>", NULL);
    function->line = 1;
    function->last_line = ts_node_end_point(root).row + 1;
    pga_django_open(&flow, PGA_DJANGO_BLOCK_FUNCTION, root);
    pga_django_run_block(&flow, root);
    pga_django_close(&flow, 0);
    pga_django_flow_clear(&flow);
    if (function->events->len > 0)
        g_ptr_array_add(walk->index->code->functions, function);
    else
        pga_django_function_free(function);
}

static gint
by_line(gconstpointer one, gconstpointer other)
{
    const PgaDjangoFunction *a = *(PgaDjangoFunction *const *)one;
    const PgaDjangoFunction *b = *(PgaDjangoFunction *const *)other;

    return a->line < b->line ? -1 : a->line > b->line;
}

void
pga_django_add_functions(DjangoIndex *index, const PgaDjangoFile *file,
                         const PgaPythonSource *source)
{
    DjangoModule *own = pga_django_module_of(file) ? NULL : pga_django_module_read(file, source);
    const Walk walk = {index, file, source, own ? own : pga_django_module_of(file),
                       pga_django_project_app(index->project, file)};
    GPtrArray *functions = index->code->functions;
    const guint first = functions->len;

    walk_module(&walk);
    walk_block(&walk, pga_python_root(source), NULL, NULL, 0);
    if (functions->len > first + 1)
        qsort(functions->pdata + first, functions->len - first, sizeof(gpointer), by_line);
    if (own) /* its functions and classes are remembered by their place in memory */
        g_ptr_array_add(index->modules, own);
}
