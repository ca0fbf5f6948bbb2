/* The table of archetypes. */
#include "archetypes_internal.h"

#include <string.h>

#define UNIQUE   PGA_ARCHETYPE_UNIQUE
#define NULLABLE PGA_ARCHETYPE_NULLABLE
#define PERSONAL PGA_ARCHETYPE_PERSONAL
#define NOW      PGA_ARCHETYPE_NOW

#define ID                                                                                         \
    {                                                                                              \
        "id", PGA_MEANING_IDENTITY, NULL, 0, 0                                                     \
    }
#define CREATED                                                                                    \
    {                                                                                              \
        "created_at", PGA_MEANING_TIMESTAMP, NULL, NOW, 0                                          \
    }
#define A(name, meaning)                                                                           \
    {                                                                                              \
        name, PGA_MEANING_##meaning, NULL, 0, 0                                                    \
    }
#define FLAGS(name, meaning, flags)                                                                \
    {                                                                                              \
        name, PGA_MEANING_##meaning, NULL, flags, 0                                                \
    }
#define DETAIL(name, meaning, detail)                                                              \
    {                                                                                              \
        name, PGA_MEANING_##meaning, detail, 0, 0                                                  \
    }
#define DISTINCT(name, meaning, flags, distinct)                                                   \
    {                                                                                              \
        name, PGA_MEANING_##meaning, NULL, flags, distinct                                         \
    }
#define REFERENCE(names)                                                                           \
    {                                                                                              \
        names, PGA_MEANING_REFERENCE, NULL, 0, 0                                                   \
    }

#define BY_KEY(weight_)                                                                            \
    {                                                                                              \
        .name = "by_key", .kind = PGA_PATTERN_FIND, .where = "id = ?", .weight = (weight_)         \
    }
#define INSERT(weight_)                                                                            \
    {                                                                                              \
        .name = "insert", .kind = PGA_PATTERN_INSERT, .weight = (weight_)                          \
    }
#define FIND(name_, weight_, ...)                                                                  \
    {                                                                                              \
        .name = (name_), .kind = PGA_PATTERN_FIND, .weight = (weight_), __VA_ARGS__                \
    }
#define COUNT(name_, weight_, ...)                                                                 \
    {                                                                                              \
        .name = (name_), .kind = PGA_PATTERN_AGGREGATE, .weight = (weight_), __VA_ARGS__           \
    }
#define SET(name_, weight_, what)                                                                  \
    {                                                                                              \
        .name = (name_), .kind = PGA_PATTERN_UPDATE, .weight = (weight_), .set = (what),           \
        .where = "id = ?"                                                                          \
    }

