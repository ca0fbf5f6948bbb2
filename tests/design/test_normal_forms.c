/* Planted denormalised models are decomposed, clean ones stay as they are. */
#include <string.h>

#include <design/design.h>

#include "designed.h"

static gint
compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "users(id,email) zips(zip,city)": names of tables and columns, sorted. */
static char *
tables_text(const PgaArchitecture *architecture)
{
    g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);
        g_autoptr(GPtrArray) columns = g_ptr_array_new();
        g_autofree char *joined = NULL;

        for (guint j = 0; j < table->columns->len; j++)
            g_ptr_array_add(columns,
                            ((PgaDesignColumn *)g_ptr_array_index(table->columns, j))->name);
        g_ptr_array_sort(columns, compare);
        g_ptr_array_add(columns, NULL);
        joined = g_strjoinv(",", (char **)columns->pdata);
        g_ptr_array_add(tables, g_strdup_printf("%s(%s)", table->name, joined));
    }
    g_ptr_array_sort(tables, compare);
    g_ptr_array_add(tables, NULL);
    return g_strjoinv(" ", (char **)tables->pdata);
}

/** A model, and what becomes of it. */
typedef struct {
    const char *name, *text;
    const char *tables;     /* by name, columns by name */
    const char *violations; /* "1:orders:phone1, phone2" … with ";" between */
} Case;

static char *
violations_text(const PgaArchitecture *architecture)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < architecture->violations->len; i++) {
        const PgaDesignViolation *found = g_ptr_array_index(architecture->violations, i);

        g_string_append_printf(text, "%s%u:%s:%s", i ? ";" : "", found->normal_form, found->entity,
                               found->attribute);
    }
    return g_string_free(text, FALSE);
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(PgaArchitecture) architecture = designed(c->text, 17);
    g_autofree char *tables = tables_text(architecture);
    g_autofree char *violations = violations_text(architecture);

    g_assert_cmpstr(tables, ==, c->tables);
    g_assert_cmpstr(violations, ==, c->violations);
    for (guint i = 0; i < architecture->tables->len; i++) {
        const PgaDesignTable *table = g_ptr_array_index(architecture->tables, i);

        g_assert_true(g_str_equal(table->normal_form, "3NF") ||
                      g_str_equal(table->normal_form, "BCNF"));
    }
    g_assert_cmpstr(architecture->normal_form, ==, "3NF");
}

