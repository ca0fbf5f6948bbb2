/* Before candidates are made: which constants of the statements an index may state. */
#include "index_internal.h"

void
pga_index_settle_constants(PgaIndexRun *run)
{
    for (guint i = 0, end; i < run->samples->len; i = end) {
        const PgaIndexSample *first = g_ptr_array_index(run->samples, i);
        g_autoptr(GPtrArray) texts = g_ptr_array_new();
        gboolean are_parameters = FALSE;

        for (end = i; end < run->samples->len; end++) {
            const PgaIndexSample *sample = g_ptr_array_index(run->samples, end);

            if (sample->query != first->query)
                break;
            are_parameters |= sample->sample->is_bound || sample->sample->is_guess;
            if (sample->requests)
                g_ptr_array_add(texts, sample->requests);
        }
        pga_index_requests_settle(texts, are_parameters);
    }
}
