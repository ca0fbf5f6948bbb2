/* What the statements ask for as candidates that are really made, hidden, on the clone; and the
 * indexes that the source has: both numbered as the search knows them. */
#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <string.h>

#include "index_internal.h"

enum {
    BATCH = 256, /* statements and candidates between two looks at the clock */
    MANY = 1000, /* statements: more are taken in the order of what they take */
    FEW = 40,    /* statements that can be looked at twice */
    FIRST_RANKS = 2,
};

#define CANDIDATES_END   0.6  /* of the time for candidates and search */
#define LEAST_CANDIDATES 0.15 /* of the time limit, however long the rest took */

void
pga_index_choice_free(PgaIndexChoice *choice)
{
    g_free(choice->name);
    g_free(choice->write_cost);
    g_free(choice);
}

static const PgaRelation *
relation_of(gpointer self, guint32 oid)
{
    const PgaIndexRun *run = self;

    return g_hash_table_lookup(run->relations, GUINT_TO_POINTER(oid));
}

static void
take_name(GHashTable *schemas, const char *nspname, const char *name)
{
    GHashTable *taken = g_hash_table_lookup(schemas, nspname);

    if (!taken) {
        taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_hash_table_insert(schemas, g_strdup(nspname), taken);
    }
    g_hash_table_add(taken, g_strdup(name));
}

void
pga_index_take_source_names(PgaIndexRun *run)
{
    const PgaCatalog *catalog = run->source.catalog;

    g_hash_table_remove_all(run->names);
    for (guint i = 0; i < catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(catalog->relations, i);

        take_name(run->names, relation->nspname, relation->relname);
    }
    for (guint i = 0; i < catalog->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(catalog->indexes, i);

        take_name(run->names, index->nspname, index->relname);
    }
    for (guint i = 0; i < catalog->sequences->len; i++) {
        const PgaSequence *sequence = g_ptr_array_index(catalog->sequences, i);

        take_name(run->names, sequence->nspname, sequence->relname);
    }
}

/* Its beginning, and what tells it from others that begin so. Takes @name. */
static char *
shortened(char *name, guint longest)
{
    enum { DIGITS = 6 };
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_MD5, name, -1);
    const char *end = name + longest - DIGITS - 1;
    char *cut;

    if (((guchar)*end & 0xC0) == 0x80) /* within a character */
        end = g_utf8_find_prev_char(name, end);
    cut = g_strdup_printf("%.*s_%.*s", (int)(end - name), name, DIGITS, digest);
    g_free(name);
    return cut;
}

char *
pga_index_take_name(PgaIndexRun *run, const PgaIndexCandidate *candidate,
                    const PgaRelation *relation)
{
    char *name = pga_index_candidate_name(candidate, relation,
                                          g_hash_table_lookup(run->names, relation->nspname));

    take_name(run->names, relation->nspname, name);
    if (run->longest_name > 0 && strlen(name) > run->longest_name) {
        name = shortened(name, run->longest_name);
        take_name(run->names, relation->nspname, name);
    }
    return name;
}

/* Tables and materialized views; what an extension brought is its own affair. */
static gboolean
can_have_indexes(const PgaRelation *relation)
{
    return relation && strchr("rpm", relation->relkind) && !relation->extension &&
           relation->relpersistence != 't';
}

/* Beginning with a column that is unique by itself and looked for, or of all rows: it finds no row
 * that the unique index does not, and only spares the visit to the table, which nobody knows the
 * price of where sizes are assumed. */
static gboolean
only_spares_visits(const PgaRelation *relation, const PgaIndexCandidate *candidate)
{
    const PgaIndexKey *first = g_ptr_array_index(candidate->keys, 0);

    if ((candidate->predicate && !first->is_sought) || !first->attnum ||
        strcmp(candidate->amname, "btree") != 0)
        return FALSE;
    for (guint i = 0; i < relation->indexes->len; i++) {
        const PgaIndex *index = g_ptr_array_index(relation->indexes, i);

        if (index->indisunique && !index->pred && index->n_key_atts == 1 &&
            g_array_index(index->indkey, gint16, 0) == first->attnum)
            return TRUE;
    }
    return FALSE;
}

