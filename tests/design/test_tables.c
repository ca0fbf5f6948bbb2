/* Meanings as types, keys, references, names, the order on disk, what the planner is told. */
#include "tables_internal.h"

#include <string.h>

#include "designed.h"

static PgaDesignColumn *
column_of(const PgaArchitecture *architecture, const char *table, const char *column)
{
    PgaDesignTable *found = pga_architecture_table(architecture, table);

    g_assert_nonnull(found);
    g_assert_nonnull(pga_design_table_column(found, column));
    return pga_design_table_column(found, column);
}

/* The definitions of constraints on a column, "; " between. */
static char *
checks_of(const PgaArchitecture *architecture, const char *table, const char *column)
{
    const PgaDesignTable *found = pga_architecture_table(architecture, table);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < found->constraints->len; i++) {
        const PgaDesignConstraint *each = g_ptr_array_index(found->constraints, i);

        if (g_strcmp0(each->column, column) == 0)
            g_string_append_printf(text, "%s%s", text->len ? "; " : "", each->definition);
    }
    return g_string_free(text, FALSE);
}

/** An attribute, and its column. */
typedef struct {
    const char *attribute, *type, *checks, *default_;
} Meaning;

static const Meaning meanings[] = {
    {"x: email", "text", "CHECK (length(x) <= 254)", NULL},
    {"x: {type: email, unique: true}", "text", "CHECK (length(x) <= 254); CHECK (x = lower(x))",
     NULL},
    {"x: phone", "text", "CHECK (length(x) <= 32)", NULL},
    {"x: uuid", "uuid", "", NULL},
    {"x: money", "numeric(12,2)", "", NULL},
    {"x: {type: money, min: 0, max: 9999}", "numeric(6,2)", "CHECK (x >= 0 AND x <= 9999)", NULL},
    {"x: percent", "numeric(5,2)", "CHECK (x >= 0 AND x <= 100)", NULL},
    {"x: flag", "boolean", "", NULL},
    {"x: {json: varying}", "jsonb", "", NULL},
    {"x: tags", "text[]", "", "'{}'"},
    {"x: text-short", "text", "CHECK (length(x) <= 200)", NULL},
    {"x: text-long", "text", "", NULL},
    {"x: date", "date", "", NULL},
    {"x: time", "time", "", NULL},
    {"x: timestamp", "timestamptz", "", NULL},
    {"x: period", "tstzrange", "CHECK (NOT isempty(x))", NULL},
    {"x: \"integer(0,200)\"", "smallint", "CHECK (x >= 0 AND x <= 200)", NULL},
    {"x: \"integer(0,40000)\"", "integer", "CHECK (x >= 0 AND x <= 40000)", NULL},
    {"x: \"integer(0,5000000000)\"", "bigint", "CHECK (x >= 0 AND x <= 5000000000)", NULL},
    {"x: \"decimal(8,3)\"", "numeric(8,3)", "", NULL},
    {"x: country", "text", "CHECK (x ~ '^[A-Z]{2}$')", NULL},
    {"x: ip", "inet", "", NULL},
    {"x: geo-point", "point", "", NULL},
    {"x: image", "text", "CHECK (length(x) <= 1024)", NULL},
    {"x: hash", "bytea", "", NULL},
    {"x: version", "integer", "CHECK (x > 0)", "1"},
    {"x: slug", "text", "CHECK (x ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(x) <= 100)", NULL},
    {"x: {one_of: [a, \"it's\"]}", "text", "CHECK (x IN ('a', 'it''s'))", NULL},
    {"x: \"varchar(20)\"", "varchar(20)", "", NULL},
};

static void
test_meanings(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(meanings); i++) {
        const Meaning *each = &meanings[i];
        g_autofree char *text = g_strdup_printf(
            "entities:\n  things:\n    rows: 1000\n    attributes:\n      %s\n", each->attribute);
        g_autoptr(PgaArchitecture) architecture = designed(text, 17);
        const PgaDesignColumn *column = column_of(architecture, "things", "x");
        g_autofree char *checks = checks_of(architecture, "things", "x");

        g_assert_cmpstr(column->type, ==, each->type);
        g_assert_cmpstr(checks, ==, each->checks);
        g_assert_cmpstr(column->default_, ==, each->default_);
        g_assert_nonnull(column->comment);
        g_assert_nonnull(column->reason);
        g_assert_true(column->not_null);
        g_assert_cmpfloat(column->shape.width, >, 0);
    }
}

