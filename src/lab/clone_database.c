/* The database that a clone lives in: encoding and locale, roles, tablespaces, settings as the
 * source has them; and the whatif module. */
#include "base/error.h"
#include "base/text.h"
#include "clone_internal.h"
#include "module_internal.h"
#include "sizes_internal.h"
#include "whatif_sql_internal.h"
#include <errno.h>
#include <string.h>

static void
append_literal(GString *sql, const char *keyword, const char *value)
{
    g_autofree char *literal = value ? pga_quote_literal(value) : NULL;

    if (literal)
        g_string_append_printf(sql, " %s %s", keyword, literal);
}

/* (transfer full): what follows "TEMPLATE template0" for the source's encoding and locale */
static char *
locale_clauses(const PgaClone *clone)
{
    const PgaObjects *objects = clone->objects;
    GString *sql = g_string_new(NULL);

    append_literal(sql, "ENCODING", objects->encoding);
    append_literal(sql, "LC_COLLATE", objects->collate);
    append_literal(sql, "LC_CTYPE", objects->ctype);
    if (objects->provider == 'i') {
        g_string_append(sql, " LOCALE_PROVIDER icu");
        append_literal(sql, "ICU_LOCALE", objects->locale);
        append_literal(sql, "ICU_RULES", objects->icu_rules);
    } else if (objects->provider == 'b') {
        g_string_append(sql, " LOCALE_PROVIDER builtin");
        append_literal(sql, "BUILTIN_LOCALE", objects->locale);
    }
    return g_string_free(sql, FALSE);
}

/* *refused when the server says no: a locale that this machine lacks. */
static gboolean
try_create(const PgaClone *clone, const char *clauses, char **refused, GError **error)
{
    g_autofree char *tablespace = clone->objects && clone->objects->tablespace
                                      ? pga_quote_identifier(clone->objects->tablespace)
                                      : NULL;
    g_autofree char *sql = g_strdup_printf(
        "CREATE DATABASE %s %s%s%s%s", clone->dbname, pga_lab_empty_database(clone->lab), clauses,
        tablespace ? " TABLESPACE " : "", tablespace ? tablespace : "");
    g_autoptr(PGresult) result = pga_session_exec(clone->lab->admin, sql, NULL, 0, FALSE, error);

    *refused = result && pga_result_failed(result) ? pga_result_message(result) : NULL;
    return result != NULL;
}

/* One that the lab has already, of an earlier clone, is taken as it is. */
static gboolean
create_tablespace(PgaLab *lab, const char *spcname, GError **error)
{
    g_autofree char *name = pga_quote_identifier(spcname);
    g_autofree char *path = pga_lab_make_tablespace_folder(lab, error);
    g_autofree char *literal = path ? pga_quote_literal(path) : NULL;
    g_autofree char *sql =
        path ? g_strdup_printf("CREATE TABLESPACE %s LOCATION %s", name, literal) : NULL;
    g_autoptr(PGresult) created =
        path ? pga_session_exec(lab->admin, sql, NULL, 0, FALSE, error) : NULL;

    return created && pga_session_do(lab->admin, error,
                                     "GRANT CREATE ON TABLESPACE %s TO " PGA_ROLE_PROVER, name);
}

static gboolean
make_tablespace(PgaClone *clone, const PgaTablespace *tablespace, GError **error)
{
    const char *const params[] = {tablespace->spcname, tablespace->options};
    g_autoptr(PGresult) done = NULL;

    if (!g_str_has_prefix(tablespace->spcname, "pg_") &&
        !create_tablespace(clone->lab, tablespace->spcname, error))
        return FALSE;
    done = pga_clone_query(clone->lab->admin,
                           "UPDATE pg_catalog.pg_tablespace SET spcoptions = "
                           "$2::pg_catalog.text[] WHERE spcname = $1",
                           params, 2, error);
    return done != NULL;
}

