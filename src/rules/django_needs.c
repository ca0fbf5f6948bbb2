/* Indexes that queries miss, gathered over a project. */
#include <string.h>

#include "django_needs_internal.h"
#include "django_once_internal.h"

/* Statements for the planner; more of the same kind tell nothing new. */
#define MAX_STATEMENTS 5
/* Places before one among which its own chain is looked for. */
#define MAX_BEFORE 16

static void
need_free(gpointer data)
{
    PgaNeed *need = data;

    g_ptr_array_unref(need->keys);
    g_array_unref(need->places);
    g_ptr_array_unref(need->sql);
    g_free(need);
}

void
pga_needs_begin(PgaDjangoRun *run)
{
    PgaNeeds *needs = g_new0(PgaNeeds, 1);

    needs->run = run;
    needs->indexes = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    needs->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    needs->all = g_ptr_array_new_with_free_func(need_free);
    run->memory = needs;
}

void
pga_needs_free(gpointer data)
{
    PgaNeeds *needs = data;

    g_hash_table_unref(needs->indexes);
    g_hash_table_unref(needs->by_key);
    g_ptr_array_unref(needs->all);
    g_free(needs);
}

const GPtrArray *
pga_needs_indexes(PgaNeeds *needs, const PgaDjangoModel *model)
{
    GPtrArray *indexes = g_hash_table_lookup(needs->indexes, model);

    if (!indexes) {
        indexes = pga_django_model_indexes(needs->run->project, model);
        g_hash_table_insert(needs->indexes, (gpointer)model, indexes);
    }
    return indexes;
}

/* Whether @lookup says what "Q(status='open')" says. */
static gboolean
is_predicate(const PgaDjangoLookup *lookup, const char *predicate)
{
    g_autofree char *value = lookup->value ? pga_py_value_text(lookup->value) : NULL;
    const char *at = strstr(predicate, lookup->path.text);

    if (!value || !at || strpbrk(predicate, "&|~,"))
        return FALSE;
    at += strlen(lookup->path.text);
    return *at == '=' && strstr(at, value) != NULL;
}

static gboolean
implies(const GArray *lookups, const char *predicate)
{
    for (guint i = 0; lookups && i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);

        if (used->role == PGA_LOOKUP_REQUIRED && !used->is_optional &&
            is_predicate(used->lookup, predicate))
            return TRUE;
    }
    return FALSE;
}

gboolean
pga_needs_is_indexed(PgaNeeds *needs, const PgaDjangoModel *model, const PgaDjangoField *field,
                     const GArray *lookups)
{
    const GPtrArray *indexes = pga_needs_indexes(needs, model);

    if (pga_django_indexes_lead_with(indexes, field->name))
        return TRUE;
    for (guint i = 0; i < indexes->len; i++) {
        const PgaDjangoIndex *index = g_ptr_array_index(indexes, i);
        const char *column = index->columns->len ? g_ptr_array_index(index->columns, 0) : NULL;

        if (index->predicate && g_strcmp0(column, field->name) == 0 &&
            implies(lookups, index->predicate))
            return TRUE;
    }
    return FALSE;
}

/* Every object that has a generic relation has the same few of these. */
static gboolean
is_content_type(const PgaDjangoField *field)
{
    return field->target && g_ascii_strcasecmp(field->target, "contenttypes.ContentType") == 0;
}

static gboolean
finds_few(PgaNeeds *needs, const PgaDjangoLookup *lookup, const GArray *lookups)
{
    const PgaDjangoField *field = lookup->path.field;

    if (!field || !lookup->path.model || !pga_django_lookup_is_equality(lookup))
        return FALSE;
    if (field->is_primary_key || field->is_unique)
        return TRUE;
    if (!field->column || pga_django_field_has_few_values(field) || is_content_type(field))
        return FALSE;
    return pga_needs_is_indexed(needs, lookup->path.model, field, lookups);
}

/* Of a name that is no field: a manager of its own may make any condition of it. */
static gboolean
is_unknown(const PgaDjangoPath *path)
{
    return !path->model && !path->annotation;
}

gboolean
pga_needs_is_selective(PgaNeeds *needs, const GArray *lookups)
{
    for (guint i = 0; i < lookups->len; i++) {
        const PgaUsedLookup *used = &g_array_index(lookups, PgaUsedLookup, i);

        if (used->role == PGA_LOOKUP_REQUIRED && !used->is_optional &&
            (is_unknown(&used->lookup->path) || finds_few(needs, used->lookup, lookups)))
            return TRUE;
    }
    return FALSE;
}

static char *
key_text(const GPtrArray *keys)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < keys->len; i++)
        g_string_append_printf(text, "%s%s", i ? "," : "",
                               (const char *)g_ptr_array_index(keys, i));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

PgaNeed *
pga_needs_add(PgaNeeds *needs, const PgaDjangoModel *model, PgaNeedForm form, GPtrArray *keys)
{
    g_autofree char *columns = key_text(keys);
    g_autofree char *key = g_strdup_printf("%s.%s %d %s", model->app, model->name, form, columns);
    PgaNeed *need = g_hash_table_lookup(needs->by_key, key);

    if (need) {
        g_ptr_array_unref(keys);
        return need;
    }
    need = g_new0(PgaNeed, 1);
    need->model = model;
    need->form = form;
    need->keys = keys;
    need->places = g_array_new(FALSE, FALSE, sizeof(PgaNeedPlace));
    need->sql = g_ptr_array_new();
    g_hash_table_insert(needs->by_key, g_steal_pointer(&key), need);
    g_ptr_array_add(needs->all, need);
    return need;
}

