/* Relations that templates read row by row: each template as each view gives it rows. Custom tags
 * are passed over; what a name stands for is known or nothing is said. */
#include "django_template_internal.h"

#include <django/template.h>
#include <string.h>

#include "django_loop_internal.h"
#include "django_own_internal.h"

#define MAX_DEPTH   8       /* of templates in each other */
#define MAX_FRAMES  64      /* of tags in each other */
#define MAX_STEPS   8       /* a.b.c */
#define MAX_TOKENS  40000   /* looked at for one view */
#define MAX_WORK    4000000 /* in all */
#define MAX_SOURCES 60      /* of one view */

/** What a name stands for. */
typedef struct {
    PgaTemplateSource *source; /* NULL: nothing is known */
    const PgaDjangoModel *model;
    char *path;       /* from the source's rows: "lines__item" */
    gboolean is_rows; /* to be gone over */
    gboolean is_each; /* in a loop: reading is once for each row */
} Value;

/** An open tag. */
typedef struct {
    const char *end;   /* "endfor" */
    GHashTable *names; /* of char * to Value * */
    gboolean is_quiet; /* kept in a cache */
} Frame;

typedef struct {
    PgaDjangoNames *names;
    GHashTable *files;  /* of "shop/order_list.html" to const PgaDjangoFile * */
    GHashTable *tokens; /* of const PgaDjangoFile * to GPtrArray * */
    guint n_work;
    /* of one view: */
    GPtrArray *frames; /* of Frame *: the first is what the view gives */
    const PgaDjangoFile *file;
    GHashTable *blocks; /* (nullable) of char *: what templates further in have of their own */
    guint line, left, depth;
} Reader;

static void
value_free(gpointer data)
{
    Value *value = data;

    if (value)
        g_free(value->path);
    g_free(value);
}

static void
frame_free(gpointer data)
{
    Frame *frame = data;

    g_hash_table_unref(frame->names);
    g_free(frame);
}

static Frame *
open_frame(Reader *reader, const char *end)
{
    Frame *frame = g_new0(Frame, 1);

    frame->end = end;
    frame->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, value_free);
    g_ptr_array_add(reader->frames, frame);
    return frame;
}

/* (transfer full) (nullable) both */
static Value *
value_copy(const Value *from)
{
    Value *value = from && from->source ? g_memdup2(from, sizeof *from) : NULL;

    if (value)
        value->path = g_strdup(from->path);
    return value;
}

static void
bind(Frame *frame, const char *name, Value *value)
{
    g_hash_table_replace(frame->names, g_strdup(name), value ? value : g_new0(Value, 1));
}

/* (nullable) */
static const Value *
find(const Reader *reader, const char *name)
{
    for (guint i = reader->frames->len; i-- > 0;) {
        const Frame *frame = g_ptr_array_index(reader->frames, i);
        const Value *value = g_hash_table_lookup(frame->names, name);

        if (value)
            return value->source ? value : NULL;
    }
    return NULL;
}

static gboolean
is_quiet(const Reader *reader)
{
    for (guint i = 0; i < reader->frames->len; i++)
        if (((const Frame *)g_ptr_array_index(reader->frames, i))->is_quiet)
            return TRUE;
    return FALSE;
}

/* --- what is read --- */

static void
note(const Reader *reader, const Value *value, const char *path, const char *what, gboolean to_one,
     gboolean is_maybe)
{
    if (!value->is_each || !*path || is_quiet(reader))
        return;
    pga_django_declared_add(&value->source->declared, (PgaDeclaredRead){.path = g_strdup(path),
                                                                        .why = g_strdup(what),
                                                                        .is_to_one = to_one,
                                                                        .is_maybe = is_maybe,
                                                                        .file = reader->file,
                                                                        .line = reader->line});
}

/* What a method of the row, or its __str__, reads. */
static void
note_method(const Reader *reader, const Value *value, const char *name)
{
    const PgaDjangoFunction *method =
        value->is_each ? pga_django_names_method(reader->names, value->model, name) : NULL;
    const GPtrArray *reads = method ? pga_django_own_reads(reader->names, method) : NULL;

    for (guint i = 0; reads && i < reads->len; i++) {
        const PgaOwnRead *own = g_ptr_array_index(reads, i);
        g_autofree char *path = pga_django_path_join(value->path, own->path);
        g_autofree char *what = g_strdup_printf("%s by %s() (%s:%u)", path, name,
                                                own->event->function->file->path, own->event->line);

        if (!own->is_query)
            note(reader, value, path, what, own->is_to_one && !strstr(value->path, "__"),
                 own->is_conditional);
    }
}

