/* Configuration files read by the programs they are for. Addresses are this machine's while they
 * are read: those of a design are nobody's yet. A bundle that is verified is a stranger's: a file
 * with anything in it that a design never writes is given to no program, which could act on it. */
#include <arpa/inet.h>
#include <base/error.h>
#include <base/progress.h>
#include <lab/tool.h>
#include <lab/trial.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "design_internal.h"

#define LOOPBACK "127.0.0.2" /* Patroni takes no 127.0.0.1 for an address of a node */

/** Ports of this machine: one that answers, two that are free. */
typedef struct {
    int answering;
    guint port_answering, port_free[2];
} Ports;

/** What a file is read by. */
typedef struct {
    const char *prefix, *suffix; /* of its path */
    const char *program, *name;  /* the name in sentences */
    const char *file;            /* as the program sees it */
    const char *until;           /* (nullable): as of PgaTool */
    const char *const *arguments;
    const char *lines;             /* what every line is, as a regular expression */
    const char *const (*edits)[2]; /* {NULL}-terminated: regular expression, replacement */
    const char *more;              /* (nullable): lines put behind it */
} Check;

static const char *const haproxy_arguments[] = {"-c", "-f", "haproxy.cfg", NULL};
static const char *const haproxy_edits[][2] = {{"[a-z0-9]+\\.internal:", LOOPBACK ":"},
                                               {NULL, NULL}};

static const char *const patroni_arguments[] = {"--validate-config", "patroni.yml", NULL};
static const char *const patroni_edits[][2] = {
    {"[a-z0-9]+\\.internal:2379", LOOPBACK ":%ANSWERING%"},
    {"[a-z0-9]+\\.internal:8008", LOOPBACK ":%FREE0%"},
    {"[a-z0-9]+\\.internal:5432", LOOPBACK ":%FREE1%"},
    {"(?m)^  data_dir: .*$", "  data_dir: data"},
    {"(?m)^  bin_dir: .*$", "  pg_ctl_timeout: 60"},
    {NULL, NULL}};

static const char *const etcd_arguments[] = {"--config-file", "etcd.yml", NULL};
static const char *const etcd_edits[][2] = {
    {"(?m)^data-dir: .*$", "data-dir: data"},
    {"http://(0\\.0\\.0\\.0|[a-z0-9]+\\.internal):2379", "http://" LOOPBACK ":%FREE0%"},
    {"http://(0\\.0\\.0\\.0|[a-z0-9]+\\.internal):2380", "http://" LOOPBACK ":%FREE1%"},
    {"(?m)^name: .*$", "name: node"},
    {"(?m)^initial-cluster: .*$", "initial-cluster: 'node=http://" LOOPBACK ":%FREE1%'"},
    {NULL, NULL}};

static const char *const pgbouncer_arguments[] = {"pgbouncer.ini", NULL};
static const char *const pgbouncer_edits[][2] = {{NULL, NULL}};

#define COMMENT "|\\s*#.*|"