static const PgaArchetype table[] = {
    {.names = "user|member|person|player|subscriber|profile|author",
     .attributes = {ID, FLAGS("email", EMAIL, UNIQUE | PERSONAL),
                    FLAGS("display_name", TEXT_SHORT, PERSONAL),
                    DETAIL("status", ONE_OF, "active:97 suspended:1 deleted:2"), CREATED,
                    FLAGS("last_login", TIMESTAMP, NULLABLE)},
     .patterns = {FIND("login", 16, .where = "email = ?", .columns = "id; status"), BY_KEY(24),
                  INSERT(2), SET("logged_in", 16, "last_login")},
     .rows = 100000},
    {.names = "customer|client|buyer|patient|guest|contact",
     .attributes = {ID, FLAGS("email", EMAIL, UNIQUE | PERSONAL),
                    FLAGS("full_name", TEXT_SHORT, PERSONAL),
                    FLAGS("phone", PHONE, NULLABLE | PERSONAL), DISTINCT("country", COUNTRY, 0, 60),
                    DETAIL("status", ONE_OF, "active:97 closed:3"), CREATED},
     .patterns = {FIND("by_email", 16, .where = "email = ?", .columns = "id; status"), BY_KEY(24),
                  INSERT(2), SET("change", 4, "status")},
     .rows = 100000},
    {.names = "order|purchase|sales_order",
     .attributes = {ID, REFERENCE("customer|user|account"),
                    DETAIL("status", ONE_OF, "new:0.1 paid:0.1 shipped:0.3 completed:99.5"),
                    A("total_amount", MONEY), CREATED},
     .patterns = {FIND("history", 24, .where = "{customer|user|account} = ?; created_at >= ?",
                       .order_by = "created_at desc", .limit = 20),
                  BY_KEY(16),
                  FIND("open", 1, .where = "status <> 'completed'",
                       .order_by = "status, created_at", .limit = 100),
                  COUNT("open_by_status", 0.02, .where = "status <> 'completed'",
                        .group_by = "status", .compute = "count"),
                  INSERT(10), SET("next_status", 20, "status")},
     .retention_months = 24,
     .retention_why =
         "two years of orders, the time of the legal guarantee that customers ask about (Directive "
         "(EU) 2019/771, Article 10); accounting law keeps records longer: archive each partition "
         "before it is dropped, or state \"lifetime: forever\""},
    {.names = "order_item|order_line|line_item|order_detail|order_product|order_position|cart_item",
     .attributes = {ID, REFERENCE("order|cart"), REFERENCE("product"),
                    DETAIL("quantity", INTEGER, "1..1000"), A("unit_price", MONEY)},
     .patterns = {FIND("of_order", 16, .where = "{order|cart} = ?"), INSERT(30)},
     .rows_per_parent = 3.6},
    {.names = "product|item|sku|good|listing",
     .attributes = {ID, FLAGS("sku", TEXT_SHORT, UNIQUE), A("title", TEXT_SHORT),
                    FLAGS("description", TEXT_LONG, NULLABLE), REFERENCE("category"),
                    A("price", MONEY), DETAIL("status", ONE_OF, "active:90 discontinued:10"),
                    CREATED},
     .patterns = {BY_KEY(30), FIND("by_sku", 4, .where = "sku = ?"),
                  FIND("of_category", 6, .where = "{category} = ?; status = 'active'",
                       .order_by = "title", .limit = 50),
                  SET("new_price", 2, "price")},
     .rows_per_parent = 1000,
     .rows = 100000},
    {.names = "category|tag|topic|genre|label|brand",
     .attributes = {ID, FLAGS("name", TEXT_SHORT, UNIQUE), FLAGS("slug", SLUG, UNIQUE), CREATED},
     .patterns = {FIND("by_slug", 4, .where = "slug = ?")},
     .rows = 500},
    {.names = "cart|basket|shopping_cart",
     .attributes = {ID, REFERENCE("customer|user|session"),
                    DETAIL("status", ONE_OF, "open:4 ordered:26 abandoned:70"), CREATED},
     .patterns = {BY_KEY(8),
                  FIND("of_customer", 4, .where = "{customer|user|session} = ?; status = 'open'"),
                  INSERT(8), SET("close", 8, "status")}},
    {.names = "session|login_session|user_session|token",
     .attributes = {ID, REFERENCE("user|customer|account"), FLAGS("token_hash", HASH, UNIQUE),
                    FLAGS("ip", IP, NULLABLE | PERSONAL), CREATED, A("expires_at", TIMESTAMP)},
     .patterns = {FIND("by_token", 40, .where = "token_hash = ?"),
                  INSERT(10),
                  {.name = "remove_expired",
                   .kind = PGA_PATTERN_DELETE,
                   .where = "expires_at < ?",
                   .weight = 0.01}},
     .rows_per_parent = 2},
    {.names = "event|activity|action|page_view|visit|click|impression|interaction",
     .attributes = {ID, REFERENCE("user|customer|device|session"),
                    DISTINCT("kind", TEXT_SHORT, 0, 40), A("occurred_at", TIMESTAMP),
                    DETAIL("payload", JSON, "varies")},
     .patterns = {FIND("of_one", 10,
                       .where = "{user|customer|device|session} = ?; occurred_at >= ?",
                       .order_by = "occurred_at desc", .limit = 100),
                  COUNT("by_kind", 0.02, .where = "occurred_at >= ?", .group_by = "kind",
                        .compute = "count"),
                  INSERT(60)},
     .rows_per_parent = 100,
     .append_only = TRUE},
    {.names = "log|log_entry|audit_log|audit_entry|audit_event|access_log|request|history",
     .attributes = {ID, A("logged_at", TIMESTAMP),
                    DETAIL("level", ONE_OF, "info:90 warning:8 error:2"),
                    DISTINCT("source", TEXT_SHORT, 0, 200), A("message", TEXT_LONG)},
     .patterns = {FIND("of_source", 4, .where = "source = ?; logged_at >= ?",
                       .order_by = "logged_at desc", .limit = 200),
                  FIND("errors", 0.5, .where = "level = 'error'; logged_at >= ?",
                       .order_by = "logged_at desc", .limit = 200),
                  INSERT(60)},
     .rows_per_parent = 100,
     .rows = 10000000,
     .append_only = TRUE},
    {.names = "payment|charge|refund|payout",
     .attributes = {ID, REFERENCE("order|invoice|subscription|customer|user"), A("amount", MONEY),
                    DETAIL("status", ONE_OF, "pending:1 failed:3 succeeded:96"),
                    DETAIL("method", ONE_OF, "card:70 transfer:20 wallet:10"), CREATED},
     .patterns = {FIND("of_one", 6, .where = "{order|invoice|subscription|customer|user} = ?"),
                  FIND("pending", 0.5, .where = "status = 'pending'", .order_by = "created_at",
                       .limit = 100),
                  INSERT(10), SET("settle", 10, "status")},
     .rows_per_parent = 1.1},
    {.names = "invoice|bill|receipt",
     .attributes = {ID, REFERENCE("customer|user|account|tenant|order"),
                    FLAGS("number", TEXT_SHORT, UNIQUE),
                    DETAIL("status", ONE_OF, "open:3 overdue:1 paid:96"), A("total_amount", MONEY),
                    A("issued_on", DATE), A("due_on", DATE)},
     .patterns = {FIND("of_customer", 6, .where = "{customer|user|account|tenant|order} = ?",
                       .order_by = "issued_on desc", .limit = 50),
                  FIND("by_number", 2, .where = "number = ?"),
                  FIND("unpaid", 0.2, .where = "status <> 'paid'", .order_by = "due_on",
                       .limit = 100),
                  INSERT(4), SET("pay", 4, "status")},
     .rows_per_parent = 12},
    {.names = "subscription|membership|licence|license|plan",
     .attributes = {ID, REFERENCE("customer|user|tenant"),
                    DETAIL("status", ONE_OF, "active:70 paused:2 ended:28"), A("price", MONEY),
                    A("started_on", DATE), FLAGS("ended_on", DATE, NULLABLE)},
     .patterns = {FIND("of_customer", 8, .where = "{customer|user|tenant} = ?"), INSERT(2),
                  SET("change", 2, "status")},
     .rows_per_parent = 1.5},
    {.names = "message|email|chat_message|sms",
     .attributes = {ID, REFERENCE("conversation"), REFERENCE("user|customer"), A("body", TEXT_LONG),
                    A("sent_at", TIMESTAMP)},
     .patterns = {FIND("of_conversation", 24, .where = "{conversation} = ?",
                       .order_by = "sent_at desc", .limit = 50),
                  FIND("of_user", 4, .where = "{user|customer} = ?; sent_at >= ?",
                       .order_by = "sent_at desc", .limit = 50),
                  INSERT(30)},
     .rows_per_parent = 50,
     .append_only = TRUE},
    {.names = "conversation|chat|thread|channel|room",
     .attributes = {ID, REFERENCE("user|customer|tenant"), FLAGS("title", TEXT_SHORT, NULLABLE),
                    CREATED},
     .patterns = {BY_KEY(12),
                  FIND("of_owner", 8, .where = "{user|customer|tenant} = ?",
                       .order_by = "created_at desc", .limit = 50),
                  INSERT(2)}},
    {.names = "notification|alert|reminder",
     .attributes = {ID, REFERENCE("user|customer|device"), DISTINCT("kind", TEXT_SHORT, 0, 20),
                    CREATED, FLAGS("read_at", TIMESTAMP, NULLABLE)},
     .patterns = {FIND("unread", 16, .where = "{user|customer|device} = ?; read_at is null",
                       .order_by = "created_at desc", .limit = 50),
                  INSERT(20), SET("read", 20, "read_at")},
     .rows_per_parent = 50},
    {.names = "post|article|story|page|document|note",
     .attributes = {ID, REFERENCE("user|customer"), A("title", TEXT_SHORT), A("body", TEXT_LONG),
                    DETAIL("status", ONE_OF, "draft:4 published:95 hidden:1"), CREATED},
     .patterns = {BY_KEY(24),
                  FIND("of_author", 8, .where = "{user|customer} = ?",
                       .order_by = "created_at desc", .limit = 20),
                  FIND("newest", 8, .where = "status = 'published'", .order_by = "created_at desc",
                       .limit = 20),
                  INSERT(3), SET("publish", 3, "status")}},
    {.names = "comment|review|reply|answer|feedback|rating",
     .attributes = {ID, REFERENCE("post|product|task"), REFERENCE("user|customer"),
                    A("body", TEXT_LONG), CREATED},
     .patterns = {FIND("of_one", 20, .where = "{post|product|task} = ?",
                       .order_by = "created_at desc", .limit = 50),
                  INSERT(8)}},
    {.names = "like|vote|reaction|favorite|favourite|follow|bookmark",
     .attributes = {ID, REFERENCE("post|product|comment"), REFERENCE("user|customer"), CREATED},
     .patterns = {FIND("of_user", 8, .where = "{user|customer} = ?", .order_by = "created_at desc",
                       .limit = 50),
                  COUNT("of_one", 8, .where = "{post|product|comment} = ?", .compute = "count"),
                  INSERT(10)},
     .rows_per_parent = 20},
    {.names = "device|sensor|meter|machine|vehicle|station|asset|gateway|thing",
     .attributes = {ID, FLAGS("serial_number", TEXT_SHORT, UNIQUE),
                    DISTINCT("model", TEXT_SHORT, 0, 50), REFERENCE("site|tenant|customer"),
                    DETAIL("status", ONE_OF, "active:95 retired:5"), A("installed_at", TIMESTAMP)},
     .patterns = {BY_KEY(8), FIND("by_serial", 4, .where = "serial_number = ?"),
                  SET("retire", 0.1, "status")},
     .rows_per_parent = 100},
    {.names = "reading|measurement|metric|sample|observation|sensor_reading|data_point|telemetry|"
              "point|tick",
     .attributes = {REFERENCE("device"), A("measured_at", TIMESTAMP),
                    DETAIL("value", TYPE, "double precision"),
                    DETAIL("quality", ONE_OF, "good:99 doubtful:0.9 bad:0.1")},
     .patterns = {FIND("latest", 30, .where = "{device} = ?", .order_by = "measured_at desc",
                       .limit = 1),
                  FIND("range", 20, .where = "{device} = ?; measured_at >= ?; measured_at < ?",
                       .order_by = "measured_at"),
                  COUNT("average", 0.02, .where = "measured_at >= ?", .group_by = "{device}",
                        .compute = "avg(value)"),
                  INSERT(90)},
     .key = "{device}; measured_at",
     .rows_per_parent = 10000,
     .rows = 100000000,
     .append_only = TRUE},
    {.names = "account|wallet|bank_account",
     .attributes = {ID, REFERENCE("customer|user|tenant"),
                    FLAGS("number", TEXT_SHORT, UNIQUE | PERSONAL),
                    DISTINCT("currency", TEXT_SHORT, 0, 20), A("balance", MONEY),
                    DETAIL("status", ONE_OF, "open:95 blocked:1 closed:4"),
                    A("opened_at", TIMESTAMP)},
     .patterns = {BY_KEY(24), FIND("by_number", 12, .where = "number = ?"),
                  FIND("of_customer", 8, .where = "{customer|user|tenant} = ?"),
                  SET("book", 30, "balance"), INSERT(0.5)},
     .rows_per_parent = 1.5},
    {.names = "transaction|transfer|ledger_entry|posting|booking_entry|trade|movement",
     .attributes = {ID, REFERENCE("account|customer|user"), A("amount", MONEY),
                    FLAGS("reference", TEXT_SHORT, NULLABLE), A("booked_at", TIMESTAMP)},
     .patterns = {FIND("statement", 24, .where = "{account|customer|user} = ?; booked_at >= ?",
                       .order_by = "booked_at desc", .limit = 50),
                  BY_KEY(4), INSERT(30)},
     .rows_per_parent = 100,
     .append_only = TRUE},
    {.names =
         "tenant|organization|organisation|company|team|workspace|shop|store|site|location|branch|"
         "supplier",
     .attributes = {ID, A("name", TEXT_SHORT), FLAGS("slug", SLUG, UNIQUE),
                    DISTINCT("country", COUNTRY, 0, 30), CREATED},
     .patterns = {BY_KEY(8), FIND("by_slug", 8, .where = "slug = ?")},
     .rows = 1000},
    {.names = "address|postal_address",
     .attributes = {ID, REFERENCE("customer|user|tenant"), FLAGS("street", TEXT_SHORT, PERSONAL),
                    DISTINCT("postal_code", TEXT_SHORT, 0, 40000),
                    DISTINCT("city", TEXT_SHORT, 0, 20000), DISTINCT("country", COUNTRY, 0, 60)},
     .patterns = {FIND("of_customer", 6, .where = "{customer|user|tenant} = ?"), INSERT(2)},
     .rows_per_parent = 1.3},
    {.names = "employee|staff|worker|driver|doctor|agent|operator",
     .attributes = {ID, REFERENCE("department|tenant"), FLAGS("full_name", TEXT_SHORT, PERSONAL),
                    FLAGS("email", EMAIL, UNIQUE | PERSONAL), A("hired_on", DATE),
                    FLAGS("left_on", DATE, NULLABLE)},
     .patterns = {BY_KEY(8), FIND("by_email", 4, .where = "email = ?"),
                  FIND("of_department", 2, .where = "{department|tenant} = ?")},
     .rows_per_parent = 25},
    {.names = "department|division|unit",
     .attributes = {ID, FLAGS("name", TEXT_SHORT, UNIQUE), CREATED},
     .patterns = {BY_KEY(4)},
     .rows = 100},
    {.names = "task|job|ticket|issue|work_item|incident|case",
     .attributes = {ID, REFERENCE("user|customer|tenant"), A("title", TEXT_SHORT),
                    DETAIL("status", ONE_OF, "open:2 running:0.5 done:97.5"),
                    A("created_at", TIMESTAMP), FLAGS("finished_at", TIMESTAMP, NULLABLE)},
     .patterns = {FIND("next", 20, .where = "status = 'open'", .order_by = "created_at",
                       .limit = 10),
                  FIND("of_owner", 8, .where = "{user|customer|tenant} = ?",
                       .order_by = "created_at desc", .limit = 50),
                  BY_KEY(8), INSERT(10), SET("finish", 20, "status; finished_at")},
     .rows_per_parent = 20},
    {.names = "booking|reservation|appointment|rental",
     .attributes = {ID, REFERENCE("customer|user"), REFERENCE("product|asset|device|tenant"),
                    DETAIL("during", PERIOD, "timestamp"),
                    DETAIL("status", ONE_OF, "confirmed:12 cancelled:8 finished:80"), CREATED},
     .patterns = {FIND("of_customer", 12, .where = "{customer|user} = ?",
                       .order_by = "created_at desc", .limit = 20),
                  BY_KEY(8), INSERT(6), SET("change", 6, "status")}},
    {.names = "file|attachment|upload|image|photo|video|media",
     .attributes = {ID, REFERENCE("user|customer|post|product|task"), A("name", TEXT_SHORT),
                    DETAIL("bytes", TYPE, "bigint"), FLAGS("storage_key", TEXT_SHORT, UNIQUE),
                    CREATED},
     .patterns = {BY_KEY(16), FIND("of_one", 8, .where = "{user|customer|post|product|task} = ?"),
                  INSERT(4)}},
    {.names = "shipment|delivery|parcel",
     .attributes = {ID, REFERENCE("order"), FLAGS("tracking_number", TEXT_SHORT, UNIQUE),
                    DETAIL("status", ONE_OF, "packed:0.5 sent:1.5 delivered:98"), CREATED},
     .patterns = {FIND("by_number", 8, .where = "tracking_number = ?"),
                  FIND("of_order", 8, .where = "{order} = ?"), INSERT(8),
                  SET("progress", 20, "status")},
     .rows_per_parent = 1.1},
    {.names = "inventory|stock|stock_item|stock_level",
     .attributes = {ID, REFERENCE("product"), REFERENCE("tenant"),
                    DETAIL("quantity", INTEGER, "0..1000000"), A("updated_at", TIMESTAMP)},
     .patterns = {FIND("of_product", 20, .where = "{product} = ?"),
                  SET("take", 20, "quantity; updated_at")},
     .rows_per_parent = 1},
    {.names = "sale|fact|sales_fact|fact_sale",
     .attributes = {ID, REFERENCE("product"), REFERENCE("customer|user"), REFERENCE("tenant"),
                    A("sold_at", TIMESTAMP), DETAIL("quantity", INTEGER, "1..1000"),
                    A("amount", MONEY)},
     .patterns = {COUNT("by_product", 4, .where = "sold_at >= ?; sold_at < ?",
                        .group_by = "{product}", .compute = "sum(amount)"),
                  COUNT("total", 4, .where = "sold_at >= ?", .compute = "sum(amount); count"),
                  INSERT(10)},
     .rows_per_parent = 100,
     .append_only = TRUE},
};