/* --- expressions --- */

static gboolean
is_way_to_one(const Value *value)
{
    gboolean is_to_one = TRUE;

    if (*value->path)
        pga_django_path_end(value->source->context->queryset->model, value->path, &is_to_one);
    return is_to_one;
}

/* row.customer, row.lines: (transfer full) (nullable). */
static Value *
relation(const Reader *reader, const Value *value, const char *name)
{
    gboolean is_to_one;
    const PgaDjangoModel *end = pga_django_path_end(value->model, name, &is_to_one);
    Value *next;

    if (!end)
        return NULL;
    next = value_copy(value);
    g_free(next->path);
    next->path = pga_django_path_join(value->path, name);
    next->model = end;
    next->is_rows = !is_to_one;
    if (is_to_one)
        note(reader, value, next->path, next->path, is_way_to_one(next), FALSE);
    return next;
}

/* rows.all, rows.count, rows.0: (transfer full) (nullable). */
static Value *
of_rows(const Reader *reader, const Value *rows, const char *name)
{
    static const char *const all[] = {"all", "object_list", NULL};
    static const char *const asks[] = {"count", "exists", NULL};
    Value *one;

    if (g_strv_contains(all, name))
        return value_copy(rows);
    if (g_strv_contains(asks, name))
        note(reader, rows, rows->path, rows->path, FALSE, FALSE);
    if (*rows->path || (!g_str_equal(name, "first") && !g_ascii_isdigit(*name)))
        return NULL;
    one = value_copy(rows);
    one->is_rows = FALSE;
    return one;
}

static Value *
step(const Reader *reader, const Value *value, const char *name)
{
    Value *next;

    if (value->is_rows)
        return of_rows(reader, value, name);
    next = relation(reader, value, name);
    if (!next && !pga_django_model_field(value->model, name))
        note_method(reader, value, name);
    return next;
}

/* "row.customer.name|upper": (transfer full) (nullable). */
static Value *
evaluate(const Reader *reader, const char *expression)
{
    g_autofree char *plain = g_strndup(expression, strcspn(expression, "| \t\n"));
    g_auto(GStrv) steps = g_strsplit(plain, ".", MAX_STEPS);
    const char *filter = strchr(expression, '|');
    Value *value = steps[0] ? value_copy(find(reader, steps[0])) : NULL;

    for (guint i = 1; value && steps[i]; i++) {
        Value *before = value;

        value = step(reader, before, steps[i]);
        value_free(before);
    }
    if (value && value->is_rows && filter && g_str_has_prefix(filter + 1, "length"))
        note(reader, value, value->path, value->path, FALSE, FALSE);
    return value;
}

/* {{ row }}: as a text. */
static void
show(const Reader *reader, const char *expression)
{
    Value *value = evaluate(reader, expression);

    if (value && !value->is_rows)
        note_method(reader, value, "__str__");
    else if (value)
        note(reader, value, value->path, value->path, FALSE, FALSE);
    value_free(value);
}

/* --- tags --- */

/* Behind the word that begins at @at: what is in quotes is one. */
static const char *
behind_word(const char *at)
{
    char quote = '\0';

    for (; *at && (quote || !g_ascii_isspace(*at)); at++) {
        if (quote && *at == quote)
            quote = '\0';
        else if (!quote && (*at == '"' || *at == '\''))
            quote = *at;
    }
    return at;
}

/* (transfer full): the words of a tag. */
static GPtrArray *
words_of(const char *text)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    while (words->len < MAX_FRAMES) {
        const char *from = text + strspn(text, " \t\r\n");

        text = behind_word(from);
        if (text == from)
            break;
        g_ptr_array_add(words, g_strndup(from, (gsize)(text - from)));
    }
    return words;
}

static const char *
word(const GPtrArray *words, guint i)
{
    return i < words->len ? g_ptr_array_index(words, i) : "";
}

/* What one word of an if, a url is: its reading counts. */
static void
read_words(const Reader *reader, const GPtrArray *words, guint from)
{
    for (guint i = from; i < words->len; i++) {
        const char *at = word(words, i), *sign = strchr(at, '=');

        value_free(evaluate(reader, sign && sign[1] != '=' ? sign + 1 : at));
    }
}