static const Check checks[] = {
    {"pgbouncer.ini", "", "pgbouncer", "PgBouncer", "pgbouncer.ini", "process up",
     pgbouncer_arguments,
     "|;.*|\\[(databases|pgbouncer)\\]|[a-z0-9_]+ = host=[a-z0-9.,]+ "
     "port=[0-9]+ dbname='[^%]*'|"
     "(listen_|auth_|pool_mode|default_pool|reserve_pool|max_db|max_client|max_prepared|query_wait|"
     "server_(idle|lifetime|connect|login|tls_sslmode|fast|check_delay)|ignore_startup|dns_max|"
     "tcp_|stats_period)[a-z_]* = [^%]*",
     pgbouncer_edits,
     "\nlisten_addr =\nunix_socket_dir = .\nauth_file = userlist.txt\nlogfile =\npidfile =\n"},
    {"ha/haproxy", ".cfg", "haproxy", "HAProxy", "haproxy.cfg", NULL, haproxy_arguments,
     "(global|defaults|listen [a-z]+|    (log|user|group|maxconn|mode|option|retries|timeout|bind|"
     "http-check|balance|default-server|server|stats) ?[^\"\\\\$]*)?" COMMENT,
     haproxy_edits, NULL},
    {"ha/patroni-", ".yml", "patroni", "Patroni", "patroni.yml", NULL, patroni_arguments,
     "[a-z0-9 ]*(scope|namespace|name): [a-z0-9_/-]+|(restapi|etcd3|bootstrap|postgresql|watchdog|"
     "tags):( #.*)?|  (listen|connect_address|hosts): '[a-z0-9]+\\.internal:[0-9]+"
     "(,[a-z0-9]+\\.internal:[0-9]+)*'|  (dcs|initdb|authentication|parameters):( #.*)?|  pg_hba: "
     "[&*]pg_hba|  (bin_dir|data_dir|pgpass|device): /[a-z0-9_/.]+|  (use_unix_socket|nofailover|"
     "noloadbalance|clonefrom|nosync): (true|false)|  (mode|safety_margin): [a-z0-9]+| "
     "{4,8}[a-z_]+:"
     "( '[^']*'| [a-z0-9_/-]+)?| {4,8}- ('([^']|'')*'|[a-z-]+(: [A-Z0-9]+)?)" COMMENT,
     patroni_edits, NULL},
    {"ha/etcd-", ".yml", "etcd", "etcd", "etcd.yml", "ready to serve client requests",
     etcd_arguments,
     "(name|data-dir|(listen|advertise)-client-urls|(listen|initial-advertise)-peer-urls|"
     "initial-cluster|initial-cluster-token|initial-cluster-state|heartbeat-interval|"
     "election-timeout|enable-grpc-gateway|auto-compaction-mode|auto-compaction-retention): "
     "('[a-z0-9=:/.,-]*'|[a-z0-9_:/.-]+)" COMMENT,
     etcd_edits, NULL},
};

static int
listening(guint *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || inet_pton(AF_INET, LOOPBACK, &address.sin_addr) != 1 ||
        bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        return fd;
    *port = ntohs(address.sin_port);
    return fd;
}

static void
ports_open(Ports *ports)
{
    const int first = listening(&ports->port_free[0]), second = listening(&ports->port_free[1]);

    ports->answering = listening(&ports->port_answering);
    if (first >= 0)
        close(first);
    if (second >= 0)
        close(second);
}

static void
ports_clear(Ports *ports)
{
    if (ports->answering >= 0)
        close(ports->answering);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Ports, ports_clear)

/* Whether each line is one that a design writes. */
static gboolean
is_a_designs(const Check *check, const char *text)
{
    g_autofree char *pattern = g_strdup_printf("^(?:%s)$", check->lines);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++)
        if (!g_regex_match(regex, *line, 0, NULL))
            return FALSE;
    return TRUE;
}

static char *
replaced(char *text, const char *pattern, const char *replacement)
{
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    g_autofree char *old = text;

    return g_regex_replace_literal(regex, old, -1, 0, replacement, 0, NULL);
}

/* (transfer full): the file as it is read here. */
static char *
edited(const Check *check, const Ports *ports, const char *text)
{
    const struct {
        const char *mark;
        guint port;
    } marks[] = {{"%ANSWERING%", ports->port_answering},
                 {"%FREE0%", ports->port_free[0]},
                 {"%FREE1%", ports->port_free[1]}};
    char *copy = g_strconcat(text, check->more, NULL);

    for (guint i = 0; check->edits[i][0]; i++)
        copy = replaced(copy, check->edits[i][0], check->edits[i][1]);
    for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
        g_autofree char *port = g_strdup_printf("%u", marks[i].port);

        copy = replaced(copy, marks[i].mark, port);
    }
    return copy;
}