/* With a column that updates set, such as a counter: none of them would be HOT any more. What that
 * costs over the years nobody knows where sizes are assumed. */
static gboolean
includes_counter(const PgaIndexRun *run, const PgaRelation *relation,
                 const PgaIndexCandidate *candidate)
{
    for (guint i = 0; i < candidate->include->len; i++)
        if (pga_index_is_set_alone(run, relation, g_array_index(candidate->include, gint16, i)))
            return TRUE;
    return FALSE;
}

static PgaIndexChoice *
add_choice(PgaIndexRun *run, PgaWhatifIndex *whatif, const PgaRelation *relation)
{
    PgaIndexChoice *choice = g_new0(PgaIndexChoice, 1);

    choice->whatif = whatif;
    choice->relation = relation;
    g_ptr_array_add(run->choices, choice);
    g_hash_table_insert(run->choice_of, GUINT_TO_POINTER(whatif->oid),
                        GUINT_TO_POINTER(run->choices->len));
    return choice;
}

/** A candidate on its way. */
typedef struct {
    const PgaIndexCandidate *candidate;
    const PgaRelation *relation;
    char *name;
} Draft;

static void
draft_clear(Draft *draft)
{
    g_free(draft->name);
}

/* Operator classes that the source lacks come with an extension: where the lab has it the clone
 * gets it, and the advice says so; where not, the candidate cannot be made. */
static gboolean
get_extensions(PgaIndexRun *run, guint first, GError **error)
{
    const GPtrArray *candidates = pga_candidate_maker_candidates(run->maker);

    for (guint i = first; i < candidates->len; i++) {
        const char *name = ((const PgaIndexCandidate *)g_ptr_array_index(candidates, i))->extension;
        gboolean available = FALSE;

        if (!name || pga_catalog_extension(run->source.catalog, name) ||
            g_hash_table_contains(run->extensions, name))
            continue;
        g_hash_table_add(run->extensions, g_strdup(name));
        if (!pga_index_extension_may_be_used(run, name)) {
            g_ptr_array_add(run->report->notes,
                            g_strdup_printf("Indexes that need the extension %s were not tried: "
                                            "%s does not offer it.",
                                            name, run->source.environment->provider));
            continue;
        }
        if (!pga_whatif_extension(run->whatif, name, &available, error))
            return FALSE;
        if (!available)
            g_ptr_array_add(run->report->notes,
                            g_strdup_printf("Indexes that need the extension %s were not tried: "
                                            "the lab's server has none.",
                                            name));
    }
    return TRUE;
}

/* Takes those that PostgreSQL accepts. */
static void
take_made(PgaIndexRun *run, GPtrArray *batch, GArray *drafts)
{
    for (guint i = 0; i < batch->len; i++) {
        PgaWhatifIndex *whatif = g_ptr_array_index(batch, i);
        Draft *draft = &g_array_index(drafts, Draft, i);

        if (whatif->oid == 0 || whatif->bytes < 0)
            continue;
        run->report->n_candidates++;
        if (run->report->least_bytes == 0 || whatif->bytes < run->report->least_bytes)
            run->report->least_bytes = whatif->bytes;
        add_choice(run, whatif, draft->relation)->candidate = draft->candidate;
        ((PgaIndexChoice *)g_ptr_array_index(run->choices, run->choices->len - 1))->name =
            g_steal_pointer(&draft->name);
    }
}

