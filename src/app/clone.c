/* clone: source → model → lab → clone. The source's connection lives as long as the building. */
#include "app/clone.h"

#include <string.h>

#include <base/error.h>
#include <base/progress.h>
#include <base/text.h>
#include <lab/clone.h>
#include <model/finding.h>

#include "clone_internal.h"
#include "source_internal.h"

/** What the clone borrows from, in the order in which it is taken down. */
struct PgaCloneWork {
    PgaClone *clone;
    PgaSource source;
    PgaPlannerSource planner;
    char *role;
    guint n_altered;            /* columns with bytes that no encoding explains, */
    char *first_altered;        /* (nullable): and one of these */
    PgaPreparedClone *prepared; /* whose counts and notes the reading of planner data fills */
};

static struct PgaCloneWork *
work_new(PgaPreparedClone *prepared)
{
    struct PgaCloneWork *work = g_new0(struct PgaCloneWork, 1);

    work->prepared = prepared;
    return work;
}

static void
work_free(struct PgaCloneWork *work)
{
    pga_clone_free(work->clone);
    pga_source_clear(&work->source);
    g_free(work->role);
    g_free(work->first_altered);
    g_free(work);
}

static GPtrArray *
notes_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)pga_not_checked_free);
}

static PgaPreparedClone *
prepared_new(void)
{
    PgaPreparedClone *prepared = g_new0(PgaPreparedClone, 1);

    prepared->not_cloned = notes_new();
    prepared->differences = notes_new();
    prepared->work = work_new(prepared);
    return prepared;
}

void
pga_prepared_clone_free(PgaPreparedClone *clone)
{
    if (!clone)
        return;
    work_free(clone->work);
    g_ptr_array_unref(clone->not_cloned);
    g_ptr_array_unref(clone->differences);
    g_strfreev(clone->environment);
    g_free(clone->source_name);
    g_free(clone->source_version);
    g_free(clone->server_version);
    g_free(clone->role);
    g_free(clone);
}

static void
count_extremes(PgaPreparedClone *prepared, const PgaPlannerData *data, guint from)
{
    for (guint i = from; i < data->extremes->len; i++) {
        const PgaExtremes *extremes = g_ptr_array_index(data->extremes, i);

        prepared->n_extremes += extremes->minimum != NULL;
    }
}

static gboolean
is_altered(const PgaColumnStatistics *column)
{
    for (guint i = 0; i < PGA_STATISTIC_SLOTS; i++)
        if (column->slots[i].values && strstr(column->slots[i].values, "\xEF\xBF\xBD"))
            return TRUE;
    return FALSE;
}

/* A database in SQL_ASCII holds any bytes; what is no UTF-8 becomes U+FFFD where it is read. */
static void
count_altered(struct PgaCloneWork *work, const PgaPlannerData *data, guint from)
{
    const gboolean possible = g_strcmp0(work->source.objects->encoding, "SQL_ASCII") == 0;

    for (guint i = from; possible && i < data->columns->len; i++) {
        const PgaColumnStatistics *column = g_ptr_array_index(data->columns, i);
        const PgaRelation *relation = pga_catalog_relation(work->source.catalog, column->relation);

        if (!is_altered(column) || !relation)
            continue;
        if (work->n_altered++ == 0) {
            g_autofree char *name = pga_relation_display(relation, NULL);

            work->first_altered = g_strconcat(name, ".", column->attname, NULL);
        }
    }
}

static gboolean
read_planner(gpointer self, const GArray *relations, PgaPlannerData *data, GError **error)
{
    struct PgaCloneWork *work = self;
    const guint n_columns = data->columns->len, n_extremes = data->extremes->len;
    const guint n_samples = data->samples->len;

    if (!pga_source_read_planner(&work->source, relations, FALSE, data, work->prepared->not_cloned,
                                 error))
        return FALSE;
    work->prepared->n_statistics += data->columns->len - n_columns;
    work->prepared->n_samples += data->samples->len - n_samples;
    count_extremes(work->prepared, data, n_extremes);
    count_altered(work, data, n_columns);
    return TRUE;
}

static void
count_objects(struct PgaCloneWork *work)
{
    g_autoptr(GArray) oids = pga_clone_relations(work->clone);

    for (guint i = 0; i < oids->len; i++) {
        const PgaRelation *relation =
            pga_catalog_relation(work->source.catalog, g_array_index(oids, PgaOid, i));

        work->prepared->n_relations++;
        work->prepared->n_indexes += relation->indexes->len;
    }
}

