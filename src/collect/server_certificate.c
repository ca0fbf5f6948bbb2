/* The server's certificate, where the program was built with OpenSSL. */
#include "server_internal.h"

#ifdef PGA_HAVE_LIBCRYPTO
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)

/* (nullable) */
static X509 *
read_first(const char *path)
{
    FILE *file = fopen(path, "re");
    X509 *certificate = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;

    if (file)
        (void)fclose(file);
    return certificate;
}

gboolean
pga_certificate_read(const char *path, double *days, gboolean *self_signed)
{
    g_autoptr(X509) certificate = read_first(path);
    int whole_days, seconds;

    if (!certificate ||
        !ASN1_TIME_diff(&whole_days, &seconds, NULL, X509_get0_notAfter(certificate)))
        return FALSE;
    *days = whole_days + seconds / 86400.0;
    *self_signed = X509_check_issued(certificate, certificate) == X509_V_OK;
    return TRUE;
}

#else

gboolean
pga_certificate_read(const char *path G_GNUC_UNUSED, double *days G_GNUC_UNUSED,
                     gboolean *self_signed G_GNUC_UNUSED)
{
    return FALSE;
}

#endif
