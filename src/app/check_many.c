/* Many databases: listed first, then checked by a few threads, put in order at the end. */
#include "app/check_many.h"

#include <base/error.h>
#include <base/interrupt.h>
#include <base/progress.h>
#include <collect/databases.h>
#include <parse/targets.h>
#include <rules/rank.h>
#include <rules/rule.h>
#include <string.h>

#define MAX_JOBS    8
#define DEFAULT_TOP 3

/* A password is asked for once for each cluster, and by one thread. */
typedef struct {
    GMutex mutex;
    char *(*ask)(gpointer data, const char *user);
    gpointer data;
    char *password; /* (nullable) */
    gboolean asked;
} Password;

/** What a thread does: one database. */
typedef struct {
    PgaCheckedDatabase *checked;
    PgaCheckRequest request;
} Job;

/** What the threads share. */
typedef struct {
    GMutex mutex;
    const PgaProgress *progress; /* (nullable) */
    guint n_done, n_jobs;
} Shared;

static char *
ask_once(gpointer data, const char *user)
{
    Password *password = data;
    char *copy;

    g_mutex_lock(&password->mutex);
    if (!password->asked)
        password->password = password->ask(password->data, user);
    password->asked = TRUE;
    copy = g_strdup(password->password);
    g_mutex_unlock(&password->mutex);
    return copy;
}

static void
password_free(gpointer data)
{
    Password *password = data;

    if (password->password)
        explicit_bzero(password->password, strlen(password->password));
    g_free(password->password);
    g_mutex_clear(&password->mutex);
    g_free(password);
}

static Password *
password_new(const PgaSourceRequest *from)
{
    Password *password = g_new0(Password, 1);

    g_mutex_init(&password->mutex);
    password->ask = from->ask_password;
    password->data = from->ask_data;
    return password;
}

static void
run_job(gpointer data, gpointer user_data)
{
    Job *job = data;
    Shared *shared = user_data;
    GError *error = NULL;

    if (!pga_interrupt_check(&error))
        job->checked->report = pga_app_check(&job->request, &error);
    if (error)
        pga_checked_database_fail(job->checked, error);
    else if (!job->checked->database)
        job->checked->database = g_strdup(job->checked->report->environment->source_name);
    g_mutex_lock(&shared->mutex);
    shared->n_done++;
    pga_progress_step(shared->progress, "checked %u of %u databases", shared->n_done,
                      shared->n_jobs);
    g_mutex_unlock(&shared->mutex);
}

static void
add_job(const PgaCheckManyRequest *request, const PgaTarget *target, const char *database,
        Password *password, PgaCheckedMany *many, GArray *jobs)
{
    Job job = {.checked = pga_checked_many_add(many, target->name, database),
               .request = request->check};

    job.request.from.source = target->source;
    job.request.from.database = job.checked->database;
    job.request.from.progress = NULL; /* of another thread */
    job.request.from.ask_data = password;
    job.request.from.ask_password = password->ask ? ask_once : NULL;
    job.request.no_lab = job.request.one_of_many = TRUE;
    g_array_append_val(jobs, job);
}

/* @database: (nullable): instead of the one that the target names. */
static PgaConnection *
connect_to(const PgaCheckManyRequest *request, const PgaTarget *target, const char *database,
           Password *password, GError **error)
{
    const PgaSourceRequest *from = &request->check.from;
    const PgaConnectionOptions options = {
        .dbname = target->source,
        .host = from->host,
        .port = from->port,
        .user = from->user,
        .service = from->service,
        .database = database,
        .ask_password = password->ask ? ask_once : NULL,
        .ask_data = password,
    };

    return pga_connection_open(&options, error);
}

/* Any database lists them all: where the one that libpq takes (the role's namesake, if none is
 * named) lets nobody in, "postgres" may. */
static PgaConnection *
connect_to_any(const PgaCheckManyRequest *request, const PgaTarget *target, Password *password,
               GError **error)
{
    g_autoptr(GError) refused = NULL;
    PgaConnection *connection = connect_to(request, target, NULL, password, &refused);

    if (!connection && g_error_matches(refused, PGA_ERROR, PGA_ERROR_SOURCE) &&
        strstr(refused->message, "database \""))
        connection = connect_to(request, target, "postgres", password, NULL);
    if (!connection)
        g_propagate_error(error, g_steal_pointer(&refused));
    return connection;
}

static gboolean
list_all(const PgaCheckManyRequest *request, const PgaTarget *target, Password *password,
         GPtrArray *names, GPtrArray *refused, GError **error)
{
    g_autoptr(PgaConnection) connection = connect_to_any(request, target, password, error);

    return connection && pga_collect_database_names(connection, names, refused, error);
}

static void
note_refused(const PgaTarget *target, const char *database, PgaCheckedMany *many)
{
    pga_checked_database_fail(
        pga_checked_many_add(many, target->name, database),
        g_error_new(PGA_ERROR, PGA_ERROR_SOURCE,
                    "the role may not connect to it (GRANT CONNECT ON DATABASE)"));
}