/* for a in rows, for a, b in pairs */
static void
tag_for(Reader *reader, const GPtrArray *words)
{
    Value *rows = words->len >= 4 && g_str_equal(word(words, 2), "in")
                      ? evaluate(reader, word(words, 3))
                      : NULL;
    Frame *frame;

    if (rows && rows->is_rows)
        note(reader, rows, rows->path, rows->path, FALSE, FALSE);
    frame = open_frame(reader, "endfor");
    for (guint i = 1; i < words->len && !g_str_equal(word(words, i), "in"); i++) {
        g_auto(GStrv) names = g_strsplit(word(words, i), ",", -1);

        for (guint j = 0; names[j]; j++)
            bind(frame, names[j], NULL);
    }
    if (rows && rows->is_rows) {
        rows->is_rows = FALSE;
        rows->is_each |= *rows->path || !pga_django_is_few(rows->source->context->queryset);
        bind(frame, word(words, 1), g_steal_pointer(&rows));
    }
    value_free(rows);
}

/* with a=b c=d, with b as a */
static void
bind_words(Reader *reader, Frame *frame, const GPtrArray *words, guint from)
{
    for (guint i = from; i < words->len; i++) {
        const char *sign = strchr(word(words, i), '=');
        g_autofree char *name =
            sign ? g_strndup(word(words, i), (gsize)(sign - word(words, i))) : NULL;

        if (name)
            bind(frame, name, evaluate(reader, sign + 1));
        else if (g_str_equal(word(words, i), "as") && i > 1)
            bind(frame, word(words, i + 1), evaluate(reader, word(words, i - 1)));
    }
}

/* "'shop/row.html'": (transfer full) (nullable): no literal. */
static char *
literal(const char *text)
{
    const gsize length = strlen(text);

    return length > 2 && (*text == '"' || *text == '\'') && text[length - 1] == *text
               ? g_strndup(text + 1, length - 2)
               : NULL;
}

/* NOLINTBEGIN(misc-no-recursion): reader->depth ends it */

static void read_template(Reader *reader, const char *name);

static void
tag_include(Reader *reader, const GPtrArray *words)
{
    g_autofree char *name = literal(word(words, 1));
    const guint around = reader->frames->len;
    const PgaDjangoFile *file = reader->file;
    const guint line = reader->line;
    Frame *frame;

    if (!name)
        return;
    frame = open_frame(reader, "");
    bind_words(reader, frame, words, 2);
    read_template(reader, name);
    g_ptr_array_set_size(reader->frames, (gint)around);
    reader->file = file;
    reader->line = line;
}

/* Closes the innermost tag that ends so, with all that is still open in it. */
static void
close_frame(Reader *reader, const char *end, guint bottom)
{
    for (guint i = reader->frames->len; i-- > bottom;) {
        const Frame *frame = g_ptr_array_index(reader->frames, i);

        if (g_str_equal(frame->end, end)) {
            g_ptr_array_set_size(reader->frames, (gint)i);
            return;
        }
    }
}

static void
tag(Reader *reader, const char *text, guint bottom)
{
    static const char *const reads[] = {
        "if", "elif", "url", "firstof", "ifchanged", "blocktrans", "blocktranslate", NULL};
    g_autoptr(GPtrArray) words = words_of(text);
    const char *name = word(words, 0);

    if (g_str_has_prefix(name, "end"))
        close_frame(reader, name, bottom);
    else if (g_strv_contains(reads, name))
        read_words(reader, words, 1);
    else if (reader->frames->len >= MAX_FRAMES)
        return;
    else if (g_str_equal(name, "for"))
        tag_for(reader, words);
    else if (g_str_equal(name, "with"))
        bind_words(reader, open_frame(reader, "endwith"), words, 1);
    else if (g_str_equal(name, "cache"))
        open_frame(reader, "endcache")->is_quiet = TRUE;
    else if (g_str_equal(name, "include"))
        tag_include(reader, words);
}

/* --- templates --- */

/* Behind the end of the block that begins at @at. */
static guint
behind_block(const GPtrArray *tokens, guint at)
{
    guint open = 0;

    for (; at < tokens->len; at++) {
        const PgaTemplateToken *token = g_ptr_array_index(tokens, at);

        open += token->is_tag && g_str_has_prefix(token->text, "block ");
        if (token->is_tag && g_str_has_prefix(token->text, "endblock") && --open == 0)
            break;
    }
    return at;
}

static char *
block_name(const PgaTemplateToken *token)
{
    g_autoptr(GPtrArray) words =
        token->is_tag && g_str_has_prefix(token->text, "block ") ? words_of(token->text) : NULL;

    return words ? g_strdup(word(words, 1)) : NULL;
}

/* (nullable): borrowed. */
static const GPtrArray *
tokens_of(Reader *reader, const PgaDjangoFile *file)
{
    GPtrArray *tokens = g_hash_table_lookup(reader->tokens, file);

    if (!tokens) {
        tokens = pga_template_tokens(file->text, file->length);
        g_hash_table_insert(reader->tokens, (gpointer)file, tokens);
    }
    return tokens;
}

