/* GError with a detail and a hint, kept as the error domain's private data. */
#include "base/error.h"

typedef struct {
    char *detail;
    char *hint;
    GPtrArray *others; /* (nullable): of GError * */
} PgaErrorPrivate;

#define MAX_OTHERS 19

static void
pga_error_private_init(PgaErrorPrivate *priv)
{
    priv->detail = NULL;
    priv->hint = NULL;
    priv->others = NULL;
}

static gpointer
copy_other(gconstpointer other, G_GNUC_UNUSED gpointer data)
{
    return g_error_copy(other);
}

static void
pga_error_private_copy(const PgaErrorPrivate *src, PgaErrorPrivate *dest)
{
    dest->detail = g_strdup(src->detail);
    dest->hint = g_strdup(src->hint);
    dest->others = src->others
                       ? g_ptr_array_copy(src->others, (GCopyFunc)(void (*)(void))copy_other, NULL)
                       : NULL;
    if (dest->others)
        g_ptr_array_set_free_func(dest->others, (GDestroyNotify)g_error_free);
}

static void
pga_error_private_clear(PgaErrorPrivate *priv)
{
    g_free(priv->detail);
    g_free(priv->hint);
    g_clear_pointer(&priv->others, g_ptr_array_unref);
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

static gboolean
is_same(const GError *a, const GError *b)
{
    return g_str_equal(a->message, b->message) &&
           g_strcmp0(pga_error_get_detail(a), pga_error_get_detail(b)) == 0;
}

/* Takes @other. */
static void
add_other(GError *error, GError *other)
{
    PgaErrorPrivate *priv = pga_error_get_private(error);
    gboolean known = is_same(error, other);

    if (!priv->others)
        priv->others = g_ptr_array_new_with_free_func((GDestroyNotify)g_error_free);
    for (guint i = 0; i < priv->others->len && !known; i++)
        known = is_same(g_ptr_array_index(priv->others, i), other);
    if (known || priv->others->len >= MAX_OTHERS)
        g_error_free(other);
    else
        g_ptr_array_add(priv->others, other);
}

void
pga_error_also(GError **error, GError *other)
{
    if (!other)
        return;
    if (!error || (*error && ((*error)->domain != PGA_ERROR || other->domain != PGA_ERROR))) {
        g_error_free(other);
    } else if (!*error) {
        g_propagate_error(error, other);
    } else {
        g_autoptr(GPtrArray) more = g_steal_pointer(&pga_error_get_private(other)->others);

        add_other(*error, other);
        for (guint i = 0; more && i < more->len; i++)
            add_other(*error, g_error_copy(g_ptr_array_index(more, i)));
    }
}

const GPtrArray *
pga_error_get_others(const GError *error)
{
    const PgaErrorPrivate *priv =
        error && error->domain == PGA_ERROR ? pga_error_get_private(error) : NULL;

    return priv && priv->others && priv->others->len > 0 ? priv->others : NULL;
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