/* Of the candidates those at @places from @first on, @n at most. */
static gboolean
make_some(PgaIndexRun *run, const GArray *places, guint first, guint n, GError **error)
{
    const GPtrArray *candidates = pga_candidate_maker_candidates(run->maker);
    g_autoptr(GArray) drafts = g_array_new(FALSE, TRUE, sizeof(Draft));
    g_autoptr(GPtrArray) batch = g_ptr_array_new();

    g_array_set_clear_func(drafts, (GDestroyNotify)draft_clear);
    for (guint i = first; i < places->len && i - first < n; i++) {
        Draft draft = {.candidate = g_ptr_array_index(candidates, g_array_index(places, guint, i))};
        PgaWhatifIndex *whatif;

        draft.relation = relation_of(run, draft.candidate->relation);
        if (!can_have_indexes(draft.relation) ||
            (run->is_new && (only_spares_visits(draft.relation, draft.candidate) ||
                             includes_counter(run, draft.relation, draft.candidate))))
            continue;
        draft.name = pga_index_take_name(run, draft.candidate, draft.relation);
        whatif = g_new0(PgaWhatifIndex, 1);
        whatif->sql = pga_index_candidate_sql(draft.candidate, draft.relation, draft.name, FALSE);
        g_ptr_array_add(run->whatif_indexes, whatif);
        g_ptr_array_add(batch, whatif);
        g_array_append_val(drafts, draft);
    }
    if (batch->len > 0 && !pga_whatif_create(run->whatif, batch, error))
        return FALSE;
    take_made(run, batch, drafts);
    return TRUE;
}

/* Those at @places, as long as there is time; the first ones of all in any case. */
static gboolean
make(PgaIndexRun *run, const GArray *places, GError **error)
{
    for (guint i = 0; i < places->len; i += BATCH) {
        if (run->whatif_indexes->len > 0 && pga_index_is_late(run)) {
            run->n_untried += places->len - i;
            return TRUE;
        }
        if (!make_some(run, places, i, BATCH, error))
            return FALSE;
    }
    return TRUE;
}

/* (transfer full): of guint: places of candidates from @first on, of these ranks. */
static GArray *
places_of(const PgaIndexRun *run, guint first, guint least_rank, guint most_rank)
{
    const GPtrArray *candidates = pga_candidate_maker_candidates(run->maker);
    GArray *places = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = first; i < candidates->len; i++) {
        const guint rank = ((const PgaIndexCandidate *)g_ptr_array_index(candidates, i))->rank;

        if (rank >= least_rank && rank <= most_rank)
            g_array_append_val(places, i);
    }
    return places;
}

/** A choice of the source's own comes first, the others as the maker has them. */
typedef struct {
    PgaIndexChoice *choice;
    guint place;
} Placed;

static int
compare_placed(gconstpointer a, gconstpointer b)
{
    const Placed *first = a, *second = b;

    return (first->place > second->place) - (first->place < second->place);
}

/* Numbers as if all had been made in one go. */
static void
number_choices(PgaIndexRun *run)
{
    const GPtrArray *candidates = pga_candidate_maker_candidates(run->maker);
    g_autoptr(GHashTable) place_of = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Placed));

    for (guint i = 0; i < candidates->len; i++)
        g_hash_table_insert(place_of, g_ptr_array_index(candidates, i),
                            GUINT_TO_POINTER(run->choices->len + i));
    for (guint i = 0; i < run->choices->len; i++) {
        PgaIndexChoice *choice = pga_index_choice_at(run, i);
        const Placed placed = {choice, choice->candidate ? GPOINTER_TO_UINT(g_hash_table_lookup(
                                                               place_of, choice->candidate))
                                                         : i};

        g_array_append_val(all, placed);
    }
    g_array_sort(all, compare_placed);
    for (guint i = 0; i < all->len; i++) {
        PgaIndexChoice *choice = g_array_index(all, Placed, i).choice;

        g_ptr_array_index(run->choices, i) = choice;
        g_hash_table_insert(run->choice_of, GUINT_TO_POINTER(choice->whatif->oid),
                            GUINT_TO_POINTER(i + 1));
    }
}

/* Of few statements there is an answer by the most promising candidates before the others are
 * made. */
static gboolean
make_drafted(PgaIndexRun *run, GError **error)
{
    const gboolean looks = run->samples->len <= FEW;
    g_autoptr(GArray) first = places_of(run, 0, 0, looks ? FIRST_RANKS - 1 : G_MAXUINT);
    g_autoptr(GArray) rest = looks ? places_of(run, 0, FIRST_RANKS, G_MAXUINT) : NULL;

    if (!get_extensions(run, 0, error) || !make(run, first, error))
        return FALSE;
    if (looks && !pga_index_is_late(run) &&
        !(pga_index_first_look(run, error) && make(run, rest, error)))
        return FALSE;
    number_choices(run);
    return TRUE;
}