static const Case cases[] = {
    /* Planted. */
    {"numbered-phones",
     "entities: {users: {rows: 1000, attributes: {id: {identity: true}, phone1: phone, phone2: "
     "phone, phone3: phone}}}",
     "user_phones(phone,position,user_id) users(id)", "1:users:phone1, phone2, phone3"},
    {"numbered-groups",
     "entities: {invoices: {rows: 1000, attributes: {id: {identity: true}, item_1_name: "
     "text-short, "
     "item_1_price: money, item_2_name: text-short, item_2_price: money, item_3_name: text-short, "
     "item_3_price: money}}}",
     "invoice_items(invoice_id,name,position,price) invoices(id)",
     "1:invoices:item_1_name, item_1_price, item_2_name, item_2_price, item_3_name, item_3_price"},
    {"months",
     "entities: {budgets: {rows: 1000, attributes: {id: {identity: true}, jan: money, feb: money, "
     "mar: money, apr: money, may: money, jun: money, jul: money, aug: money, sep: money, oct: "
     "money, nov: money, dec: money}}}",
     "budget_months(budget_id,month,value) budgets(id)",
     "1:budgets:jan, feb, mar, apr, may, jun, jul, aug, sep, oct, nov, dec"},
    {"comma-list",
     "entities: {users: {rows: 1000, attributes: {id: {identity: true}, skills_csv: text-long}}}",
     "user_skills(skill,user_id) users(id)", "1:users:skills_csv"},
    {"list-of-keys",
     "entities: {products: {rows: 10, attributes: {id: {identity: true}}}, orders: {rows: 1000, "
     "attributes: {id: {identity: true}, product_ids: text-short}}}",
     "order_products(order_id,product_id) orders(id) products(id)", "1:orders:product_ids"},
    {"several-values",
     "entities: {users: {rows: 1000, attributes: {id: {identity: true}, hobbies: {type: "
     "text-short, "
     "many: true}}}}",
     "user_hobbies(hobby,user_id) users(id)", "1:users:hobbies"},
    {"copy-of-referenced",
     "entities: {customers: {rows: 10, attributes: {id: {identity: true}, name: text-short, email: "
     "email}}, orders: {rows: 1000, attributes: {id: {identity: true}, customer: {references: "
     "customers}, customer_name: text-short, customer_email: email}}}",
     "customers(email,id,name) orders(customer,id)", "3:orders:customer_name, customer_email"},
    {"partial",
     "entities: {enrollments: {rows: 1000, key: [student_id, course_id], attributes: {student_id: "
     "\"integer(1,1000)\", course_id: \"integer(1,50)\", course_title: text-short, grade: "
     "\"integer(1,6)\"}}}",
     "courses(course_id,course_title) enrollments(course_id,grade,student_id)",
     "2:enrollments:course_title"},
    {"transitive-chain",
     "entities: {people: {rows: 1000, attributes: {id: {identity: true}, zip: text-short, city: "
     "text-short, state: text-short}}}\n"
     "rules: [{functional_dependency: \"people.zip -> people.city\"}, {functional_dependency: "
     "\"people.city -> people.state\"}]",
     "cities(city,state) people(id,zip) zips(city,zip)", "3:people:city;3:people:state"},
    {"equivalent-determinants",
     "entities: {people: {rows: 1000, attributes: {id: {identity: true}, plan: text-short, "
     "plan_no: "
     "\"integer(1,9)\", fee: money}}}\n"
     "rules: [{functional_dependency: \"people.plan -> people.plan_no\"}, {functional_dependency: "
     "\"people.plan_no -> people.plan\"}, {functional_dependency: \"people.plan -> people.fee\"}]",
     "people(id,plan) plans(fee,plan,plan_no)", "3:people:plan_no, fee"},
    {"stated-of-reference",
     "entities: {shops: {rows: 10, attributes: {id: {identity: true}}}, visits: {rows: 1000, "
     "attributes: {id: {identity: true}, shop: {references: shops}, shop_town: text-short}}}\n"
     "rules: [{functional_dependency: \"visits.shop -> visits.shop_town\"}]",
     "shops(id,town) visits(id,shop)", "3:visits:shop_town"},
    {"one-table-of-everything",
     "entities: {sales: {rows: 1000, attributes: {id: {identity: true}, customer_id: "
     "\"integer(1,100)\", customer_name: text-short, customer_email: email, product_code: "
     "text-short, product_name: text-short, unit_price: money, quantity: \"integer(1,9)\"}}}",
     "customers(customer_email,customer_id,customer_name) products(product_code,product_name) "
     "sales(customer_id,id,product_code,quantity,unit_price)",
     "3:sales:customer_name, customer_email;3:sales:product_name"},
    {"describes-what-is-referenced",
     "entities: {customers: {rows: 10, attributes: {id: {identity: true}, name: text-short}}, "
     "orders: {rows: 1000, attributes: {id: {identity: true}, customer: {references: customers}, "
     "customer_name: text-short, customer_phone: phone}}}",
     "customers(id,name,phone) orders(customer,id)", "3:orders:customer_name, customer_phone"},
    {"partial-through-a-reference",
     "entities: {orders: {rows: 10, attributes: {id: {identity: true}}}, products: {rows: 10, "
     "attributes: {id: {identity: true}, name: text-short}}, items: {rows: 100, key: [order, "
     "product], attributes: {order: {references: orders}, product: {references: products}, "
     "product_name: text-short, unit_price: money}}}",
     "items(order,product,unit_price) orders(id) products(id,name)", "2:items:product_name"},
    {"named-thing",
     "entities: {employees: {rows: 100, attributes: {id: {identity: true}, department: text-short, "
     "department_head: text-short, department_phone: phone}}}",
     "departments(department,department_head,department_phone) employees(department,id)",
     "3:employees:department_head, department_phone"},
    {"list-by-its-name",
     "entities: {films: {rows: 100, attributes: {id: {identity: true}, genres: text-short}}}",
     "film_genres(film_id,genre) films(id)", "1:films:genres"},
    {"list-by-its-comment",
     "entities: {films: {rows: 100, attributes: {id: {identity: true}, cast: {type: text-long, "
     "comment: \"Comma-separated names\"}}}}",
     "film_casts(cast,film_id) films(id)", "1:films:cast"},
    /* Clean: they stay. */
    {"contacts",
     "entities: {companies: {rows: 10, attributes: {id: {identity: true}, contact_name: "
     "text-short, "
     "contact_email: email, contact_phone: phone}}}",
     "companies(contact_email,contact_name,contact_phone,id)", ""},
    {"attributes-of-attributes",
     "entities: {posts: {rows: 10, attributes: {id: {identity: true}, status: text-short, "
     "status_reason: text-short, image: image, image_name: text-short, email: email, "
     "email_verified: "
     "flag, notes: text-long, terms: text-long, title: text-short, title_en: text-short}}}",
     "posts(email,email_verified,id,image,image_name,notes,status,status_reason,terms,title,title_"
     "en)",
     ""},
    {"address-lines",
     "entities: {people: {rows: 10, attributes: {id: {identity: true}, address1: text-short, "
     "address2: text-short, address3: text-short, zip: text-short, city: text-short, country: "
     "country}}}",
     "people(address1,address2,address3,city,country,id,zip)", ""},
    {"snapshots",
     "entities: {products: {rows: 10, attributes: {id: {identity: true}, name: text-short, price: "
     "money}}, lines: {rows: 1000, attributes: {id: {identity: true}, product: {references: "
     "products}, product_price: money, unit_price: money, product_name: {type: text-short, "
     "comment: "
     "Name at the time of the order}}}}",
     "lines(id,product,product_name,product_price,unit_price) products(id,name,price)", ""},
    {"own-code-and-name",
     "entities: {airports: {rows: 10, attributes: {id: {identity: true}, airport_code: text-short, "
     "airport_name: text-short}}}",
     "airports(airport_code,airport_name,id)", ""},
    {"agent-is-no-attribute-of-users",
     "entities: {users: {rows: 10, attributes: {id: {identity: true}, name: text-short}}, visits: "
     "{rows: 10, attributes: {id: {identity: true}, user: {references: users}, user_agent: "
     "text-short, user_rating: \"integer(1,5)\"}}}",
     "users(id,name) visits(id,user,user_agent,user_rating)", ""},
    {"two-references-to-one",
     "entities: {users: {rows: 10, attributes: {id: {identity: true}, name: text-short}}, sales: "
     "{rows: 10, attributes: {id: {identity: true}, buyer: {references: users}, seller: "
     "{references: users}, user_name: text-short}}}",
     "sales(buyer,id,seller,user_name) users(id,name)", ""},
    {"words-that-look-like-cycles",
     "entities: {days: {rows: 10, attributes: {id: {identity: true}, sat: flag, sun: flag, may: "
     "flag, dec: decimal, mailing_list: text-short, tags: tags, sha256: hash, md5: hash}}}",
     "days(dec,id,mailing_list,may,md5,sat,sha256,sun,tags)", ""},
    {"prime-attributes-stay",
     "entities: {bookings: {rows: 10, key: [court, starts], attributes: {court: \"integer(1,9)\", "
     "starts: timestamp, rate: text-short}}}\n"
     "rules: [{functional_dependency: \"bookings.rate -> bookings.court\"}]",
     "bookings(court,rate,starts)", ""},
};

