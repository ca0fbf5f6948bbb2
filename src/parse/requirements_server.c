/* Where it runs and how available it is. */
#include "requirements_internal.h"

#include <base/error.h>
#include <base/text.h>
#include <math.h>
#include <string.h>

static const PgaSpecWord platforms[] = {
    {"self-hosted", PGA_DEPLOYMENT_SELF_HOSTED},
    {"on-premises", PGA_DEPLOYMENT_SELF_HOSTED},
    {"on-premise", PGA_DEPLOYMENT_SELF_HOSTED},
    {"bare-metal", PGA_DEPLOYMENT_SELF_HOSTED},
    {"aws-rds", PGA_DEPLOYMENT_AWS_RDS},
    {"amazon-rds", PGA_DEPLOYMENT_AWS_RDS},
    {"rds", PGA_DEPLOYMENT_AWS_RDS},
    {"aurora", PGA_DEPLOYMENT_AURORA},
    {"aws-aurora", PGA_DEPLOYMENT_AURORA},
    {"amazon-aurora", PGA_DEPLOYMENT_AURORA},
    {"gcp-cloudsql", PGA_DEPLOYMENT_GCP_CLOUDSQL},
    {"gcp-cloud-sql", PGA_DEPLOYMENT_GCP_CLOUDSQL},
    {"google-cloud-sql", PGA_DEPLOYMENT_GCP_CLOUDSQL},
    {"cloud-sql", PGA_DEPLOYMENT_GCP_CLOUDSQL},
    {"cloudsql", PGA_DEPLOYMENT_GCP_CLOUDSQL},
    {"azure-postgres", PGA_DEPLOYMENT_AZURE_POSTGRES},
    {"azure-flexible-server", PGA_DEPLOYMENT_AZURE_POSTGRES},
    {"azure", PGA_DEPLOYMENT_AZURE_POSTGRES},
    {NULL, 0},
};

static const char platform_allowed[] =
    "Allowed: self-hosted, aws-rds, aurora, gcp-cloudsql, azure-postgres, with a version as in "
    "aws-rds-postgres-17; or {platform: aws-rds, pg_version: 17, ram: 64GB}.";

static const PgaSpecWord storages[] = {
    {"nvme", PGA_STORAGE_NVME},       {"ssd", PGA_STORAGE_SSD},       {"hdd", PGA_STORAGE_HDD},
    {"network", PGA_STORAGE_NETWORK}, {"ebs", PGA_STORAGE_NETWORK},   {"gp3", PGA_STORAGE_NETWORK},
    {"san", PGA_STORAGE_NETWORK},     {"cloud", PGA_STORAGE_NETWORK}, {NULL, 0},
};

/* "17", "16.4", "9.6", "pg17", "postgresql 17"; 0 when it is none. */
static guint
version_text(const char *text, double *number)
{
    static const char *const prefixes[] = {"postgresql", "postgres", "pg", "version", "v", NULL};
    const char *rest;

    for (guint i = 0; prefixes[i]; i++)
        if (g_str_has_prefix(text, prefixes[i])) {
            text += strlen(prefixes[i]);
            break;
        }
    while (*text == ' ' || *text == '-')
        text++;
    if (!pga_spec_number(text, number, &rest) || *rest || *number < 1 || *number >= 100)
        return 0;
    return (guint)*number;
}

static gboolean
refuse_version(const PgaSpecValue *value, double number, GError **error)
{
    pga_spec_fail(value, "Allowed: 9.6 and newer; 17 or newer is recommended.", error,
                  "is a version of PostgreSQL that is not supported any more");
    if (number >= 9.2)
        pga_error_hint(error, "Upgrade first: pg_upgrade of PostgreSQL 17 takes a server of 9.2 or "
                              "newer over in one step, and so does pg_dump of 17 with a restore. "
                              "Then ask for pg_version: 17.");
    else
        pga_error_hint(error,
                       "Upgrade first: dump the databases with pg_dump of PostgreSQL 14, the last "
                       "that reads servers before 9.2, restore them there, and go from 14 to 17 "
                       "with pg_upgrade. Then ask for pg_version: 17.");
    return FALSE;
}

static gboolean
take_version(const PgaSpecValue *value, const char *text, GError **error)
{
    PgaSpecDeployment *deployment = &value->requirements->deployment;
    double number = 0;
    const guint major = version_text(text, &number);

    if (!major)
        return pga_spec_fail(value, "Allowed: a version of PostgreSQL, as in 17 or 16.4.", error,
                             "is no version of PostgreSQL");
    if (number < 9.6)
        return refuse_version(value, number, error);
    deployment->major = major;
    g_free(deployment->version);
    deployment->version = g_strdup(text + strcspn(text, "0123456789"));
    return TRUE;
}

