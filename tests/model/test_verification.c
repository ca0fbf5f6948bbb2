/* What the source's planner makes of a statement, by what the clone's did. */
#include <model/index_verification.h>

typedef struct {
    const char *name;
    double our_before, our_after, before, after;
    gboolean ours, theirs; /* a new index is used */
    PgaVerdict want;
} Case;

static const Case cases[] = {
    {"agrees", 1000, 10, 1100, 12, TRUE, TRUE, PGA_VERDICT_AGREES},
    {"both-gain-nothing", 1000, 1000, 900, 900, FALSE, FALSE, PGA_VERDICT_AGREES},
    {"unused", 1000, 10, 1000, 1000, TRUE, FALSE, PGA_VERDICT_UNUSED},
    {"used-for-nothing", 1000, 10, 1000, 950, TRUE, TRUE, PGA_VERDICT_LESS},
    {"by-a-removal-only", 1000, 800, 1000, 1000, FALSE, FALSE, PGA_VERDICT_LESS},
    {"less-than-half", 1000, 10, 1000, 600, TRUE, TRUE, PGA_VERDICT_LESS},
    {"at-the-edge", 1000, 895, 1000, 910, TRUE, TRUE, PGA_VERDICT_AGREES},
    {"at-the-edge-unused", 1000, 895, 1000, 990, TRUE, FALSE, PGA_VERDICT_UNUSED},
    {"half", 1000, 200, 1000, 600, TRUE, TRUE, PGA_VERDICT_AGREES},
    {"worse", 1000, 10, 1000, 1020, TRUE, TRUE, PGA_VERDICT_WORSE},
    {"worse-here-too", 1000, 1100, 1000, 1200, FALSE, FALSE, PGA_VERDICT_AGREES},
    {"hardly-worse", 1000, 1000, 1000, 1009, FALSE, FALSE, PGA_VERDICT_AGREES},
    {"more-at-the-edge", 1000, 910, 1000, 890, TRUE, TRUE, PGA_VERDICT_AGREES},
    {"more", 1000, 950, 1000, 500, TRUE, TRUE, PGA_VERDICT_MORE},
    {"free", 0, 0, 0, 0, FALSE, FALSE, PGA_VERDICT_AGREES},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaIndexVerification) verification = pga_index_verification_new();
    PgaVerifiedQuery *query = pga_index_verification_add_query(verification, 0);

    query->our_before = c->our_before;
    query->our_after = c->our_after;
    query->before = c->before;
    query->after = c->after;
    if (c->theirs)
        g_ptr_array_add(query->used, g_strdup("orders_customer_id_idx"));
    g_assert_cmpstr(pga_verdict_name(pga_verdict_of(query, c->ours, 0.1)), ==,
                    pga_verdict_name(c->want));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/model/verification/%s", cases[i].name);

        g_test_add_data_func(name, &cases[i], test_case);
    }
    return g_test_run();
}