/* Letters that begin a word of "OrderItems", blanks and hyphens part words. */
static char *
snake(const char *name)
{
    GString *out = g_string_new(NULL);

    for (const char *c = name; *c; c++) {
        if (g_ascii_isupper(*c) && c > name && (g_ascii_islower(c[-1]) || g_ascii_isdigit(c[-1])))
            g_string_append_c(out, '_');
        g_string_append_c(out, *c == ' ' || *c == '-' ? '_' : g_ascii_tolower(*c));
    }
    return g_string_free(out, FALSE);
}

char *
pga_archetype_singular(const char *name)
{
    static const char *const endings[][2] = {
        {"people", "person"}, {"ies", "y"},         {"sses", "ss"}, {"shes", "sh"},
        {"ches", "ch"},       {"xes", "x"},         {"ss", "ss"},   {"us", "us"},
        {"is", "is"},         {"series", "series"}, {"s", ""},
    };
    g_autofree char *word = snake(name);
    gsize length = strlen(word);

    for (guint i = 0; i < G_N_ELEMENTS(endings); i++) {
        gsize ending = strlen(endings[i][0]);

        if (length > ending && g_str_has_suffix(word, endings[i][0])) {
            word[length - ending] = '\0';
            return g_strconcat(word, endings[i][1], NULL);
        }
        if (length == ending && g_str_equal(word, "people"))
            return g_strdup("person");
    }
    return g_steal_pointer(&word);
}