static gboolean
read_version(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    g_autofree char *text = NULL;

    (void)out;
    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    text = g_strstrip(g_ascii_strdown(value->node->scalar, -1));
    return take_version(value, text, error);
}

/* Whether @text goes on behind the word: at its end or at a hyphen. */
static gboolean
begins_with_word(const char *text, const char *word)
{
    const gsize length = strlen(word);

    return g_str_has_prefix(text, word) && (!text[length] || text[length] == '-');
}

static gboolean
refuse_platform(const PgaSpecValue *value, const char *text, GError **error)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();

    for (const PgaSpecWord *word = platforms; word->word; word++)
        g_ptr_array_add(known, (gpointer)word->word);
    pga_spec_fail(value, platform_allowed, error, "is not known");
    pga_spec_hint_closest_of(error, text, known);
    return FALSE;
}

/* "aws-rds-postgres-17": a platform, then perhaps the product, then perhaps a version. */
static gboolean
read_platform(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char *const products[] = {"postgresql", "postgres", "pg",     "for",
                                           "flexible",   "server",   "single", NULL};
    PgaSpecDeployment *deployment = &value->requirements->deployment;
    const PgaSpecWord *best = NULL;
    g_autofree char *text = NULL;
    const char *rest;
    double number;

    (void)out;
    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    text = g_strdelimit(g_strstrip(g_ascii_strdown(value->node->scalar, -1)), "_ ", '-');
    for (const PgaSpecWord *word = platforms; word->word; word++)
        if (begins_with_word(text, word->word) &&
            (!best || strlen(word->word) > strlen(best->word)))
            best = word;
    if (!best)
        return refuse_platform(value, text, error);
    deployment->platform = (PgaDeployment)best->number;
    rest = text + strlen(best->word);
    for (guint i = 0; products[i];) {
        const gboolean met = *rest == '-' && begins_with_word(rest + 1, products[i]);

        rest += met ? 1 + strlen(products[i]) : 0;
        i = met ? 0 : i + 1;
    }
    if (!*rest)
        return TRUE;
    if (!version_text(rest + 1, &number))
        return refuse_platform(value, text, error);
    return take_version(value, rest + 1, error);
}

gboolean
pga_spec_deployment(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    PgaSpecDeployment *deployment = &value->requirements->deployment;
    static const PgaSpecField fields[] = {
        {"platform", read_platform, 0, NULL, 0},
        {"pg_version", read_version, 0, NULL, 0},
        {"version", read_version, 0, NULL, 0},
        {"ram", pga_spec_memory_bytes, G_STRUCT_OFFSET(PgaSpecDeployment, ram_bytes), NULL, 0},
        {"cores", pga_spec_integer, G_STRUCT_OFFSET(PgaSpecDeployment, cores),
         GUINT_TO_POINTER(4096), 0},
        {"storage", pga_spec_word64, G_STRUCT_OFFSET(PgaSpecDeployment, storage), storages, 0},
        {"nodes", pga_spec_integer, G_STRUCT_OFFSET(PgaSpecDeployment, nodes),
         GUINT_TO_POINTER(1000), 0},
        {"tenants_in", pga_spec_names, G_STRUCT_OFFSET(PgaSpecDeployment, tenants_in), NULL, 0},
        {NULL, NULL, 0, NULL, 0},
    };

    (void)out;
    (void)with;
    deployment->at = pga_spec_place(value->node);
    deployment->is_stated = TRUE;
    if (value->node->kind == PGA_YAML_SCALAR)
        return read_platform(value, NULL, NULL, error);
    return pga_spec_fields(value, fields, deployment, error);
}

/* "99.95%", 99.95, or 0.9995; *out: percent. */
static gboolean
read_sla(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const char allowed[] = "Allowed: a share of the time, as in 99%, 99.9% or 99.99%.";
    const char *rest;
    double number;

    (void)with;
    if (!pga_spec_expect(value, PGA_YAML_SCALAR, error))
        return FALSE;
    if (*(double *)out >= 0)
        return pga_spec_fail_at(value, pga_spec_place(value->node), NULL, error,
                                "the availability is said twice");
    if (!pga_spec_number(value->node->scalar, &number, &rest) ||
        (*rest && g_strcmp0(rest, "%") != 0))
        return pga_spec_fail(value, allowed, error, "is no availability");
    if (!*rest && number <= 1)
        number = round(number * 1e11) / 1e9; /* 0.9995 is 99.95, not 99.949999999999989 */
    if (number > 100)
        return pga_spec_fail(value, allowed, error, "is more than always");
    if (number < 50)
        return pga_spec_fail(value, allowed, error, "is less than half of the time");
    *(double *)out = number;
    value->requirements->availability.sla_at = pga_spec_place(value->node);
    return TRUE;
}