/* Whether @index leads with the columns of a foreign key, in any order. */
static gboolean
serves_key(const PgaIndex *index, const PgaConstraint *key)
{
    if (index->n_key_atts < key->conkey->len || index->pred)
        return FALSE;
    for (guint i = 0; i < key->conkey->len; i++) {
        gboolean found = FALSE;

        for (guint j = 0; j < key->conkey->len; j++)
            found = found || g_array_index(index->indkey, gint16, j) ==
                                 g_array_index(key->conkey, gint16, i);
        if (!found)
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_only_one_for_key(const PgaRelation *relation, const PgaIndex *index)
{
    for (guint i = 0; i < relation->constraints->len; i++) {
        const PgaConstraint *key = g_ptr_array_index(relation->constraints, i);
        guint n = 0;

        if (key->contype != 'f' || !serves_key(index, key))
            continue;
        for (guint j = 0; j < relation->indexes->len; j++)
            n += serves_key(g_ptr_array_index(relation->indexes, j), key);
        if (n <= 1)
            return TRUE;
    }
    return FALSE;
}

const char *
pga_index_needed_for(const PgaCatalog *catalog, const PgaIndex *index)
{
    const PgaRelation *relation = pga_catalog_relation(catalog, index->indrelid);

    if (index->constraint || index->indisprimary || index->indisexclusion)
        return "a constraint";
    if (index->indisunique)
        return "uniqueness";
    if (index->indisreplident)
        return "replica identity";
    if (index->indisclustered)
        return "CLUSTER";
    if (index->extension)
        return "an extension";
    if (!index->indisvalid || index->being_built)
        return "what is building it";
    for (guint i = 0; i < catalog->constraints->len; i++)
        if (((const PgaConstraint *)g_ptr_array_index(catalog->constraints, i))->conindid ==
            index->indexrelid)
            return "a constraint that refers to it";
    if (!relation || is_only_one_for_key(relation, index))
        return "a foreign key";
    return NULL;
}

static gboolean
find_existing(PgaIndexRun *run, GError **error)
{
    if (!pga_whatif_own_indexes(run->whatif, run->own_indexes, error))
        return FALSE;
    for (guint i = 0; i < run->own_indexes->len; i++) {
        PgaWhatifIndex *whatif = g_ptr_array_index(run->own_indexes, i);
        const PgaIndex *index = pga_catalog_index(run->source.catalog, whatif->source);
        PgaIndexChoice *choice;

        if (!index || whatif->oid == 0 || index->parent)
            continue;
        choice =
            add_choice(run, whatif, pga_catalog_relation(run->source.catalog, index->indrelid));
        choice->index = index;
        choice->may_go = choice->removable =
            !run->ask->no_drops && !pga_index_needed_for(run->source.catalog, index);
    }
    return TRUE;
}

/* Places in the maker's list of the candidates that plans use when each statement has all that
 * could serve it. (transfer full) (nullable) */
static GArray *
find_used(PgaIndexRun *run, GError **error)
{
    const GPtrArray *candidates = pga_candidate_maker_candidates(run->maker);
    g_autoptr(GHashTable) place_of = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) used = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) in_plans = g_ptr_array_new_with_free_func((GDestroyNotify)g_array_unref);
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));

    if (!pga_index_cost_relevant(run, in_plans, error))
        return NULL;
    for (guint i = 0; i < candidates->len; i++)
        g_hash_table_insert(place_of, g_ptr_array_index(candidates, i), GUINT_TO_POINTER(i));
    for (guint i = 0; i < in_plans->len; i++) {
        const GArray *numbers = g_ptr_array_index(in_plans, i);

        for (guint j = 0; j < numbers->len; j++) {
            const PgaIndexChoice *choice =
                g_ptr_array_index(run->choices, g_array_index(numbers, guint, j));

            if (choice->candidate)
                g_hash_table_add(used, g_hash_table_lookup(place_of, choice->candidate));
        }
    }
    for (guint i = 0; i < candidates->len; i++)
        if (g_hash_table_contains(used, GUINT_TO_POINTER(i)))
            g_array_append_val(places, i);
    return g_steal_pointer(&places);
}