static PgaNeedUse
use_of_function(const PgaDjangoFunction *function)
{
    if (function->class && g_str_has_suffix(function->class, "Admin"))
        return PGA_NEED_ADMIN;
    if (function->is_task ? pga_django_is_periodic(function) : pga_django_is_batch(function))
        return PGA_NEED_COMMAND;
    return function->is_view ? PGA_NEED_REQUEST : PGA_NEED_CODE;
}

void
pga_need_add_class(PgaNeed *need, const PgaDjangoClass *class, guint line, const char *text)
{
    const PgaNeedPlace place = {
        .file = class->file,
        .line = line ? line : class->line,
        .use = class->kind == PGA_DJANGO_CLASS_ADMIN ? PGA_NEED_ADMIN : PGA_NEED_DECLARED,
        .text = text,
    };

    g_array_append_val(need->places, place);
}

/* The events of one chain, or of one line, are one place. They come one after the other. */
static gboolean
is_known_place(const PgaNeed *need, const PgaDjangoEvent *event)
{
    for (guint i = need->places->len; i-- > 0 && need->places->len - i <= MAX_BEFORE;) {
        const PgaDjangoEvent *other = g_array_index(need->places, PgaNeedPlace, i).event;

        if (other && other->function == event->function &&
            (other->line == event->line || (event->chain && other->chain == event->chain)))
            return TRUE;
    }
    return FALSE;
}

/* Where the chain is written, when that is in the same function: it may be fetched far below. */
static guint
line_of(const PgaDjangoEvent *event)
{
    const PgaDjangoQuerySet *queryset = event->queryset;

    return queryset && queryset->file == event->function->file &&
                   queryset->line >= event->function->line && queryset->line < event->line
               ? queryset->line
               : event->line;
}

void
pga_need_add_query(PgaNeed *need, const PgaDjangoQuery *query, gboolean is_sure)
{
    for (guint i = 0; i < query->places->len; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(query->places, i);
        const PgaNeedPlace place = {
            .event = event,
            .file = event->function->file,
            .line = line_of(event),
            .use = use_of_function(event->function),
            .text = event->queryset && event->queryset->text ? event->queryset->text : event->text,
        };

        if (!is_known_place(need, event))
            g_array_append_val(need->places, place);
    }
    for (guint i = 0; i < query->classes->len; i++) {
        const PgaDjangoClass *class = g_ptr_array_index(query->classes, i);

        pga_need_add_class(need, class, 0, query->queryset ? query->queryset->text : NULL);
    }
    if (query->sql && need->sql->len < MAX_STATEMENTS)
        g_ptr_array_add(need->sql, query->sql);
    need->is_sure |= is_sure;
}

static int
compare_needs(gconstpointer left, gconstpointer right)
{
    const PgaNeed *a = *(PgaNeed *const *)left, *b = *(PgaNeed *const *)right;
    int order = g_strcmp0(a->model->app, b->model->app);

    if (!order)
        order = g_strcmp0(a->model->name, b->model->name);
    if (!order)
        order = (a->form > b->form) - (a->form < b->form);
    for (guint i = 0; !order && i < a->keys->len && i < b->keys->len; i++)
        order = g_strcmp0(g_ptr_array_index(a->keys, i), g_ptr_array_index(b->keys, i));
    return order ? order : (a->keys->len > b->keys->len) - (a->keys->len < b->keys->len);
}

static gboolean
begins(const PgaNeed *shorter, const PgaNeed *longer)
{
    if (shorter->model != longer->model || shorter->form != longer->form ||
        shorter->form != PGA_NEED_BTREE || shorter->keys->len >= longer->keys->len)
        return FALSE;
    for (guint i = 0; i < shorter->keys->len; i++)
        if (!g_str_equal(g_ptr_array_index(shorter->keys, i), g_ptr_array_index(longer->keys, i)))
            return FALSE;
    return TRUE;
}

static void
merge(PgaNeed *into, const PgaNeed *need)
{
    g_array_append_vals(into->places, need->places->data, need->places->len);
    for (guint i = 0; i < need->sql->len && into->sql->len < MAX_STATEMENTS; i++)
        g_ptr_array_add(into->sql, g_ptr_array_index(need->sql, i));
    into->is_sure |= need->is_sure;
}

/* Sorted, the longer ones of the same beginning follow directly. */
const GPtrArray *
pga_needs_sorted(PgaNeeds *needs)
{
    GPtrArray *all = needs->all;

    g_ptr_array_sort(all, compare_needs);
    for (guint i = all->len; i-- > 0;) {
        PgaNeed *next = i + 1 < all->len ? g_ptr_array_index(all, i + 1) : NULL;
        const PgaNeed *need = g_ptr_array_index(all, i);

        if (!next || !begins(need, next))
            continue;
        merge(next, need);
        g_ptr_array_remove_index(all, i);
    }
    return all;
}

PgaNeedUse
pga_need_use(const PgaNeed *need)
{
    PgaNeedUse use = PGA_NEED_ADMIN;

    for (guint i = 0; i < need->places->len; i++)
        use = MIN(use, g_array_index(need->places, PgaNeedPlace, i).use);
    return use;
}