static gboolean
is_one_of(const char *word, const char *names)
{
    g_auto(GStrv) each = g_strsplit(names, "|", -1);

    return g_strv_contains((const char *const *)each, word);
}

const PgaArchetype *
pga_archetype_find(const char *name)
{
    g_autofree char *word = snake(name), *singular = pga_archetype_singular(name);

    for (guint i = 0; i < G_N_ELEMENTS(table); i++)
        if (is_one_of(word, table[i].names) || is_one_of(singular, table[i].names))
            return &table[i];
    return NULL;
}

const PgaSpecEntity *
pga_archetype_entity(const PgaRequirements *requirements, const char *names)
{
    g_auto(GStrv) each = g_strsplit(names, "|", -1);

    for (guint i = 0; each[i]; i++) {
        const PgaArchetype *wanted = pga_archetype_find(each[i]);

        for (guint j = 0; wanted && j < requirements->entities->len; j++) {
            const PgaSpecEntity *entity = g_ptr_array_index(requirements->entities, j);

            if (pga_archetype_find(entity->name) == wanted)
                return entity;
        }
    }
    return NULL;
}

const char *
pga_archetype_attribute(const PgaRequirements *requirements, const PgaSpecEntity *entity,
                        const char *name)
{
    g_autofree char *names = NULL;
    const PgaSpecEntity *referenced = NULL;

    if (name[0] != '{') {
        const PgaSpecAttribute *attribute = pga_spec_attribute(entity->attributes, name);

        return attribute ? attribute->name : NULL;
    }
    names = g_strndup(name + 1, strcspn(name + 1, "}"));
    referenced = pga_archetype_entity(requirements, names);
    for (guint i = 0; referenced && i < entity->attributes->len; i++) {
        const PgaSpecAttribute *attribute = g_ptr_array_index(entity->attributes, i);

        if (g_strcmp0(attribute->references, referenced->name) == 0)
            return attribute->name;
    }
    return NULL;
}
