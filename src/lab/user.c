/* Whom the lab runs as: ourselves, or when we are root an unprivileged user. */
#include "base/error.h"
#include "lab/lab.h"
#include "process_internal.h"
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER_VARIABLE "PGARCHITECT_LAB_USER"

enum {
    FALLBACK_ID = 65534, /* what "nobody" is where the user database does not say */
    ENTRY_BYTES = 16384,
};

void
pga_lab_user_clear(PgaLabUser *user)
{
    g_clear_pointer(&user->name, g_free);
}

static const char *
unprivileged_name(void)
{
    const char *name = g_getenv(USER_VARIABLE);

    return name && *name ? name : "nobody";
}

char *
pga_own_user(void)
{
    g_autofree char *texts = g_malloc(ENTRY_BYTES);
    struct passwd found;
    struct passwd *entry = NULL;

    return getpwuid_r(geteuid(), &found, texts, ENTRY_BYTES, &entry) == 0 && entry
               ? g_strdup(entry->pw_name)
               : g_strdup_printf("%u", geteuid());
}

char *
pga_lab_user(void)
{
    return geteuid() == 0 ? g_strdup(unprivileged_name()) : pga_own_user();
}

gboolean
pga_lab_user_find(PgaLabUser *out, GError **error)
{
    const char *name = unprivileged_name();
    g_autofree char *texts = g_malloc(ENTRY_BYTES);
    struct passwd found;
    struct passwd *entry = NULL; /* labs are started by several threads */

    out->change = geteuid() == 0;
    out->uid = geteuid();
    out->gid = getegid();
    if (out->change) {
        if (getpwnam_r(name, &found, texts, ENTRY_BYTES, &entry) != 0 || !entry ||
            entry->pw_uid == 0) {
            pga_error_set(error, PGA_ERROR_LAB, "the lab cannot run as user \"%s\"", name);
            pga_error_detail(error, entry ? "PostgreSQL refuses to run as root."
                                          : "There is no such user.");
            pga_error_hint(error, "Name an unprivileged user in %s.", USER_VARIABLE);
            return FALSE;
        }
        out->uid = entry->pw_uid;
        out->gid = entry->pw_gid != 0 ? entry->pw_gid : FALLBACK_ID;
    }
    out->name = pga_lab_user();
    return TRUE;
}

static gboolean
may_enter(const PgaLabUser *user, const struct stat *status)
{
    if (status->st_uid == user->uid)
        return (status->st_mode & S_IXUSR) != 0;
    return (status->st_mode & (status->st_gid == user->gid ? S_IXGRP : S_IXOTH)) != 0;
}

char *
pga_lab_user_barrier(const PgaLabUser *user, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    char *barrier = NULL; /* the uppermost so far */

    for (;;) {
        struct stat status;
        char *above;

        if (stat(folder, &status) == 0 && !may_enter(user, &status)) {
            g_free(barrier);
            barrier = g_strdup(folder);
        }
        if (g_str_equal(folder, "/") || g_str_equal(folder, "."))
            return barrier;
        above = g_path_get_dirname(folder);
        g_free(folder);
        folder = above;
    }
}