/* Before the database: that may stand in one of them. */
static gboolean
make_tablespaces(PgaClone *clone, GError **error)
{
    for (guint i = 0; i < clone->objects->tablespaces->len; i++)
        if (!make_tablespace(clone, g_ptr_array_index(clone->objects->tablespaces, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
create_database(PgaClone *clone, GError **error)
{
    g_autofree char *clauses = clone->objects ? locale_clauses(clone) : g_strdup("");
    g_autofree char *refused = NULL, *again = NULL;

    if (!try_create(clone, clauses, &refused, error))
        return FALSE;
    if (!refused)
        return TRUE;
    if (clone->objects)
        pga_clone_note(clone,
                       g_strdup_printf("locale %s of the source",
                                       clone->objects->collate ? clone->objects->collate : "?"),
                       g_strdup_printf("%s: the clone sorts by another one, so estimates of text "
                                       "ranges and LIKE are approximate",
                                       refused));
    if (!try_create(clone, "", &again, error))
        return FALSE;
    if (again) {
        pga_error_set(error, PGA_ERROR_LAB, "the lab could not be prepared");
        pga_error_detail(error, "CREATE DATABASE: %s.", again);
    }
    return !again;
}

static gboolean
load_module(PgaClone *clone, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *path = pga_lab_module_install(clone->lab, &cause);
    g_autofree char *literal = path ? pga_quote_literal(path) : NULL;
    g_autoptr(GString) sql = g_string_new(pga_whatif_sql);
    g_autoptr(PGresult) result = NULL;

    if (cause) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (!path)
        return TRUE;
    g_string_replace(sql, "'@MODULE@'", literal, 0);
    result = PQexec(clone->admin->conn, sql->str);
    if (!pga_result_failed(result)) {
        clone->module = g_steal_pointer(&path);
        return TRUE;
    }
    pga_error_set(error, PGA_ERROR_LAB, "the what-if module does not load into PostgreSQL %s",
                  pga_lab_version(clone->lab));
    pga_error_detail(error, "%s", PQresultErrorMessage(result));
    pga_error_hint(error, "Build pgarchitect again, so that the module fits the server.");
    return FALSE;
}

gboolean
pga_clone_make_database(PgaClone *clone, GError **error)
{
    PgaSession *admin = clone->lab->admin;

    if ((clone->objects && !make_tablespaces(clone, error)) || !create_database(clone, error) ||
        !pga_session_do(admin, error, "REVOKE ALL ON DATABASE %s FROM PUBLIC", clone->dbname) ||
        !pga_session_do(admin, error,
                        "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %s TO " PGA_ROLE_PROVER,
                        clone->dbname))
        return FALSE;
    clone->admin = pga_session_open(clone->lab, clone->dbname, PGA_ROLE_SUPERUSER, error);
    return clone->admin &&
           pga_session_set(clone->admin,
                           "SELECT pg_catalog.set_config('DateStyle', 'ISO, YMD', false), "
                           "pg_catalog.set_config('IntervalStyle', 'postgres', false)",
                           error) &&
           (clone->is_unplanned || load_module(clone, error));
}

gboolean
pga_clone_role_is_reserved(const char *rolname)
{
    return g_str_has_prefix(rolname, "pg_") || g_str_has_prefix(rolname, PGA_ROLE_PREFIX);
}

/* Roles outlive a clone: the lab may have them from an earlier one. */
static gboolean
make_role(PgaClone *clone, const char *rolname, const char *attributes, GError **error)
{
    g_autofree char *name = pga_quote_identifier(rolname);
    const char *const params[] = {rolname};
    g_autoptr(PGresult) there = NULL;

    if (pga_clone_role_is_reserved(rolname))
        return TRUE;
    there = pga_clone_query(clone->admin, "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1",
                            params, 1, error);
    if (!there)
        return FALSE;
    if (PQntuples(there) == 0)
        return pga_session_do(clone->admin, error, "CREATE ROLE %s %s", name, attributes) &&
               pga_session_do(clone->admin, error, "GRANT %s TO " PGA_ROLE_PROVER, name);
    /* the user of an earlier clone may be a member of the prover, who is to be one of it */
    return pga_session_do(clone->admin, error, "ALTER ROLE %s %s", name, attributes) &&
           pga_session_do(clone->admin, error, "REVOKE " PGA_ROLE_PROVER " FROM %s", name) &&
           pga_session_do(clone->admin, error, "GRANT %s TO " PGA_ROLE_PROVER, name);
}

/* Membership in a role that the lab's version does not have is nothing to fail for. */
static gboolean
grant_memberships(PgaClone *clone, const PgaRole *role, GError **error)
{
    g_autofree char *name = pga_quote_identifier(role->rolname);

    for (guint i = 0; !pga_clone_role_is_reserved(role->rolname) && i < role->member_of->len; i++) {
        g_autofree char *of = pga_quote_identifier(g_ptr_array_index(role->member_of, i));
        g_autofree char *sql = g_strdup_printf("GRANT %s TO %s", of, name);
        g_autoptr(PGresult) result = pga_session_exec(clone->admin, sql, NULL, 0, FALSE, error);

        if (!result)
            return FALSE;
    }
    return TRUE;
}

static gboolean
make_source_roles(PgaClone *clone, GError **error)
{
    const GPtrArray *roles = clone->objects->roles;

    for (guint i = 0; i < roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(roles, i);
        g_autofree char *attributes =
            g_strdup_printf("NOLOGIN %s %s", role->rolinherit ? "INHERIT" : "NOINHERIT",
                            role->rolsuper || role->rolbypassrls ? "BYPASSRLS" : "NOBYPASSRLS");

        if (!make_role(clone, role->rolname, attributes, error))
            return FALSE;
    }
    for (guint i = 0; i < roles->len; i++)
        if (!grant_memberships(clone, g_ptr_array_index(roles, i), error))
            return FALSE;
    return TRUE;
}

/* What a superuser may read and be, without what a superuser can do to the machine. */
static gboolean
make_like_superuser(PgaClone *clone, const char *name, GError **error)
{
    const GPtrArray *roles = clone->objects ? clone->objects->roles : NULL;

    for (guint i = 0; roles && i < roles->len; i++) {
        const PgaRole *role = g_ptr_array_index(roles, i);
        g_autofree char *of = pga_quote_identifier(role->rolname);

        if (strcmp(role->rolname, clone->role) != 0 && !pga_clone_role_is_reserved(role->rolname)) {
            g_autofree char *sql = g_strdup_printf("GRANT %s TO %s", of, name);
            g_autoptr(PGresult) result = /* refused when it is a member of ours */
                pga_session_exec(clone->admin, sql, NULL, 0, FALSE, error);

            if (!result)
                return FALSE;
        }
    }
    return pga_session_do(clone->admin, error, "ALTER ROLE %s BYPASSRLS", name) &&
           pga_session_do(clone->admin, error, "GRANT " PGA_ROLE_PROVER " TO %s", name);
}

/* The clone's user may come in by the socket, as peer of our own operating system user. */
static gboolean
admit(PgaClone *clone, GError **error)
{
    g_autofree char *path = pga_lab_path(clone->lab, "ident.conf");
    g_autofree char *own = pga_own_user();
    g_autofree char *map = NULL, *text = NULL;
    g_autoptr(GString) role = g_string_new(clone->role);

    if (!g_file_get_contents(path, &map, NULL, NULL))
        map = g_strdup("");
    g_string_replace(role, "\"", "\"\"", 0);
    text = g_strdup_printf("%slab \"%s\" \"%s\"\n", map, own, role->str);
    if (strchr(clone->role, '\n') || !g_file_set_contents(path, text, -1, NULL) ||
        !pga_lab_own(clone->lab, path)) {
        pga_error_set(error, PGA_ERROR_LAB, "could not write into the lab's directory: %s",
                      g_strerror(errno));
        return FALSE;
    }
    return pga_session_do(clone->admin, error, "SELECT pg_catalog.pg_reload_conf()");
}

static gboolean
make_user(PgaClone *clone, const PgaCloneOptions *options, GError **error)
{
    g_autofree char *name = pga_quote_identifier(clone->role);
    const gboolean own = strcmp(clone->role, PGA_ROLE_PROVER) == 0;

    if (own || pga_clone_role_is_reserved(clone->role)) {
        g_free(clone->role);
        clone->role = g_strdup(PGA_ROLE_PROVER);
        return TRUE;
    }
    if (!make_role(clone, clone->role, "LOGIN", error) ||
        !pga_session_do(clone->admin, error, "GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s",
                        clone->dbname, name))
        return FALSE;
    if (options->role_is_superuser) {
        g_autofree char *revoke = g_strdup_printf("REVOKE %s FROM " PGA_ROLE_PROVER, name);
        g_autoptr(PGresult) revoked = /* no circles: it will be a member of the prover */
            pga_session_exec(clone->admin, revoke, NULL, 0, FALSE, error);

        if (!revoked || !make_like_superuser(clone, name, error))
            return FALSE;
    }
    return admit(clone, error);
}

/* For a user who does not own the tables, but wants to see what an index of them would do. */
static gboolean
make_executor(PgaClone *clone, GError **error)
{
    return !clone->module ||
           (pga_session_do(
                clone->admin, error,
                "CREATE FUNCTION pgarchitect_whatif.execute(statement text) RETURNS void "
                "LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE statement; END'") &&
            pga_session_do(clone->admin, error,
                           "ALTER FUNCTION pgarchitect_whatif.execute(text) OWNER "
                           "TO " PGA_ROLE_PROVER));
}

gboolean
pga_clone_make_roles(PgaClone *clone, const PgaCloneOptions *options, GError **error)
{
    clone->role = g_strdup(options->role ? options->role : PGA_ROLE_PROVER);
    if (clone->objects && !make_source_roles(clone, error))
        return FALSE;
    if (!make_user(clone, options, error) || !make_executor(clone, error))
        return FALSE;
    return !clone->objects || /* the owner of all that a script made is the stranger */
           (pga_session_do(clone->admin, error, "ALTER ROLE " PGA_ROLE_PROVER " BYPASSRLS") &&
            pga_session_do(clone->admin, error, "GRANT " PGA_ROLE_STRANGER " TO " PGA_ROLE_PROVER));
}
