/* What became of checking a bundle again: its files against their checksums, and executing them. */
#pragma once
#include <glib.h>
#include <model/architecture.h>

G_BEGIN_DECLS

typedef struct {
    PgaArchitecture *architecture; /* what of it the files tell: name, major, files; and proofs,
                                      not_checked, complete */
    guint n_files;                 /* that the manifest lists */
    GPtrArray *missing;            /* of char *: listed, and not there */
    GPtrArray *changed;            /* of char *: not as they were written, or no plain files */
    GPtrArray *extra;              /* of char *: there, and not listed */
    gboolean good;
} PgaBundleVerification;

PgaBundleVerification *pga_bundle_verification_new(void);
void pga_bundle_verification_free(PgaBundleVerification *verification);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgaBundleVerification, pga_bundle_verification_free)

G_END_DECLS
