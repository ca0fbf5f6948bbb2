/* design from outside: what is printed, bundles that are written, and those that are checked again.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <base/directory.h>

#include "program.h"

static const char spec[] =
    "name: shop\n"
    "workload_type: oltp\n"
    "data_volume: {size: 20GB, rows: {users: 1M, orders: 20M}}\n"
    "queries_per_second: 500\n"
    "availability_sla: 99.9%\n"
    "deployment: {platform: self-hosted, pg_version: 17, ram: 16GB, cores: 4}\n"
    "entities:\n"
    "  users:\n"
    "    rows: 1M\n"
    "    attributes: {email: {type: email, unique: true}, created_at: timestamp}\n"
    "  orders:\n"
    "    rows: 20M\n"
    "    attributes: {user: {references: users}, placed_at: timestamp, total: money}\n"
    "    retention: 24 months\n"
    "access_patterns:\n"
    "  - {name: login, find: users, where: [email = ?], per_second: 100, target: 5ms}\n"
    "  - {name: history, find: orders, where: [user = ?, placed_at >= ?],\n"
    "     order_by: placed_at desc, limit: 20, per_second: 100, target: 20ms}\n";

typedef struct {
    char *folder, *file, *bundle;
} Place;

static void
set_up(Place *place, gconstpointer data)
{
    (void)data;
    place->folder = g_dir_make_tmp("pga-design-XXXXXX", NULL);
    place->file = g_build_filename(place->folder, "shop.yaml", NULL);
    place->bundle = g_build_filename(place->folder, "shop", NULL);
    g_assert_true(g_file_set_contents(place->file, spec, -1, NULL));
}

static void
tear_down(Place *place, gconstpointer data)
{
    (void)data;
    g_assert_true(pga_directory_remove_tree(place->folder, NULL));
    g_free(place->folder);
    g_free(place->file);
    g_free(place->bundle);
}

/* (transfer full) */
static PgaProgramRun *
design(const char *const *arguments)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();

    g_ptr_array_add(all, (gpointer) "design");
    for (guint i = 0; arguments[i]; i++)
        g_ptr_array_add(all, (gpointer)arguments[i]);
    g_ptr_array_add(all, NULL);
    return pga_program_run((const char *const *)all->pdata, NULL);
}

static void
make_bundle(const Place *place, const char *more)
{
    g_autoptr(PgaProgramRun) run = design((const char *const[]){
        place->file, "-o", place->bundle, "-q", more ? more : "--no-lab", NULL});

    if (run->status != 0)
        g_test_message("%s", run->err);
    g_assert_cmpint(run->status, ==, 0);
}