/* (transfer full): "HAProxy 2.6.12" */
static char *
version_of(const Check *check)
{
    const char *const arguments[] = {g_str_equal(check->program, "haproxy") ? "-v" : "--version",
                                     NULL};
    PgaTool tool = {.program = check->program, .arguments = arguments};
    g_autoptr(GRegex) number = g_regex_new("[0-9]+(?:\\.[0-9]+)+", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *version = NULL;

    if (pga_tool_run(&tool, NULL) && g_regex_match(number, tool.output, 0, &match))
        version = g_match_info_fetch(match, 0);
    g_free(tool.output);
    return g_strconcat(check->name, version ? " " : "", version, NULL);
}

/* (transfer full): "ha/patroni-db1.yml, ha/patroni-db2.yml": all that the check is for. */
static char *
paths_of(const PgaArchitecture *architecture, const Check *check, GPtrArray *files)
{
    GString *paths = g_string_new(NULL);

    for (guint i = 0; i < architecture->files->len; i++) {
        PgaDesignFile *file = g_ptr_array_index(architecture->files, i);

        if (!g_str_has_prefix(file->path, check->prefix) ||
            !g_str_has_suffix(file->path, check->suffix))
            continue;
        g_string_append_printf(paths, "%s%s", paths->len > 0 ? ", " : "", file->path);
        g_ptr_array_add(files, file);
    }
    return g_string_free(paths, FALSE);
}

/* Takes @why. */
static void
not_checked(PgaArchitecture *architecture, const char *what, char *why)
{
    g_ptr_array_add(architecture->not_checked, pga_not_checked_new(NULL, g_strdup(what), why));
}

/* (transfer full): what it complained of first, without its clock; else @last. */
static char *
complaint(const char *output, const char *last)
{
    static const char marks[] =
        "(?m)^.*?(?:\\b(?:ERROR|FATAL)\\b|\\[ALERT\\]|\\bE \\|)[ :]*(?:\\([0-9]+\\) : )?(.*)$";
    g_autoptr(GRegex) regex = g_regex_new(marks, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    if (output && g_regex_match(regex, output, 0, &match))
        return g_match_info_fetch(match, 1);
    return g_strdup(last);
}

/* *refusal (out) (transfer full): what the program said of the file; NULL: it took it. */
static gboolean
read_one(const Check *check, const char *text, char **refusal, GError **error)
{
    g_auto(Ports) ports = {.answering = -1};
    g_autofree char *copy = NULL, *output = NULL;
    g_autoptr(GError) cause = NULL;
    PgaTool tool = {
        .program = check->program, .arguments = check->arguments, .until = check->until};
    PgaToolFile files[2] = {{check->file, NULL}, {"userlist.txt", "\"pgbouncer\" \"\"\n"}};
    gboolean ok;

    ports_open(&ports);
    copy = edited(check, &ports, text);
    files[0].text = copy;
    tool.files = files;
    tool.n_files = G_N_ELEMENTS(files);
    ok = pga_tool_run(&tool, &cause);
    output = tool.output;
    if (g_error_matches(cause, PGA_ERROR, PGA_ERROR_INTERRUPTED)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (!ok)
        *refusal = complaint(output, pga_error_get_detail(cause) ? pga_error_get_detail(cause)
                                                                 : cause->message);
    return TRUE;
}

static gboolean
read_all(PgaArchitecture *architecture, const Check *check, const char *paths, GPtrArray *files,
         GError **error)
{
    PgaDesignProof *proof = NULL;

    for (guint i = 0; i < files->len; i++) {
        const PgaDesignFile *file = g_ptr_array_index(files, i);
        g_autofree char *refusal = NULL;

        if (!is_a_designs(check, file->text)) {
            not_checked(architecture, paths,
                        g_strdup_printf("%s has lines that a design does not write: %s is not "
                                        "given them",
                                        file->path, check->name));
            return TRUE;
        }
        if (!read_one(check, file->text, &refusal, error))
            return FALSE;
        if (refusal) {
            proof =
                pga_architecture_add_proof(architecture, g_strdup(file->path), version_of(check));
            proof->outcome = g_strdup(refusal);
            return TRUE;
        }
    }
    proof = pga_architecture_add_proof(architecture, g_strdup(paths), version_of(check));
    proof->done = TRUE;
    proof->outcome = g_strdup(check->until ? "started with it, with addresses of this machine"
                                           : "read without complaint");
    return TRUE;
}

static gboolean
read_by_program(PgaArchitecture *architecture, const Check *check, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_autofree char *paths = paths_of(architecture, check, files);
    g_autofree char *program = pga_tool_find(check->program);

    if (files->len == 0)
        return TRUE;
    if (!program) {
        not_checked(architecture, paths, g_strdup_printf("%s is not installed", check->program));
        return TRUE;
    }
    return read_all(architecture, check, paths, files, error);
}

static void
say_access(PgaArchitecture *architecture, const PgaTrial *trial, const char *what)
{
    PgaDesignProof *proof = pga_architecture_add_proof(
        architecture, g_strdup(what), g_strdup_printf("PostgreSQL %s", trial->version));

    proof->done = !trial->failure && trial->access_errors->len == 0 && trial->n_access > 0;
    if (trial->failure)
        proof->outcome = g_strdup_printf("did not start: %s", trial->failure);
    else if (trial->access_errors->len > 0)
        proof->outcome = g_strdup_printf("pg_hba_file_rules: %s",
                                         (char *)g_ptr_array_index(trial->access_errors, 0));
    else
        proof->outcome =
            g_strdup_printf("%u rules in pg_hba_file_rules, none with an error", trial->n_access);
}

static gboolean
has_major(const GPtrArray *found, guint major)
{
    for (guint i = 0; found && i < found->len; i++)
        if (((const PgaBinaries *)g_ptr_array_index(found, i))->version_num / 10000 == major)
            return TRUE;
    return FALSE;
}

/* A design's own postgresql.conf is started with; of a bundle only who may connect is read. */
static gboolean
read_access(PgaDesignRun *run, GError **error)
{
    static const char *const overrides[] = {"shared_buffers=64MB", "ssl=off", "huge_pages=off",
                                            "shared_preload_libraries=", NULL};
    static const char without_tls[] = "\nssl = off\n"; /* its certificate is not here */
    PgaArchitecture *architecture = run->architecture;
    const PgaDesignFile *access = pga_architecture_file(architecture, "pg_hba.conf");
    const PgaDesignFile *own =
        architecture->tune ? pga_architecture_file(architecture, "postgresql.conf") : NULL;
    const char *what = own ? "postgresql.conf, pg_hba.conf" : "pg_hba.conf";
    const PgaLabOptions options = {.bindir = run->request->from.bindir,
                                   .want_major = architecture->major,
                                   .progress = run->request->from.progress};
    g_autofree char *configuration = NULL;
    g_autoptr(GPtrArray) found = NULL;
    g_autoptr(PgaTrial) trial = NULL;
    g_autoptr(GError) cause = NULL;

    if (!access)
        return TRUE;
    found = pga_binaries_find(run->request->from.bindir, NULL);
    if (!has_major(found, architecture->major)) {
        not_checked(architecture, what,
                    g_strdup_printf("there are no server programs of PostgreSQL %u here",
                                    architecture->major));
        return TRUE;
    }
    configuration = own ? g_strconcat(own->text, without_tls, NULL) : g_strdup("");
    trial = pga_trial_new(configuration, overrides);
    trial->access = access->text;
    if (pga_lab_try(&options, trial, &cause)) {
        say_access(architecture, trial, what);
        return TRUE;
    }
    if (g_error_matches(cause, PGA_ERROR, PGA_ERROR_INTERRUPTED)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    not_checked(architecture, what, g_strdup(cause->message));
    return TRUE;
}

gboolean
pga_design_check_files(PgaDesignRun *run, GError **error)
{
    pga_progress_step(run->request->from.progress, "reading the configuration files");
    if (!read_access(run, error))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(checks); i++)
        if (!read_by_program(run->architecture, &checks[i], error))
            return FALSE;
    return TRUE;
}
