/* GError with a detail and a hint, kept as the error domain's private data. */
#include "base/error.h"

typedef struct {
    char *detail;
    char *hint;
} PgaErrorPrivate;

static void
pga_error_private_init(PgaErrorPrivate *priv)
{
    priv->detail = NULL;
    priv->hint = NULL;
}

static void
pga_error_private_copy(const PgaErrorPrivate *src, PgaErrorPrivate *dest)
{
    dest->detail = g_strdup(src->detail);
    dest->hint = g_strdup(src->hint);
}

static void
pga_error_private_clear(PgaErrorPrivate *priv)
{
    g_free(priv->detail);
    g_free(priv->hint);
}

G_DEFINE_EXTENDED_ERROR(PgaError, pga_error)

static char *format_printf(const char *format, va_list args) G_GNUC_PRINTF(1, 0);

static char *
format_printf(const char *format, va_list args)
{
    return g_strdup_vprintf(format, args);
}

void
pga_error_set(GError **error, PgaError code, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = format_printf(format, args);
    va_end(args);
    g_set_error_literal(error, PGA_ERROR, (gint)code, message);
}

void
pga_error_detail(GError **error, const char *format, ...)
{
    PgaErrorPrivate *priv;
    va_list args;

    if (!error || !*error || (*error)->domain != PGA_ERROR)
        return;
    priv = pga_error_get_private(*error);
    g_free(priv->detail);
    va_start(args, format);
    priv->detail = format_printf(format, args);
    va_end(args);
}

void
pga_error_hint(GError **error, const char *format, ...)
{
    PgaErrorPrivate *priv;
    va_list args;

    if (!error || !*error || (*error)->domain != PGA_ERROR)
        return;
    priv = pga_error_get_private(*error);
    g_free(priv->hint);
    va_start(args, format);
    priv->hint = format_printf(format, args);
    va_end(args);
}

const char *
pga_error_get_detail(const GError *error)
{
    if (!error || error->domain != PGA_ERROR)
        return NULL;
    return pga_error_get_private(error)->detail;
}

const char *
pga_error_get_hint(const GError *error)
{
    if (!error || error->domain != PGA_ERROR)
        return NULL;
    return pga_error_get_private(error)->hint;
}