static void
test_a_key_is_added(void)
{
    g_autoptr(PgaArchitecture) architecture =
        designed("entities: {things: {rows: 1000, attributes: {name: text-short}}}", 17);
    const PgaDesignColumn *id = column_of(architecture, "things", "id");
    const PgaDesignTable *table = pga_architecture_table(architecture, "things");

    g_assert_cmpstr(id->type, ==, "integer");
    g_assert_cmpstr(id->identity, ==, "ALWAYS");
    g_assert_cmpstr(pga_design_table_primary(table)->name, ==, "things_pkey");
    g_assert_cmpstr(g_ptr_array_index(architecture->notes, 0), ==,
                    "things: no key was said; an identity column id is its primary key (assumed).");
}

static void
test_keys_last(void)
{
    g_autoptr(PgaArchitecture) architecture =
        designed("entities: {few: {rows: 1000, attributes: {name: text-short}}, many: {rows: 500M, "
                 "growth: 50%, attributes: {few: {references: few}}}}",
                 17);
    const PgaDesignTable *many = pga_architecture_table(architecture, "many");

    g_assert_cmpstr(column_of(architecture, "few", "id")->type, ==, "integer");
    g_assert_cmpstr(column_of(architecture, "many", "id")->type, ==, "bigint");
    g_assert_cmpstr(column_of(architecture, "many", "few")->type, ==, "integer");
    g_assert_cmpfloat(many->rows_per_year, ==, 250e6);
    g_assert_nonnull(strstr(g_ptr_array_index(many->notes, 0), "exhausted after "));
}

static void
test_uuid_keys_by_version(void)
{
    static const struct {
        guint major;
        const char *default_;
    } versions[] = {{17, "gen_random_uuid()"}, {18, "uuidv7()"}};

    for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
        g_autoptr(PgaArchitecture) architecture =
            designed("entities: {things: {rows: 1000, attributes: {id: uuid, other: uuid}}}",
                     versions[i].major);

        g_assert_cmpstr(column_of(architecture, "things", "id")->default_, ==,
                        versions[i].default_);
        g_assert_null(column_of(architecture, "things", "other")->default_);
    }
}

static const PgaDesignReference *
reference_of(const PgaArchitecture *architecture, const char *table, const char *column)
{
    return pga_table_reference_of(pga_architecture_table(architecture, table), column);
}

