#include "model/bundle.h"

void
pga_bundle_verification_free(PgaBundleVerification *verification)
{
    if (!verification)
        return;
    pga_architecture_free(verification->architecture);
    g_ptr_array_unref(verification->missing);
    g_ptr_array_unref(verification->changed);
    g_ptr_array_unref(verification->extra);
    g_free(verification);
}

PgaBundleVerification *
pga_bundle_verification_new(void)
{
    PgaBundleVerification *verification = g_new0(PgaBundleVerification, 1);

    verification->architecture = pga_architecture_new(pga_requirements_new());
    verification->architecture->complete = TRUE;
    verification->missing = g_ptr_array_new_with_free_func(g_free);
    verification->changed = g_ptr_array_new_with_free_func(g_free);
    verification->extra = g_ptr_array_new_with_free_func(g_free);
    return verification;
}
