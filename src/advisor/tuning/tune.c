/* From what is known of a machine to its configuration. */
#include "advisor/tuning.h"

PgaTuning *
pga_tune(PgaTuningInput *input)
{
    PgaTuning *tuning = pga_tuning_new();

    tuning->input = input;
    return tuning;
}
