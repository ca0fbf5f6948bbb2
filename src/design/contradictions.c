/* Requirements that contradict each other are refused with both sides; those that are only doubtful
 * become notes. Rules C-01 to C-16 are those of high availability, D-01 and on those of data. */
#include "design/design.h"

#include <base/error.h>

#include "contradictions_internal.h"

gboolean
pga_conflict(PgaConflict *conflict, char *a, guint a_line, char *b, guint b_line, char *why)
{
    conflict->a = a;
    conflict->a_line = a_line;
    conflict->b = b;
    conflict->b_line = b_line;
    conflict->why = why;
    return TRUE;
}

double
pga_stated_latency(const PgaRequirements *requirements, const char **name)
{
    const struct {
        const char *name, *field;
        double ms;
    } all[] = {{"p50", "latency.p50", requirements->p50_ms},
               {"p95", "latency.p95", requirements->p95_ms},
               {"p99", "latency.p99", requirements->p99_ms}};

    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        if (all[i].ms < 0 || pga_requirements_is_assumed(requirements, all[i].field))
            continue;
        *name = all[i].name;
        return all[i].ms;
    }
    return -1;
}

static void
conflict_clear(PgaConflict *conflict)
{
    g_free(conflict->a);
    g_free(conflict->b);
    g_free(conflict->why);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgaConflict, conflict_clear)

/* (transfer full): "shop.yaml, lines 3 and 7"; NULL when nothing is known. */
static char *
places(const PgaRequirements *requirements, const PgaConflict *conflict)
{
    const char *file = requirements->file ? requirements->file : "the requirements";
    guint first = MIN(conflict->a_line, conflict->b_line);
    guint last = MAX(conflict->a_line, conflict->b_line);

    if (last == 0)
        return NULL;
    if (first == 0 || first == last)
        return g_strdup_printf("%s, line %u", file, last);
    return g_strdup_printf("%s, line %u and line %u", file, conflict->a_line, conflict->b_line);
}

static void
note(PgaRequirements *requirements, const PgaContradiction *rule, const PgaConflict *conflict)
{
    g_autofree char *where = places(requirements, conflict);

    g_ptr_array_add(requirements->notes,
                    g_strdup_printf("%s: %s against %s%s%s%s. %s %s", rule->id, conflict->a,
                                    conflict->b, where ? " (" : "", where ? where : "",
                                    where ? ")" : "", conflict->why, rule->hint));
}

static void
refuse(const PgaRequirements *requirements, const PgaContradiction *rule,
       const PgaConflict *conflict, GError **error)
{
    g_autofree char *where = places(requirements, conflict);

    pga_error_set(error, PGA_ERROR_INPUT, "%s and %s contradict each other", conflict->a,
                  conflict->b);
    pga_error_detail(error, "%s%s%s (%s)", where ? where : "", where ? ". " : "", conflict->why,
                     rule->id);
    pga_error_hint(error, "%s", rule->hint);
}

static gboolean
check_all(PgaRequirements *requirements, const PgaContradiction *rules, GError **error)
{
    gboolean good = TRUE;

    for (guint i = 0; rules[i].id; i++) {
        g_auto(PgaConflict) conflict = {0};
        GError *refused = NULL;

        if (!rules[i].check(requirements, &conflict))
            continue;
        if (rules[i].notes) {
            note(requirements, &rules[i], &conflict);
            continue;
        }
        refuse(requirements, &rules[i], &conflict, &refused);
        pga_error_also(error, refused);
        good = FALSE;
    }
    return good;
}

gboolean
pga_design_check(PgaRequirements *requirements, GError **error)
{
    const PgaContradiction *const all[] = {pga_contradictions_data, pga_contradictions_availability,
                                           pga_contradictions_failover};
    gboolean good = TRUE;

    if (requirements->entities->len == 0) {
        pga_error_set(error, PGA_ERROR_INPUT, "no entity is known");
        pga_error_detail(error, "A design needs at least the names of what is stored.");
        pga_error_hint(error, "State entities:, or rows in data_volume: \"500GB (5M users, 50M "
                              "orders)\"; pgarchitect design --example oltp prints a whole file.");
        return FALSE;
    }
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        GError *refused = NULL;

        if (check_all(requirements, all[i], &refused))
            continue;
        pga_error_also(error, refused);
        good = FALSE;
    }
    return good;
}