static char *
read_file(const Place *place, const char *name)
{
    g_autofree char *path = g_build_filename(place->bundle, name, NULL);
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

/* The document is the bundle's; the same requirements make the same bytes, wherever they go. */
static void
test_same_bytes(Place *place, gconstpointer data)
{
    g_autoptr(PgaProgramRun) json =
        design((const char *const[]){place->file, "--format", "json", "--no-lab", "-q", NULL});
    g_autofree char *document = NULL, *manifest = NULL, *again = NULL, *other = NULL;
    (void)data;

    make_bundle(place, NULL);
    document = read_file(place, "architecture.json");
    manifest = read_file(place, "MANIFEST");
    g_assert_cmpint(json->status, ==, 0);
    g_assert_cmpstr(json->out, ==, document);
    pga_assert_valid(json->out, "design.schema.json");
    pga_assert_lacks(document, place->folder);
    other = g_build_filename(place->folder, "other", NULL);
    g_free(place->bundle);
    place->bundle = g_steal_pointer(&other);
    make_bundle(place, NULL);
    again = read_file(place, "MANIFEST");
    g_assert_cmpstr(manifest, ==, again);
}

/* On real servers: made, checked again, and as text and Markdown within a tier. */
static void
test_executed(Place *place, gconstpointer data)
{
    g_autoptr(PgaProgramRun) run = design(
        (const char *const[]){place->file, "-o", place->bundle, "-q", "--format", "json", NULL});
    g_autoptr(PgaProgramRun) verified = NULL, json = NULL;
    (void)data;

    if (run->status != 0)
        g_test_message("%s", run->err);
    g_assert_cmpint(run->status, ==, 0);
    pga_assert_valid(run->out, "design.schema.json");
    pga_assert_contains(run->out, "\"partitioning_strategy\"");
    pga_assert_contains(run->out, "\"high_availability\"");
    verified = design((const char *const[]){"--verify", place->bundle, "-q", NULL});
    pga_assert_contains(verified->out, "Good: ");
    pga_assert_contains(verified->out, "schema.sql");
    pga_assert_contains(verified->out, "Not checked:\n   postgresql.conf: a server that");
    g_assert_cmpint(verified->status, ==, 0);
    json = design((const char *const[]){"--verify", place->bundle, "-q", "--format", "json",
                                        "--no-lab", NULL});
    g_assert_cmpint(json->status, ==, 0);
    pga_assert_valid(json->out, "design.schema.json");
}

static void
test_stdin(Place *place, gconstpointer data)
{
    g_autofree char *command =
        g_strdup_printf("%s design - --no-lab -q --tier 1 <'%s'", PGA_PROGRAM, place->file);
    g_autofree char *out = NULL;
    int status = 0;
    const char *const argv[] = {"sh", "-c", command, NULL};
    (void)data;

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
                               NULL, &status, NULL));
    g_assert_cmpint(status, ==, 0);
    pga_assert_contains(out, "pgarchitect design: shop");
    pga_assert_contains(out, "Nothing was executed");
}

/** What is done to a bundle, and what --verify says then. */
typedef struct {
    const char *name;
    const char *command; /* in the bundle's directory */
    int status;
    const char *says;
} Damage;

static const Damage damages[] = {
    {"untouched", "true", 0, "Good"},
    {"missing", "rm schema.sql", 1, "Missing:\n   schema.sql"},
    {"changed", "echo '-- x' >>schema.sql", 1, "Changed:\n   schema.sql"},
    {"extra", "echo x >notes.txt", 1, "Not the bundle's:\n   notes.txt"},
    {"extra-in-folder", "mkdir -p a/b && echo x >a/b/c", 1, "a/b/c"},
    {"link",
     "cp schema.sql /tmp/pga-linked-$$ && rm schema.sql && ln -s /tmp/pga-linked-$$ "
     "schema.sql; rm -f /tmp/pga-linked-$$",
     1, "schema.sql"},
    {"link-to-itself", "mv schema.sql s && cp s schema2.sql; ln -s s schema.sql", 1, "schema.sql"},
    {"folder-is-a-link", "mv ha h && ln -s h ha", 1, "ha/"},
    {"fifo", "rm schema.sql && mkfifo schema.sql", 1, "Changed:\n   schema.sql"},
    {"folder", "rm schema.sql && mkdir schema.sql", 1, "Changed:\n   schema.sql"},
    {"huge", "rm schema.sql && truncate -s 1T schema.sql", 1, "Changed:\n   schema.sql"},
    {"no-manifest", "rm MANIFEST", 2, "is no bundle"},
    {"manifest-is-a-link", "mv MANIFEST m && ln -s m MANIFEST", 2, "is no bundle"},
    {"manifest-is-huge", "truncate -s 1T MANIFEST", 2, "too large"},
    {"manifest-is-binary", "head -c 100 /dev/zero >MANIFEST", 2, "is no text"},
    {"manifest-climbs", "printf '%064d  ../../../etc/passwd\\n' 0 >>MANIFEST", 2,
     "a path that no bundle has"},
    {"manifest-is-absolute", "printf '%064d  /etc/passwd\\n' 0 >>MANIFEST", 2,
     "a path that no bundle has"},
    {"manifest-has-escapes", "printf '%064d  a\\033[31m\\n' 0 >>MANIFEST", 2,
     "a path that no bundle has"},
    {"manifest-repeats", "tail -n 1 MANIFEST >m; cat m >>MANIFEST; rm m", 2, "twice"},
    {"manifest-is-odd", "echo hello >>MANIFEST", 2, "no checksum and path"},
};

