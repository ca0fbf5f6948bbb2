/* view-deep-nesting: views over views over views. Only the outermost is named. */
#include <base/text.h>

#include "../subject_internal.h"

#define DEPTH 0

#define MOST  32 /* levels that are counted: views can go round in a circle */

typedef struct {
    GHashTable *depths; /* of PgaOid to the depth of a plain view */
    GHashTable *read;   /* of PgaOid: read by another plain view */
} Nesting;

static void
nesting_clear(Nesting *nesting)
{
    g_hash_table_unref(nesting->depths);
    g_hash_table_unref(nesting->read);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Nesting, nesting_clear)

static guint
depth_of(const Nesting *nesting, PgaOid oid)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(nesting->depths, GUINT_TO_POINTER(oid)));
}

/* Deeper than what it reads is so far; whether that is news. */
static gboolean
deepen(const Nesting *nesting, const PgaView *view)
{
    guint depth = 0;

    for (guint i = 0; view->reads && i < view->reads->len; i++)
        depth = MAX(depth, depth_of(nesting, g_array_index(view->reads, PgaOid, i)));
    if (depth + 1 == depth_of(nesting, view->oid))
        return FALSE;
    g_hash_table_insert(nesting->depths, GUINT_TO_POINTER(view->oid), GUINT_TO_POINTER(depth + 1));
    return TRUE;
}

/* What a materialized view stores ends the nesting: it has no depth. */
static void
find_depths(const PgaSchema *schema, Nesting *nesting)
{
    gboolean news = TRUE;

    nesting->depths = g_hash_table_new(NULL, NULL);
    nesting->read = g_hash_table_new(NULL, NULL);
    for (guint round = 0; news && round < MOST; round++) {
        news = FALSE;
        for (guint i = 0; i < schema->views->len; i++) {
            const PgaView *view = g_ptr_array_index(schema->views, i);

            news |= !view->is_materialized && deepen(nesting, view);
        }
    }
}

static void
find_read(const PgaSchema *schema, Nesting *nesting)
{
    for (guint i = 0; i < schema->views->len; i++) {
        const PgaView *view = g_ptr_array_index(schema->views, i);

        for (guint j = 0; view->reads && j < view->reads->len && !view->is_materialized; j++)
            g_hash_table_add(nesting->read,
                             GUINT_TO_POINTER(g_array_index(view->reads, PgaOid, j)));
    }
}

static void
check(PgaRuleRun *run)
{
    const GPtrArray *views = run->objects->schema->views;
    g_auto(Nesting) nesting = {0};

    find_depths(run->objects->schema, &nesting);
    find_read(run->objects->schema, &nesting);
    for (guint i = 0; i < views->len; i++) {
        const PgaView *view = g_ptr_array_index(views, i);
        const guint depth = depth_of(&nesting, view->oid);
        g_autofree char *name = pga_quote_qualified(view->nspname, view->relname);
        PgaFinding *finding;

        if (depth <= run->threshold[DEPTH] || !pga_rule_sees_schema(run, view->nspname) ||
            g_hash_table_contains(nesting.read, GUINT_TO_POINTER(view->oid)))
            continue;
        finding = pga_rule_report_object(run, name, "%u views lie one over the other (pg_depend).",
                                         depth);
        finding->weight = depth;
        pga_finding_set_fix(finding, PGA_SAFETY_REVIEW, NULL, NULL);
        pga_finding_note(finding,
                         "Let it read the tables that it needs itself, and leave out the joins "
                         "that only the views between need.");
        pga_finding_verify(finding,
                           "EXPLAIN (SUMMARY) SELECT * FROM %s; shows Planning Time and "
                           "the joins.",
                           name);
    }
}

const PgaRule pga_rule_view_deep_nesting = {
    .id = "view-deep-nesting",
    .title = "Views nested deeply",
    .category = "schema",
    .family = PGA_FAMILY_MODELLING,
    .severity = PGA_SEVERITY_INFO,
    .why = "Each level brings its joins, needed or not: planning takes longer, and beyond "
           "join_collapse_limit the order of joins is no longer searched; a column changes only "
           "after every view above it was dropped.",
    .when_not = "Each level adds a column or a condition only, and plans are as wanted.",
    .condition = "More than {depth} views lie one over the other; the outermost is named.",
    .example = "CREATE VIEW a AS SELECT * FROM orders; CREATE VIEW b AS SELECT * FROM a;\n"
               "CREATE VIEW c AS SELECT * FROM b; CREATE VIEW d AS SELECT * FROM c;",
    .fix = "Advises to read the tables directly; nothing is executed.",
    .docs = "sql-createview.html",
    .docs_title = "CREATE VIEW",
    .requirements = "T2-1",
    .thresholds = {{"depth", "levels", 3, "Views of so many levels are usual."}},
    .check = check,
};
