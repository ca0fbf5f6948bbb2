/* Classes as they should be: what is wished for, in the words of their source. */
#include <string.h>

#include "django_answer_internal.h"

/* (transfer full): " (dj-a, dj-b)"; "": the advisor's alone. */
static char *
rules_text(const DjangoWish *wish)
{
    g_autoptr(GString) text = g_string_new(wish->rule);

    for (guint i = 0; i < wish->also->len; i++)
        g_string_append_printf(text, "%s%s", text->len ? ", " : "",
                               (const char *)g_ptr_array_index(wish->also, i));
    return text->len ? g_strdup_printf(" (%s)", text->str) : g_strdup("");
}

static void
add_reason(PgaDjangoChange *change, const DjangoWish *wish)
{
    g_autofree char *rule = rules_text(wish);
    g_autofree char *release =
        wish->first_release
            ? g_strdup_printf("; not in the model, whose words for it come with Django %u.%u: its "
                              "migration makes it",
                              wish->first_release / 100, wish->first_release % 100)
            : g_strdup("");

    g_ptr_array_add(change->reasons,
                    g_strdup_printf("%s: %s%s%s", wish->name, wish->why, rule, release));
}

/* Its imports, a blank line, the class. Takes @code. */
static char *
with_imports(char *code)
{
    g_autoptr(GPtrArray) imports = pga_django_imports(code);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < imports->len; i++)
        g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(imports, i));
    g_string_append_printf(text, "%s%s", imports->len ? "\n\n" : "", code);
    g_free(code);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Parsed once for all of its models, which come one after the other. (nullable) */
const PgaPythonSource *
pga_django_answer_source(DjangoAnswer *answer, const PgaDjangoFile *file)
{
    if (answer->file != file) {
        g_clear_pointer(&answer->source, pga_python_source_free);
        answer->file = file;
        answer->source = pga_django_file_parse(file, NULL);
    }
    return answer->source;
}

/* Its whole definition. */
static void
add_field(GPtrArray *fields, const DjangoWish *wish)
{
    g_autofree char *call = pga_django_call_text(wish->call, 4, (guint)strlen(wish->name) + 3);

    g_ptr_array_add(fields, g_strdup_printf("%s = %s", wish->name, call));
}

/** What of a class changes. */
typedef struct {
    GPtrArray *fields, *indexes, *constraints, *gone, *lists; /* as in PgaDjangoRewrite */
} Parts;

static void
parts_clear(Parts *parts)
{
    g_ptr_array_unref(parts->fields);
    g_ptr_array_unref(parts->indexes);
    g_ptr_array_unref(parts->constraints);
    g_ptr_array_unref(parts->gone);
    g_ptr_array_unref(parts->lists);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

static void
take_part(const Parts *parts, const DjangoWish *wish)
{
    if (wish->field)
        add_field(parts->fields, wish);
    else if (wish->kind == DJANGO_WISH_REMOVAL && wish->call)
        g_ptr_array_add(parts->lists, wish->call);
    else if (wish->kind == DJANGO_WISH_REMOVAL)
        g_ptr_array_add(parts->gone, wish->name);
    else if (wish->kind != DJANGO_WISH_SQL)
        g_ptr_array_add(wish->kind == DJANGO_WISH_INDEX ? parts->indexes : parts->constraints,
                        wish->call);
}

/* With the reasons. */
static void
take_parts(const DjangoAnswer *answer, const Parts *parts, const PgaDjangoModel *model,
           PgaDjangoChange *change)
{
    for (guint i = 0; i < answer->wishes->len; i++) {
        const DjangoWish *wish = g_ptr_array_index(answer->wishes, i);

        if (wish->model != model || (wish->kind == DJANGO_WISH_SQL && !wish->first_release))
            continue;
        take_part(parts, wish);
        add_reason(change, wish);
    }
}

static gboolean
has_parts(const Parts *parts)
{
    return parts->fields->len + parts->indexes->len + parts->constraints->len + parts->gone->len +
               parts->lists->len >
           0;
}

void
pga_django_change_model(DjangoAnswer *answer, const PgaDjangoModel *model)
{
    g_auto(Parts) parts = {g_ptr_array_new_with_free_func(g_free), g_ptr_array_new(),
                           g_ptr_array_new(), g_ptr_array_new(), g_ptr_array_new()};
    PgaDjangoRewrite rewrite = {model,      parts.fields, parts.indexes, parts.constraints,
                                parts.gone, parts.lists,  NULL};
    PgaDjangoChange *change = pga_django_change_new();
    char *code = NULL;

    take_parts(answer, &parts, model, change);
    if (has_parts(&parts)) {
        rewrite.source = pga_django_answer_source(answer, model->file);
        code = pga_django_rewrite(answer->project, &rewrite);
    }
    if (!code) {
        pga_django_change_free(change);
        return;
    }
    change->code = with_imports(code);
    change->file = g_strdup(model->file->path);
    change->line = model->line;
    change->model = pga_django_model_name(model);
    g_ptr_array_add(answer->work->report->changes, change);
}
