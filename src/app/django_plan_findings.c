/* Findings that say a query gets faster: planned with their own index and without, on the same
 * tables as everything else. What gains too little was no fault. */
#include <string.h>

#include <base/units.h>

#include "django_plan_internal.h"
#include "plan_texts_internal.h"

#define MAX_TEXTS 50   /* findings whose plans are shown */
#define BETTER    0.99 /* of its cost: from there on another index is worth naming */

/** A finding that wants plans. */
typedef struct {
    PgaFinding *finding;
    PgaWhatifIndex *index; /* (nullable): that it proposes; owned by claims->indexes */
    char *name;            /* (nullable): the index's, as the finding has it */
    guint first;           /* of its statements; as many as it has plans */
} Claim;

typedef struct {
    DjangoPlanner *planner;
    GArray *claims;     /* of Claim */
    GArray *statements; /* of PgaWhatifStatement */
    GPtrArray *texts;   /* of char *: what of these is written anew */
    GPtrArray *indexes; /* of PgaWhatifIndex * */
    GHashTable *made;   /* of char *, "CREATE INDEX …" without its name, to PgaWhatifIndex * */
    GHashTable *names;  /* of char *: on the clone to char *: of the findings */
    GArray *advised;
} Claims;

static void
claims_clear(Claims *claims)
{
    for (guint i = 0; i < claims->claims->len; i++)
        g_free(g_array_index(claims->claims, Claim, i).name);
    g_array_unref(claims->claims);
    g_array_unref(claims->statements);
    g_ptr_array_unref(claims->texts);
    g_ptr_array_unref(claims->indexes);
    g_hash_table_unref(claims->made);
    g_hash_table_unref(claims->names);
    g_array_unref(claims->advised);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Claims, claims_clear)

static void
claims_init(Claims *claims, DjangoPlanner *planner)
{
    const PgaIndexRun *index = &planner->index;

    claims->planner = planner;
    claims->claims = g_array_new(FALSE, FALSE, sizeof(Claim));
    claims->statements = g_array_new(FALSE, TRUE, sizeof(PgaWhatifStatement));
    g_array_set_clear_func(claims->statements, (GDestroyNotify)pga_whatif_statement_clear);
    claims->texts = g_ptr_array_new_with_free_func(g_free);
    claims->indexes = g_ptr_array_new_with_free_func((GDestroyNotify)pga_whatif_index_free);
    claims->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    claims->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    claims->advised = pga_index_configuration(index, NULL, index->chosen, index->removed);
}

static gboolean
make_extension(const Claims *claims, const char *sql, GError **error)
{
    PgaIndexRun *index = &claims->planner->index;
    g_autofree char *name = pga_django_extension_name(sql);
    gboolean available;

    return !name || g_hash_table_contains(index->extensions, name) ||
           pga_catalog_extension(index->source.catalog, name) ||
           pga_whatif_extension(index->whatif, name, &available, error);
}

/* Takes @create: findings that propose the same index share it. */
static PgaWhatifIndex *
index_of(Claims *claims, char *create, const char *as, const char *name)
{
    char *key = g_strconcat(name, strstr(create, " ON "), NULL);
    PgaWhatifIndex *index = g_hash_table_lookup(claims->made, key);

    if (index) {
        g_free(key);
        g_free(create);
        return index;
    }
    index = g_new0(PgaWhatifIndex, 1);
    index->sql = create;
    g_ptr_array_add(claims->indexes, index);
    g_hash_table_insert(claims->made, key, index);
    g_hash_table_insert(claims->names, g_strdup(as), g_strdup(name));
    return index;
}

