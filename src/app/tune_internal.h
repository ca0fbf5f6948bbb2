/* The parts of `tune`: what is stated, what this machine and the source show. */
#pragma once
#include <app/tune.h>
#include <model/tuning.h>

#include "source_internal.h"

/** A tuning on its way. */
typedef struct {
    const PgaTuneRequest *request;
    PgaTuningInput *input;
    GPtrArray *notes;       /* of char * */
    GPtrArray *not_checked; /* of PgaNotChecked * */
    char *version_method;
} PgaTuneRun;

/* What the options say; every mistake in them is found before anything is read. PGA_ERROR_INPUT. */
gboolean pga_tune_state(PgaTuneRun *run, GError **error);

/* What this machine has, where nothing else is known. */
void pga_tune_detect(PgaTuneRun *run);

/* What the source says of itself and its host; then what it shows while it works. */
void pga_tune_measure(PgaTuneRun *run, const PgaSource *source);
void pga_tune_evidence(PgaTuneRun *run, const PgaSource *source);

/* A default for what nobody told, so that memory and cores are above 0. */
void pga_tune_assume(PgaTuneRun *run, const PgaSource *source);

/* What of the source's settings the role may not see, and what no file of settings changes. */
void pga_tune_compare(const PgaSource *source, PgaTuning *tuning);

/* kB that the source's settings as they are take in the worst case; -1 unknown. */
gint64 pga_tune_memory_now(const PgaSource *source, PgaTuning *tuning);

/* A finding where more memory was stated than the source's host leaves it. */
void pga_tune_doubt(const PgaSource *source, PgaTuning *tuning);

/* Starts a server of the same major with the settings; that there is none here is not checked.
 * PGA_ERROR_INTERRUPTED. */
gboolean pga_tune_prove(const PgaTuneRequest *request, PgaTuning *tuning, GError **error);

G_GNUC_PRINTF(2, 3) void pga_tune_note(PgaTuneRun *run, const char *format, ...);
