/* The report of a verification owns what it holds. */
#include "model/verification.h"

#include "model/finding.h"

static const char *const class_names[PGA_N_ESTIMATE_CLASSES] = {
    [PGA_ESTIMATE_NULL] = "null",
    [PGA_ESTIMATE_EQUALITY] = "equality",
    [PGA_ESTIMATE_JOIN] = "join",
    [PGA_ESTIMATE_NUMERIC_RANGE] = "numeric range",
    [PGA_ESTIMATE_DATE_RANGE] = "date range",
    [PGA_ESTIMATE_STATEMENT] = "statement",
    [PGA_ESTIMATE_TEXT_RANGE] = "text range",
    [PGA_ESTIMATE_OTHER_RANGE] = "other range",
    [PGA_ESTIMATE_PATTERN] = "pattern",
    [PGA_ESTIMATE_CONTAINMENT] = "containment",
    [PGA_ESTIMATE_OTHER_STATEMENT] = "statement with one of these",
};

const char *
pga_estimate_class_name(PgaEstimateClass estimate)
{
    return class_names[estimate];
}

gboolean
pga_estimate_class_is_promised(PgaEstimateClass estimate)
{
    return estimate <= PGA_ESTIMATE_STATEMENT;
}

static void
difference_free(gpointer data)
{
    PgaEstimateDifference *difference = data;

    g_free(difference->object);
    g_free(difference->pseudonym);
    g_free(difference->before);
    g_free(difference->after);
    g_free(difference->failure_before);
    g_free(difference->failure_after);
    g_free(difference);
}

static void
leak_free(gpointer data)
{
    PgaLeak *leak = data;

    g_free(leak->text);
    g_free(leak->where);
    g_free(leak);
}

PgaVerification *
pga_verification_new(void)
{
    PgaVerification *verification = g_new0(PgaVerification, 1);

    verification->differences = g_ptr_array_new_with_free_func(difference_free);
    verification->leaks = g_ptr_array_new_with_free_func(leak_free);
    verification->lost = g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    verification->not_checked =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    return verification;
}

void
pga_verification_free(PgaVerification *verification)
{
    if (!verification)
        return;
    g_free(verification->version);
    g_ptr_array_unref(verification->differences);
    g_ptr_array_unref(verification->leaks);
    g_ptr_array_unref(verification->lost);
    g_ptr_array_unref(verification->not_checked);
    g_free(verification);
}

PgaEstimateDifference *
pga_verification_add_difference(PgaVerification *verification)
{
    PgaEstimateDifference *difference = g_new0(PgaEstimateDifference, 1);

    g_ptr_array_add(verification->differences, difference);
    return difference;
}

PgaLeak *
pga_verification_add_leak(PgaVerification *verification)
{
    PgaLeak *leak = g_new0(PgaLeak, 1);

    g_ptr_array_add(verification->leaks, leak);
    return leak;
}

static int
compare_differences(gconstpointer a, gconstpointer b)
{
    const PgaEstimateDifference *left = *(PgaEstimateDifference *const *)a;
    const PgaEstimateDifference *right = *(PgaEstimateDifference *const *)b;

    if (left->is_error != right->is_error)
        return left->is_error ? -1 : 1;
    return (int)left->estimate - (int)right->estimate;
}

static int
compare_leaks(gconstpointer a, gconstpointer b)
{
    const PgaLeak *left = *(PgaLeak *const *)a, *right = *(PgaLeak *const *)b;

    if (left->n != right->n)
        return left->n > right->n ? -1 : 1;
    return g_strcmp0(left->text, right->text);
}

void
pga_verification_sort(PgaVerification *verification)
{
    g_ptr_array_sort(verification->differences, compare_differences);
    g_ptr_array_sort(verification->leaks, compare_leaks);
}

gboolean
pga_verification_is_good(const PgaVerification *verification)
{
    const PgaEstimateDifference *first =
        verification->differences->len > 0 ? g_ptr_array_index(verification->differences, 0) : NULL;

    return verification->leaks->len == 0 && verification->lost->len == 0 &&
           !(first && first->is_error);
}
