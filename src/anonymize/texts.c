/* Texts that are neither names nor SQL. What may stay is what consists of known words; the rest is
 * replaced part by part where it has parts, else masked. */
#include "texts_internal.h"

#include <arpa/inet.h>
#include <string.h>

enum { WORD_MIN = 3 }; /* letters; shorter ones say nothing */

/* Words of file systems, protocols and commands that everybody has. Sorted. */
static const char *const harmless[] = {
    "all",         "app",    "archive",  "auth",       "auto",       "barman",      "bin",
    "cert",        "certs",  "client",   "clientcert", "clientname", "conf",        "crt",
    "csv",         "data",   "database", "dev",        "dmy",        "echo",        "etc",
    "exit",        "false",  "german",   "gmt",        "hba",        "home",        "host",
    "iso",         "json",   "key",      "lib",        "line",       "local",       "localhost",
    "log",         "main",   "map",      "md5",        "mdy",        "minimal",     "mnt",
    "null",        "off",    "opt",      "pem",        "pgbackrest", "pgdata",      "pghost",
    "pgsql",       "pid",    "postgres", "postgresql", "private",    "private_key", "replica",
    "replication", "root",   "run",      "samehost",   "samenet",    "samerole",    "sameuser",
    "scram",       "server", "session",  "sha",        "share",      "shm",         "snakeoil",
    "sock",        "sql",    "srv",      "ssl",        "stderr",     "syslog",      "tcp",
    "test",        "time",   "tmp",      "true",       "user",       "usr",         "utc",
    "utf",         "var",    "verify",   "volume",     "volumes",    "wal",         "walreceiver",
    "ymd",
};

static gboolean
is_harmless(const PgaWalk *walk, const char *text, gsize length)
{
    g_autofree char *word = g_ascii_strdown(text, (gssize)length);

    for (guint i = 0; i < G_N_ELEMENTS(harmless); i++)
        if (g_str_equal(harmless[i], word))
            return TRUE;
    return pga_name_is_own(walk->names, word);
}

/* "10.1": part of an address, or a version that might tell. */
static gboolean
is_dotted(const char *text)
{
    const gsize digits = strspn(text, "0123456789");

    return digits > 0 && text[digits] == '.' && g_ascii_isdigit(text[digits + 1]);
}

gboolean
pga_text_is_plain(const PgaWalk *walk, const char *text)
{
    while (*text) {
        gsize length = 0;

        if ((guint8)*text >= 0x80 || is_dotted(text))
            return FALSE;
        if (!g_ascii_isdigit(*text))
            while (g_ascii_isalnum(text[length]) || text[length] == '_')
                length++;
        if (length >= WORD_MIN && !is_harmless(walk, text, length))
            return FALSE;
        text += MAX(length, 1);
    }
    return TRUE;
}

char *
pga_text_mask(PgaWalk *walk, const char *text)
{
    if (pga_text_is_plain(walk, text))
        return g_strdup(text);
    walk->n_masked++;
    return g_strdup(PGA_MASK);
}

/* One name between slashes; what follows its last point stays when it is plain. */
static char *
map_component(PgaWalk *walk, const char *component)
{
    const char *point = strrchr(component, '.');
    g_autofree char *stem = NULL, *mapped = NULL;

    if (pga_text_is_plain(walk, component))
        return g_strdup(component);
    if (!point || point == component || !pga_text_is_plain(walk, point))
        point = component + strlen(component);
    stem = g_strndup(component, (gsize)(point - component));
    mapped = pga_name_map(walk->names, PGA_NAME_OTHER, stem);
    return g_strconcat(mapped, point, NULL);
}

char *
pga_text_path(PgaWalk *walk, const char *text)
{
    g_auto(GStrv) components = g_strsplit(text, "/", -1);

    for (guint i = 0; components[i]; i++) {
        char *mapped = map_component(walk, components[i]);

        g_free(components[i]);
        components[i] = mapped;
    }
    return g_strjoinv("/", components);
}

