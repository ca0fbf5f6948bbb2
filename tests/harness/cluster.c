/* Starting, asking and removing throw-away servers. */
#include "cluster.h"

#include <arpa/inet.h>
#include <base/directory.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cluster_internal.h"

#define START_SECONDS 60

static GPtrArray *clusters; /* of PgaTestCluster *: the program's, removed at its end */
static char *directory;     /* of this program, named with its process id */

static void
stop_process(GPid pid, int signal_number)
{
    int status;

    if (pid <= 0)
        return;
    kill(pid, signal_number);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
}

static void
remove_everything(void)
{
    for (guint i = clusters->len; i > 0; i--) {
        PgaTestCluster *cluster = g_ptr_array_index(clusters, i - 1);

        stop_process(cluster->pooler,
                     SIGKILL); /* of a background job it may inherit other signals ignored */
        stop_process(cluster->pid, SIGQUIT);
        g_free(cluster->dsn);
        g_free(cluster->datadir);
        g_free(cluster->bindir);
        g_free(cluster);
    }
    g_clear_pointer(&clusters, g_ptr_array_unref);
    pga_directory_remove_tree(directory, NULL);
    g_clear_pointer(&directory, g_free);
}

static gboolean
process_exists(const char *text)
{
    const gint64 pid = g_ascii_strtoll(text, NULL, 10);

    return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM);
}

/* An aborted program runs no exit handler: its server dies with it, its directory is removed here.
 */
static void
remove_leftovers(void)
{
    GDir *dir = g_dir_open(g_get_tmp_dir(), 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(g_get_tmp_dir(), name, NULL);

        if (g_str_has_prefix(name, "pgatest-") && !process_exists(name + strlen("pgatest-")))
            pga_directory_remove_tree(path, NULL);
    }
    if (dir)
        g_dir_close(dir);
}

/* PostgreSQL refuses to run as root. */
static const struct passwd *
server_user(void)
{
    return geteuid() == 0 ? getpwnam("nobody") : NULL;
}

static const char *
program_directory(void)
{
    const struct passwd *user = server_user();

    if (directory)
        return directory;
    remove_leftovers();
    directory = g_strdup_printf("%s/pgatest-%d-XXXXXX", g_get_tmp_dir(), (int)getpid());
    if (!g_mkdtemp_full(directory, 0700))
        g_error("%s: %s", directory, g_strerror(errno));
    if (user && chown(directory, user->pw_uid, user->pw_gid) != 0)
        g_error("%s: %s", directory, g_strerror(errno));
    clusters = g_ptr_array_new();
    g_assert_cmpint(atexit(remove_everything), ==, 0);
    return directory;
}

/* Between fork() and exec(): async-signal-safe calls only; @data is the user looked up before. */
static void
become_server_user(gpointer data)
{
    const struct passwd *user = data;

    if (user && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
        _exit(127);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (chdir("/") != 0)
        _exit(127);
}

static char **
server_environment(void)
{
    char **environment = g_get_environ();
    g_auto(GStrv) names = g_listenv();

    for (char **name = names; *name; name++)
        if (g_str_has_prefix(*name, "PG"))
            environment = g_environ_unsetenv(environment, *name);
    return g_environ_setenv(environment, "LC_ALL", "C", TRUE);
}

void
pga_test_run(const char *const *argv)
{
    g_auto(GStrv) environment = server_environment();
    g_autofree char *out = NULL, *err = NULL;
    g_autoptr(GError) error = NULL;
    int status;

    if (!g_spawn_sync(NULL, (char **)argv, environment, G_SPAWN_DEFAULT, become_server_user,
                      (gpointer)server_user(), &out, &err, &status, &error) ||
        !g_spawn_check_wait_status(status, &error))
        g_error("%s: %s\n%s%s", argv[0], error->message, out ? out : "", err ? err : "");
}

GPid
pga_test_spawn(const char *const *argv)
{
    g_auto(GStrv) environment = server_environment();
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

    if (!g_spawn_async(NULL, (char **)argv, environment,
                       G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                           G_SPAWN_STDERR_TO_DEV_NULL,
                       become_server_user, (gpointer)server_user(), &pid, &error))
        g_error("%s: %s", argv[0], error->message);
    return pid;
}

static void
append_configuration(const PgaTestCluster *cluster, const char *text)
{
    g_autofree char *path = g_build_filename(cluster->datadir, "postgresql.conf", NULL);
    FILE *file = g_fopen(path, "a");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0)
        g_error("%s: %s", path, g_strerror(errno));
}