static gboolean
merge(PgaIndexRun *run, GError **error)
{
    const guint n = pga_candidate_maker_candidates(run->maker)->len;
    g_autoptr(GArray) used = NULL;
    g_autoptr(GArray) merged = NULL;

    if (n == 0 || pga_index_is_late(run))
        return TRUE;
    used = find_used(run, error);
    if (!used)
        return FALSE;
    pga_candidate_maker_merge(run->maker, used);
    merged = places_of(run, n, 0, G_MAXUINT);
    return get_extensions(run, n, error) && make(run, merged, error);
}

static int
most_first(gconstpointer a, gconstpointer b, gpointer data)
{
    const PgaIndexRun *run = data;
    const guint first = *(const guint *)a, second = *(const guint *)b;
    const PgaIndexSample *left = g_ptr_array_index(run->samples, first);
    const PgaIndexSample *right = g_ptr_array_index(run->samples, second);
    const double x = left->weight * left->before, y = right->weight * right->before;

    return x != y ? (x < y ? 1 : -1) : (first > second) - (first < second);
}

/* (transfer full): of guint: samples that ask for something. Of so many that time may end with the
 * first, those first that take most. */
static GArray *
in_order(PgaIndexRun *run)
{
    GArray *samples = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < run->samples->len; i++)
        if (((const PgaIndexSample *)g_ptr_array_index(run->samples, i))->requests)
            g_array_append_val(samples, i);
    if (samples->len > MANY)
        g_array_sort_with_data(samples, most_first, run);
    return samples;
}

static void
draft(PgaIndexRun *run)
{
    g_autoptr(GArray) samples = in_order(run);

    for (guint i = 0; i < samples->len; i++) {
        const guint number = g_array_index(samples, guint, i);

        if (i % BATCH == BATCH - 1 && pga_index_is_late(run)) {
            run->n_unasked = samples->len - i;
            return;
        }
        pga_candidate_maker_add(
            run->maker, number,
            ((const PgaIndexSample *)g_ptr_array_index(run->samples, number))->requests);
    }
}

/* What was left out, and that it need not be. */
static void
tell_late(const PgaIndexRun *run)
{
    g_autofree char *asked = NULL, *tried = NULL;

    if (run->n_unasked + run->n_untried == 0)
        return;
    asked = run->n_unasked == 0
                ? g_strdup("")
                : g_strdup_printf(" %u statements, which take least, were asked for none;",
                                  run->n_unasked);
    tried = run->n_untried == 0
                ? g_strdup("")
                : g_strdup_printf(" %u candidates, those of statements that take least, were not "
                                  "tried;",
                                  run->n_untried);
    g_ptr_array_add(run->report->notes,
                    g_strdup_printf("Time ended the making of candidates:%s%s a longer "
                                    "--time-limit tries more.",
                                    asked, tried));
}

gboolean
pga_index_is_late(const PgaIndexRun *run)
{
    return g_get_monotonic_time() > run->candidates_until;
}

gboolean
pga_index_make_candidates(PgaIndexRun *run, GError **error)
{
    const PgaCandidateOptions options = {.max_width = run->bounds.max_width};
    const double limit = (double)run->bounds.time_limit_us;

    pga_progress_step(run->ask->from.progress, "making candidates");
    run->candidates_until = MAX(run->started + (gint64)(CANDIDATES_END * limit),
                                g_get_monotonic_time() + (gint64)(LEAST_CANDIDATES * limit));
    pga_index_take_source_names(run);
    pga_index_settle_constants(run);
    run->maker = pga_candidate_maker_new(&options, relation_of, run);
    draft(run);
    if (!find_existing(run, error) || !make_drafted(run, error) || !merge(run, error))
        return FALSE;
    tell_late(run);
    return TRUE;
}