static gboolean
is_everybody_or_self(const char *address)
{
    static const char *const words[] = {"all", "samehost", "samenet", "localhost", "*"};

    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(address, words[i]))
            return TRUE;
    return g_str_has_prefix(address, "0.0.0.0") || g_str_has_prefix(address, "127.") ||
           g_str_equal(address, "::") || g_str_has_prefix(address, "::/") ||
           g_str_has_prefix(address, "::1");
}

/* Bits that are set in a netmask; -1 when it is none. */
static int
mask_length(const char *netmask)
{
    guint8 bytes[16];
    const gboolean six = strchr(netmask, ':') != NULL;
    int length = 0;

    if (inet_pton(six ? AF_INET6 : AF_INET, netmask, bytes) != 1)
        return -1;
    for (guint i = 0; i < (six ? 16U : 4U); i++)
        length += __builtin_popcount(bytes[i]);
    return length;
}

/* ".example.com" */
static char *
map_host(PgaWalk *walk, const char *host)
{
    const gboolean domain = *host == '.';
    g_autofree char *mapped = pga_name_map(walk->names, PGA_NAME_OTHER, host + domain);

    return g_strconcat(domain ? "." : "", mapped, NULL);
}

char *
pga_text_address(PgaWalk *walk, const char *text, const char *netmask)
{
    const int length = netmask && !strchr(text, '/') ? mask_length(netmask) : -1;
    const PgaValueType *type = pga_value_type_of(walk->values, "inet");
    g_autofree char *masked = NULL;
    char *mapped, *slash;

    if (is_everybody_or_self(text))
        return g_strdup(text);
    if (length >= 0)
        masked = g_strdup_printf("%s/%d", text, length);
    mapped = pga_value_map(walk->values, type, masked ? masked : text);
    if (!mapped)
        return map_host(walk, text);
    slash = masked ? strchr(mapped, '/') : NULL;
    if (slash)
        *slash = '\0';
    return mapped;
}

char *
pga_text_list(PgaWalk *walk, const char *text, char *(*map)(PgaWalk *walk, const char *part))
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    for (guint i = 0; parts[i]; i++) {
        const gsize blanks = strspn(parts[i], " ");
        g_autofree char *mapped = map(walk, parts[i] + blanks);
        char *whole = g_strdup_printf("%.*s%s", (int)blanks, parts[i], mapped);

        g_free(parts[i]);
        parts[i] = whole;
    }
    return g_strjoinv(",", parts);
}

char *
pga_text_hba_name(PgaWalk *walk, const char *text)
{
    g_autofree char *mapped = NULL;

    if (*text == '@') {
        mapped = pga_text_path(walk, text + 1);
        return g_strconcat("@", mapped, NULL);
    }
    if (*text == '+' || *text == '/') {
        mapped = pga_name_map(walk->names, PGA_NAME_ROLE, text + 1);
        return g_strdup_printf("%c%s", *text, mapped);
    }
    if (pga_text_is_plain(walk, text))
        return g_strdup(text);
    return pga_name_map(walk->names, PGA_NAME_ROLE, text);
}

char *
pga_text_option(PgaWalk *walk, const char *text)
{
    const char *equals = strchr(text, '=');
    g_autofree char *value = NULL;

    if (!equals)
        return pga_text_mask(walk, text);
    value = pga_text_mask(walk, equals + 1);
    return g_strdup_printf("%.*s=%s", (int)(equals - text), text, value);
}

char *
pga_text_setting_name(PgaWalk *walk, const char *name)
{
    g_auto(GStrv) parts = NULL;

    if (!strchr(name, '.'))
        return g_strdup(name);
    parts = g_strsplit(name, ".", -1);
    for (guint i = 0; parts[i]; i++) {
        char *mapped = pga_name_map(walk->names, PGA_NAME_OTHER, parts[i]);

        g_free(parts[i]);
        parts[i] = mapped;
    }
    return g_strjoinv(".", parts);
}
