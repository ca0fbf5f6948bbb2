/* The two forms of a verification. */
#pragma once
#include <render/verification.h>

/* (transfer full) */
char *pga_verification_json(const PgaVerification *verification);
