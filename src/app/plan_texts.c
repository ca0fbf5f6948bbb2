#include "plan_texts_internal.h"

#include "index_internal.h"

PgaPlanTexts *
pga_plan_texts_new(void)
{
    PgaPlanTexts *wanted = g_new0(PgaPlanTexts, 1);

    wanted->explains = g_array_new(FALSE, TRUE, sizeof(PgaWhatifExplain));
    g_array_set_clear_func(wanted->explains, (GDestroyNotify)pga_whatif_explain_clear);
    wanted->texts = g_ptr_array_new();
    return wanted;
}

void
pga_plan_texts_add(PgaPlanTexts *wanted, const PgaWhatifExplain *explain, char **text)
{
    g_array_append_vals(wanted->explains, explain, 1);
    g_ptr_array_add(wanted->texts, text);
}

gboolean
pga_plan_texts_fetch(PgaPlanTexts *wanted, PgaWhatif *whatif, GHashTable *names, GError **error)
{
    PgaWhatifExplain *explains = (PgaWhatifExplain *)(void *)wanted->explains->data;

    if (!pga_whatif_explain_all(whatif, explains, wanted->explains->len, error))
        return FALSE;
    for (guint i = 0; i < wanted->texts->len; i++) {
        char **text = g_ptr_array_index(wanted->texts, i);

        if (!*text && explains[i].plan)
            *text = pga_index_plan_rename(explains[i].plan, names);
    }
    g_array_set_size(wanted->explains, 0);
    g_ptr_array_set_size(wanted->texts, 0);
    return TRUE;
}

void
pga_plan_texts_free(PgaPlanTexts *wanted)
{
    if (!wanted)
        return;
    g_array_unref(wanted->explains);
    g_ptr_array_unref(wanted->texts);
    g_free(wanted);
}