/* Every database of the cluster, or the one failure that it could not be asked. */
static void
add_all(const PgaCheckManyRequest *request, const PgaTarget *target, Password *password,
        PgaCheckedMany *many, GArray *jobs)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) refused = g_ptr_array_new_with_free_func(g_free);
    const guint n_before = many->databases->len;
    GError *error = NULL;

    if (!list_all(request, target, password, names, refused, &error)) {
        pga_checked_database_fail(pga_checked_many_add(many, target->name, NULL), error);
        return;
    }
    for (guint i = 0; i < names->len; i++)
        if (!pga_target_excludes(target, g_ptr_array_index(names, i)))
            add_job(request, target, g_ptr_array_index(names, i), password, many, jobs);
    for (guint i = 0; i < refused->len; i++)
        if (!pga_target_excludes(target, g_ptr_array_index(refused, i)))
            note_refused(target, g_ptr_array_index(refused, i), many);
    if (many->databases->len == n_before)
        pga_checked_database_fail(pga_checked_many_add(many, target->name, NULL),
                                  g_error_new(PGA_ERROR, PGA_ERROR_SOURCE,
                                              "each of its %u databases is excluded",
                                              names->len + refused->len));
}

static void
add_target(const PgaCheckManyRequest *request, const PgaTarget *target, Password *password,
           PgaCheckedMany *many, GArray *jobs)
{
    if (target->all) {
        add_all(request, target, password, many, jobs);
        return;
    }
    for (guint i = 0; i < target->databases->len; i++)
        add_job(request, target, g_ptr_array_index(target->databases, i), password, many, jobs);
    if (target->databases->len == 0)
        add_job(request, target, NULL, password, many, jobs);
}

static guint
count_threads(const PgaCheckManyRequest *request)
{
    return request->jobs ? request->jobs : MIN(2 * g_get_num_processors(), MAX_JOBS);
}

static void
run_jobs(const PgaCheckManyRequest *request, GArray *jobs)
{
    Shared shared = {.progress = request->check.from.progress, .n_jobs = jobs->len};
    GThreadPool *pool =
        g_thread_pool_new(run_job, &shared, (gint)count_threads(request), FALSE, NULL);

    g_mutex_init(&shared.mutex);
    for (guint i = 0; i < jobs->len; i++)
        g_thread_pool_push(pool, &g_array_index(jobs, Job, i), NULL);
    g_thread_pool_free(pool, FALSE, TRUE);
    g_mutex_clear(&shared.mutex);
}

static gboolean
is_of_server(const char *id)
{
    const PgaRule *rule = id ? pga_rule_by_id(id) : NULL;

    return rule && rule->of_server;
}

/* A setting that is changed for the whole server is of the server, whichever rule says so. */
static gboolean
says_of_server(const PgaFinding *finding)
{
    return is_of_server(finding->rule) || finding->proof.kind == PGA_PROOF_CONFIG;
}

/* What the cluster's first database has said already. */
static void
drop_of_server(PgaReport *report)
{
    for (guint i = report->findings->len; i > 0; i--) {
        const PgaFinding *finding = g_ptr_array_index(report->findings, i - 1);

        if (says_of_server(finding))
            g_ptr_array_remove_index(report->findings, i - 1);
    }
    for (guint i = report->not_checked->len; i > 0; i--) {
        const PgaNotChecked *entry = g_ptr_array_index(report->not_checked, i - 1);

        if (is_of_server(entry->rule))
            g_ptr_array_remove_index(report->not_checked, i - 1);
    }
    g_ptr_array_set_size(report->top, 0);
}

static void
say_server_once(PgaCheckedMany *many)
{
    const char *said = NULL;

    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);

        if (!checked->report)
            continue;
        if (said && g_str_equal(said, checked->cluster))
            drop_of_server(checked->report);
        said = checked->cluster;
    }
}

/* Over all databases, as within one. The same rule and object in another database is the same fix.
 */
static void
choose_top(const PgaCheckManyRequest *request, PgaCheckedMany *many)
{
    g_autoptr(GPtrArray) different = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < many->databases->len; i++) {
        const PgaCheckedDatabase *checked = g_ptr_array_index(many->databases, i);

        for (guint j = 0; checked->report && j < checked->report->findings->len; j++)
            g_ptr_array_add(many->ranked, g_ptr_array_index(checked->report->findings, j));
    }
    pga_rank_findings(many->ranked, PGA_WORKLOAD_UNKNOWN);
    for (guint i = 0; i < many->ranked->len; i++) {
        PgaFinding *finding = g_ptr_array_index(many->ranked, i);

        if (g_hash_table_add(seen, finding->fingerprint))
            g_ptr_array_add(different, finding);
    }
    g_ptr_array_unref(many->top);
    many->top = pga_rank_top(different, request->check.top ? request->check.top : DEFAULT_TOP);
}

static GPtrArray *
read_targets(const PgaCheckManyRequest *request, GError **error)
{
    const PgaSourceRequest *from = &request->check.from;

    if (request->targets_path)
        return pga_targets_read(request->targets_path, error);
    return pga_targets_all_of(from->host ? from->host : "server", from->source);
}

PgaCheckedMany *
pga_app_check_many(const PgaCheckManyRequest *request, GError **error)
{
    g_autoptr(GPtrArray) targets = read_targets(request, error);
    g_autoptr(GPtrArray) passwords = g_ptr_array_new_with_free_func(password_free);
    g_autoptr(GArray) jobs = g_array_new(FALSE, FALSE, sizeof(Job));
    g_autoptr(PgaCheckedMany) many = pga_checked_many_new();

    if (!targets)
        return NULL;
    for (guint i = 0; i < targets->len; i++) {
        g_ptr_array_add(passwords, password_new(&request->check.from));
        add_target(request, g_ptr_array_index(targets, i), g_ptr_array_index(passwords, i), many,
                   jobs);
    }
    run_jobs(request, jobs);
    if (pga_interrupt_check(error))
        return NULL;
    say_server_once(many);
    choose_top(request, many);
    return g_steal_pointer(&many);
}
