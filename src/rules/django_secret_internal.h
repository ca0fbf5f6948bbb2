/* Names that secrets have, values that are none, settings that are nobody's production. */
#pragma once
#include "rule_internal.h"

G_BEGIN_DECLS

typedef enum {
    PGA_SECRET_NONE,
    PGA_SECRET_PASSWORD, /* only ever compared: to be hashed */
    PGA_SECRET_KEY,      /* read back: to be encrypted: keys, client secrets, refresh tokens */
    PGA_SECRET_TOKEN,    /* maybe one: token, secret */
} PgaSecretKind;

/* By a field's name: "smtp_password", "api_key"; not "password_changed_at". */
PgaSecretKind pga_name_secret(const char *name);

/* "change-me", "django-insecure-…", "<password>": says itself that it is none. */
gboolean pga_text_is_placeholder(const char *text);

/* 16 characters or more, with a digit, no placeholder, no address or path. */
gboolean pga_text_looks_random(const char *text);

/* Not by its path of tests, development, examples, and DEBUG is not True in it. */
gboolean pga_file_is_production(const PgaDjangoProject *project, const PgaDjangoFile *file);

G_END_DECLS
