/* Paths, addresses, settings. */
#include <string.h>

#include "maps.h"
#include "texts_internal.h"

typedef struct {
    PgaSnapshot *snapshot;
    PgaWalk walk;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    const PgaAnonymizeKey key = test_key();
    PgaWalk *walk = &fixture->walk;

    (void)data;
    walk->snapshot = fixture->snapshot = pga_snapshot_new();
    walk->names = pga_name_map_new(fixture->snapshot, &key);
    walk->values = pga_value_map_new(fixture->snapshot, &key,
                                     (PgaOwnWords){pga_name_is_own_word, walk->names});
    walk->sql = pga_sql_map_new(walk->names, walk->values, fixture->snapshot);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    pga_sql_map_free(fixture->walk.sql);
    pga_value_map_free(fixture->walk.values);
    pga_name_map_free(fixture->walk.names);
    pga_snapshot_free(fixture->snapshot);
}

static void
test_plain(Fixture *fixture, gconstpointer data)
{
    static const char *const plain[] = {"",         "on",  "ISO, MDY", "UTF-8",
                                        "%m [%p] ", "md5", "/tmp",     "*"};
    static const char *const others[] = {"zorgomat", "10.1.2.3", "/srv/zorgomat", "Größe",
                                         "db1234"};

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(plain); i++) {
        g_test_message("%s", plain[i]);
        g_assert_true(pga_text_is_plain(&fixture->walk, plain[i]));
    }
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autofree char *masked = pga_text_mask(&fixture->walk, others[i]);

        g_assert_cmpstr(masked, ==, PGA_MASK);
    }
    g_assert_cmpuint(fixture->walk.n_masked, ==, G_N_ELEMENTS(others));
}

static void
test_paths(Fixture *fixture, gconstpointer data)
{
    g_autofree char *own = pga_text_path(&fixture->walk, "/etc/postgresql/15/main/pg_hba.conf");
    g_autofree char *other = pga_text_path(&fixture->walk, "/zorgomat/data/zorgomat.crt");

    (void)data;
    g_assert_cmpstr(own, ==, "/etc/postgresql/15/main/pg_hba.conf");
    g_assert_null(strstr(other, "zorgomat"));
    g_assert_nonnull(strstr(other, "/data/"));
    g_assert_true(g_str_has_suffix(other, ".crt"));
}

static void
test_addresses(Fixture *fixture, gconstpointer data)
{
    static const char *const kept[] = {"all",          "samenet", "0.0.0.0/0", "::/0",
                                       "127.0.0.1/32", "::1",     "*"};
    g_autofree char *network = pga_text_address(&fixture->walk, "10.1.0.0", "255.255.0.0");
    g_autofree char *same = pga_text_address(&fixture->walk, "10.1.0.0/16", NULL);
    g_autofree char *expected = g_strconcat(network, "/16", NULL);
    g_autofree char *host = pga_text_address(&fixture->walk, ".zorgomat.example", NULL);

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_autofree char *address = pga_text_address(&fixture->walk, kept[i], NULL);

        g_assert_cmpstr(address, ==, kept[i]);
    }
    g_assert_cmpstr(same, ==, expected);
    g_assert_true(g_str_has_suffix(network, ".0.0"));
    g_assert_true(g_str_has_prefix(host, "."));
    g_assert_null(strstr(host, "zorgomat"));
}

static void
test_hba(Fixture *fixture, gconstpointer data)
{
    g_autofree char *databases =
        pga_text_list(&fixture->walk, "all,replication,zorgomat,+staff,@file", pga_text_hba_name);
    g_autofree char *options = pga_text_list(
        &fixture->walk, "clientcert=verify-full,ldapserver=zorgomat,zorgomat", pga_text_option);
    g_autofree char *zorgomat = pga_name_map(fixture->walk.names, PGA_NAME_ROLE, "zorgomat");

    (void)data;
    g_assert_true(g_str_has_prefix(databases, "all,replication,"));
    g_assert_nonnull(strstr(databases, zorgomat));
    g_assert_nonnull(strstr(databases, ",+"));
    g_assert_nonnull(strstr(databases, ",@"));
    g_assert_cmpstr(options, ==, "clientcert=verify-full,ldapserver=" PGA_MASK "," PGA_MASK);
}

