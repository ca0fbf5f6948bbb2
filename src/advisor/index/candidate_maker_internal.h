/* The maker's memory: candidates, and what each statement asked, by which others find their users.
 */
#pragma once
#include "candidate_internal.h"

G_BEGIN_DECLS

/** What a statement asks of a relation, as far as it decides who can use an index. */
typedef struct {
    guint query;
    GHashTable *leads; /* set of char *: keys that an index can begin with */
    GPtrArray
        *clauses; /* of PgaStated *: what every row wanted fulfils, and what it takes to see */
    GHashTable *fulfils; /* set of char *: the texts of these, and what follows from them */
    GArray *needed;      /* of gint16, sorted: of the output alone */
    double tuples;
    gboolean is_coverable;
} PgaAsked;

struct PgaCandidateMaker {
    PgaCandidateOptions options;
    const PgaRelation *(*relation_of)(gpointer, guint32);
    gpointer data;
    GPtrArray *drafts;        /* of PgaDraft *, as they were made */
    GHashTable *by_signature; /* → PgaDraft, borrowed */
    GHashTable *asked;        /* relation → GPtrArray of PgaAsked * */
    GHashTable *constants; /* "relation expression" → clause → query → times, as a hash each */
    GHashTable *times;     /* query → how often it was added */
    GPtrArray *candidates; /* of PgaIndexCandidate *, borrowed from drafts */
    gboolean is_settled;
};

const PgaRelation *pga_candidate_maker_relation(const PgaCandidateMaker *maker, guint32 relation);
/* Takes @draft: new, or united with the one there is. */
void pga_candidate_maker_keep(PgaCandidateMaker *maker, PgaDraft *draft, const GArray *queries);

/* candidate_users.c */
void pga_candidate_maker_note_query(PgaCandidateMaker *maker, guint query);
void pga_candidate_maker_note(PgaCandidateMaker *maker, guint query,
                              const PgaIndexRequest *request);
/* Leaves out predicates on what turned out to be a parameter; finds who could use each. */
void pga_candidate_maker_settle(PgaCandidateMaker *maker);

/* Whether the candidate could serve what was asked: its predicate follows, and it begins with what
 * is looked for or has all that is needed. */
gboolean pga_asked_can_use(const PgaAsked *asked, const PgaDraft *draft,
                           const PgaRelation *relation);

G_END_DECLS