static void
test_damage(Place *place, gconstpointer data)
{
    const Damage *damage = data;
    const char *const argv[] = {"sh", "-c", damage->command, NULL};
    g_autoptr(PgaProgramRun) run = NULL;

    make_bundle(place, NULL);
    g_assert_true(g_spawn_sync(place->bundle, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, NULL, NULL, NULL));
    run = design((const char *const[]){"--verify", place->bundle, "--no-lab", "-q", NULL});
    g_assert_cmpint(run->status, ==, damage->status);
    pga_assert_contains(damage->status == 2 ? run->err : run->out, damage->says);
}

/* SQL of a stranger, whose checksums are right: it meets the lab as any stranger's does. */
static void
test_strangers_sql(Place *place, gconstpointer data)
{
    const char *const command =
        "printf \"COPY (SELECT 1) TO PROGRAM 'touch /tmp/pga-design-pwned';\\n\" >indexes.sql;"
        "rm MANIFEST; find . -type f | sed 's,^./,,' | LC_ALL=C sort | xargs sha256sum >/tmp/m.$$;"
        "mv /tmp/m.$$ MANIFEST";
    const char *const argv[] = {"sh", "-c", command, NULL};
    g_autoptr(PgaProgramRun) run = NULL;
    (void)data;

    (void)g_remove("/tmp/pga-design-pwned");
    make_bundle(place, NULL);
    g_assert_true(g_spawn_sync(place->bundle, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, NULL, NULL, NULL));
    run = design((const char *const[]){"--verify", place->bundle, "-q", NULL});
    g_assert_cmpint(run->status, ==, 1);
    pga_assert_contains(run->out, "COPY is not executed");
    g_assert_false(g_file_test("/tmp/pga-design-pwned", G_FILE_TEST_EXISTS));
}

/* A directory that is there is not touched; it is refused before the work. */
static void
test_place_is_taken(Place *place, gconstpointer data)
{
    g_autoptr(PgaProgramRun) refused = NULL, forced = NULL, foreign = NULL;
    g_autofree char *mine = g_build_filename(place->bundle, "mine.txt", NULL);
    (void)data;

    make_bundle(place, NULL);
    refused = design((const char *const[]){place->file, "-o", place->bundle, "--no-lab", "--format",
                                           "json", NULL});
    g_assert_cmpint(refused->status, ==, 2);
    pga_assert_contains(refused->err, "is there already");
    pga_assert_contains(refused->err, "--force");
    pga_assert_valid(refused->out, "design.schema.json");
    forced = design(
        (const char *const[]){place->file, "-o", place->bundle, "--no-lab", "--force", "-q", NULL});
    g_assert_cmpint(forced->status, ==, 0);
    g_assert_true(g_file_set_contents(mine, "mine", -1, NULL));
    foreign = design(
        (const char *const[]){place->file, "-o", place->bundle, "--no-lab", "--force", "-q", NULL});
    g_assert_cmpint(foreign->status, ==, 2);
    pga_assert_contains(foreign->err, "mine.txt");
    g_assert_true(g_file_test(mine, G_FILE_TEST_EXISTS));
}

static guint
count_entries(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir))
        n++;
    return n;
}

