/* --verify: the parts of asking the source's planner. */
#pragma once
#include <collect/live.h>

#include "index_internal.h"

/** A text that both planners are asked for. */
typedef struct {
    const PgaIndexSample *sample;
    guint verified;       /* number in verification->queries, until these are settled */
    double before, after; /* the source's; below 0: not planned */
} PgaIndexProbe;

/** The source being asked. */
typedef struct {
    PgaIndexRun *run;
    PgaIndexVerification *verification;
    PgaLive *live;
    GPtrArray *reached; /* of PgaReachedName * */
    GHashTable *made;   /* of HypoPG's indexes, as index_explained.c has it */
    GArray *probes;     /* of PgaIndexProbe */
    GPtrArray *reasons; /* of char * (nullable), one for each of verification->queries: why not */
} PgaIndexVerify;

/* index_verify_code.c: (nullable): why planning @text on the source may do more than planning.
 * Static. */
const char *pga_index_may_call(const GPtrArray *reached, const char *text);

/* index_verify_plans.c: what is asked for, what the indexes concern first; costs before and after;
 * what it comes to. */
void pga_index_choose_probes(PgaIndexVerify *verify);
gboolean pga_index_probe(PgaIndexVerify *verify, gboolean after, gint64 until, GError **error);
void pga_index_settle_verdicts(PgaIndexVerify *verify);
