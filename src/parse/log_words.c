/* The words of a server whose lc_messages is another language than English.
 * Source: PostgreSQL 15 src/backend/po */
#include "log_internal.h"
#include <string.h>

/* Most frequent first. Severities of clients' messages (INFO, DEBUG1 …) are the server's too. */
static const struct {
    const char *word;
    LogLabel label;
} labels[] = {
    {"LOG", LOG_LOG},
    {"DETAIL", LOG_DETAIL},
    {"ERROR", LOG_ERROR},
    {"STATEMENT", LOG_STATEMENT},
    {"FATAL", LOG_ERROR},
    {"PANIC", LOG_ERROR},
    {"WARNING", LOG_OTHER},
    {"NOTICE", LOG_OTHER},
    {"INFO", LOG_OTHER},
    {"DEBUG", LOG_OTHER},
    {"DEBUG1", LOG_OTHER},
    {"DEBUG2", LOG_OTHER},
    {"DEBUG3", LOG_OTHER},
    {"DEBUG4", LOG_OTHER},
    {"DEBUG5", LOG_OTHER},
    {"HINT", LOG_MORE},
    {"QUERY", LOG_MORE},
    {"CONTEXT", LOG_MORE},
    {"LOCATION", LOG_MORE},
    {"BACKTRACE", LOG_MORE},
    /* de */
    {"FEHLER", LOG_ERROR},
    {"PANIK", LOG_ERROR},
    {"TIPP", LOG_MORE},
    {"ANFRAGE", LOG_MORE},
    {"ZUSAMMENHANG", LOG_MORE},
    {"ANWEISUNG", LOG_STATEMENT},
    {"WARNUNG", LOG_OTHER},
    {"HINWEIS", LOG_OTHER},
    /* es */
    {"DETALLE", LOG_DETAIL},
    {"CONSULTA", LOG_MORE},
    {"CONTEXTO", LOG_MORE},
    {"SENTENCIA", LOG_STATEMENT},
    /* fr */
    {"ERREUR", LOG_ERROR},
    {"DÉTAIL", LOG_DETAIL},
    {"ASTUCE", LOG_MORE},
    {"REQUÊTE", LOG_MORE},
    {"CONTEXTE", LOG_MORE},
    {"INSTRUCTION", LOG_STATEMENT},
    {"ATTENTION", LOG_OTHER},
    /* it */
    {"ERRORE", LOG_ERROR},
    {"FATALE", LOG_ERROR},
    {"PANICO", LOG_ERROR},
    {"DETTAGLI", LOG_DETAIL},
    {"SUGGERIMENTO", LOG_MORE},
    {"CONTESTO", LOG_MORE},
    {"ISTRUZIONE", LOG_STATEMENT},
    {"ATTENZIONE", LOG_OTHER},
    {"NOTIFICA", LOG_OTHER},
    /* ja */
    {"詳細", LOG_DETAIL},
    {"ヒント", LOG_MORE},
    {"問い合わせ", LOG_MORE},
    {"文脈", LOG_MORE},
    {"文", LOG_STATEMENT},
    /* ko */
    {"로그", LOG_LOG},
    {"오류", LOG_ERROR},
    {"치명적오류", LOG_ERROR},
    {"손상", LOG_ERROR},
    {"상세정보", LOG_DETAIL},
    {"힌트", LOG_MORE},
    {"쿼리", LOG_MORE},
    {"내용", LOG_MORE},
    {"명령 구문", LOG_STATEMENT},
    {"경고", LOG_OTHER},
    {"알림", LOG_OTHER},
    {"정보", LOG_OTHER},
    /* ru */
    {"СООБЩЕНИЕ", LOG_LOG},
    {"ОШИБКА", LOG_ERROR},
    {"ВАЖНО", LOG_ERROR},
    {"ПАНИКА", LOG_ERROR},
    {"ПОДРОБНОСТИ", LOG_DETAIL},
    {"ПОДСКАЗКА", LOG_MORE},
    {"ЗАПРОС", LOG_MORE},
    {"КОНТЕКСТ", LOG_MORE},
    {"ОПЕРАТОР", LOG_STATEMENT},
    {"ПРЕДУПРЕЖДЕНИЕ", LOG_OTHER},
    {"ЗАМЕЧАНИЕ", LOG_OTHER},
    {"ИНФОРМАЦИЯ", LOG_OTHER},
    /* sv */
    {"LOGG", LOG_LOG},
    {"FEL", LOG_ERROR},
    {"FATALT", LOG_ERROR},
    {"DETALJ", LOG_DETAIL},
    {"TIPS", LOG_MORE},
    {"FRÅGA", LOG_MORE},
    {"KONTEXT", LOG_MORE},
    {"SATS", LOG_STATEMENT},
    {"VARNING", LOG_OTHER},
    {"NOTIS", LOG_OTHER},
    /* uk */
    {"ЗАПИСУВАННЯ", LOG_LOG},
    {"ПОМИЛКА", LOG_ERROR},
    {"ФАТАЛЬНО", LOG_ERROR},
    {"ПАНІКА", LOG_ERROR},
    {"ВІДОМОСТІ", LOG_DETAIL},
    {"УКАЗІВКА", LOG_MORE},
    {"ЗАПИТ", LOG_MORE},
    {"ІНСТРУКЦІЯ", LOG_STATEMENT},
    {"ПОПЕРЕДЖЕННЯ", LOG_OTHER},
    {"ПОВІДОМЛЕННЯ", LOG_OTHER},
    /* zh_CN */
    {"日志", LOG_LOG},
    {"错误", LOG_ERROR},
    {"致命错误", LOG_ERROR},
    {"灾难性错误", LOG_ERROR},
    {"详情", LOG_DETAIL},
    {"提示", LOG_MORE},
    {"查询", LOG_MORE},
    {"上下文", LOG_MORE},
    {"语句", LOG_STATEMENT},
    {"警告", LOG_OTHER},
    {"注意", LOG_OTHER},
    /* zh_TW */
    {"日誌", LOG_LOG},
    {"錯誤", LOG_ERROR},
    {"致命錯誤", LOG_ERROR},
    {"嚴重錯誤", LOG_ERROR},
    {"詳情", LOG_DETAIL},
    {"查詢", LOG_MORE},
    {"陳述式", LOG_STATEMENT},
};