/* Nothing is left by a run that is interrupted, nor by one without a lab. */
static void
test_nothing_is_left(Place *place, gconstpointer data)
{
    const char *const argv[] = {PGA_PROGRAM,   "design", place->file, "-o",
                                place->bundle, "-q",     NULL};
    g_autoptr(PgaProgramRun) failed = NULL;
    int status = 0;
    GPid pid = 0;
    (void)data;

    g_assert_true(g_spawn_async(NULL, (char **)argv, NULL,
                                G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                                    G_SPAWN_STDERR_TO_DEV_NULL,
                                NULL, NULL, &pid, NULL));
    g_usleep(700000);
    g_assert_cmpint(kill(pid, SIGINT), ==, 0);
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(WEXITSTATUS(status), ==, 130);
    g_assert_cmpuint(count_entries(place->folder), ==, 1);
    failed = design((const char *const[]){place->file, "-o", place->bundle, "-q", "--pg-bindir",
                                          "/nowhere", NULL});
    g_assert_cmpint(failed->status, !=, 0);
    g_assert_cmpuint(count_entries(place->folder), ==, 1);
}

/** What is refused, and what is said of it. */
typedef struct {
    const char *name;
    const char *arguments[6];
    const char *says;
} Mistake;

static const Mistake mistakes[] = {
    {"nothing", {NULL}, "one requirements file or source is needed"},
    {"two-files", {"a", "b"}, "one requirements file or source is needed"},
    {"tier", {"a", "--tier", "4"}, "--tier is 1, 2 or 3"},
    {"format", {"a", "--format", "yaml"}, "there is no format \"yaml\""},
    {"example", {"--example", "web"}, "oltp"},
    {"no-file", {"/nowhere/shop.yaml", "--no-lab"}, "/nowhere/shop.yaml"},
    {"verify-and-file", {"a", "--verify", "b"}, "--verify takes a bundle"},
    {"verify-nothing", {"--verify", "/nowhere"}, "is no bundle"},
};

static void
test_mistake(gconstpointer data)
{
    const Mistake *mistake = data;
    g_autoptr(PgaProgramRun) run = design(mistake->arguments);

    g_assert_cmpint(run->status, ==, 2);
    g_assert_cmpstr(run->out, ==, "");
    pga_assert_contains(run->err, mistake->says);
}

/* Each example is requirements of its kind. */
static void
test_example(gconstpointer data)
{
    const char *type = data;
    g_autoptr(PgaProgramRun) run = design((const char *const[]){"--example", type, NULL});
    g_autofree char *path = NULL;
    g_autoptr(PgaProgramRun) made = NULL;
    int fd = g_file_open_tmp("pga-example-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_true(g_close(fd, NULL));
    g_assert_cmpint(run->status, ==, 0);
    g_assert_true(g_file_set_contents(path, run->out, -1, NULL));
    made = design((const char *const[]){path, "--no-lab", "-q", "--format", "json", NULL});
    if (made->status != 0)
        g_test_message("%s", made->err);
    g_assert_cmpint(made->status, ==, 0);
    pga_assert_valid(made->out, "design.schema.json");
    g_assert_cmpint(g_remove(path), ==, 0);
}

static void
add(const char *name, void (*test)(Place *, gconstpointer), gconstpointer data)
{
    g_autofree char *path = g_strdup_printf("/cli/design/%s", name);

    g_test_add(path, Place, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    static const char *const types[] = {"oltp", "olap", "htap", "time-series"};

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(mistakes); i++) {
        g_autofree char *path = g_strdup_printf("/cli/design/mistake/%s", mistakes[i].name);

        g_test_add_data_func(path, &mistakes[i], test_mistake);
    }
    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        g_autofree char *path = g_strdup_printf("/cli/design/example/%s", types[i]);

        g_test_add_data_func(path, types[i], test_example);
    }
    for (guint i = 0; i < G_N_ELEMENTS(damages); i++) {
        g_autofree char *name = g_strdup_printf("verify/%s", damages[i].name);

        add(name, test_damage, &damages[i]);
    }
    add("same-bytes", test_same_bytes, NULL);
    add("standard-input", test_stdin, NULL);
    add("place-is-taken", test_place_is_taken, NULL);
    add("executed", test_executed, NULL);
    add("verify/strangers-sql", test_strangers_sql, NULL);
    add("nothing-is-left", test_nothing_is_left, NULL);
    return g_test_run();
}