/* $2 without a $1: the parameters that are left, numbered from 1. */
static char *
renumbered(const char *sql)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);

    while (*sql) {
        char *end = NULL;
        const guint64 old = *sql == '$' ? g_ascii_strtoull(sql + 1, &end, 10) : 0;
        gpointer key = GUINT_TO_POINTER(old);

        if (old == 0) {
            g_string_append_c(text, *sql++);
            continue;
        }
        if (!g_hash_table_contains(numbers, key))
            g_hash_table_insert(numbers, key, GUINT_TO_POINTER(g_hash_table_size(numbers) + 1));
        g_string_append_printf(text, "$%u", GPOINTER_TO_UINT(g_hash_table_lookup(numbers, key)));
        sql = end;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* A driver puts the pattern into the statement: LIKE 'abc%' uses an index where LIKE $1 cannot. */
static const char *
text_of(Claims *claims, const PgaFinding *finding, const char *statement)
{
    g_autoptr(GRegex) pattern = NULL;
    g_autofree char *literal = NULL;

    if (!g_str_equal(finding->rule, "dj-startswith-no-pattern-ops"))
        return statement;
    pattern = g_regex_new(" LIKE (UPPER\\()?\\$[0-9]+::text", 0, 0, NULL);
    literal = g_regex_replace(pattern, statement, -1, 0, " LIKE \\1'abc%'", 0, NULL);
    g_ptr_array_add(claims->texts, renumbered(literal));
    return g_ptr_array_index(claims->texts, claims->texts->len - 1);
}

static gboolean
add_claim(Claims *claims, PgaFinding *finding, GError **error)
{
    Claim claim = {.finding = finding, .first = claims->statements->len};
    g_autofree char *as = g_strdup_printf("pga_proof_%u", claims->claims->len + 1);

    for (guint i = 0; i < finding->fix.sql->len; i++) {
        const char *sql = g_ptr_array_index(finding->fix.sql, i);
        g_autofree char *name = NULL;
        char *create =
            claim.index
                ? NULL
                : pga_django_as_candidate(sql, claims->planner->index.source.catalog, as, &name);

        if (!make_extension(claims, sql, error))
            return FALSE;
        if (!create)
            continue;
        claim.index = index_of(claims, create, as, name);
        claim.name = g_steal_pointer(&name);
    }
    for (guint i = 0; i < finding->proof.plans->len; i++) {
        const PgaPlanChange *change = g_ptr_array_index(finding->proof.plans, i);
        const PgaWhatifStatement statement = {.text = text_of(claims, finding, change->statement)};

        g_array_append_val(claims->statements, statement);
    }
    g_array_append_val(claims->claims, claim);
    return TRUE;
}

static gboolean
find_claims(Claims *claims, GError **error)
{
    const GPtrArray *findings = claims->planner->work->report->findings;

    for (guint i = 0; i < findings->len; i++) {
        PgaFinding *finding = g_ptr_array_index(findings, i);

        if (finding->proof.kind == PGA_PROOF_PLAN && !finding->proof.done && finding->proof.plans &&
            finding->proof.plans->len > 0 && !add_claim(claims, finding, error))
            return FALSE;
    }
    return TRUE;
}

enum { AS_IT_IS, WITH_ITS_OWN, AS_ADVISED, N_WAYS };

static void
add_plan(GArray *plans, gint32 statement, const guint32 *oids, guint n_oids)
{
    const PgaWhatifPlan plan = {.statement = statement, .oids = oids, .n_oids = n_oids};

    g_array_append_val(plans, plan);
}

/* (transfer full): three of each statement of each claim that can be planned. */
static GArray *
plans_of(const Claims *claims)
{
    GArray *plans = g_array_new(FALSE, TRUE, sizeof(PgaWhatifPlan));

    g_array_set_clear_func(plans, (GDestroyNotify)pga_whatif_plan_clear);
    for (guint i = 0; i < claims->claims->len; i++) {
        const Claim *claim = &g_array_index(claims->claims, Claim, i);

        for (guint j = 0; j < claim->finding->proof.plans->len; j++) {
            const gint32 number =
                g_array_index(claims->statements, PgaWhatifStatement, claim->first + j).number;

            if (number == 0 || !claim->index || claim->index->oid == 0)
                continue;
            add_plan(plans, number, NULL, 0);
            add_plan(plans, number, &claim->index->oid, 1);
            add_plan(plans, number, (const guint32 *)(void *)claims->advised->data,
                     claims->advised->len);
        }
    }
    return plans;
}

/* (nullable): the advised index that the plan uses; one of the table's own is none. */
static const char *
advised_name(const PgaIndexRun *index, const PgaWhatifPlan *plan)
{
    for (guint i = 0; plan->used && i < plan->used->len; i++) {
        const guint32 oid = g_array_index(plan->used, guint32, i);
        const guint number =
            GPOINTER_TO_UINT(g_hash_table_lookup(index->choice_of, GUINT_TO_POINTER(oid)));
        const PgaIndexChoice *choice = number > 0 ? pga_index_choice_at(index, number - 1) : NULL;

        if (choice && choice->candidate)
            return g_hash_table_lookup(index->final_names, choice->name);
    }
    return NULL;
}

/* Where one index serves several queries, or this one better, both are not wanted. */
static void
name_better(const PgaIndexRun *index, const Claim *claim, const PgaWhatifPlan *ways)
{
    const char *name = advised_name(index, &ways[AS_ADVISED]);
    PgaFix *fix = &claim->finding->fix;
    g_autofree char *before = g_steal_pointer(&fix->note);
    g_autofree char *cost = NULL, *own = NULL;

    if (!name || ways[AS_ADVISED].total_cost < 0 ||
        ways[AS_ADVISED].total_cost > BETTER * ways[WITH_ITS_OWN].total_cost) {
        fix->note = g_steal_pointer(&before);
        return;
    }
    cost = pga_count_format(ways[AS_ADVISED].total_cost);
    own = pga_count_format(ways[WITH_ITS_OWN].total_cost);
    fix->note = g_strdup_printf("%s%sThe index %s, advised for all queries together, serves this "
                                "one better, at cost %s instead of %s: then this one is not "
                                "needed.",
                                before ? before : "", before ? " " : "", name, cost, own);
}

static void
take_costs(const Claims *claims, const GArray *plans)
{
    guint next = 0;

    for (guint i = 0; i < claims->claims->len; i++) {
        const Claim *claim = &g_array_index(claims->claims, Claim, i);

        for (guint j = 0; j < claim->finding->proof.plans->len; j++) {
            PgaPlanChange *change = g_ptr_array_index(claim->finding->proof.plans, j);
            const PgaWhatifPlan *ways = &g_array_index(plans, PgaWhatifPlan, next);
            const gint32 number =
                g_array_index(claims->statements, PgaWhatifStatement, claim->first + j).number;

            if (number == 0 || !claim->index || claim->index->oid == 0)
                continue;
            next += N_WAYS;
            if (ways[AS_IT_IS].total_cost < 0 || ways[WITH_ITS_OWN].total_cost < 0)
                continue;
            change->measured = TRUE;
            change->before = ways[AS_IT_IS].total_cost;
            change->after = ways[WITH_ITS_OWN].total_cost;
            if (j == 0)
                name_better(&claims->planner->index, claim, ways);
        }
    }
}

/* (nullable): why the claim was not planned. */
static const char *
failure_of(const Claims *claims, const Claim *claim)
{
    const PgaWhatifStatement *statement =
        &g_array_index(claims->statements, PgaWhatifStatement, claim->first);

    if (!claim->index)
        return "it proposes no index";
    if (claim->index->oid == 0)
        return claim->index->failure ? claim->index->failure : "the index could not be made";
    return statement->number == 0 && statement->failure ? statement->failure
                                                        : "it could not be planned";
}

static void
settle(const Claims *claims, const Claim *claim)
{
    PgaFinding *finding = claim->finding;
    PgaPlanChange *first = g_ptr_array_index(finding->proof.plans, 0);
    const char *rows = claims->planner->is_assumed ? "stated or assumed" : "the source's";

    g_free(finding->proof.outcome);
    if (!first->measured) {
        finding->proof.outcome = g_strdup_printf("not planned: %s", failure_of(claims, claim));
        return;
    }
    finding->proof.done = TRUE;
    finding->proof.outcome =
        g_strdup_printf("planned on %s with and without the index; rows and statistics are %s",
                        claims->planner->index.report->lab, rows);
    pga_finding_set_gain(finding, first->before, first->after, "planner cost",
                         g_strdup_printf("EXPLAIN on a clone; rows are %s", rows));
}

/* Takes those out whose plans stay as they are; how many. */
static guint
drop_idle(const Claims *claims)
{
    GPtrArray *findings = claims->planner->work->report->findings;
    guint n = 0;

    for (guint i = claims->claims->len; i > 0; i--) {
        PgaFinding *finding = g_array_index(claims->claims, Claim, i - 1).finding;

        if (!finding->proof.done ||
            pga_finding_improvement(finding) >= finding->proof.min_improvement)
            continue;
        g_array_index(claims->claims, Claim, i - 1).finding = NULL;
        g_ptr_array_remove(findings, finding);
        n++;
    }
    return n;
}

/* @claim: with its index; NULL: all of @shown without any */
static gboolean
fetch_texts_of(const Claims *claims, const GPtrArray *shown, const Claim *claim, GError **error)
{
    g_autoptr(PgaPlanTexts) wanted = pga_plan_texts_new();

    for (guint i = 0; i < shown->len; i++) {
        PgaPlanChange *change = g_ptr_array_index(shown, i);
        const PgaWhatifExplain explain = {.text = change->statement,
                                          .oids = claim ? &claim->index->oid : NULL,
                                          .n_oids = claim ? 1 : 0};

        pga_plan_texts_add(wanted, &explain, claim ? &change->plan_after : &change->plan_before);
    }
    return pga_plan_texts_fetch(wanted, claims->planner->index.whatif, claims->names, error);
}

static gboolean
fetch_texts(const Claims *claims, GError **error)
{
    const gint64 until = claims->planner->work->until;
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    for (guint i = 0; i < MIN(claims->claims->len, MAX_TEXTS); i++) {
        const Claim *claim = &g_array_index(claims->claims, Claim, i);
        PgaPlanChange *change =
            claim->finding ? g_ptr_array_index(claim->finding->proof.plans, 0) : NULL;

        if (change && change->measured)
            g_ptr_array_add(all, change);
    }
    if (!fetch_texts_of(claims, all, NULL, error))
        return FALSE;
    for (guint i = 0; i < MIN(claims->claims->len, MAX_TEXTS); i++) {
        const Claim *claim = &g_array_index(claims->claims, Claim, i);
        g_autoptr(GPtrArray) one = g_ptr_array_new();

        if (!claim->finding || (until > 0 && g_get_monotonic_time() > until))
            continue;
        g_ptr_array_add(one, g_ptr_array_index(claim->finding->proof.plans, 0));
        if (((PgaPlanChange *)g_ptr_array_index(one, 0))->measured &&
            !fetch_texts_of(claims, one, claim, error))
            return FALSE;
    }
    return TRUE;
}

static void
note_dropped(const Claims *claims, guint n)
{
    if (n > 0)
        g_ptr_array_add(
            claims->planner->work->report->notes,
            g_strdup_printf("%u %s left out: planned with the index that %s would propose, %s "
                            "no better.",
                            n, n == 1 ? "finding was" : "findings were", n == 1 ? "it" : "they",
                            n == 1 ? "its query gets" : "their queries get"));
}

gboolean
pga_django_plan_findings(DjangoPlanner *planner, GError **error)
{
    g_auto(Claims) claims = {0};
    g_autoptr(GArray) plans = NULL;

    claims_init(&claims, planner);
    if (!find_claims(&claims, error))
        return FALSE;
    if (claims.claims->len == 0)
        return TRUE;
    if ((claims.indexes->len > 0 &&
         !pga_whatif_create(planner->index.whatif, claims.indexes, error)) ||
        !pga_whatif_prepare(planner->index.whatif, claims.statements, error))
        return FALSE;
    plans = plans_of(&claims);
    if (plans->len > 0 && !pga_whatif_cost(planner->index.whatif, plans, error))
        return FALSE;
    take_costs(&claims, plans);
    for (guint i = 0; i < claims.claims->len; i++)
        settle(&claims, &g_array_index(claims.claims, Claim, i));
    note_dropped(&claims, drop_idle(&claims));
    return fetch_texts(&claims, error);
}