static void
test_bcnf_is_told(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(cases[G_N_ELEMENTS(cases) - 1].text, 17);
    const PgaDesignTable *table = g_ptr_array_index(architecture->tables, 0);

    g_assert_cmpstr(table->normal_form, ==, "3NF");
}

static void
test_moves_and_references(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(cases[8].text, 17);
    const PgaDesignTable *zips = pga_architecture_table(architecture, "zips");
    const PgaDesignTable *people = pga_architecture_table(architecture, "people");
    const PgaDesignMove *move = g_ptr_array_index(architecture->moves, 0);
    const PgaDesignReference *reference = NULL;

    g_assert_cmpuint(architecture->moves->len, ==, 2);
    g_assert_cmpstr(move->table, ==, "people");
    g_assert_cmpstr(move->column, ==, "city");
    g_assert_cmpstr(move->to_table, ==, "zips");
    g_assert_false(move->many);
    g_assert_cmpuint(people->references->len, ==, 1);
    reference = g_ptr_array_index(people->references, 0);
    g_assert_cmpstr(reference->table, ==, "zips");
    g_assert_cmpstr(reference->name, ==, "people_zip_fkey");
    reference = g_ptr_array_index(zips->references, 0);
    g_assert_cmpstr(reference->table, ==, "cities");
    g_assert_cmpstr(pga_design_table_column(people, "zip")->type, ==, "text");
}