/* There are notes of the collection that say nothing about a clone; column statistics are read, and
 * complained about, once more by pga_collect_planner(). */
gboolean
pga_clone_is_concerned_by(const PgaNotChecked *note)
{
    static const char *const others[] = {"last values of sequences", "column statistics (pg_stats)",
                                         "usage on the primary and on other standbys", NULL};

    return !g_strv_contains(others, note->what);
}

/* Settings of the lab that a DDL file was loaded into, which the database of the DDL never had.
 * What initdb wrote into the configuration file, formats of dates and the like, is as good as any.
 */
void
pga_clone_forget_lab_settings(const PgaCatalog *catalog)
{
    for (guint i = 0; i < catalog->settings->len; i++) {
        PgaSetting *setting = g_ptr_array_index(catalog->settings, i);

        if (g_strcmp0(setting->source, "configuration file") == 0 || !setting->boot_val)
            continue;
        g_free(setting->setting);
        setting->setting = g_strdup(setting->boot_val);
    }
}

static gboolean
read_source(const PgaCloneRequest *request, struct PgaCloneWork *work, GError **error)
{
    g_autoptr(GPtrArray) notes = notes_new();

    if (!pga_source_open(&request->from, &work->source, notes, error))
        return FALSE;
    for (guint i = 0; i < notes->len;) {
        if (pga_clone_is_concerned_by(g_ptr_array_index(notes, i)))
            g_ptr_array_add(work->prepared->not_cloned, g_ptr_array_steal_index(notes, i));
        else
            i++;
    }
    if (work->source.environment->source_kind == PGA_SOURCE_DDL)
        pga_clone_forget_lab_settings(work->source.catalog);
    pga_progress_step(request->from.progress, "reading the definitions");
    if (!pga_source_read_objects(&work->source, work->prepared->not_cloned, error))
        return FALSE;
    if (work->source.environment->source_kind != PGA_SOURCE_DDL)
        pga_clone_note_changes(work->source.catalog, work->source.objects,
                               work->prepared->not_cloned);
    return TRUE;
}

static const PgaRole *
find_role(const PgaObjects *objects, const char *name)
{
    for (guint i = 0; i < objects->roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(objects->roles, i);

        if (g_str_equal(role->rolname, name))
            return role;
    }
    return NULL;
}

static gboolean
choose_role(const char *wanted, struct PgaCloneWork *work, PgaCloneOptions *options, GError **error)
{
    const PgaEnvironment *environment = work->source.environment;
    const PgaRole *role = wanted ? find_role(work->source.objects, wanted) : NULL;

    if (wanted && !role) {
        pga_error_set(error, PGA_ERROR_INPUT, "role \"%s\" does not exist on the source", wanted);
        pga_error_hint(error, "--role takes one of the source's own roles, as pg_roles has them.");
        return FALSE;
    }
    if (role || environment->source_kind != PGA_SOURCE_DDL)
        work->role = g_strdup(role ? role->rolname : environment->role);
    options->role = work->role;
    options->role_is_superuser = role ? role->rolsuper : work->role && environment->is_superuser;
    return TRUE;
}

static gboolean
open_clone(const PgaCloneRequest *request, struct PgaCloneWork *work, GError **error)
{
    PgaCloneOptions options = {.catalog = work->source.catalog, .objects = work->source.objects};
    PgaLab *lab;

    if (!choose_role(request->role, work, &options, error))
        return FALSE;
    if (work->source.environment->source_kind != PGA_SOURCE_DDL) {
        work->planner = (PgaPlannerSource){.read = read_planner, .self = work};
        options.planner = &work->planner;
    }
    lab = pga_source_lab(&work->source, &request->from, error);
    if (!lab)
        return FALSE;
    pga_progress_step(request->from.progress, "making the clone");
    work->clone = pga_clone_open(lab, &options, error);
    return work->clone != NULL;
}

static gboolean
is_called(const PgaObject *object, const char *name)
{
    g_autofree char *quoted = pga_quote_qualified(object->nspname, object->objname);
    g_autofree char *quoted_alone = pga_quote_identifier(object->objname);
    g_autofree char *plain = g_strconcat(object->nspname, ".", object->objname, NULL);

    return g_str_equal(name, quoted) || g_str_equal(name, quoted_alone) ||
           g_str_equal(name, plain) || g_str_equal(name, object->objname);
}

