/* What is read of logs, line by line: each shape that a server writes, each way in which a log can
 * be damaged. */
#include "log_text.h"
#include <glib/gstdio.h>
#include <string.h>

#define T "2026-11-21 16:45:49.333 UTC [61] "
#define U "2026-11-21 16:45:49.444 UTC [62] "

typedef struct {
    const char *name, *text;
    const char *want;
    guint n_unreadable;
    const char *prefix; /* given */
    const char *used;   /* as the summary tells; NULL: not compared */
    const char *database;
} Case;

static const Case stderr_cases[] = {
    {"statement", T "LOG:  duration: 12.345 ms  statement: select 1\n", "1: 12.345 select 1\n", 0,
     NULL, "%m [%p] ", NULL},
    {"user-and-database",
     T "LOG:  checkpoint starting: time\n" T
       "al@shop LOG:  duration: 0.010 ms  statement: select 1\n",
     "2: 0.010 al@shop select 1\n", 0, NULL, "%m [%p] %q%u@%d ", NULL},
    {"other-databases-are-left-out",
     T "al@shop LOG:  duration: 1.000 ms  statement: select 1\n" T
       "al@blog LOG:  duration: 1.000 ms  statement: select 2\n",
     "1: 1.000 al@shop select 1\n", 0, NULL, NULL, "shop"},
    {"multi-line",
     T "LOG:  duration: 1.000 ms  statement: select\n\t  1,\n\t\n\t\t2\n" T "LOG:  x\n",
     "1: 1.000 select\n  1,\n\n\t2\n", 0, NULL, NULL, NULL},
    {"crlf", T "LOG:  duration: 1.000 ms  statement: select\r\n\t1\r\n" T "LOG:  x\r\n",
     "1: 1.000 select\n1\n", 0, NULL, NULL, NULL},
    {"tabs-lost", T "LOG:  duration: 1.000 ms  statement: select\n1,\n2\n" T "LOG:  x\n",
     "1: 1.000 select\n1,\n2\n", 0, NULL, NULL, NULL},
    {"execute-with-parameters",
     T "LOG:  duration: 0.100 ms  parse <unnamed>: select $1\n" T
       "LOG:  duration: 0.200 ms  bind <unnamed>: select $1\n" T
       "DETAIL:  parameters: $1 = 'it''s', $2 = NULL\n" T
       "LOG:  duration: 0.300 ms  execute <unnamed>: select $1\n" T
       "DETAIL:  Parameters: $1 = 'it''s', $2 = NULL\n",
     "4: 0.300 select $1 ($1 = 'it''s', $2 = NULL)\n", 0, NULL, NULL, NULL},
    {"multi-line-parameter",
     T "LOG:  duration: 0.300 ms  execute s1/c2: select $1\n" T
       "DETAIL:  Parameters: $1 = 'a\n\tb...'\n",
     "1: 0.300 select $1 ($1 = 'a\nb...')\n", 0, NULL, NULL, NULL},
    {"fetching-more-is-no-call",
     T "LOG:  duration: 0.300 ms  execute fetch from s1/c2: select 1\n" T
       "LOG:  execute fetch from s1/c2: select 1\n",
     "", 0, NULL, NULL, NULL},
    {"log-statement-with-log-duration",
     T "LOG:  statement: select 1\n" U "LOG:  statement: select 2\n" T
       "LOG:  duration: 0.100 ms\n" U "LOG:  duration: 0.200 ms\n" U "LOG:  duration: 0.300 ms\n",
     "1: 0.100 select 1\n2: 0.200 select 2\n", 0, NULL, NULL, NULL},
    {"log-statement-alone",
     T "LOG:  statement: select 1\n" U "LOG:  statement: select 2\n" T
       "LOG:  execute <unnamed>: select $1\n" T "DETAIL:  parameters: $1 = '3'\n",
     "1: select 1\n2: select 2\n3: select $1 ($1 = '3')\n", 0, NULL, NULL, NULL},
    {"details-behind-other-sessions",
     T "LOG:  duration: 1.000 ms  execute a: select $1\n" U
       "LOG:  duration: 2.000 ms  execute a: select $1\n" T "DETAIL:  parameters: $1 = '1'\n" U
       "DETAIL:  parameters: $1 = '2'\n",
     "1: 1.000 select $1 ($1 = '1')\n2: 2.000 select $1 ($1 = '2')\n", 0, NULL, NULL, NULL},
    {"error",
     T "ERROR:  division by zero\n" T "HINT:  No.\n" T "CONTEXT:  a\n\tb\n" T
       "STATEMENT:  select\n\t1/0\n" T "LOG:  duration: 1.000 ms  statement: select 1\n",
     "1: failed select\n1/0\n7: 1.000 select 1\n", 0, NULL, NULL, NULL},
    {"error-and-statement-apart",
     T "ERROR:  division by zero\n" U "LOG:  x\n" T "STATEMENT:  select 1/0\n",
     "3: failed "
     "select 1/0\n",
     0, NULL, NULL, NULL},
    {"failed-after-log-statement-is-one-call",
     T "LOG:  statement: select 1/0\n" T "ERROR:  division by zero\n" T "STATEMENT:  select 1/0\n",
     "1: failed select 1/0\n", 0, NULL, NULL, NULL},
    {"statement-of-a-warning-is-no-call",
     T "LOG:  temporary file: path \"x\", size 1\n" T "STATEMENT:  select 1\n" T "WARNING:  x\n" T
       "STATEMENT:  select 2\n",
     "", 0, NULL, NULL, NULL},
    {"plan-alone",
     T "LOG:  duration: 7.000 ms  plan:\n\tQuery Text: select a\n\t  from t\n\tSeq Scan on t  "
       "(cost=0.00..1.01 rows=1 width=4)\n\t  Filter: (a = 1)\n",
     "1: 7.000 plan select a\n  from t\n", 0, NULL, NULL, NULL},
    {"plan-with-parameters",
     T "LOG:  duration: 7.000 ms  plan:\n\tQuery Text: select $1\n\tQuery Parameters: $1 = "
       "'x'\n\tResult  (cost=0.00..0.01 rows=1 width=4)\n",
     "1: 7.000 plan select $1 ($1 = 'x')\n", 0, NULL, NULL, NULL},
    {"plan-before-its-statement",
     T "LOG:  duration: 7.000 ms  plan:\n\tQuery Text: select 1\n\tResult  (cost=0.00..0.01 "
       "rows=1 width=4)\n" T "LOG:  duration: 7.500 ms  statement: select 1\n",
     "4: 7.500 select 1\n", 0, NULL, NULL, NULL},
    {"plan-behind-its-execute",
     T "LOG:  duration: 7.500 ms  execute a: select 1\n" T
       "LOG:  duration: 7.000 ms  plan:\n\tQuery Text: select 1\n\tResult  (cost=0.00..0.01 "
       "rows=1 width=4)\n",
     "1: 7.500 select 1\n", 0, NULL, NULL, NULL},
    {"plan-between-statement-and-duration",
     T "LOG:  statement: select 1\n" T
       "LOG:  duration: 7.000 ms  plan:\n\tQuery Text: select 1\n\tResult  (cost=0.00..0.01 "
       "rows=1 width=4)\n" T "LOG:  duration: 7.500 ms\n",
     "1: 7.500 select 1\n", 0, NULL, NULL, NULL},
    {"plan-as-json",
     T "LOG:  duration: 7.000 ms  plan:\n\t{\n\t  \"Query Text\": \"select \\\"a\\\"\\n from "
       "t\",\n\t  \"Query Parameters\": \"$1 = '\\u00e4'\",\n\t  \"Plan\": {\n\t  }\n\t}\n",
     "1: 7.000 plan select \"a\"\n from t ($1 = 'ä')\n", 0, NULL, NULL, NULL},
    {"plan-as-xml",
     T "LOG:  duration: 7.000 ms  plan:\n\t<explain>\n\t  <Query-Text>select 1 &lt; "
       "2</Query-Text>\n\t  <Query-Parameters>$1 = '&amp;'</Query-Parameters>\n\t</explain>\n",
     "1: 7.000 plan select 1 < 2 ($1 = '&')\n", 0, NULL, NULL, NULL},
    {"plan-as-yaml",
     T "LOG:  duration: 7.000 ms  plan:\n\tQuery Text: \"select \\\"a\\\"\\n from t\"\n\tQuery "
       "Parameters: \"$1 = '1'\"\n\tPlan: \n\t  Node Type: \"Result\"\n",
     "1: 7.000 plan select \"a\"\n from t ($1 = '1')\n", 0, NULL, NULL, NULL},
    {"german",
     T "LOG:  Dauer: 1.500 ms  Anweisung: select 1\n" T "FEHLER:  Division durch Null\n" T
       "ANWEISUNG:  select 1/0\n" T "LOG:  Dauer: 2.000 ms  Ausführen <unnamed>: select $1\n" T
       "DETAIL:  Parameter: $1 = 'x'\n",
     "1: 1.500 select 1\n2: failed select 1/0\n4: 2.000 select $1 ($1 = 'x')\n", 0, NULL, NULL,
     NULL},
    {"french",
     T "LOG:  durée : 1.500 ms, instruction : select 1\n" T "ERREUR:  division par zéro\n" T
       "INSTRUCTION :  select 1/0\n",
     "1: 1.500 select 1\n2: failed select 1/0\n", 0, NULL, NULL, NULL},
    {"spanish", T "LOG:  duración: 1.500 ms  sentencia: select 1\n", "1: 1.500 select 1\n", 0, NULL,
     NULL, NULL},
    {"russian",
     T "СООБЩЕНИЕ:  продолжительность: 1.500 мс, оператор: select 1\n" T
       "СООБЩЕНИЕ:  продолжительность: 2.000 мс  выполнение a: select 2\n",
     "1: 1.500 select 1\n2: 2.000 select 2\n", 0, NULL, NULL, NULL},
    {"japanese", T "LOG:  期間: 1.500 ミリ秒  文: select 1\n", "1: 1.500 select 1\n", 0, NULL, NULL,
     NULL},
    {"cut-in-a-statement",
     T "LOG:  duration: 1.000 ms  statement: select 1\n" T
       "LOG:  duration: 1.000 ms  statement: select 2",
     "1: 1.000 select 1\n", 1, NULL, NULL, NULL},
    {"cut-in-its-second-line",
     T "LOG:  duration: 1.000 ms  statement: select 1\n" T
       "LOG:  duration: 1.000 ms  statement: select\n\t2",
     "1: 1.000 select 1\n", 1, NULL, NULL, NULL},
    {"begins-in-the-middle", "\tfrom t\n\twhere 1\n" T "LOG:  duration: 1.000 ms  statement: x\n",
     "3: 1.000 x\n", 2, NULL, NULL, NULL},
    {"foreign-lines",
     T "LOG:  duration: 1.000 ms  statement: select\n\t1\n"
       "cp: cannot stat 'x'\n" T "LOG:  duration: 1.000 ms  statement: select 2\n",
     "1: 1.000 select\n1\n4: 1.000 select 2\n", 1, NULL, NULL, NULL},
    {"given-prefix", "u=al,d=shop|LOG:  duration: 1.000 ms  statement: select 1\n",
     "1: 1.000 al@shop select 1\n", 0, "u=%u,d=%d|", "u=%u,d=%d|", NULL},
    {"given-prefix-without-its-blank", T "LOG:  duration: 1.000 ms  statement: select 1\n",
     "1: 1.000 select 1\n", 0, "%m [%p]", NULL, NULL},
    {"names-with-blanks", T "al ice@my shop LOG:  duration: 1.000 ms  statement: select 1\n",
     "1: 1.000 al ice@my shop select 1\n", 0, "%m [%p] %u@%d ", NULL, NULL},
    {"padded", "   61 al       |LOG:  duration: 1.000 ms  statement: select 1\n",
     "1: 1.000 al@ select 1\n", 0, "%5p %-8u |", NULL, NULL},
    {"amazon",
     "2026-11-21 16:45:49 UTC:10.0.0.1(5432):al@shop:[61]:LOG:  duration: 1.000 ms  statement: "
     "select 1\n2026-11-21 16:45:49 UTC::@:[60]:LOG:  checkpoint starting: time\n",
     "1: 1.000 al@shop select 1\n", 0, NULL, "%t:%r:%u@%d:[%p]:", NULL},
    {"pgbadger",
     "2026-11-21 16:45:49 UTC [61]: [1-1] user=al,db=shop,app=psql - x,client=::1 LOG:  duration: "
     "1.000 ms  statement: select 1\n",
     "1: 1.000 al@shop select 1\n", 0, NULL, "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
     NULL},
    {"derived",
     "[2026-11-21 16:45:49.333 CET] <61> user=al database=shop host=10.0.0.1 cmd=SELECT LOG:  "
     "duration: 1.000 ms  statement: select 1\n"
     "[2026-11-21 16:45:49.333 CET] <62> user=bo database=blog host=10.0.0.2 cmd=INSERT LOG:  "
     "duration: 2.000 ms  statement: select 2\n",
     "1: 1.000 al@shop select 1\n2: 2.000 bo@blog select 2\n", 0, NULL,
     "[%m] <%p> user=%u database=%d host=%h cmd=%i ", NULL},
    {"derived-with-words",
     "1479741949.306 6b01cac2.19f4 00000 node1 12/3 LOG:  duration: 1.000 ms  statement: x\n"
     "1479741950.306 6b01cac2.19f5 00000 node1 12/4 LOG:  duration: 2.000 ms  statement: y\n",
     "1: 1.000 x\n2: 2.000 y\n", 0, NULL, "%n %c %e node1 %v ", NULL},
    {"azure",
     "2026-11-21 16:45:49 UTC-6b01cac2.19f4-user=al,db=shop LOG:  duration: 1.000 ms  statement: "
     "x\n",
     "1: 1.000 al@shop x\n", 0, NULL, "%t-%c-user=%u,db=%d ", NULL},
    {"verbose",
     T "LOG:  00000: duration: 1.000 ms  statement: x\n" T
       "LOCATION:  exec_simple_query, postgres.c:1206\n",
     "1: 1.000 x\n", 0, NULL, NULL, NULL},
    {"prefix-that-changes",
     T "LOG:  x\n" T "LOG:  duration: 1.000 ms  statement: select\n\t1\n" T
       "al@shop LOG:  duration: 2.000 ms  statement: x\n" T "LOG:  x\n"
       "al@shop [61] LOG:  duration: 3.000 ms  statement: y\n",
     "2: 1.000 select\n1\n4: 2.000 al@shop x\n6: 3.000 al@shop y\n", 0, NULL, "%u@%d [%p] ", NULL},
    {"derived-with-brackets",
     T "user=[al],db=[shop] app = \"x\" LOG:  duration: 1.000 ms  statement: x\n" T
       "user=[],db=[] app = \"\" LOG:  x\n",
     "1: 1.000 al@shop x\n", 0, NULL, "%m [%p] user=[%u],db=[%d] app = \"%a\" ", NULL},
    {"names-beside-an-application-with-blanks",
     T "psql - x al@shop LOG:  duration: 1.000 ms  statement: x\n", "1: 1.000 al@shop x\n", 0,
     "%m [%p] %a %u@%d ", NULL, NULL},
    {"execute-of-a-prepared-statement",
     T "LOG:  duration: 1.000 ms  statement: execute q(3)\n" T
       "DETAIL:  prepare: prepare q(int) as\n\tselect $1\n" T "LOG:  statement: execute q(4)\n" T
       "DETAIL:  prepare: PREPARE q AS select 4\n",
     "1: 1.000 execute q(3) [prepare q(int) as\nselect $1]\n4: execute q(4) [PREPARE q AS select "
     "4]\n",
     0, NULL, NULL, NULL},
    {"no-prefix", "LOG:  duration: 1.000 ms  statement: select 1\n", "1: 1.000 select 1\n", 0, NULL,
     "", NULL},
    {"empty", "", "", 0, NULL, NULL, NULL},
    {"wrong-prefix", T "LOG:  duration: 1.000 ms  statement: select 1\n",
     "no line of the log \"PATH\" has the log_line_prefix \"%u|\" | It begins: "
     "2026-11-21 16:45:49.333 UTC [61] LOG:  duration: 1.000 ms  statement: select 1 | Give the "
     "server's log_line_prefix with --log-line-prefix, or leave it out to have it detected.",
     1, "%u|", NULL, NULL},
    {"unknown-escape", T "LOG:  x\n",
     "log_line_prefix \"%z\" is not valid | It has an escape that PostgreSQL does not know: "
     "\"%z\". | (null)",
     0, "%z", NULL, NULL},
    {"no-log", "Hello,\nworld.\n",
     "the format of the log \"PATH\" is not known | Its first lines are no csvlog or jsonlog, and "
     "no log_line_prefix fits before a severity such as \"LOG:\". It begins: Hello, | Give the "
     "server's log_line_prefix with --log-line-prefix.",
     0, NULL, NULL, NULL},
};

