/* Any bytes as a requirements file, and as an expression and a condition of one: refused with an
 * error, or read to what later steps rely on. */
#include <math.h>
#include <parse/requirements.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

static void
check_entity(const PgaSpecEntity *entity)
{
    g_assert_true(*entity->name && strlen(entity->name) <= 63);
    g_assert_true(isfinite(entity->rows) && isfinite(entity->growth));
    for (guint i = 0; i < entity->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, i);
        double sum = 0;

        g_assert_true(*attribute->name && strlen(attribute->name) <= 63);
        g_assert_true(!(attribute->min > attribute->max));
        g_assert_true((attribute->meaning == PGA_MEANING_REFERENCE) ==
                      (attribute->references != NULL));
        g_assert_true(attribute->meaning != PGA_MEANING_TYPE || attribute->type);
        for (guint j = 0; j < attribute->values->len; j++)
            sum += MAX(0, ((PgaSpecShare *)g_ptr_array_index(attribute->values, j))->share);
        g_assert_true(sum <= 1.001);
        g_assert_true(!attribute->default_ ||
                      pga_expression_check(attribute->default_, NULL, NULL));
    }
}

static void
check_requirements(const char *text, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgaRequirements) read = pga_requirements_parse(text, size, "fuzz", &error);

    g_assert_true((read == NULL) == (error != NULL));
    if (!read)
        return;
    g_assert_true(read->workload >= 0 && read->queries_per_second > 0 && read->entities->len > 0);
    for (guint i = 0; i < read->entities->len; i++)
        check_entity(g_ptr_array_index(read->entities, i));
    for (guint i = 0; i < read->rules->len; i++) {
        const PgaSpecRule *rule = g_ptr_array_index(read->rules, i);

        g_assert_nonnull(pga_requirements_entity(read, rule->entity));
        g_assert_true(!rule->expression || pga_expression_check(rule->expression, NULL, NULL));
    }
    for (guint i = 0; i < read->patterns->len; i++) {
        const PgaSpecPattern *pattern = g_ptr_array_index(read->patterns, i);

        g_assert_true(pattern->sql || pga_requirements_entity(read, pattern->entity));
        for (guint j = 0; j < pattern->where->len; j++) {
            g_autoptr(PgaCondition) condition =
                pga_condition_parse(g_ptr_array_index(pattern->where, j), NULL);

            g_assert_nonnull(condition);
        }
    }
}

/* What passed as one expression must stay one wherever it is put between brackets. */
static void
check_expression(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) columns = NULL;
    g_autofree char *inside = g_strconcat("(", text, "\n) IS NULL", NULL);
    const gboolean good = pga_expression_check(text, &columns, &error);

    g_assert_true(good == (error == NULL));
    g_assert_true(!good || pga_expression_check(inside, NULL, NULL) || strlen(inside) > 8192);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);

    check_requirements((const char *)data, size);
    check_expression(text);
    pga_condition_free(pga_condition_parse(text, NULL));
    return 0;
}
