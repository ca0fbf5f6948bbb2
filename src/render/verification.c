/* A verification as a page: what was asked and found equal, then what differs, errors first. */
#include <base/text.h>
#include <base/units.h>
#include <model/finding.h>

#include "verification_internal.h"

#define N_SHOWN  5 /* differences of each kind, leaks, unless all are asked for */
#define N_NAME   30
#define N_NUMBER 12

static void
add_counts(GString *out, const PgaVerification *verification)
{
    guint n_rounded = 0;

    g_string_append_printf(out, "%-*s%*s%*s%*s%*s\n", N_NAME, "estimates", N_NUMBER, "identical",
                           N_NUMBER, "other plan", N_NUMBER, "different", N_NUMBER, "no plan");
    for (guint i = 0; i < PGA_N_ESTIMATE_CLASSES; i++) {
        const PgaEstimateCounts *counts = &verification->counts[i];

        if (counts->n_identical + counts->n_cost + counts->n_different + counts->n_not_planned == 0)
            continue;
        g_string_append_printf(out, "  %-*s%*u%*u%*u%*u\n", N_NAME - 2, pga_estimate_class_name(i),
                               N_NUMBER, counts->n_identical, N_NUMBER, counts->n_cost, N_NUMBER,
                               counts->n_different, N_NUMBER, counts->n_not_planned);
        n_rounded += counts->n_rounded;
    }
    if (n_rounded > 0)
        g_string_append_printf(
            out,
            "  %u of the identical ones by one row more or less: moved fractions "
            "are rounded otherwise\n",
            n_rounded);
}

static char *
estimate_text(double rows, double cost, const char *failure)
{
    g_autofree char *message = failure ? pga_text_printable(failure) : NULL;

    return failure ? g_strdup_printf("not planned (%s)", message)
                   : g_strdup_printf("%.0f rows, cost %.2f", rows, cost);
}

static void
add_line(GString *out, const char *indent, const char *text)
{
    g_autofree char *safe = pga_text_printable(text ? text : "");

    g_string_append_printf(out, "%s%s\n", indent, safe);
}

static void
add_difference(GString *out, const PgaEstimateDifference *difference)
{
    g_autofree char *before =
        estimate_text(difference->rows_before, difference->cost_before, difference->failure_before);
    g_autofree char *after =
        estimate_text(difference->rows_after, difference->cost_after, difference->failure_after);
    g_autofree char *subject =
        difference->object ? g_strdup_printf(" %s (%s)", difference->object,
                                             difference->pseudonym ? difference->pseudonym : "?")
                           : g_strdup("");
    g_autofree char *line =
        g_strdup_printf("%s%s: %s → %s%s", pga_estimate_class_name(difference->estimate), subject,
                        before, after, difference->same_plan ? "" : ", another plan");

    add_line(out, "  ", line);
    add_line(out, "      ", difference->before);
    add_line(out, "      ", difference->after);
}

static void
add_differences(GString *out, const PgaVerification *verification, gboolean errors, gboolean all)
{
    guint shown[PGA_N_ESTIMATE_CLASSES] = {0}, n_hidden = 0;
    gboolean any = FALSE;

    for (guint i = 0; i < verification->differences->len; i++) {
        const PgaEstimateDifference *difference = g_ptr_array_index(verification->differences, i);

        if (difference->is_error != errors)
            continue;
        if (!any)
            g_string_append(out, errors ? "\nerror: promised to be identical, and not:\n"
                                        : "\nfree to differ, and different:\n");
        any = TRUE;
        if (all || shown[difference->estimate]++ < N_SHOWN)
            add_difference(out, difference);
        else
            n_hidden++;
    }
    if (n_hidden > 0)
        g_string_append_printf(out, "  and %u more (--all)\n", n_hidden);
}

static void
add_leaks(GString *out, const PgaVerification *verification, gboolean all)
{
    const GPtrArray *leaks = verification->leaks;
    const guint n = all ? leaks->len : MIN(leaks->len, 4 * N_SHOWN);

    if (leaks->len > 0)
        g_string_append(out, "\nerror: of the original, found again:\n");
    for (guint i = 0; i < n; i++) {
        const PgaLeak *leak = g_ptr_array_index(leaks, i);
        g_autofree char *line =
            g_strdup_printf("%s \"%s\" in %s, %u %s", leak->is_value ? "value" : "name", leak->text,
                            leak->where, leak->n, leak->n == 1 ? "time" : "times");

        add_line(out, "  ", line);
    }
    if (n < leaks->len)
        g_string_append_printf(out, "  and %u more (--all)\n", leaks->len - n);
}

static void
add_notes(GString *out, const char *title, const GPtrArray *notes)
{
    if (notes->len > 0)
        g_string_append_printf(out, "\n%s:\n", title);
    for (guint i = 0; i < notes->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(notes, i);
        g_autofree char *line = g_strdup_printf("%s: %s", note->what, note->why);

        add_line(out, "  ", line);
    }
}

static void
add_verdict(GString *out, const PgaVerification *verification)
{
    if (pga_verification_is_good(verification))
        g_string_append(out,
                        "\nwhat is promised to be identical is, and nothing was found again\n");
    else
        g_string_append(out, "\nerror: not as promised\n");
}

static char *
render_text(const PgaVerification *verification, gboolean all)
{
    GString *out = g_string_new(NULL);
    g_autofree char *names = pga_count_format(verification->n_names);
    g_autofree char *values = pga_count_format(verification->n_values);

    g_string_append_printf(
        out,
        "compared on PostgreSQL %s: columns of %u of %u tables, %u of %u statements; %s names and "
        "%s values looked for\n\n",
        verification->version, verification->n_relations, verification->n_all_relations,
        verification->n_statements, verification->n_all_statements, names, values);
    add_counts(out, verification);
    add_differences(out, verification, TRUE, all);
    add_leaks(out, verification, all);
    add_notes(out, "error: can no longer be made in a clone", verification->lost);
    add_differences(out, verification, FALSE, all);
    add_notes(out, "not compared", verification->not_checked);
    add_verdict(out, verification);
    return g_string_free(out, FALSE);
}

char *
pga_render_verification(const PgaVerification *verification, PgaFormat format, gboolean all)
{
    return format == PGA_FORMAT_JSON ? pga_verification_json(verification)
                                     : render_text(verification, all);
}