/* Its own blocks go to reader->blocks; (transfer full) (nullable): what it extends. */
static char *
read_tokens(Reader *reader, const GPtrArray *tokens)
{
    const guint bottom = reader->frames->len;
    g_autoptr(GHashTable) own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char *parent = NULL;
    GHashTableIter iter;
    gpointer name;

    for (guint i = 0; i < tokens->len && reader->left > 0; i++) {
        const PgaTemplateToken *token = g_ptr_array_index(tokens, i);
        char *block = block_name(token);

        reader->left--;
        reader->n_work++;
        reader->line = token->line;
        if (block && g_hash_table_contains(reader->blocks, block)) {
            i = behind_block(tokens, i);
            g_free(block);
        } else if (block) {
            g_hash_table_add(own, block);
        } else if (!token->is_tag) {
            show(reader, token->text);
        } else if (g_str_has_prefix(token->text, "extends ")) {
            g_free(parent);
            parent = literal(token->text + strlen("extends "));
        } else {
            tag(reader, token->text, bottom);
        }
    }
    g_ptr_array_set_size(reader->frames, (gint)bottom);
    g_hash_table_iter_init(&iter, own);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        g_hash_table_add(reader->blocks, g_strdup(name));
    return parent;
}

static void
read_template(Reader *reader, const char *name)
{
    const PgaDjangoFile *file = g_hash_table_lookup(reader->files, name);
    GHashTable *outer = reader->blocks;
    g_autofree char *parent = NULL;

    if (!file || reader->depth >= MAX_DEPTH || reader->n_work > MAX_WORK)
        return;
    reader->depth++;
    reader->blocks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; file && i < MAX_DEPTH; i++) {
        char *next;

        reader->file = file;
        next = read_tokens(reader, tokens_of(reader, file));
        g_free(parent);
        parent = next;
        file = parent ? g_hash_table_lookup(reader->files, parent) : NULL;
    }
    g_hash_table_unref(reader->blocks);
    reader->blocks = outer;
    reader->depth--;
}

/* NOLINTEND(misc-no-recursion) */

/* --- views --- */

static void
source_free(gpointer data)
{
    PgaTemplateSource *source = data;

    g_ptr_array_unref(source->declared.reads);
    g_ptr_array_unref(source->declared.querysets);
    g_free(source);
}

static PgaTemplateSource *
source_new(PgaDjangoNames *names, const PgaDjangoContext *context)
{
    PgaTemplateSource *source = g_new0(PgaTemplateSource, 1);

    source->context = context;
    source->declared.names = names;
    source->declared.model = context->queryset->model;
    source->declared.reads = g_ptr_array_new_with_free_func(pga_declared_read_free);
    source->declared.querysets = g_ptr_array_new();
    g_ptr_array_add(source->declared.querysets, context->queryset);
    return source;
}

static void
give(Frame *frame, PgaTemplateSource *source, const char *name)
{
    const PgaDjangoContext *context = source->context;
    Value *value = g_new0(Value, 1);

    value->source = source;
    value->model = context->queryset->model;
    value->path = g_strdup("");
    value->is_rows = context->is_rows;
    bind(frame, name, value);
}

/* The names under which a generic view gives its own rows or object. */
static void
give_generic(Frame *frame, PgaTemplateSource *source, const PgaDjangoClass *class)
{
    const gboolean is_rows = source->context->is_rows;
    g_autofree char *lower = g_ascii_strdown(source->context->queryset->model->name, -1);
    g_autofree char *list = g_strconcat(lower, "_list", NULL);

    give(frame, source, is_rows ? "object_list" : "object");
    give(frame, source, is_rows ? list : lower);
    if (is_rows)
        give(frame, source, "page_obj");
    if (class->context_name)
        give(frame, source, class->context_name);
}

/* (transfer full) (nullable) */
static char *
generic_template(const PgaDjangoClass *class, const PgaDjangoContext *context)
{
    static const char *const suffixes[][2] = {{"ListView", "_list"},
                                              {"DetailView", "_detail"},
                                              {"UpdateView", "_form"},
                                              {"DeleteView", "_confirm_delete"}};
    const PgaDjangoModel *model = context->queryset->model;
    g_autofree char *lower = g_ascii_strdown(model->name, -1);

    if (class->template)
        return g_strdup(class->template);
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (g_strcmp0(class->generic, suffixes[i][0]) == 0)
            return g_strdup_printf("%s/%s%s.html", model->app, lower,
                                   class->template_suffix ? class->template_suffix
                                                          : suffixes[i][1]);
    return NULL;
}

