/* Which functions may give another value for each row. An expression without such a one is
 * computed once for all rows that are there. Source: provolatile in the catalogs of 14 to 18;
 * contain_volatile_functions() in src/backend/optimizer/util/clauses.c. */
#include "effect_internal.h"

#include <string.h>

#define CASE(name) PG_QUERY__NODE__NODE_##name

/* Built-in functions that are immutable or stable in all their forms, each between blanks. */
static const char steady[] =
    " "
    "abbrev abs acldefault acos acosd acosh age area array_dims array_fill array_length "
    "array_lower array_ndims array_position array_positions array_remove array_replace "
    "array_reverse array_sort array_to_json array_to_string array_to_tsvector array_upper "
    "ascii asin asind asinh atan atan2 atan2d atand atanh bit bit_count bit_length bool "
    "bound_box box bpchar broadcast bytea cardinality casefold cash_words cbrt ceil ceiling "
    "center char char_length character_length chr cidr circle col_description concat "
    "concat_ws convert convert_from convert_to cos cosd cosh cot cotd crc32 crc32c "
    "current_database current_schema current_schemas current_setting current_user date "
    "date_add date_bin date_part date_subtract date_trunc datemultirange daterange decode "
    "degrees diagonal diameter div encode enum_first enum_last enum_range erf erfc exp "
    "extract factorial family float4 float8 floor format format_type gamma gcd "
    "generate_series generate_subscripts get_bit get_byte get_current_ts_config "
    "getdatabaseencoding getpgusername height host hostmask icu_unicode_version "
    "inet_client_addr inet_client_port inet_merge inet_same_family inet_server_addr "
    "inet_server_port initcap int2 int2int4_sum int4 int4multirange int4range int8 "
    "int8multirange int8range interval is_normalized isclosed isempty isfinite ishorizontal "
    "isparallel isperp isvertical json_array_elements json_array_elements_text "
    "json_array_length json_build_array json_build_object json_each json_each_text "
    "json_object json_object_keys json_populate_record json_populate_recordset "
    "json_strip_nulls json_to_record json_to_recordset json_to_tsvector json_typeof "
    "jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array "
    "jsonb_build_object jsonb_each jsonb_each_text jsonb_insert jsonb_object "
    "jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query "
    "jsonb_path_query_array jsonb_path_query_first jsonb_populate_record "
    "jsonb_populate_record_valid jsonb_populate_recordset jsonb_pretty jsonb_set "
    "jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_to_tsvector "
    "jsonb_typeof justify_days justify_hours justify_interval lcm left length lgamma like "
    "like_escape line ln log log10 lower lower_inc lower_inf lpad lseg ltrim macaddr "
    "macaddr8 macaddr8_set7bit make_date make_interval make_time make_timestamp "
    "make_timestamptz makeaclitem masklen md5 min_scale mod money multirange mxid_age name "
    "nameconcatoid netmask network normalize notlike now npoints num_nonnulls num_nulls "
    "numeric numeric_div_trunc numeric_exp numeric_inc numeric_ln numeric_log numeric_sqrt "
    "nummultirange numnode numrange obj_description octet_length oid oidvectortypes overlaps "
    "overlay parse_ident path pg_backend_pid pg_basetype pg_client_encoding pg_collation_for "
    "pg_current_snapshot pg_current_xact_id pg_current_xact_id_if_assigned "
    "pg_encoding_max_length pg_encoding_to_char pg_has_role pg_input_error_info "
    "pg_input_is_valid pg_is_other_temp_schema pg_my_temp_schema pg_partition_root "
    "pg_postmaster_start_time pg_size_bytes pg_size_pretty pg_trigger_depth pg_typeof "
    "pg_wal_lsn_diff phraseto_tsquery pi plainto_tsquery point polygon position pow power "
    "querytree quote_ident quote_literal quote_nullable radians radius range_merge regclass "
    "regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace "
    "regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right "
    "round row_to_json rpad rtrim scale session_user set_bit set_byte set_masklen setweight "
    "sha224 sha256 sha384 sha512 shobj_description sign similar_escape similar_to_escape sin "
    "sind sinh slope split_part sqrt statement_timestamp string_to_array string_to_table "
    "strip strpos substr substring system_user tan tand tanh text textlen time timestamp "
    "timestamptz timetz timezone to_ascii to_bin to_char to_date to_hex to_json to_jsonb "
    "to_number to_oct to_timestamp to_tsquery to_tsvector transaction_timestamp translate "
    "trim_array trim_scale trunc tsmultirange tsrange tstzmultirange tstzrange txid_current "
    "txid_current_if_assigned txid_current_snapshot unicode_assigned unicode_version unistr "
    "unnest upper upper_inc upper_inf uuid_extract_timestamp uuid_extract_version varbit "
    "varchar version websearch_to_tsquery width width_bucket xid xpath xpath_exists ";