static const PgaSpecWord replications[] = {
    {"async", PGA_REPLICATION_ASYNC},
    {"asynchronous", PGA_REPLICATION_ASYNC},
    {"sync", PGA_REPLICATION_SYNC},
    {"synchronous", PGA_REPLICATION_SYNC},
    {NULL, 0},
};

static const PgaSpecWord failovers[] = {
    {"none", PGA_FAILOVER_NONE},
    {"manual", PGA_FAILOVER_MANUAL},
    {"automatic", PGA_FAILOVER_AUTOMATIC},
    {"auto", PGA_FAILOVER_AUTOMATIC},
    {NULL, 0},
};

/* A word that is kept as a text. */
static gboolean
read_kept_word(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    const PgaSpecWord *words = with;
    gint64 place = 0;

    if (!pga_spec_word64(value, &place, words, error))
        return FALSE;
    g_free(*(char **)out);
    *(char **)out = g_strdup(words[place].word);
    return TRUE;
}

static const PgaSpecWord scopes[] = {{"zone", 0}, {"region", 1}, {NULL, 0}};
static const PgaSpecWord recoveries[] = {{"standby", 0}, {"backup-only", 1}, {NULL, 0}};

#define OF(field) G_STRUCT_OFFSET(PgaSpecAvailability, field)

static gboolean
read_patroni(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const PgaSpecField fields[] = {
        {"ttl", pga_spec_seconds, OF(ttl), GUINT_TO_POINTER(PGA_SPEC_POSITIVE), 0},
        {"loop_wait", pga_spec_seconds, OF(loop_wait), GUINT_TO_POINTER(PGA_SPEC_POSITIVE), 0},
        {"retry_timeout", pga_spec_seconds, OF(retry_timeout), GUINT_TO_POINTER(PGA_SPEC_POSITIVE),
         0},
        {NULL, NULL, 0, NULL, 0},
    };

    (void)with;
    return pga_spec_fields(value, fields, out, error);
}

gboolean
pga_spec_availability(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const PgaSpecField fields[] = {
        {"sla", read_sla, OF(sla), NULL, 0},
        {"rpo", pga_spec_seconds, OF(rpo_s), NULL, OF(rpo_at)},
        {"rto", pga_spec_seconds, OF(rto_s), NULL, OF(rto_at)},
        {"replication", pga_spec_word, OF(replication), replications, 0},
        {"regions", pga_spec_names, OF(regions), NULL, 0},
        {"region_rtt", pga_spec_milliseconds, OF(region_rtt_ms), NULL, 0},
        {"failover", pga_spec_word, OF(failover), failovers, 0},
        {"region_failover", pga_spec_word, OF(region_failover), failovers, 0},
        {"rpo_scope", read_kept_word, OF(rpo_scope), scopes, 0},
        {"recovery", read_kept_word, OF(recovery), recoveries, 0},
        {"patroni", read_patroni, 0, NULL, 0},
        {NULL, NULL, 0, NULL, 0},
    };
    PgaSpecAvailability *availability = &value->requirements->availability;

    (void)out;
    (void)with;
    availability->at = pga_spec_place(value->node);
    if (value->node->kind == PGA_YAML_SCALAR)
        return read_sla(value, &availability->sla, NULL, error);
    return pga_spec_fields(value, fields, availability, error);
}

gboolean
pga_spec_sharding(const PgaSpecValue *value, gpointer out, gconstpointer with, GError **error)
{
    static const PgaSpecWord kinds[] = {
        {"none", PGA_SHARDING_NONE},
        {"citus", PGA_SHARDING_CITUS},
        {"application", PGA_SHARDING_APPLICATION},
        {"fdw", PGA_SHARDING_FDW},
        {NULL, 0},
    };
    static const PgaSpecField fields[] = {
        {"kind", pga_spec_word, G_STRUCT_OFFSET(PgaRequirements, sharding), kinds, 0},
        {"distribution_column", pga_spec_text,
         G_STRUCT_OFFSET(PgaRequirements, distribution_column), NULL, 0},
        {NULL, NULL, 0, NULL, 0},
    };
    PgaRequirements *requirements = value->requirements;

    (void)out;
    (void)with;
    requirements->sharding_at = pga_spec_place(value->node);
    if (value->node->kind == PGA_YAML_SCALAR)
        return pga_spec_word(value, &requirements->sharding, kinds, error);
    return pga_spec_fields(value, fields, requirements, error);
}
