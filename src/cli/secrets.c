#include "secrets.h"

#include <string.h>
#include <strings.h>

/* A whole argument is blanked rather than parsed: quoting rules must not decide whether a password
 * shows. */
static int
may_hold_password(const char *argument)
{
    const char *scheme = strstr(argument, "://");

    return strcasestr(argument, "password") != NULL || (scheme && strchr(scheme, '@'));
}

void
pga_secrets_hide(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (may_hold_password(argv[i]))
            memset(argv[i], 'x', strlen(argv[i]));
}