static PgaSetting *
add_setting(const Fixture *fixture, const char *name, const char *value, const char *vartype)
{
    PgaSetting *setting = pga_catalog_add_setting(fixture->snapshot->catalog, name);

    setting->setting = g_strdup(value);
    setting->vartype = g_strdup(vartype);
    setting->boot_val = g_strdup("");
    return setting;
}

static void
test_settings(Fixture *fixture, gconstpointer data)
{
    static const struct {
        const char *name, *value, *vartype;
        gboolean kept;
    } settings[] = {
        {"work_mem", "4096", "integer", TRUE},
        {"wal_level", "zorgomat", "enum", TRUE},
        {"shared_preload_libraries", "pg_stat_statements,zorgolib", "string", TRUE},
        {"lc_messages", "de_DE.UTF-8", "string", TRUE},
        {"archive_command", "/bin/true", "string", TRUE},
        {"archive_command2", "rsync %p zorgomat:/wal", "string", FALSE},
        {"cluster_name", "zorgomat", "string", FALSE},
        {"search_path", "\"$user\", zorgomat", "string", FALSE},
        {"data_directory", "/zorgomat/data", "string", FALSE},
        {"ssl_cert_file", "zorgomat.crt", "string", FALSE},
        {"unix_socket_directories", "/tmp, /zorgomat", "string", FALSE},
        {"listen_addresses", "localhost,10.9.8.7", "string", FALSE},
        {"TimeZone", "Zorgomat/City", "string", FALSE},
        {"zorgomat.tenant", "zorgomat", "string", FALSE},
    };

    (void)data;
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++)
        add_setting(fixture, settings[i].name, settings[i].value, settings[i].vartype);
    pga_walk_settings(&fixture->walk);
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
        const PgaSetting *setting = g_ptr_array_index(fixture->snapshot->catalog->settings, i);

        g_test_message("%s", settings[i].name);
        if (settings[i].kept) {
            g_assert_cmpstr(setting->setting, ==, settings[i].value);
            continue;
        }
        g_assert_cmpstr(setting->setting, !=, settings[i].value);
        g_assert_null(strstr(setting->setting, "zorgomat"));
        g_assert_null(strstr(setting->name, "zorgomat"));
    }
}

static void
test_role_settings(Fixture *fixture, gconstpointer data)
{
    PgaRoleSetting *memory = pga_objects_add_role_setting(fixture->snapshot->objects, "work_mem");
    PgaRoleSetting *own =
        pga_objects_add_role_setting(fixture->snapshot->objects, "zorgomat.tenant");

    (void)data;
    add_setting(fixture, "work_mem", "4096", "integer");
    memory->value = g_strdup("64MB");
    own->value = g_strdup("zorgomat");
    pga_walk_settings(&fixture->walk);
    g_assert_cmpstr(memory->value, ==, "64MB");
    g_assert_null(strstr(own->name, "zorgomat"));
    g_assert_null(strstr(own->value, "zorgomat"));
    g_assert_cmpuint(strlen(own->value), ==, strlen("zorgomat"));
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(Fixture *fixture, gconstpointer data);
    } tests[] = {
        {"/anonymize/texts/known-words-stay", test_plain},
        {"/anonymize/texts/paths", test_paths},
        {"/anonymize/texts/addresses", test_addresses},
        {"/anonymize/texts/lines-of-pg-hba", test_hba},
        {"/anonymize/settings/by-what-they-are", test_settings},
        {"/anonymize/settings/of-roles", test_role_settings},
    };

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run();
}
