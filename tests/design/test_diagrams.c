/* Diagrams: what they say, and that whatever a name holds stays a name: by looking, and by the real
 * parsers where PGA_MERMAID names folders (parted by ":") that mermaid is installed in. */
#include <design/design.h>
#include <stdio.h>
#include <string.h>

#include "diagram_internal.h"

static void
test_label(void)
{
    static const struct {
        const char *text, *label;
    } cases[] = {
        {"sales.order", "sales.order"},
        {"a\"b", "a#34;b"},
        {"a\\b", "a#92;b"},
        {"%%{init}%%", "#37;#37;{init}#37;#37;"},
        {"direction TB", "d#105;rection TB"},
        {"DIRECTION lr", "D#73;RECTION lr"},
        {"my_direction LR", "my_d#105;rection LR"},
        {"<img src=x>", "#60;img src=x#62;"},
        {"a\nb\tc\x7f", "a#10;b#9;c#127;"},
        {"#quot;", "#35;quot;"},
        {"a~b~c", "a#126;b#126;c"},
        {"`md`", "#96;md#96;"},
        {"имя", "имя"},
        {"", "-"},
        {"0123456789012345678901234567890123456789012345678901234567890",
         "01234567890123456789012345678901234567890123456789012345678\xe2\x80\xa6"},
        {"012345678901234567890123456789012345678901234567890123456789",
         "012345678901234567890123456789012345678901234567890123456789"},
        {"01234567890123456789012345678901234567890123456789012345\"\"",
         "01234567890123456789012345678901234567890123456789012345\xe2\x80\xa6"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *label = pga_diagram_label(cases[i].text);

        g_assert_cmpstr(label, ==, cases[i].label);
    }
}

static void
test_words(void)
{
    static const struct {
        const char *name, *word;
    } names[] = {{"id", "id"},        {"two words", "two_words"}, {"2fa", "c_2fa"}, {"pk", "pk_"},
                 {"UK", "UK_"},       {"pk_id", "pk_id"},         {"a$b", "a_b"},   {"имя", "___"},
                 {"-minus", "_minus"}};
    static const struct {
        const char *type, *word;
    } types[] = {{"timestamp with time zone", "timestamptz"},
                 {"timestamp(3) with time zone", "timestamp(3)_with_time_zone"},
                 {"numeric(12,2)", "numeric(12-2)"},
                 {"numeric(12, 2)", "numeric(12-2)"},
                 {"character varying(20)[]", "varchar(20)[]"},
                 {"public.mood", "public_mood"},
                 {"\"Odd type\"", "t_Odd_type_"},
                 {"pk", "pk_"},
                 {"double precision", "float8"}};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *word = pga_diagram_word(names[i].name);

        g_assert_cmpstr(word, ==, names[i].word);
    }
    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *word = pga_diagram_type(types[i].type);

        g_assert_cmpstr(word, ==, types[i].word);
    }
}

static PgaDesignColumn *
add_column(PgaDesignTable *table, const char *name, const char *type, gboolean not_null)
{
    PgaDesignColumn *column = pga_design_table_add_column(table, name, type);

    column->not_null = not_null;
    return column;
}

static void
add_key(PgaDesignTable *table, PgaDesignKeyKind kind, const char *column)
{
    PgaDesignKey *key = pga_design_table_add_key(table, kind);

    g_free(key->name);
    key->name = g_strdup_printf("%s_key", column);
    g_ptr_array_add(key->columns, g_strdup(column));
}

static void
add_reference(PgaDesignTable *table, const char *column, const char *to)
{
    PgaDesignReference *reference = pga_design_table_add_reference(table, to);

    g_ptr_array_add(reference->columns, g_strdup(column));
    g_ptr_array_add(reference->referenced_columns, g_strdup("id"));
}

static const char *
diagram(const PgaArchitecture *architecture, const char *path)
{
    const PgaDesignFile *file = pga_architecture_file(architecture, path);

    g_assert_nonnull(file);
    return file->text;
}

