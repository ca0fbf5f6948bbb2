/* Where an extension is to be had: by what the server offers, and what a service lets in. */
#include <string.h>

#include "index_internal.h"

typedef struct {
    const char *name, *extension;
    const char *offered;         /* (nullable): unknown; names with blanks */
    const char *provider;        /* (nullable) */
    const char *setting, *value; /* (nullable) */
    guint version_num;
    PgaIndexAvailable available;
    gboolean may_be_used;
    const char *says, *says_not; /* (nullable) */
} Case;

static const Case cases[] = {
    {"unknown", "pg_trgm", NULL, NULL, NULL, NULL, 150000, PGA_INDEX_AVAILABLE_UNKNOWN, TRUE,
     "comes with PostgreSQL", "the server offers it"},
    {"unknown-of-others", "rum", NULL, NULL, NULL, NULL, 150000, PGA_INDEX_AVAILABLE_UNKNOWN, TRUE,
     "look for it in pg_available_extensions", NULL},
    {"offered", "pg_trgm", "pg_trgm plpgsql", NULL, NULL, NULL, 150000, PGA_INDEX_AVAILABLE, TRUE,
     "CREATE on the database is enough", "first"},
    {"before-13", "pg_trgm", "pg_trgm plpgsql", NULL, NULL, NULL, 120000, PGA_INDEX_AVAILABLE, TRUE,
     "a superuser creates it", NULL},
    {"not-trusted", "rum", "plpgsql rum", NULL, NULL, NULL, 150000, PGA_INDEX_AVAILABLE, TRUE,
     "a superuser creates it", NULL},
    {"not-there", "pg_trgm", "plpgsql", NULL, NULL, NULL, 150000, PGA_INDEX_NOT_AVAILABLE, TRUE,
     "has no files of: it comes with PostgreSQL", NULL},
    {"others-not-there", "rum", "plpgsql", NULL, NULL, NULL, 150000, PGA_INDEX_NOT_AVAILABLE, TRUE,
     "it is to be installed there first", "postgresql-contrib"},
    {"service-has-none", "rum", "plpgsql", "aws-rds", NULL, NULL, 150000, PGA_INDEX_NOT_AVAILABLE,
     FALSE, "no files", NULL},
    {"service-offers", "bloom", "bloom plpgsql", "aws-rds", "rds.allowed_extensions", "*", 150000,
     PGA_INDEX_AVAILABLE, TRUE, "administrator role creates it", "first"},
    {"service-restricts", "pg_trgm", "pg_trgm plpgsql", "aws-rds", "rds.allowed_extensions",
     "citext, hstore", 150000, PGA_INDEX_AVAILABLE, TRUE, "add it to rds.allowed_extensions first",
     NULL},
    {"service-lets-in", "pg_trgm", "pg_trgm plpgsql", "azure-postgres", "azure.extensions",
     "HSTORE,PG_TRGM", 160000, PGA_INDEX_AVAILABLE, TRUE, "is enough", "azure.extensions"},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaCatalog) catalog = pga_catalog_new();
    g_autoptr(PgaEnvironment) environment = pga_environment_new();
    PgaIndexRun run = {.source = {.catalog = catalog, .environment = environment}};
    g_autofree char *note = NULL;

    environment->version_num = c->version_num;
    environment->provider = g_strdup(c->provider);
    if (c->offered) {
        g_auto(GStrv) names = g_strsplit(c->offered, " ", -1);

        environment->available_extensions = g_ptr_array_new_with_free_func(g_free);
        for (char **name = names; *name; name++)
            g_ptr_array_add(environment->available_extensions, g_strdup(*name));
    }
    if (c->setting)
        pga_catalog_add_setting(catalog, c->setting)->setting = g_strdup(c->value);
    pga_catalog_finish(catalog);
    g_assert_cmpint(pga_index_extension_available(&run, c->extension), ==, c->available);
    g_assert_cmpint(pga_index_extension_may_be_used(&run, c->extension), ==, c->may_be_used);
    note = pga_index_extension_note(&run, c->extension);
    g_test_message("%s", note);
    g_assert_nonnull(strstr(note, c->says));
    g_assert_true(!c->says_not || !strstr(note, c->says_not));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strdup_printf("/app/index-extension/%s", cases[i].name);

        g_test_add_data_func(name, &cases[i], test_case);
    }
    return g_test_run();
}
