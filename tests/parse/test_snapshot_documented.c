/* docs/snapshot.md has a line for every type of record. */
#include <model/snapshot.h>
#include <string.h>

static void
assert_mentioned(const char *page, const PgaRecordType *type)
{
    g_autofree char *key = pga_snapshot_key(type);
    g_autofree char *row = g_strdup_printf("\n| `%s` | ", key);

    if (!strstr(page, row))
        g_error("docs/snapshot.md has no line for `%s`", key);
}

static void
test_mentioned(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autofree char *page = NULL;
    const PgaRecordType *type;

    g_assert_true(g_file_get_contents(PGA_SOURCE_ROOT "/docs/snapshot.md", &page, NULL, NULL));
    for (guint i = 0; pga_snapshot_section(snapshot, i, &type); i++) {
        assert_mentioned(page, type);
        for (guint j = 0; j < type->n_fields; j++) {
            const PgaField *field = &type->fields[j];

            if (field->type == PGA_FIELD_RECORDS || field->type == PGA_FIELD_STRUCTS)
                assert_mentioned(page, field->record);
        }
    }
}

/* A line's key says where it goes. */
static void
test_distinct(void)
{
    g_autoptr(PgaSnapshot) snapshot = pga_snapshot_new();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const PgaRecordType *type;

    for (guint i = 0; pga_snapshot_section(snapshot, i, &type); i++) {
        g_assert_true(g_hash_table_add(seen, pga_snapshot_key(type)));
        for (guint j = 0; j < type->n_fields; j++)
            if (type->fields[j].type == PGA_FIELD_RECORDS ||
                type->fields[j].type == PGA_FIELD_STRUCTS)
                g_assert_true(g_hash_table_add(seen, pga_snapshot_key(type->fields[j].record)));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/parse/snapshot/every-record-is-documented", test_mentioned);
    g_test_add_func("/parse/snapshot/every-record-has-a-key-of-its-own", test_distinct);
    return g_test_run();
}