static gboolean
is_steady(const char *name)
{
    const gsize length = strlen(name);

    if (length == 0 || strchr(name, ' '))
        return FALSE;
    for (const char *at = steady + 1; (at = strstr(at, name)); at += length)
        if (at[-1] == ' ' && at[length] == ' ')
            return TRUE;
    return FALSE;
}

/* The schema counts only for names of nobody's: functions of one's own may be called as built-in
 * ones are. */
static gboolean
is_volatile_call(const PgaState *state, const PgQuery__FuncCall *call)
{
    const char *name =
        call->n_funcname > 0 ? call->funcname[call->n_funcname - 1]->string->sval : "";
    const char *schema = call->n_funcname > 1 ? call->funcname[0]->string->sval : NULL;
    const char *known = schema && strcmp(schema, "pg_catalog") == 0
                            ? NULL
                            : g_hash_table_lookup(state->functions, name);

    if (known)
        return known[0] == 'v';
    return !is_steady(name);
}

typedef struct {
    const PgaState *state;
    gboolean found;
} Search;

static gboolean
look_for_volatile(const ProtobufCMessage *message, gpointer data)
{
    Search *search = data;

    if (message->descriptor == &pg_query__func_call__descriptor &&
        is_volatile_call(search->state, (const PgQuery__FuncCall *)message))
        search->found = TRUE;
    return !search->found;
}

gboolean
pga_expression_is_volatile(const PgaState *state, const PgQuery__Node *expression)
{
    Search search = {.state = state};

    pga_tree_walk(expression, look_for_volatile, &search);
    return search.found;
}

/* A SELECT of one expression and nothing else, as inline_function() wants it. */
static const PgQuery__Node *
only_expression(const PgQuery__Node *body)
{
    const PgQuery__SelectStmt *select =
        body && body->node_case == CASE(SELECT_STMT) ? body->select_stmt : NULL;

    if (body && body->node_case == CASE(RETURN_STMT))
        return body->return_stmt->returnval;
    if (!select || select->n_target_list != 1 || select->n_from_clause > 0 ||
        select->where_clause || select->with_clause || select->limit_count ||
        select->n_group_clause > 0)
        return NULL;
    return select->target_list[0]->res_target->val;
}

static gboolean
inlines_to_steady(const PgaState *state, const PgQuery__CreateFunctionStmt *function)
{
    const char *text = pga_function_option_text(function, "as");
    PgQueryProtobufParseResult parsed;
    PgQuery__ParseResult *tree;
    const PgQuery__Node *expression = NULL;
    gboolean steady_body = FALSE;

    if (function->sql_body)
        expression = only_expression(function->sql_body);
    if (!text || expression)
        return expression && !pga_expression_is_volatile(state, expression);
    parsed = pg_query_parse_protobuf(text);
    tree = parsed.error ? NULL
                        : pg_query__parse_result__unpack(NULL, parsed.parse_tree.len,
                                                         (uint8_t *)parsed.parse_tree.data);
    if (tree && tree->n_stmts == 1)
        expression = only_expression(tree->stmts[0]->stmt);
    if (expression)
        steady_body = !pga_expression_is_volatile(state, expression);
    if (tree)
        pg_query__parse_result__free_unpacked(tree, NULL);
    pg_query_free_protobuf_parse_result(parsed);
    return steady_body;
}

char
pga_function_volatility(const PgaState *state, const PgQuery__CreateFunctionStmt *function)
{
    const char *volatility = pga_function_option_text(function, "volatility");
    const char *language = pga_function_option_text(function, "language");

    if (volatility && strcmp(volatility, "volatile") != 0)
        return volatility[0] == 'i' ? 'i' : 's';
    if ((!language || g_ascii_strcasecmp(language, "sql") == 0) &&
        !pga_function_option(function, "security") && !pga_function_option(function, "set") &&
        inlines_to_steady(state, function))
        return 's';
    return 'v';
}