/** The views of one round. */
typedef struct {
    Reader *reader;
    PgaTemplateVisit visit;
    gpointer data;
} Round;

/* Reads the template with what is given in the only frame, tells what came. */
static void
finish_view(const Round *round, const char *template, const GPtrArray *sources)
{
    Reader *reader = round->reader;

    reader->left = MAX_TOKENS;
    reader->depth = 0;
    if (template && sources->len > 0)
        read_template(reader, template);
    for (guint i = 0; i < sources->len; i++) {
        const PgaTemplateSource *source = g_ptr_array_index(sources, i);

        if (source->declared.reads->len > 0)
            round->visit(source, round->data);
    }
    g_ptr_array_set_size(reader->frames, 0);
}

static void
read_class(const Round *round, const GPtrArray *contexts, const PgaDjangoClass *class)
{
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(source_free);
    Frame *frame = open_frame(round->reader, "");
    g_autofree char *template = NULL;

    for (guint i = 0; i < contexts->len && i < MAX_SOURCES; i++) {
        const PgaDjangoContext *context = g_ptr_array_index(contexts, i);
        PgaTemplateSource *source = source_new(round->reader->names, context);

        g_ptr_array_add(sources, source);
        if (g_str_equal(context->name, "object")) {
            give_generic(frame, source, class);
            template = template ? template : generic_template(class, context);
        } else {
            give(frame, source, context->name);
        }
    }
    if (!template)
        template = g_strdup(class->template);
    finish_view(round, template, sources);
}

/* Those of one call of render() come one after the other. */
static guint
read_call(const Round *round, const GPtrArray *contexts, guint first)
{
    const PgaDjangoContext *begin = g_ptr_array_index(contexts, first);
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(source_free);
    Frame *frame = open_frame(round->reader, "");
    guint i = first;

    for (; i < contexts->len && i < first + MAX_SOURCES; i++) {
        const PgaDjangoContext *context = g_ptr_array_index(contexts, i);

        if (!context->template || !g_str_equal(context->template, begin->template) ||
            context->line != begin->line || context->file != begin->file)
            break;
        g_ptr_array_add(sources, source_new(round->reader->names, context));
        give(frame, g_ptr_array_index(sources, sources->len - 1), context->name);
    }
    finish_view(round, begin->template, sources);
    return i;
}

static GHashTable *
files_of(const PgaDjangoProject *project)
{
    GHashTable *files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < project->templates->len; i++) {
        PgaDjangoFile *file = g_ptr_array_index(project->templates, i);
        const char *folder = g_strrstr(file->path, "templates/");
        char *name = folder ? g_strdup(folder + strlen("templates/")) : NULL;

        if (!name || file->is_test || g_hash_table_contains(files, name))
            g_free(name);
        else
            g_hash_table_insert(files, name, file);
    }
    return files;
}

/* (transfer full): of a class's name to its contexts (GPtrArray, borrowed). */
static GHashTable *
contexts_of_classes(const PgaDjangoCode *code)
{
    GHashTable *classes =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < code->contexts->len; i++) {
        PgaDjangoContext *context = g_ptr_array_index(code->contexts, i);
        GPtrArray *list = context->class ? g_hash_table_lookup(classes, context->class) : NULL;

        if (!context->class)
            continue;
        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(classes, context->class, list);
        }
        g_ptr_array_add(list, context);
    }
    return classes;
}

void
pga_django_template_reads(PgaDjangoNames *names, const PgaDjangoCode *code, PgaTemplateVisit visit,
                          gpointer data)
{
    g_autoptr(GHashTable) files = files_of(code->project);
    g_autoptr(GHashTable) classes = contexts_of_classes(code);
    g_autoptr(GHashTable) tokens =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func(frame_free);
    Reader reader = {.names = names, .files = files, .tokens = tokens, .frames = frames};
    const Round round = {&reader, visit, data};

    for (guint i = 0; i < code->classes->len; i++) {
        const PgaDjangoClass *class = g_ptr_array_index(code->classes, i);
        const GPtrArray *contexts = class->kind == PGA_DJANGO_CLASS_VIEW
                                        ? g_hash_table_lookup(classes, class->qualified)
                                        : NULL;

        if (contexts)
            read_class(&round, contexts, class);
    }
    for (guint i = 0; i < code->contexts->len;) {
        const PgaDjangoContext *context = g_ptr_array_index(code->contexts, i);

        i = context->template ? read_call(&round, code->contexts, i) : i + 1;
    }
}
