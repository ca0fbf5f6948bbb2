/* Why a connection failed, and what the user can do about it, from libpq's message. libpq keeps the
 * SQLSTATE of a refused start-up to itself, but writes it into the message in verbose mode. */
#include "connection_internal.h"

#include <base/error.h>
#include <errno.h>
#include <netdb.h>
#include <string.h>

typedef struct {
    const char *pattern; /* SQLSTATE, or a part of the message */
    const char *hint;
} Cause;

/* Source: PostgreSQL 17, appendix A, and src/backend/libpq/auth.c, utils/init/postinit.c */
static const Cause by_sqlstate[] = {
    {"28P01", "Check the password in PGPASSWORD, ~/.pgpass (mode 0600) or the conninfo string."},
    {"28000", "The server's pg_hba.conf lets nobody in from here with that role and database, or "
              "the role does not exist; its administrator adds a line and reloads."},
    {"3D000", "List the databases with: psql -l"},
    {"53300", "Wait, or let a superuser in: superuser_reserved_connections keeps places free. A "
              "pooler in front of the server cures the cause."},
    {"57P03", "The server is starting up, shutting down or recovering; run again in a moment. A "
              "standby needs hot_standby = on."},
    {"42501", "The role needs CONNECT on the database: GRANT CONNECT ON DATABASE … TO …;"},
    {"57P01", "An administrator ended the connection; run again when the server is back."},
};

/* PgBouncer's messages: src/client.c, src/objects.c and src/janitor.c of PgBouncer 1.22. */
static const Cause by_text[] = {
    {"unsupported startup parameter", "PgBouncer refuses that parameter: unset PGOPTIONS and drop "
                                      "options= from the conninfo string, "
                                      "or name it in ignore_startup_parameters of pgbouncer.ini."},
    {"no such database", "PgBouncer knows no such database: see [databases] in pgbouncer.ini."},
    {"no such user", "PgBouncer knows no such user: see auth_file or auth_query in pgbouncer.ini."},
    {"query_wait_timeout", "PgBouncer's pool had no free server connection: raise pool sizes, or "
                           "connect to the server directly."},
    {"server login failed", "PgBouncer reached the server but was refused: its log says why."},
    {"server_login_retry", "PgBouncer cannot log in to the server: its log says why."},
    {"no password supplied",
     "Give the password by PGPASSWORD, ~/.pgpass (mode 0600) or a service file."},
    {"could not translate host name", "Check the spelling of the host, and the name service."},
    {"does not support SSL", "Connect with sslmode=prefer or sslmode=disable."},
    {"certificate verify failed", "Give the root certificate by sslrootcert."},
    {"definition of service", "Services are defined in ~/.pg_service.conf (or PGSERVICEFILE)."},
};

static const Cause by_errno_refused = {
    NULL, "Is the server running, and does it listen on that host (listen_addresses) and port?"};
static const Cause by_errno_absent = {
    NULL, "No server listens on that Unix socket: start it, or give its host (-h) and port (-p). "
          "Servers differ in unix_socket_directories: /var/run/postgresql or /tmp."};

/* "FATAL:  28P01: password …": the five characters, or NULL. */
static char *
find_sqlstate(const char *message, const char **after)
{
    for (const char *c = strstr(message, ":  "); c; c = strstr(c + 1, ":  ")) {
        const char *state = c + strlen(":  ");
        gsize n = 0;

        while (n < 5 && (g_ascii_isdigit(state[n]) || g_ascii_isupper(state[n])))
            n++;
        if (n == 5 && state[5] == ':' && state[6] == ' ') {
            *after = state + strlen("28P01: ");
            return g_strndup(state, n);
        }
    }
    return NULL;
}

static const char *
find_hint(const char *message, const char *sqlstate)
{
    for (guint i = 0; i < G_N_ELEMENTS(by_text); i++)
        if (strstr(message, by_text[i].pattern))
            return by_text[i].hint;
    for (guint i = 0; sqlstate && i < G_N_ELEMENTS(by_sqlstate); i++)
        if (strcmp(sqlstate, by_sqlstate[i].pattern) == 0)
            return by_sqlstate[i].hint;
    if (strstr(message, g_strerror(ECONNREFUSED)))
        return by_errno_refused.hint;
    if (strstr(message, g_strerror(ENOENT)))
        return by_errno_absent.hint;
    if (strstr(message, g_strerror(ETIMEDOUT)) || strstr(message, g_strerror(EHOSTUNREACH)) ||
        strstr(message, g_strerror(ENETUNREACH)))
        return "Check host and port, the route to it, and firewalls between.";
    if (strstr(message, gai_strerror(EAI_NONAME)))
        return "Check the spelling of the host, and the name service.";
    return NULL;
}

/* The server's place in its source is of no use to a user. */
static gboolean
is_noise(const char *line)
{
    return *line == '\0' || g_str_has_prefix(line, "LOCATION:");
}

/* The message: "connection to server at … failed: " and what follows the SQLSTATE. */
static char *
message_line(const char *line, char **sqlstate)
{
    const char *after = NULL;
    const char *failed = strstr(line, "failed: ");

    *sqlstate = find_sqlstate(line, &after);
    if (!*sqlstate)
        return g_strdup(line);
    if (!failed)
        return g_strdup(after);
    return g_strdup_printf("%.*s%s", (int)(failed - line + (long)strlen("failed: ")), line, after);
}

void
pga_connect_error(const char *message, GError **error)
{
    g_autofree char *valid = g_utf8_make_valid(message, -1);
    g_auto(GStrv) lines = g_strsplit(valid, "\n", -1);
    g_autofree char *first = NULL, *first_state = NULL;
    g_autoptr(GString) rest = g_string_new(NULL);
    const char *hint;

    for (char **line = lines; *line; line++) {
        g_autofree char *state = NULL, *text = NULL;

        if (is_noise(g_strstrip(*line)))
            continue;
        text = message_line(*line, &state);
        if (first) {
            g_string_append_printf(rest, "%s%s", rest->len ? " " : "", text);
            continue;
        }
        first = g_steal_pointer(&text);
        first_state = g_steal_pointer(&state);
    }
    pga_error_set(error, PGA_ERROR_SOURCE, "%s", first ? first : "connection failed");
    if (rest->len)
        pga_error_detail(error, "%s", rest->str);
    hint = find_hint(valid, first_state);
    if (hint)
        pga_error_hint(error, "%s", hint);
}
