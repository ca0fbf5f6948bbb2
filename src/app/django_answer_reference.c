/* A foreign key that gets the index back that db_index=False took: made while others write, then
 * told to Django as the field's. */
#include <string.h>

#include "django_answer_internal.h"

void
pga_django_name_user_model(const PgaDjangoProject *project, PgaPyValue *call)
{
    static const char setting[] = "settings.AUTH_USER_MODEL";
    const char *user = pga_django_project_user_model(project);
    PgaPyValue *target = (PgaPyValue *)pga_py_argument(call, 0, "to");

    if (!target || target->kind != PGA_PY_STRING || !user ||
        g_ascii_strcasecmp(target->text, user) != 0)
        return;
    target->kind = PGA_PY_NAME;
    g_free(target->text);
    target->text = g_strdup(setting);
}

/* Without db_index=; NULL: something of it cannot be written again. (transfer full) */
static PgaPyValue *
indexed_call(const PgaDjangoProject *project, const PgaDjangoField *field)
{
    const PgaPyValue *action = pga_py_argument(field->call, 1, "on_delete");
    g_autoptr(PgaPyValue) call = pga_py_value_copy(field->call);

    if (!action || action->kind != PGA_PY_NAME || !g_str_has_prefix(action->text, "models."))
        return NULL;
    for (guint i = call->items->len; i > 0; i--) {
        const PgaPyValue *key = g_ptr_array_index(call->keys, i - 1);

        if (key && g_str_equal(key->text, "db_index")) {
            g_ptr_array_remove_index(call->keys, i - 1);
            g_ptr_array_remove_index(call->items, i - 1);
        } else if (((const PgaPyValue *)g_ptr_array_index(call->items, i - 1))->kind ==
                   PGA_PY_OPAQUE) {
            return NULL;
        }
    }
    g_free(call->text);
    call->text = g_strdup("models.ForeignKey");
    pga_django_name_user_model(project, call);
    return g_steal_pointer(&call);
}

/* (transfer full) (nullable): of @sql (nullable): "CREATE INDEX CONCURRENTLY name ON …". */
static char *
name_of(const char *sql)
{
    static const char begin[] = "CREATE INDEX CONCURRENTLY ";

    if (!sql || !g_str_has_prefix(sql, begin))
        return NULL;
    sql += strlen(begin);
    return g_strndup(sql, strcspn(sql, " "));
}

/* The index that the answer has anyway, and that leads with the field. (nullable) */
static const DjangoWish *
index_on(const DjangoAnswer *answer, const PgaDjangoModel *model, const PgaDjangoField *field)
{
    g_autofree char *text = g_strdup_printf("models.Index(fields=[\"%s\"])", field->name);
    g_autoptr(PgaPyValue) call = pga_django_python_value(text);
    const DjangoWish wish = {.kind = DJANGO_WISH_INDEX, .model = model, .call = call};

    return pga_django_wish_served_by(answer, &wish, text);
}

static void
take_index(DjangoAnswer *answer, PgaFinding *finding, const DjangoWish *index)
{
    g_free(finding->fix.code);
    finding->fix.code = pga_py_value_text(index->call);
    pga_django_fix_agree(answer, finding, NULL, index, FALSE);
}

void
pga_django_wish_reference(DjangoAnswer *answer, PgaFinding *finding, const PgaDjangoModel *model)
{
    const char *dot = strrchr(finding->object, '.');
    const PgaDjangoField *field = dot ? pga_django_model_field(model, dot + 1) : NULL;
    const char *sql = finding->fix.sql->len ? g_ptr_array_index(finding->fix.sql, 0) : NULL;
    g_autofree char *name = name_of(sql);
    g_autoptr(PgaPyValue) call = NULL;
    const DjangoWish *index;
    DjangoWish *wish;

    if (!field || field->kind != PGA_DJANGO_FOREIGN_KEY || field->file != model->file || !name)
        return;
    index = index_on(answer, model, field);
    if (index) {
        take_index(answer, finding, index);
        return;
    }
    call = indexed_call(answer->project, field);
    if (!call || !g_hash_table_add(answer->names, g_strdup(name)))
        return;
    wish = pga_django_wish_new(DJANGO_WISH_FIELD, model);
    wish->field = field;
    wish->call = g_steal_pointer(&call);
    wish->name = g_strdup(field->name);
    wish->sql = g_strndup(sql, strlen(sql) - (g_str_has_suffix(sql, ";") ? 1 : 0));
    wish->undo = g_strdup_printf("DROP INDEX CONCURRENTLY IF EXISTS %s", name);
    wish->why = g_strdup(finding->title);
    wish->rule = finding->rule;
    pga_django_wish_add(answer, wish);
}

void
pga_django_reference_step(const DjangoWish *wish, char *state, GPtrArray *files)
{
    g_autofree char *name = g_strdup_printf("%s_%s_index", wish->model->name, wish->name);
    g_autofree char *file_name = pga_django_lower(name);
    DjangoFile *file = pga_django_step(
        files, file_name, "SHARE UPDATE EXCLUSIVE", PGA_SAFETY_SAFE,
        g_strdup_printf("Builds the index of %s.%s outside a transaction, others read and write "
                        "meanwhile. If it is stopped: %s, then again.",
                        wish->model->name, wish->name, wish->undo));

    file->alone = TRUE;
    file->sql = g_strdup(wish->sql);
    pga_django_file_add(file, pga_django_run_sql(wish->sql, wish->undo, state));
    g_free(state);
}