static void
test_actions(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {users: {rows: 10}, posts: {rows: 100, attributes: {author: {references: "
        "users}, "
        "editor: {references: users, nullable: true}, owner: {references: users, on_delete: "
        "cascade}, reviewer: {references: users, on_delete: set null}}}, parts: {rows: 10, "
        "attributes: {name: text-short}}}\n"
        "relationships: [{from: posts, to: parts, kind: one-to-many, owning: true}]",
        17);

    g_assert_cmpint(reference_of(architecture, "posts", "author")->on_delete, ==,
                    PGA_DELETE_RESTRICT);
    g_assert_cmpint(reference_of(architecture, "posts", "editor")->on_delete, ==,
                    PGA_DELETE_SET_NULL);
    g_assert_cmpint(reference_of(architecture, "posts", "owner")->on_delete, ==,
                    PGA_DELETE_CASCADE);
    g_assert_cmpint(reference_of(architecture, "posts", "reviewer")->on_delete, ==,
                    PGA_DELETE_SET_NULL);
    g_assert_false(column_of(architecture, "posts", "reviewer")->not_null);
    g_assert_cmpint(reference_of(architecture, "parts", "post_id")->on_delete, ==,
                    PGA_DELETE_CASCADE);
    g_assert_cmpstr(reference_of(architecture, "posts", "author")->name, ==, "posts_author_fkey");
}

/* A type that was stated stays, whatever the number of rows. */
static void
test_bigserial(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {notes: {rows: 10, attributes: {id: bigserial, text: text-short}}}", 17);

    g_assert_cmpstr(column_of(architecture, "notes", "id")->type, ==, "bigint");
    g_assert_nonnull(column_of(architecture, "notes", "id")->identity);
}

static void
test_relationships(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {users: {rows: 10, attributes: {name: text-short}}, profiles: {rows: 10, "
        "attributes: {bio: text-long}}, groups: {rows: 10, attributes: {name: text-short}}}\n"
        "relationships: [{from: users, to: profiles, kind: one-to-one}, {from: users, to: groups, "
        "kind: many-to-many}, {from: groups, to: groups, kind: tree}, {from: users, to: users, "
        "kind: many-to-many, via: friends}]",
        17);
    const PgaDesignTable *link = pga_architecture_table(architecture, "users_groups");
    const PgaDesignTable *profiles = pga_architecture_table(architecture, "profiles");
    g_autofree char *tree = checks_of(architecture, "groups", "parent_id");
    g_autofree char *key = pga_list_text(pga_design_table_primary(link)->columns);

    g_assert_cmpstr(key, ==, "user_id, group_id");
    g_assert_cmpuint(link->references->len, ==, 2);
    g_assert_cmpuint(profiles->keys->len, ==, 2);
    g_assert_true(column_of(architecture, "profiles", "user_id")->not_null);
    g_assert_cmpstr(tree, ==, "CHECK (parent_id <> id)");
    g_assert_false(column_of(architecture, "groups", "parent_id")->not_null);
    g_assert_nonnull(reference_of(architecture, "friends", "other_user_id"));
}

/* An entity that is a link has each pair once; a link that a pattern names is none. */
static void
test_links(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {users: {rows: 10, attributes: {name: text-short}}, groups: {rows: 20, "
        "attributes: {name: text-short}}, members: {rows: 40, attributes: {id: identity, user: "
        "{references: users}, group: {references: groups}}}, seats: {rows: 40, key: [user, group], "
        "attributes: {user: {references: users}, group: {references: groups}}}}\n"
        "relationships: [{from: users, to: groups, kind: many-to-many, via: members}, {from: "
        "users, "
        "to: groups, kind: many-to-many, via: seats}, \"users n:m groups\"]\n"
        "access_patterns: [{name: of, find: users_groups, where: [group_id = ?]}]",
        17);
    const PgaDesignTable *members = pga_architecture_table(architecture, "members");
    const PgaDesignTable *plain = pga_architecture_table(architecture, "users_groups");
    const PgaDesignKey *unique = g_ptr_array_index(members->keys, 1);
    g_autofree char *pair = pga_list_text(unique->columns);
    g_autofree char *key = pga_list_text(pga_design_table_primary(plain)->columns);

    g_assert_true(unique->kind == PGA_DESIGN_UNIQUE);
    g_assert_cmpstr(pair, ==, "user, group");
    g_assert_cmpuint(pga_architecture_table(architecture, "seats")->keys->len, ==, 1);
    g_assert_cmpstr(key, ==, "user_id, group_id");
    g_assert_cmpfloat(plain->rows, ==, 60);
    for (guint i = 0; i < architecture->requirements->assumptions->len; i++) {
        const PgaAssumption *said = g_ptr_array_index(architecture->requirements->assumptions, i);

        g_assert_cmpstr(said->field, !=, "relationships.members.rows");
    }
}

/* Keys of several columns, also through keys that reference keys, in whatever order. */
static void
test_composite_keys(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {streets: {rows: 10, key: [city, name], attributes: {city: {references: "
        "cities}, "
        "name: text-short}}, cities: {rows: 10, key: [region, name], attributes: {region: "
        "{references: regions}, name: text-short}}, regions: {rows: 10, key: [country, code], "
        "attributes: {country: country, code: text-short}}}",
        17);
    const PgaDesignTable *streets = pga_architecture_table(architecture, "streets");
    g_autofree char *key = pga_list_text(pga_design_table_primary(streets)->columns);
    const PgaDesignReference *reference = g_ptr_array_index(streets->references, 0);

    g_assert_cmpstr(key, ==, "city_region_country, city_region_code, city_name, name");
    g_assert_false(reference->is_dropped);
    g_assert_cmpuint(reference->columns->len, ==, 3);
    g_assert_cmpstr(((PgaDesignTable *)g_ptr_array_index(architecture->tables, 0))->name, ==,
                    "regions");
    g_assert_cmpstr(column_of(architecture, "streets", "city_region_code")->type, ==, "text");
}

static void
test_cycles(void)
{
    g_autoptr(PgaArchitecture) hard = designed(
        "entities: {a: {rows: 1, attributes: {b: {references: b}}}, b: {rows: 1, attributes: {a: "
        "{references: a}}}, c: {rows: 1, attributes: {a: {references: a}}}}",
        17);
    g_autoptr(PgaArchitecture) soft = designed(
        "entities: {a: {rows: 1, attributes: {b: {references: b}}}, b: {rows: 1, attributes: {a: "
        "{references: a, nullable: true}}}}",
        17);
    const PgaDesignReference *first = reference_of(hard, "a", "b");
    const PgaDesignReference *optional = reference_of(soft, "b", "a");

    g_assert_true(first->is_later);
    g_assert_true(first->is_deferrable);
    g_assert_cmpint(first->on_delete, ==, PGA_DELETE_NO_ACTION);
    g_assert_false(reference_of(hard, "b", "a")->is_later);
    g_assert_false(reference_of(hard, "c", "a")->is_later);
    g_assert_true(optional->is_later);
    g_assert_false(optional->is_deferrable);
    g_assert_false(reference_of(soft, "a", "b")->is_later);
}

#define LONG "a_name_with_many_many_bytes_that_go_on_and_on_until_there_are_"

static void
test_names(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {" LONG ": {rows: 1, attributes: {" LONG ": {type: email, unique: true}, " LONG
        "x: {type: email, unique: true}, order: flag}}, things: {rows: 1, attributes: {a_b: "
        "text-short}}, things_pkey: {rows: 1, attributes: {x: flag}}}",
        17);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        g_assert_true(g_hash_table_add(seen, table->name));
        for (guint j = 0; j < table->keys->len; j++) {
            PgaDesignKey *key = g_ptr_array_index(table->keys, j);

            g_assert_cmpuint(strlen(key->name), <=, 63);
            g_assert_true(g_hash_table_add(seen, key->name));
        }
        for (guint j = 0; j < table->constraints->len; j++) {
            PgaDesignConstraint *each = g_ptr_array_index(table->constraints, j);

            g_assert_cmpuint(strlen(each->name), <=, 63);
            g_assert_true(g_hash_table_add(seen, each->name));
        }
    }
    g_assert_cmpstr(pga_design_table_primary(pga_architecture_table(architecture, "things"))->name,
                    ==, "things_pkey1");
}

static void
test_long_references(void)
{
    g_autoptr(PgaArchitecture) architecture =
        designed("entities: {" LONG ": {rows: 1}, things: {rows: 1, attributes: {x: flag}}}\n"
                 "relationships: [{from: " LONG ", to: things, kind: one-to-many}]",
                 17);
    const PgaDesignTable *things = pga_architecture_table(architecture, "things");
    const PgaDesignReference *reference = g_ptr_array_index(things->references, 0);

    g_assert_cmpuint(strlen(g_ptr_array_index(reference->columns, 0)), ==, 63);
    g_assert_false(reference->is_dropped);
}

static void
test_words(void)
{
    static const char *const words[][2] = {
        {"users", "user"},
        {"categories", "category"},
        {"addresses", "address"},
        {"statuses", "status"},
        {"boxes", "box"},
        {"people", "person"},
        {"children", "child"},
        {"news", "news"},
        {"status", "status"},
        {"houses", "house"},
        {"order_lines", "order_line"},
        {"class", "class"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *singular = pga_word_singular(words[i][0]);

        g_assert_cmpstr(singular, ==, words[i][1]);
    }
}

/* 1 + 8 + 2 + 8 + 4 + 8: each after a smaller one is padded. */
static void
test_order_saves_padding(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {things: {rows: 1000, key: [id], attributes: {a: flag, at: timestamp, n: "
        "\"integer(0,9)\", id: bigint, d: date, x: \"double precision\", t: {type: text-long, "
        "average_length: 10}}}}",
        17);
    const PgaDesignTable *table = pga_architecture_table(architecture, "things");
    g_autoptr(GString) order = g_string_new(NULL);

    for (guint i = 0; i < table->columns->len; i++)
        g_string_append_printf(order, "%s ",
                               ((PgaDesignColumn *)g_ptr_array_index(table->columns, i))->name);
    g_assert_cmpstr(order->str, ==, "id at x d n a t ");
    g_assert_cmpfloat_with_epsilon(table->padding_saved, 17, 0.01);
}

static void
test_shapes(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {users: {rows: 1000, attributes: {id: {identity: true}}}, orders: {rows: 100k, "
        "retention: 12 months, attributes: {id: {identity: true}, user: {references: users}, "
        "placed_at: timestamp, status: {one_of: [new, paid, done], distribution: {done: 90%}}, "
        "note: {type: text-long, nullable: true}, tags: tags, kind: {type: text-short, distinct: "
        "7}}}}",
        17);
    const PgaColumnShape *id = &column_of(architecture, "orders", "id")->shape;
    const PgaColumnShape *user = &column_of(architecture, "orders", "user")->shape;
    const PgaColumnShape *placed = &column_of(architecture, "orders", "placed_at")->shape;
    const PgaColumnShape *status = &column_of(architecture, "orders", "status")->shape;

    g_assert_cmpfloat(id->distinct, ==, -1);
    g_assert_cmpfloat(id->correlation, ==, 1);
    g_assert_cmpstr(id->high, ==, "100000");
    g_assert_cmpfloat(user->distinct, ==, 1000);
    g_assert_cmpstr(placed->high, ==, "2025-01-01 00:00:00+00");
    g_assert_cmpstr(placed->low, ==, "2024-01-02 00:00:00+00");
    g_assert_cmpfloat(placed->correlation, ==, 1);
    g_assert_cmpfloat(status->distinct, ==, 3);
    g_assert_cmpstr(((PgaSpecShare *)g_ptr_array_index(status->common, 0))->value, ==, "done");
    g_assert_cmpfloat_with_epsilon(((PgaSpecShare *)g_ptr_array_index(status->common, 1))->share,
                                   0.05, 1e-9);
    g_assert_cmpfloat(column_of(architecture, "orders", "note")->shape.null_share, >, 0);
    g_assert_cmpfloat(column_of(architecture, "orders", "tags")->shape.elements, >, 0);
    g_assert_cmpfloat(column_of(architecture, "orders", "kind")->shape.distinct, ==, 7);
}

static void
test_rules(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(
        "entities: {rooms: {rows: 10, attributes: {name: text-short}}, bookings: {rows: 100, "
        "attributes: {room: {references: rooms}, during: period, price: money, email: email, "
        "cancelled: flag}}}\n"
        "rules: [\"bookings.price >= 0\", {unique: [bookings.email], where: \"NOT cancelled\"}, "
        "{no_overlap: bookings.during, per: [bookings.room]}, {unique: [rooms.name]}]",
        17);
    const PgaDesignTable *bookings = pga_architecture_table(architecture, "bookings");
    const PgaDesignKey *partial = g_ptr_array_index(bookings->keys, 1);
    g_autofree char *price = checks_of(architecture, "bookings", "price");
    g_autofree char *during = checks_of(architecture, "bookings", "during");

    g_assert_cmpstr(price, ==, "CHECK (price >= 0)");
    g_assert_nonnull(strstr(during, "EXCLUDE USING gist (room WITH =, during WITH &&)"));
    g_assert_cmpint(partial->kind, ==, PGA_DESIGN_UNIQUE_INDEX);
    g_assert_cmpstr(partial->where, ==, "NOT cancelled");
    g_assert_true(pga_list_has(architecture->extensions, "btree_gist"));
}

static void
test_system_columns_are_refused(void)
{
    g_autoptr(PgaArchitecture) architecture = pga_architecture_new(pga_requirements_new());
    g_autoptr(GError) error = NULL;
    PgaSpecEntity *entity = pga_requirements_add_entity(architecture->requirements, "things");

    pga_spec_add_attribute(entity->attributes, "xmin");
    g_assert_false(pga_design_tables(architecture, &error));
    g_assert_cmpstr(error->message, ==, "the name \"xmin\" is a system column of every table");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/design/tables/meanings", test_meanings);
    g_test_add_func("/design/tables/a-key-is-added", test_a_key_is_added);
    g_test_add_func("/design/tables/keys-last", test_keys_last);
    g_test_add_func("/design/tables/uuid-keys-by-version", test_uuid_keys_by_version);
    g_test_add_func("/design/tables/actions", test_actions);
    g_test_add_func("/design/tables/relationships", test_relationships);
    g_test_add_func("/design/tables/links", test_links);
    g_test_add_func("/design/tables/bigserial", test_bigserial);
    g_test_add_func("/design/tables/composite-keys", test_composite_keys);
    g_test_add_func("/design/tables/cycles", test_cycles);
    g_test_add_func("/design/tables/names", test_names);
    g_test_add_func("/design/tables/long-references", test_long_references);
    g_test_add_func("/design/tables/words", test_words);
    g_test_add_func("/design/tables/order-saves-padding", test_order_saves_padding);
    g_test_add_func("/design/tables/shapes", test_shapes);
    g_test_add_func("/design/tables/rules", test_rules);
    g_test_add_func("/design/tables/system-columns-are-refused", test_system_columns_are_refused);
    return g_test_run();
}
