/* dj-select-star-wide: a loop reads some columns of rows whose wide ones come along. */
#include <string.h>

#include "../django_loop_internal.h"

static gboolean
is_wide(const PgaDjangoField *field)
{
    static const char *const bases[] = {"TextField", "JSONField", "BinaryField", "HStoreField",
                                        NULL};

    return field->column && field->base && g_strv_contains(bases, field->base);
}

static gboolean
is_deferred(const PgaDjangoQuerySet *queryset)
{
    return queryset->has_values || queryset->is_raw || (queryset->only && queryset->only->len) ||
           (queryset->deferred && queryset->deferred->len);
}

/* Whether the event of the loop hands the row itself to somebody. */
static gboolean
hands_on(const PgaDjangoEvent *event, const PgaDjangoObject *row, guint number)
{
    if (event->act == PGA_DJANGO_GET_ATTRIBUTE)
        return FALSE;
    if (event->object == number)
        return event->act != PGA_DJANGO_RELATED_READ;
    return !row->name || (event->text && strstr(event->text, row->name));
}

/* (transfer full) (nullable): names of the columns that are read; NULL: it is not told, or none. */
static GHashTable *
read_columns(const PgaDjangoFunction *function, const PgaDjangoBlock *loop)
{
    const PgaDjangoObject *row =
        loop->loop_object > 0 ? g_ptr_array_index(function->objects, loop->loop_object - 1) : NULL;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = loop->first_event; row && i < loop->first_event + loop->n_events; i++) {
        const PgaDjangoEvent *event = g_ptr_array_index(function->events, i);

        if (hands_on(event, row, loop->loop_object))
            return NULL;
        if (event->object == loop->loop_object && event->field)
            g_hash_table_add(names, event->field->name);
    }
    return row && g_hash_table_size(names) > 0 ? g_steal_pointer(&names) : NULL;
}

/* (transfer full): "body, data": wide columns that are not read; empty: none. */
static char *
unread_wide(const PgaDjangoModel *model, GHashTable *read)
{
    g_autoptr(GString) wide = g_string_new(NULL);

    for (guint i = 0; i < model->fields->len; i++) {
        const PgaDjangoField *field = g_ptr_array_index(model->fields, i);

        if (is_wide(field) && g_hash_table_contains(read, field->name))
            return g_strdup("");
        if (is_wide(field))
            g_string_append_printf(wide, "%s\"%s\"", wide->len ? ", " : "", field->name);
    }
    return g_string_free(g_steal_pointer(&wide), FALSE);
}

static void
judge_loop(PgaDjangoRun *run, const PgaDjangoFunction *function, const PgaDjangoBlock *loop)
{
    const PgaDjangoEvent *fetch = pga_django_loop_fetch(function, loop);
    const PgaDjangoModel *model = fetch && fetch->queryset ? fetch->queryset->model : NULL;
    g_autoptr(GHashTable) read = NULL;
    g_autofree char *wide = NULL;
    PgaFinding *finding;

    if (!model || is_deferred(fetch->queryset) || !pga_django_loop_is_long(function, loop))
        return;
    read = read_columns(function, loop);
    wide = read ? unread_wide(model, read) : NULL;
    if (!wide || !*wide)
        return;
    finding =
        pga_django_add_at_event(run, fetch,
                                "the loop of line %u reads %u columns of %s.%s; %s come along "
                                "unread",
                                loop->line, g_hash_table_size(read), model->app, model->name, wide);
    finding->confidence = PGA_CONFIDENCE_POSSIBLE;
    pga_finding_set_fix(finding, PGA_SAFETY_SAFE, NULL, NULL);
    pga_django_fix_code(finding, g_strdup_printf("….defer(%s)", wide));
}

static void
judge(PgaDjangoRun *run, const PgaDjangoFunction *function)
{
    for (guint i = 0; i < function->blocks->len; i++) {
        const PgaDjangoBlock *block = g_ptr_array_index(function->blocks, i);

        if (block->kind == PGA_DJANGO_BLOCK_LOOP || block->kind == PGA_DJANGO_BLOCK_COMPREHENSION)
            judge_loop(run, function, block);
    }
}

const PgaRule pga_rule_dj_select_star_wide = {
    .id = "dj-select-star-wide",
    .title = "Wide columns fetched and not read",
    .category = "query",
    .family = PGA_FAMILY_QUERY,
    .severity = PGA_SEVERITY_INFO,
    .why = "Texts, documents and bytes out of the row are fetched one by one from the TOAST table, "
           "sent and parsed for nothing.",
    .when_not = "The values are short, or the rows few.",
    .condition = "A loop over a QuerySet without only(), defer() or values() reads columns of its "
                 "rows, but none of the model's TextField, JSONField or BinaryField; shown with "
                 "--all.",
    .fix = "defer() of these columns, or only() of those that are read.",
    .docs = "storage-toast.html",
    .docs_title = "TOAST",
    .requirements = "DJ-7",
    .inputs = PGA_INPUTS_DJANGO,
    .django = {.function = judge},
};
