/* The copy that --measure names: another database than the source, without a doubt, and the same
 * from its check to its use. */
#include <base/error.h>
#include <base/progress.h>

#include "index_internal.h"

#define SAME_START_US (5 * G_USEC_PER_SEC) /* a snapshot knows its server's start by the second */

static PgaConnection *
connect(const PgaIndexRun *run, GError **error)
{
    const PgaConnectionOptions where = {.dbname = run->ask->measure};
    PgaConnection *connection = pga_connection_open(&where, error);

    if (!connection)
        g_prefix_error(error, "the copy cannot be used: ");
    return connection;
}

static gboolean
refuse(const char *message, const char *hint, GError **error)
{
    pga_error_set(error, PGA_ERROR_INPUT, "%s", message);
    pga_error_hint(error, "%s", hint);
    return FALSE;
}

/* Of the same initdb, as standbys and base backups are; so are those of which it is not known. */
static gboolean
may_be_one_cluster(const PgaDatabaseIdentity *one, const PgaDatabaseIdentity *other)
{
    return !one->system_identifier || !other->system_identifier ||
           g_str_equal(one->system_identifier, other->system_identifier);
}

/* Both are connected to at this moment: one start of one server is one server. */
static gboolean
differs_from_live(PgaIndexRun *run, const PgaDatabaseIdentity *source, GError **error)
{
    const PgaDatabaseIdentity *copy = &run->copy;
    const gboolean same_start = source->started == copy->started;

    if (!may_be_one_cluster(source, copy))
        return TRUE;
    if (same_start && source->database == copy->database)
        return refuse("the copy that --measure names is the source itself",
                      "Indexes are never made on the source, and no statement is executed there. "
                      "Name another database: a restored backup, or CREATE DATABASE with TEMPLATE.",
                      error);
    if (!same_start && source->is_standby && source->database == copy->database)
        return refuse("the copy that --measure names may be the primary of the source",
                      "The source is a standby, and both are of one cluster. Take the primary as "
                      "the source, or a copy of another cluster (pg_dump and pg_restore).",
                      error);
    if (!same_start && source->is_standby && source->system_identifier && copy->system_identifier)
        run->copy_note = g_strdup("The copy is on the primary of the source: what ran there is "
                                  "part of the times, and was burdened by them.");
    if (same_start)
        run->copy_note = g_strdup("The copy is on the source's own server: each burdened the "
                                  "other, and what else ran there is part of the times.");
    return TRUE;
}

/* A snapshot knows when its server was started, and how the database is called; DDL nothing. */
static gboolean
differs_from_snapshot(PgaIndexRun *run, GError **error)
{
    const PgaEnvironment *source = run->source.environment;
    const double started = (double)source->now - source->uptime;

    if (source->source_kind == PGA_SOURCE_DDL)
        run->copy_note = g_strdup("A file of DDL is of no database: there was nothing to compare "
                                  "the copy with.");
    if (source->source_kind != PGA_SOURCE_SNAPSHOT ||
        g_strcmp0(source->source_name, run->copy.datname) != 0)
        return TRUE;
    if (source->uptime >= 0 && source->now > 0 &&
        ABS(started * G_USEC_PER_SEC - (double)run->copy.started) < SAME_START_US)
        return refuse("the copy that --measure names is what the snapshot was taken of",
                      "Indexes are never made there, and no statement is executed. Name another "
                      "database: a restored backup, or CREATE DATABASE with TEMPLATE.",
                      error);
    run->copy_note = g_strdup("A snapshot does not know its database for sure once the server was "
                              "started anew: name the live source, so that both are compared.");
    return TRUE;
}

static gboolean
differs_from_source(PgaIndexRun *run, GError **error)
{
    g_auto(PgaDatabaseIdentity) source = {0};

    if (run->copy.is_standby)
        return refuse("the copy that --measure names is a standby",
                      "No index can be made on a standby. Name a copy that takes writes: a "
                      "restored backup, or a standby of its own that was promoted.",
                      error);
    if (run->source.environment->source_kind != PGA_SOURCE_LIVE)
        return differs_from_snapshot(run, error);
    return pga_database_identify(run->source.connection, &source, error) &&
           differs_from_live(run, &source, error);
}

gboolean
pga_index_check_copy(PgaIndexRun *run, GError **error)
{
    g_autoptr(PgaConnection) connection = NULL;

    if (!run->ask->measure)
        return TRUE;
    pga_progress_step(run->ask->from.progress, "connecting to the copy");
    connection = connect(run, error);
    if (!connection || !pga_database_identify(connection, &run->copy, error) ||
        !differs_from_source(run, error))
        return FALSE;
    if (run->ask->hypopg) {
        g_autoptr(PgaCopy) copy = pga_copy_new(g_steal_pointer(&connection), error);

        return copy && pga_copy_check_hypopg(copy, error);
    }
    return TRUE;
}

PgaCopy *
pga_index_open_copy(PgaIndexRun *run, GError **error)
{
    g_autoptr(PgaConnection) connection = connect(run, error);
    g_auto(PgaDatabaseIdentity) now = {0};

    if (!connection || !pga_database_identify(connection, &now, error))
        return NULL;
    if (now.database != run->copy.database || now.started != run->copy.started ||
        g_strcmp0(now.system_identifier, run->copy.system_identifier) != 0) {
        pga_error_set(error, PGA_ERROR_SOURCE,
                      "the copy is not the one any more that was compared with the source");
        pga_error_hint(error, "Its server was started anew, or CONNINFO leads to several servers: "
                              "run again, with one host.");
        return NULL;
    }
    return pga_copy_new(g_steal_pointer(&connection), error);
}