#define CSV_HEAD                                                                                   \
    "2026-11-21 16:45:49.333 UTC,\"al\",\"shop\",61,\"[local]\",6b01.61,1,\"SELECT\",2026-11-21 "  \
    "16:45:49 UTC,3/2,0,"
#define CSV_TAIL_13 ",,,,,,,,,\"psql\",\"client backend\"\n"
#define CSV_TAIL_18 ",,,,,,,,,\"psql\",\"client backend\",,0\n"

static const Case csv_cases[] = {
    {"statement",
     CSV_HEAD "LOG,00000,\"duration: 1.000 ms  statement: select \"\"a\"\"\"" CSV_TAIL_18,
     "1: 1.000 al@shop select \"a\"\n", 0, NULL, NULL, NULL},
    {"columns-of-12",
     CSV_HEAD "LOG,00000,\"duration: 1.000 ms  statement: select 1\",,,,,,,,,\"psql\"\n",
     "1: 1.000 al@shop select 1\n", 0, NULL, NULL, NULL},
    {"columns-of-13", CSV_HEAD "LOG,00000,\"duration: 1.000 ms  statement: select 1\"" CSV_TAIL_13,
     "1: 1.000 al@shop select 1\n", 0, NULL, NULL, NULL},
    {"newlines-in-quotes",
     CSV_HEAD "LOG,00000,\"duration: 1.000 ms  statement: select\n\t1,\n2\"" CSV_TAIL_18 CSV_HEAD
              "LOG,00000,\"duration: 2.000 ms  statement: x\"" CSV_TAIL_18,
     "1: 1.000 al@shop select\n\t1,\n2\n4: 2.000 al@shop x\n", 0, NULL, NULL, NULL},
    {"crlf",
     CSV_HEAD "LOG,00000,\"duration: 1.000 ms  statement: x\",,,,,,,,,\"psql\",\"client "
              "backend\",,0\r\n" CSV_HEAD "LOG,00000,\"duration: 2.000 ms  statement: y\""
              ",,,,,,,,,\"psql\",\"client backend\",,0\r\n",
     "1: 1.000 al@shop x\n2: 2.000 al@shop y\n", 0, NULL, NULL, NULL},
    {"parameters",
     CSV_HEAD "LOG,00000,\"duration: 1.000 ms  execute a: select $1\",\"parameters: $1 = "
              "'a\"\"'''\",,,,,,,,\"psql\",\"client backend\",,0\n",
     "1: 1.000 al@shop select $1 ($1 = 'a\"''')\n", 0, NULL, NULL, NULL},
    {"error",
     CSV_HEAD "ERROR,22012,\"division by zero\",,,,,,\"select 1/0\",,,\"psql\",\"client "
              "backend\",,0\n",
     "1: al@shop failed select 1/0\n", 0, NULL, NULL, NULL},
    {"cut-at-the-end",
     CSV_HEAD "LOG,00000,\"duration: 1.000 ms  statement: x\"" CSV_TAIL_18 CSV_HEAD
              "LOG,00000,\"duration: 1.000 ms  statement: y",
     "1: 1.000 al@shop x\n", 1, NULL, NULL, NULL},
    {"cut-in-the-middle",
     CSV_HEAD "LOG,00000,\"duration: 1.000 ms  statement: x\n" CSV_HEAD
              "LOG,00000,\"duration: 2.000 ms  statement: y\"" CSV_TAIL_18 CSV_HEAD
              "LOG,00000,\"duration: 3.000 ms  statement: z\"" CSV_TAIL_18,
     "2: 2.000 al@shop y\n3: 3.000 al@shop z\n", 1, NULL, NULL, NULL},
    {"begins-in-the-middle",
     "from t\"" CSV_TAIL_18 CSV_HEAD "LOG,00000,\"duration: 1.000 ms  statement: x\"" CSV_TAIL_18,
     "2: 1.000 al@shop x\n", 1, NULL, NULL, NULL},
};