static void
test_tables(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_new(pga_requirements_new());
    PgaDesignTable *users = pga_architecture_add_table(architecture, "users");
    PgaDesignTable *orders = pga_architecture_add_table(architecture, "orders");
    PgaDesignTable *profiles = pga_architecture_add_table(architecture, "profiles");

    add_column(users, "id", "bigint", TRUE);
    add_column(users, "parent", "bigint", FALSE);
    add_key(users, PGA_DESIGN_PRIMARY, "id");
    add_reference(users, "parent", "users");
    add_column(orders, "id", "bigint", TRUE);
    add_column(orders, "two words", "numeric(12,2)", FALSE);
    add_column(orders, "two-words", "text", FALSE);
    add_column(orders, "user", "bigint", TRUE);
    add_key(orders, PGA_DESIGN_PRIMARY, "id");
    add_reference(orders, "user", "users");
    add_column(profiles, "user", "bigint", TRUE);
    add_key(profiles, PGA_DESIGN_PRIMARY, "user");
    add_reference(profiles, "user", "users");
    pga_design_diagrams(architecture);
    g_assert_cmpstr(diagram(architecture, "er.mmd"), ==,
                    "erDiagram\n"
                    "  T1[\"orders\"] {\n"
                    "    bigint id PK \"idx id_key\"\n"
                    "    numeric(12-2) two_words \"two words\"\n"
                    "    text two_words_2 \"two-words\"\n"
                    "    bigint user FK \"NO INDEX\"\n"
                    "  }\n"
                    "  T3[\"users\"] {\n"
                    "    bigint id PK \"idx id_key\"\n"
                    "    bigint parent FK \"NO INDEX\"\n"
                    "  }\n"
                    "  T2[\"profiles\"] {\n"
                    "    bigint user PK, FK \"idx user_key\"\n"
                    "  }\n"
                    "  T3 ||..o{ T1 : \"user\"\n"
                    "  T3 |o..o{ T3 : \"parent\"\n"
                    "  T3 ||--o| T2 : \"user\"\n");
}

static void
add_node(PgaArchitecture *architecture, const char *name, const char *role, const char *zone)
{
    PgaDesignNode *node = pga_architecture_add_node(architecture, name, role);

    node->zone = g_strdup(zone);
    node->region = g_strdup("eu-west-1");
    node->has_data = !g_str_has_prefix(role, "witness");
    node->has_dcs = TRUE;
    node->has_proxy = node->has_data;
}

static void
test_topology(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_new(pga_requirements_new());

    add_node(architecture, "db1", "primary", "a");
    add_node(architecture, "db2", "replica (sync)", "b");
    add_node(architecture, "witness1", "witness (etcd)", "b");
    pga_architecture_put_file(architecture, "pgbouncer.ini", g_strdup(""));
    pga_design_diagrams(architecture);
    g_assert_cmpstr(diagram(architecture, "topology.mmd"), ==,
                    "flowchart LR\n"
                    "  C[\"clients\"]\n"
                    "  B[\"PgBouncer\"]\n"
                    "  P[\"HAProxy on db1, db2\"]\n"
                    "  subgraph R1[\"eu-west-1\"]\n"
                    "    subgraph Z1[\"a\"]\n"
                    "      N1[\"db1: primary, etcd\"]\n"
                    "    end\n"
                    "    subgraph Z2[\"b\"]\n"
                    "      N2[\"db2: replica (sync), etcd\"]\n"
                    "      N3[\"witness1: witness (etcd)\"]\n"
                    "    end\n"
                    "  end\n"
                    "  C --> B\n"
                    "  B --> P\n"
                    "  P --> N1\n"
                    "  N1 ==>|\"sync\"| N2\n");
}

static const char *const hostile[] = {
    "a\"b",
    "a\\b",
    "%%{init: {}}%%",
    "direction TB",
    "end",
    "😀",
    "a\nb",
    "---",
    "#quot;",
    "a~b~c",
    "one",
    "many",
    "to",
    "style",
    "class",
    "erDiagram",
    "accTitle",
    "u-x",
    "2fa",
    "a$b",
    "u",
    "123",
    "a.b",
    "имя",
    "naïve",
    "constructor",
    "__proto__",
    "<img src=x onerror=y>",
    "pk",
    "FK",
    "uk-x",
    "subgraph",
    "`code`",
    "a;b",
    "{",
    "}",
    "[",
    "]",
    "|",
    "  ",
    "graph TD",
    "click",
    "a%b",
    "x:::y",
    "\"",
    "a -- b",
    "direction",
};