static void
await_server(const PgaTestCluster *cluster)
{
    const gint64 deadline = g_get_monotonic_time() + START_SECONDS * G_TIME_SPAN_SECOND;
    PGPing ping = PQPING_NO_RESPONSE;

    while (ping != PQPING_OK && g_get_monotonic_time() < deadline) {
        g_usleep(20000);
        if (waitpid(cluster->pid, NULL, WNOHANG) == cluster->pid)
            break;
        ping = PQping(cluster->dsn);
    }
    if (ping != PQPING_OK) {
        g_autofree char *path = g_build_filename(cluster->datadir, "log", NULL), *log = NULL;

        g_file_get_contents(path, &log, NULL, NULL);
        g_error("the server of %s did not start: %s", cluster->bindir, log ? log : "no log");
    }
}

void
pga_test_start(PgaTestCluster *cluster)
{
    g_autofree char *program = g_build_filename(cluster->bindir, "postgres", NULL);
    g_autofree char *log = g_build_filename(cluster->datadir, "log", NULL);
    const char *argv[] = {
        "/bin/sh", "-c", "exec \"$0\" -D \"$1\" >>\"$2\" 2>&1", program, cluster->datadir,
        log,       NULL};

    g_free(cluster->dsn);
    cluster->dsn =
        g_strdup_printf("host=%s port=%d user=postgres dbname=postgres", directory, cluster->port);
    cluster->pid = pga_test_spawn(argv);
    await_server(cluster);
}

PgaTestCluster *
pga_test_cluster_new(const char *bindir, guint major)
{
    PgaTestCluster *cluster = g_new0(PgaTestCluster, 1);

    program_directory();
    cluster->bindir = g_strdup(bindir);
    cluster->major = major;
    cluster->port = 5400 + (int)clusters->len;
    cluster->datadir = g_strdup_printf("%s/%u-%u", directory, major, clusters->len);
    g_ptr_array_add(clusters, cluster);
    return cluster;
}

static PgaTestCluster *
create(const PgaTestServer *server)
{
    PgaTestCluster *cluster = pga_test_cluster_new(server->bindir, server->major);
    g_autofree char *program = g_build_filename(server->bindir, "initdb", NULL);
    g_autofree char *hba = g_build_filename(cluster->datadir, "pg_hba.conf", NULL);
    const char *argv[] = {program, "-D", cluster->datadir, "-U",         "postgres", "-A",
                          "trust", "-E", "UTF8",           "--locale=C", "-N",       NULL};
    g_autofree char *settings = g_strdup_printf(
        "\nlisten_addresses = ''\nunix_socket_directories = '%s'\nport = %d\nfsync = off\n"
        "shared_buffers = 16MB\nmax_connections = 30\nautovacuum = off\n"
        "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\n",
        directory, cluster->port);

    pga_test_run(argv);
    append_configuration(cluster, settings);
    if (!g_file_set_contents(hba,
                             "local all secretive md5\nhost all secretive 127.0.0.1/32 md5\n"
                             "local all all trust\nhost all all 127.0.0.1/32 trust\n"
                             "local replication all trust\n",
                             -1, NULL))
        g_error("%s: %s", hba, g_strerror(errno));
    g_chmod(hba, 0644);
    pga_test_start(cluster);
    pga_test_cluster_sql(cluster, "CREATE ROLE secretive LOGIN PASSWORD 's3cret'");
    return cluster;
}

PgaTestCluster *
pga_test_cluster(guint major)
{
    const GPtrArray *servers = pga_test_servers();

    for (guint i = 0; clusters && i < clusters->len; i++) {
        PgaTestCluster *cluster = g_ptr_array_index(clusters, i);
        const PgaTestServer *newest = g_ptr_array_index(servers, 0);

        if (!cluster->is_standby && cluster->major == (major ? major : newest->major))
            return cluster;
    }
    for (guint i = 0; i < servers->len; i++) {
        const PgaTestServer *server = g_ptr_array_index(servers, i);

        if (major == 0 || server->major == major)
            return create(server);
    }
    return NULL;
}

int
pga_test_free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        g_error("no free port: %s", g_strerror(errno));
    close(fd);
    return ntohs(address.sin_port);
}

/* A fast shutdown, so that counters survive. */
void
pga_test_stop(PgaTestCluster *cluster)
{
    kill(cluster->pid, SIGINT);
    while (waitpid(cluster->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

void
pga_test_cluster_restart(PgaTestCluster *cluster, const char *settings)
{
    pga_test_stop(cluster);
    append_configuration(cluster, settings);
    pga_test_start(cluster);
}

int
pga_test_cluster_listen(PgaTestCluster *cluster)
{
    g_autofree char *settings = NULL;

    if (cluster->listens)
        return cluster->port;
    cluster->port = pga_test_free_port();
    cluster->listens = TRUE;
    settings = g_strdup_printf("listen_addresses = '127.0.0.1'\nport = %d\n", cluster->port);
    pga_test_cluster_restart(cluster, settings);
    return cluster->port;
}

const char *
pga_test_program_directory(void)
{
    return program_directory();
}