#define JSON_HEAD                                                                                  \
    "{\"timestamp\":\"2026-11-21 16:45:49.333 "                                                    \
    "UTC\",\"user\":\"al\",\"dbname\":\"shop\",\"pid\":61,"
#define JSON_TAIL                                                                                  \
    ",\"application_name\":\"psql\",\"backend_type\":\"client backend\",\"query_id\":0}\n"

static const Case json_cases[] = {
    {"statement",
     JSON_HEAD "\"error_severity\":\"LOG\",\"message\":\"duration: 1.000 ms  statement: select "
               "\\\"a\\\"\\n\\t\\u00e4\\\\\"" JSON_TAIL,
     "1: 1.000 al@shop select \"a\"\n\tä\\\n", 0, NULL, NULL, NULL},
    {"parameters",
     JSON_HEAD "\"error_severity\":\"LOG\",\"message\":\"duration: 1.000 ms  execute a: select "
               "$1\",\"detail\":\"Parameters: $1 = '\\\"'\"" JSON_TAIL,
     "1: 1.000 al@shop select $1 ($1 = '\"')\n", 0, NULL, NULL, NULL},
    {"error",
     JSON_HEAD "\"error_severity\":\"ERROR\",\"state_code\":\"22012\",\"message\":\"division by "
               "zero\",\"statement\":\"select 1/0\"" JSON_TAIL,
     "1: al@shop failed select 1/0\n", 0, NULL, NULL, NULL},
    {"cut-at-the-end",
     JSON_HEAD "\"error_severity\":\"LOG\",\"message\":\"duration: 1.000 ms  statement: "
               "x\"" JSON_TAIL JSON_HEAD "\"error_severity\":\"LOG\",\"message\":\"dura",
     "1: 1.000 al@shop x\n", 1, NULL, NULL, NULL},
    {"garbage-between",
     JSON_HEAD "\"error_severity\":\"LOG\",\"message\":\"duration: 1.000 ms  statement: "
               "x\"" JSON_TAIL "{\"a\":[1]}\n\n" JSON_HEAD
               "\"error_severity\":\"LOG\",\"message\":\"duration: 2.000 ms  statement: "
               "y\"" JSON_TAIL,
     "1: 1.000 al@shop x\n4: 2.000 al@shop y\n", 1, NULL, NULL, NULL},
    {"half-of-a-pair",
     JSON_HEAD "\"error_severity\":\"LOG\",\"message\":\"duration: 1.000 ms  statement: "
               "\\ud83d\\ude00\\ud83d\\u0\"" JSON_TAIL,
     "1: 1.000 al@shop 😀\xef\xbf\xbd\xef\xbf\xbd"
     "0\n",
     0, NULL, NULL, NULL},
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_auto(PgaLogSummary) summary = {0};
    g_autofree char *path = pga_test_log_file(c->text, strlen(c->text));
    const PgaLogOptions options = {.path = path, .prefix = c->prefix, .database = c->database};
    g_autofree char *read = pga_test_log_read_file(&options, &summary);
    g_auto(GStrv) parts = g_strsplit(read, path, -1);
    g_autofree char *got = g_strjoinv("PATH", parts);

    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpstr(got, ==, c->want);
    g_assert_cmpuint(summary.n_unreadable, ==, c->n_unreadable);
    if (c->used)
        g_assert_cmpstr(summary.prefix, ==, c->used);
}

static void
add_cases(const char *format, const Case *cases, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("/parse/log/%s/%s", format, cases[i].name);

        g_test_add_data_func(path, &cases[i], test_case);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_cases("stderr", stderr_cases, G_N_ELEMENTS(stderr_cases));
    add_cases("csvlog", csv_cases, G_N_ELEMENTS(csv_cases));
    add_cases("jsonlog", json_cases, G_N_ELEMENTS(json_cases));
    return g_test_run();
}