/* What a row of a smaller table decides has no more values than that has rows. */
static void
test_rows_of_what_is_decided(void)
{
    g_autoptr(PgaArchitecture) architecture =
        designed("entities: {courses: {rows: 3000, attributes: {id: {identity: true}, title: "
                 "text-short}}, enrolments: {rows: 3M, attributes: {id: {identity: true}, course: "
                 "{references: courses}, course_title: text-short, teacher: text-short, office: "
                 "text-short}}}\n"
                 "rules: [{functional_dependency: \"enrolments.course -> enrolments.course_title, "
                 "enrolments.teacher\"}, {functional_dependency: \"enrolments.teacher -> "
                 "enrolments.office\"}]",
                 17);
    const PgaDesignTable *teachers = pga_architecture_table(architecture, "teachers");
    gboolean found = FALSE;

    g_assert_cmpfloat(teachers->rows, ==, 3000);
    g_assert_cmpstr(g_ptr_array_index(teachers->notes, 0), ==,
                    "3000 rows assumed: the values of teacher.");
    for (guint i = 0; i < architecture->violations->len; i++)
        found |= g_str_equal(
            ((PgaDesignViolation *)g_ptr_array_index(architecture->violations, i))->resolution,
            "read from courses through course: title, teacher");
    g_assert_true(found);
}

static void
test_statements_on_what_moved(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(cases[8].text, 17);
    g_autofree char *moved =
        pga_design_moved(architecture, "SELECT State, \"city\" FROM people WHERE id = $1");
    g_autofree char *others =
        pga_design_moved(architecture, "SELECT city_2, zip FROM people, statement");

    g_assert_cmpstr(moved, ==, "people.city is now zips.city, people.state is now cities.state");
    g_assert_null(others);
}

static void
test_origins(void)
{
    g_autoptr(PgaArchitecture) architecture = designed(cases[17].text, 17);
    guint assumed = 0, keys = 0;

    for (guint i = 0; i < architecture->dependencies->len; i++) {
        const PgaDesignDependency *each = g_ptr_array_index(architecture->dependencies, i);

        assumed += each->origin == PGA_SAID_ASSUMED && g_str_has_prefix(each->note, "not used");
        keys += each->origin == PGA_SAID_KEY;
    }
    g_assert_cmpuint(assumed, ==, 1); /* contact_email -> contact_name */
    g_assert_cmpuint(keys, ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/design/normal-forms/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/design/normal-forms/bcnf-is-told", test_bcnf_is_told);
    g_test_add_func("/design/normal-forms/moves-and-references", test_moves_and_references);
    g_test_add_func("/design/normal-forms/rows-of-what-is-decided", test_rows_of_what_is_decided);
    g_test_add_func("/design/normal-forms/statements-on-what-moved", test_statements_on_what_moved);
    g_test_add_func("/design/normal-forms/origins", test_origins);
    return g_test_run();
}
