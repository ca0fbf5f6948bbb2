/* A snapshot without values of rows, as --no-values takes it from a server. */
#include "model/snapshot.h"

enum { STATISTIC_KIND_CORRELATION = 3 }; /* src/include/catalog/pg_statistic.h */

static void
drop_lists(PgaAttributeStats *stats)
{
    if (!stats)
        return;
    g_clear_pointer(&stats->mcv, g_ptr_array_unref);
    g_clear_pointer(&stats->mcv_freqs, g_array_unref);
    g_clear_pointer(&stats->histogram, g_ptr_array_unref);
}

static void
drop_slots(PgaColumnStatistics *column)
{
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++) {
        PgaStatisticSlot *slot = &column->slots[i];

        g_clear_pointer(&slot->values, g_free);
        if (slot->kind == STATISTIC_KIND_CORRELATION)
            continue;
        slot->kind = 0;
        g_clear_pointer(&slot->numbers, g_free);
    }
}

static void
drop_extended(PgaExtendedStatistics *extended)
{
    g_clear_pointer(&extended->mcv_values, g_free);
    g_clear_pointer(&extended->mcv_nulls, g_free);
    g_clear_pointer(&extended->mcv_freqs, g_free);
    g_clear_pointer(&extended->mcv_base_freqs, g_free);
    for (guint i = 0; i < extended->expressions->len; i++)
        drop_slots(g_ptr_array_index(extended->expressions, i));
}

static void
drop_records(GPtrArray *list, const PgaRecordType *type)
{
    for (guint i = 0; i < list->len; i++)
        pga_record_free(type, g_ptr_array_index(list, i));
    g_ptr_array_set_size(list, 0);
}

/* In the words of pga_collect_planner(). */
static void
note_loss(PgaSnapshot *snapshot)
{
    PgaSnapshotNote *note = pga_record_add(snapshot->notes, &pga_snapshot_note_type);

    note->reading = PGA_SNAPSHOT_PLANNER;
    note->what = g_strdup("most common values, histograms, extended MCV lists and ends of B-trees");
    note->why = g_strdup("--no-values: plans on the clone know null_frac, n_distinct, width and "
                         "correlation only");
}

void
pga_snapshot_drop_values(PgaSnapshot *snapshot)
{
    PgaPlannerData *planner = snapshot->planner;

    for (guint i = 0; i < snapshot->catalog->relations->len; i++) {
        const PgaRelation *relation = g_ptr_array_index(snapshot->catalog->relations, i);

        for (guint j = 0; j < relation->attributes->len; j++)
            drop_lists(((PgaAttribute *)g_ptr_array_index(relation->attributes, j))->stats);
    }
    for (guint i = 0; i < planner->columns->len; i++)
        drop_slots(g_ptr_array_index(planner->columns, i));
    for (guint i = 0; i < planner->extended->len; i++)
        drop_extended(g_ptr_array_index(planner->extended, i));
    drop_records(planner->extremes, &pga_extremes_type);
    drop_records(planner->samples, &pga_sample_type);
    if (!snapshot->no_values)
        note_loss(snapshot);
    snapshot->no_values = TRUE;
}
