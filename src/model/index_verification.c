/* What the source's planner says owns what it holds; and what it comes to. */
#include "model/index_verification.h"

#define N_HARMLESS 1.01
#define MUCH_LESS  0.5

static void
query_free(PgaVerifiedQuery *query)
{
    g_ptr_array_unref(query->used);
    g_free(query->instead);
    g_free(query);
}

PgaIndexVerification *
pga_index_verification_new(void)
{
    PgaIndexVerification *verification = g_new0(PgaIndexVerification, 1);

    verification->queries = g_ptr_array_new_with_free_func((GDestroyNotify)query_free);
    verification->indexes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_measured_index_free);
    verification->left_out = g_ptr_array_new_with_free_func((GDestroyNotify)pga_unmeasured_free);
    verification->notes = g_ptr_array_new_with_free_func(g_free);
    return verification;
}

void
pga_index_verification_free(PgaIndexVerification *verification)
{
    if (!verification)
        return;
    g_free(verification->database);
    g_free(verification->hypopg);
    g_ptr_array_unref(verification->queries);
    g_ptr_array_unref(verification->indexes);
    g_ptr_array_unref(verification->left_out);
    g_ptr_array_unref(verification->notes);
    g_free(verification);
}

PgaVerifiedQuery *
pga_index_verification_add_query(PgaIndexVerification *verification, guint query)
{
    PgaVerifiedQuery *added = g_new0(PgaVerifiedQuery, 1);

    added->query = query;
    added->used = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(verification->queries, added);
    return added;
}

/* As a share of what it costs before. */
static double
gain_of(double before, double after)
{
    return before > 0 ? 1 - after / before : 0;
}

PgaVerdict
pga_verdict_of(const PgaVerifiedQuery *query, gboolean ours, double worth)
{
    const double here = gain_of(query->our_before, query->our_after);
    const double there = gain_of(query->before, query->after);

    if (query->after > query->before * N_HARMLESS)
        return query->our_after > query->our_before * N_HARMLESS ? PGA_VERDICT_AGREES
                                                                 : PGA_VERDICT_WORSE;
    if (here > 0 && here >= worth && there < MUCH_LESS * here)
        return ours && query->used->len == 0 ? PGA_VERDICT_UNUSED : PGA_VERDICT_LESS;
    if (there > 0 && there >= worth && here < MUCH_LESS * there)
        return PGA_VERDICT_MORE;
    return PGA_VERDICT_AGREES;
}

const char *
pga_verdict_name(PgaVerdict verdict)
{
    static const char *const names[] = {[PGA_VERDICT_AGREES] = "agrees",
                                        [PGA_VERDICT_UNUSED] = "unused",
                                        [PGA_VERDICT_LESS] = "less",
                                        [PGA_VERDICT_WORSE] = "worse",
                                        [PGA_VERDICT_MORE] = "more"};

    return names[verdict];
}