static const LogWords words[] = {
    {"duration", "statement", "execute"},
    {"Dauer", "Anweisung", "Ausführen"},
    {"duración", "sentencia", "ejecutar"},
    {"durée", "instruction", "exécute"},
    {"durata", "istruzione", "esecuzione di"},
    {"期間", "文", "実行"},
    {"실행시간", "명령 구문", "쿼리실행"},
    {"수행시간", "명령 구문", "쿼리실행"},
    {"продолжительность", "оператор", "выполнение"},
    {"varaktighet", "sats", "kör"},
    {"тривалість", "оператор", "виконувати"},
    {"耗时", "语句", "执行"},
    {"持續時間", "陳述式", "執行"},
};

const LogWords *
pga_log_words(guint i)
{
    return i < G_N_ELEMENTS(words) ? &words[i] : NULL;
}

/* The bytes of ":" and the blanks behind it at @text, French puts one before it too; 0: none. */
static gsize
separator(const char *text, gsize length)
{
    gsize n = 0;

    if (n < length && text[n] == ' ')
        n++;
    if (n == length || text[n] != ':')
        return 0;
    n++;
    for (guint blanks = 0; blanks < 2 && n < length && text[n] == ' '; blanks++)
        n++;
    return n;
}

LogLabel
pga_log_label(const char *text, gsize length, gsize *label_length)
{
    if (length < 2)
        return LOG_NONE;
    for (guint i = 0; i < G_N_ELEMENTS(labels); i++) {
        const char *word = labels[i].word;
        gsize n, behind;

        if (word[0] != text[0] || word[1] != text[1])
            continue;
        n = strlen(word);
        if (n >= length || memcmp(text, word, n) != 0)
            continue;
        behind = separator(text + n, length - n);
        if (behind > 0) {
            *label_length = n + behind;
            return labels[i].label;
        }
    }
    return LOG_NONE;
}