/* (nullable): the one view that a person calls @name. */
static const PgaObject *
find_view(const PgaObjects *objects, const char *name)
{
    const PgaObject *found = NULL;

    for (guint i = 0; i < objects->objects->len; i++) {
        const PgaObject *object = g_ptr_array_index(objects->objects, i);

        if (PGA_OBJECT_CLASS(object->id) != PGA_CLASS_RELATION || !object->nspname ||
            !object->objname || !is_called(object, name))
            continue;
        if (found)
            return NULL;
        found = object;
    }
    return found;
}

/* Tables by their oid, views by a text that names them. */
static gboolean
find_named(const char *name, struct PgaCloneWork *work, GArray *relations, GString *views,
           GError **error)
{
    const PgaCatalog *catalog = work->source.catalog;
    const PgaRelation *relation = pga_catalog_relation_by_written_name(catalog, name, NULL);
    const PgaObject *view = relation ? NULL : find_view(work->source.objects, name);
    g_autofree char *text = view ? pga_quote_qualified(view->nspname, view->objname) : NULL;

    if (relation)
        g_array_append_val(relations, relation->oid);
    else if (view)
        g_string_append_printf(views, "TABLE %s;\n", text);
    else
        return pga_catalog_relation_by_written_name(catalog, name, error) != NULL;
    return TRUE;
}

static gboolean
bring_named(const char *const *names, struct PgaCloneWork *work, GError **error)
{
    g_autoptr(GArray) relations = g_array_new(FALSE, FALSE, sizeof(PgaOid));
    g_autoptr(GString) views = g_string_new(NULL);

    for (guint i = 0; names[i]; i++)
        if (!find_named(names[i], work, relations, views, error))
            return FALSE;
    return (relations->len == 0 || pga_clone_bring(work->clone, relations, error)) &&
           (views->len == 0 || pga_clone_bring_statement(work->clone, views->str, error));
}

static gboolean
bring(const PgaCloneRequest *request, struct PgaCloneWork *work, GError **error)
{
    const gboolean done = request->relations ? bring_named(request->relations, work, error)
                                             : pga_clone_bring_all(work->clone, error);

    if (done)
        count_objects(work);
    g_clear_pointer(&work->source.connection, pga_connection_close);
    return done;
}

static void
note_no_whatif(PgaPreparedClone *prepared)
{
    g_ptr_array_add(
        prepared->not_cloned,
        pga_not_checked_new(
            NULL, g_strdup("sizes"),
            g_strdup_printf("the module that tells the planner of PostgreSQL %s the source's sizes "
                            "is not there: costs are no proof (\"pgarchitect doctor\" says what is "
                            "missing)",
                            prepared->server_version)));
}

static void
describe(struct PgaCloneWork *work)
{
    PgaPreparedClone *prepared = work->prepared;
    const PgaEnvironment *environment = work->source.environment;
    const GPtrArray *left_out = pga_clone_not_cloned(work->clone);
    const PgaCloneDifferences differences = {
        .environment = environment,
        .lab_version_num = pga_lab_version_num(work->source.lab),
        .lab_version = pga_lab_version(work->source.lab),
        .no_values = work->source.collect.no_values,
        .n_altered = work->n_altered,
        .first_altered = work->first_altered,
    };

    prepared->source_kind = environment->source_kind;
    prepared->source_name = g_strdup(environment->source_name);
    prepared->role = g_strdup(work->role);
    prepared->source_version = g_strdup(environment->version);
    prepared->server_version = g_strdup(differences.lab_version);
    prepared->has_whatif = pga_clone_has_whatif(work->clone);
    prepared->environment = pga_clone_environment(work->clone);
    if (!prepared->has_whatif)
        note_no_whatif(prepared);
    for (guint i = 0; i < left_out->len; i++) {
        const PgaNotChecked *note = g_ptr_array_index(left_out, i);

        g_ptr_array_add(prepared->not_cloned,
                        pga_not_checked_new(NULL, g_strdup(note->what), g_strdup(note->why)));
    }
    pga_clone_differences(&differences, prepared->differences);
}

PgaPreparedClone *
pga_app_clone(const PgaCloneRequest *request, GError **error)
{
    g_autoptr(PgaPreparedClone) prepared = prepared_new();

    if (!read_source(request, prepared->work, error) ||
        !open_clone(request, prepared->work, error) || !bring(request, prepared->work, error))
        return NULL;
    describe(prepared->work);
    return g_steal_pointer(&prepared);
}
