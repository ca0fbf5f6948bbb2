/* Tables that came to be between the reading of the Catalog and that of the definitions. */
#include <string.h>

#include "clone_internal.h"

static void
add_extra(PgaObjects *objects, PgaOid oid, char relkind, const char *relname)
{
    PgaRelationExtra *extra = pga_objects_add_relation(objects, oid);

    extra->relkind = relkind;
    extra->nspname = g_strdup("public");
    extra->relname = g_strdup(relname);
}

static void
test_named(void)
{
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    g_autoptr(PgaObjects) objects = pga_objects_new();
    g_autoptr(GPtrArray) notes =
        g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
    const PgaNotChecked *note;

    pga_catalog_add_relation(catalog, 1, "public", "known");
    pga_catalog_add_relation(catalog, 2, "public", "anew");
    pga_catalog_add_relation(catalog, 3, "public", "renamed");
    pga_catalog_finish(catalog);
    g_ptr_array_add(notes, pga_not_checked_new(NULL, g_strdup("table public.held"),
                                               g_strdup("held by somebody")));
    add_extra(objects, 1, 'r', "known");
    add_extra(objects, 12, 'r', "anew");
    add_extra(objects, 3, 'r', "another");
    add_extra(objects, 14, 'r', "held");
    add_extra(objects, 15, 'v', "view");
    add_extra(objects, 16, 'p', "late");
    pga_clone_note_changes(catalog, objects, notes);
    g_assert_cmpuint(notes->len, ==, 2);
    note = g_ptr_array_index(notes, 1);
    g_assert_cmpstr(note->what, ==, "table public.late");
    g_assert_cmpstr(note->why, ==, "it was made while the source was read");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/clone-changes/new-tables-are-named", test_named);
    return g_test_run();
}