/* Every hostile name as table, column, type, index, node, zone. */
static PgaArchitecture *
hostile_architecture(void)
{
    PgaArchitecture *architecture = pga_architecture_new(pga_requirements_new());
    const char *previous = NULL;

    for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
        PgaDesignTable *table = pga_architecture_add_table(architecture, hostile[i]);

        add_column(table, hostile[i], hostile[i], i % 2 == 1);
        add_column(table, "id", "bigint", TRUE);
        add_key(table, PGA_DESIGN_PRIMARY, hostile[i]);
        if (previous)
            add_reference(table, hostile[i], previous);
        previous = table->name;
        add_node(architecture, hostile[i], i ? "replica (a|\"b)" : "primary", hostile[i]);
    }
    for (guint i = 0; i < 30; i++)
        add_column(pga_architecture_table(architecture, "end"), hostile[i], "text", FALSE);
    return architecture;
}

/* Of each table one entity, of each reference one line, on no picture more than viewers take. */
static void
test_parts(void)
{
    g_autoptr(PgaArchitecture) architecture = hostile_architecture();
    guint n_entities = 0, n_references = 0, n_listed = 0;

    pga_design_diagrams(architecture);
    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);
        g_auto(GStrv) lines = g_strsplit(file->text, "\n", -1);
        guint n = 0;

        g_assert_cmpuint(strlen(file->text), <=, 45000);
        for (char **line = lines; *line; line++) {
            n += g_regex_match_simple("^  T\\d+\\[", *line, 0, 0);
            n_listed += g_str_has_prefix(*line, "    table ");
            if (g_str_has_prefix(file->path, "er-"))
                n_entities += g_regex_match_simple("^  T\\d+\\[.*\\{$", *line, 0, 0);
            n_references += g_regex_match_simple("^  T\\d+ .* : \"", *line, 0, 0);
        }
        g_assert_cmpuint(n, <=, 40);
    }
    g_assert_cmpuint(n_listed, ==, G_N_ELEMENTS(hostile)); /* each in the overview once */
    g_assert_cmpuint(n_entities, ==, G_N_ELEMENTS(hostile));
    g_assert_cmpuint(n_references, ==, G_N_ELEMENTS(hostile) - 1);
}

static void
check_by(const char *folder, const PgaArchitecture *architecture, const char *scratch)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    g_autofree char *err = NULL;
    int status = 0;

    g_ptr_array_add(argv, g_strdup("node"));
    g_ptr_array_add(argv, g_strdup(PGA_SOURCE_ROOT "/tools/check_mermaid.mjs"));
    g_ptr_array_add(argv, g_strdup(folder));
    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);
        char *path = g_build_filename(scratch, file->path, NULL);

        g_assert_true(g_file_set_contents(path, file->text, -1, NULL));
        g_ptr_array_add(argv, path);
    }
    g_ptr_array_add(argv, NULL);
    g_assert_true(g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, &err, &status, &error));
    if (status != 0)
        g_test_message("%s: %s", folder, err);
    g_assert_cmpint(status, ==, 0);
}

static void
test_parsers(void)
{
    const char *paths = g_getenv("PGA_MERMAID");
    g_autofree char *node = g_find_program_in_path("node");
    g_auto(GStrv) folders = g_strsplit(paths ? paths : "", ":", -1);
    g_autoptr(PgaArchitecture) architecture = hostile_architecture();
    g_autofree char *scratch = NULL;

    if (!node || !paths) {
        g_test_skip("PGA_MERMAID names no folder with mermaid, or node is missing");
        return;
    }
    pga_design_diagrams(architecture);
    scratch = g_dir_make_tmp("pga-diagrams-XXXXXX", NULL);
    for (char **folder = folders; *folder; folder++)
        check_by(*folder, architecture, scratch);
    for (guint i = 0; i < architecture->files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(architecture->files, i);
        g_autofree char *path = g_build_filename(scratch, file->path, NULL);

        g_assert_cmpint(remove(path), ==, 0);
    }
    g_assert_cmpint(remove(scratch), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/design/diagrams/labels", test_label);
    g_test_add_func("/design/diagrams/words", test_words);
    g_test_add_func("/design/diagrams/tables", test_tables);
    g_test_add_func("/design/diagrams/topology", test_topology);
    g_test_add_func("/design/diagrams/parts", test_parts);
    g_test_add_func("/design/diagrams/real-parsers", test_parsers);
    return g_test_run();
}
