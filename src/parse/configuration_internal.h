/* Reading the configuration: what its sections' readers share. */
#pragma once
#include "yaml_field_internal.h"
#include <parse/configuration.h>

typedef struct {
    PgaConfiguration *configuration;
    const PgaConfigurationTerm *terms;
    guint n_terms;
} PgaConfigurationReader;

/* (nullable) */
const PgaConfigurationTerm *pga_configuration_term(const PgaConfigurationReader *reader,
                                                   const char *rule);

/* The lists "accept:" and "ignore:", the section "lint:". PGA_ERROR_INPUT. */
gboolean pga_configuration_read_accept(const PgaConfigurationReader *reader,
                                       const PgaYamlNode *list, const PgaYamlPath *at,
                                       GError **error);
gboolean pga_configuration_read_lint(const PgaConfigurationReader *reader,
                                     const PgaYamlNode *mapping, const PgaYamlPath *at,
                                     GError **error);
gboolean pga_configuration_read_ignore(const PgaConfigurationReader *reader,
                                       const PgaYamlNode *list, const PgaYamlPath *at,
                                       GError **error);
