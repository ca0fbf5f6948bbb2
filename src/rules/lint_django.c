/* The safe way of a change as Django's operations: its own for indexes, else SQL beside the state
 * that the operation makes. */
#include "lint_internal.h"

#include <string.h>

#define CLASS "class Migration(migrations.Migration):\n"

/* The operation at the step's place. (nullable) */
static const char *
operation_at(const PgaDjangoMigration *migration, const PgaStep *step)
{
    for (guint i = 0; i < migration->statements->len; i++) {
        const PgaDjangoStatement *statement = g_ptr_array_index(migration->statements, i);

        if (statement->line == step->line && statement->column == step->column)
            return statement->operation;
    }
    return NULL;
}

/* Django has a class for it that does the same concurrently. (transfer full) (nullable) */
static char *
concurrent(const char *operation)
{
    static const char *const names[] = {"AddIndex", "RemoveIndex"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *head = g_strdup_printf("migrations.%s(", names[i]);

        if (g_str_has_prefix(operation, head))
            return g_strdup_printf(
                "from django.contrib.postgres.operations import %sConcurrently\n" CLASS
                "    atomic = False\n"
                "    operations = [\n"
                "        %sConcurrently(%s,\n"
                "    ]",
                names[i], names[i], operation + strlen(head));
    }
    return NULL;
}

static void
append_step(GString *code, const PgaFixStep *step, const char *state)
{
    g_string_append_printf(code, "# %s\n" CLASS "%s    operations = [\n", step->title,
                           step->alone ? "    atomic = False\n" : "");
    for (guint i = 0; i < step->sql->len; i++)
        g_string_append_printf(code, "        migrations.RunSQL(\"\"\"%s\"\"\"),\n",
                               (const char *)g_ptr_array_index(step->sql, i));
    if (state)
        g_string_append_printf(
            code, "        migrations.SeparateDatabaseAndState(state_operations=[%s]),\n", state);
    g_string_append(code, "    ]\n");
}

/* The models change with the last step that changes the database. */
char *
pga_lint_django_code(const PgaDjangoMigration *migration, const PgaStep *step,
                     const PgaRecipe *recipe)
{
    const char *operation = operation_at(migration, step);
    g_autoptr(GString) code = g_string_new(NULL);
    char *own = operation ? concurrent(operation) : NULL;
    guint last = 0;

    if (own || !operation)
        return own;
    for (guint i = 0; i < recipe->steps->len; i++)
        if (((const PgaFixStep *)g_ptr_array_index(recipe->steps, i))->sql->len > 0)
            last = i;
    for (guint i = 0; i < recipe->steps->len; i++) {
        const PgaFixStep *part = g_ptr_array_index(recipe->steps, i);

        if (part->sql->len > 0)
            append_step(code, part, i == last ? operation : NULL);
        else
            g_string_append_printf(code, "# %s\n", part->title);
    }
    g_string_truncate(code, code->len - 1);
    return g_string_free(g_steal_pointer(&code), FALSE);
}
