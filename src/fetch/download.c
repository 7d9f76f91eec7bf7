/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transfer may break at any byte, here or at the other end, and be taken up by another process
 * days later. So the part file alone says how far it came, and the note says of what: the address
 * and the server's mark of the version (ETag, or else the date). The rest is asked for with
 * If-Range, so that a server that has another version by now sends all of it anew; then the part
 * file is emptied before the first byte is written. A server that knows no If-Range sends the rest
 * of whatever it has, with that version's mark: this is compared too.
 *
 * A part without such a mark is not gone on with: nobody could tell whether both halves are of one
 * file.
 */
#include "fetch/download.h"

#include "base/clock.h"
#include "base/status.h"
#include "base/text.h"
#include "fetch/note.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PROTOCOLS          "http,https,file"
#define MOST_REDIRECTIONS  10L
#define CONNECT_SECONDS    30L
#define STALL_SECONDS      30L /* with less than STALL_BYTES a second */
#define STALL_BYTES        1L
#define MOST_BREAKS        5 /* in a row that come no further */
#define MOST_SILENCES      2 /* in a row of a server that says nothing at all */
#define HTTP_OK            200
#define HTTP_PARTIAL       206
#define HTTP_NO_SUCH_RANGE 416
#define HTTP_SERVER_ERRORS 500
#define PROGRESS_NS        UINT64_C(100000000)
#define PAUSE_NS           UINT64_C(500000000) /* after the first break; then twice as long */

/* One transfer under way. */
struct transfer {
    const struct mf__download *download;
    CURL *curl;
    int fd;
    uint64_t had;     /* bytes that were there when it began */
    uint64_t arrived; /* bytes in the part file */
    bool answered;    /* the server said something */
    bool begun;       /* the first byte has been looked at */
    bool too_large;
    bool is_other; /* the rest that is being sent does not go with the part */
    int number;    /* the errno of writing */
    uint64_t told_ns;
    bool is_http;                /* only a web server's marks promise something */
    uint64_t first;              /* byte that is being sent, where the answer is a part */
    uint64_t total;              /* bytes of the whole file, where it is known; or 0 */
    char mark[MF__MARK_BYTES];   /* of the version that is being sent; "" for none */
    char wanted[MF__MARK_BYTES]; /* that of the part */
    char said[CURL_ERROR_SIZE];
};

void mf__download_drop(const struct mf__download *download)
{
    unlink(download->part);
    mf__note_remove(download->part);
}

/* ---- what libcurl calls ---- */

static void keep_mark(struct transfer *transfer, const char *value, size_t length)
{
    while (length > 0 && (value[length - 1] == '\r' || value[length - 1] == '\n'))
        length--;
    while (length > 0 && *value == ' ') {
        value++;
        length--;
    }
    if (length >= sizeof transfer->mark || (length > 1 && value[0] == 'W' && value[1] == '/'))
        return; /* a weak mark promises no equal bytes */
    memcpy(transfer->mark, value, length);
    transfer->mark[length] = '\0';
}

/* The number that a text begins with; one that is too large stays so. */
static uint64_t read_digits(const char *text, size_t length)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++)
        number = number < UINT64_MAX / 16 ? 10 * number + (uint64_t)(text[i] - '0') : UINT64_MAX;
    return number;
}

/* " bytes 500-999/1000"; where the total is "*" it stays unknown. */
static void keep_range(struct transfer *transfer, const char *value, size_t length)
{
    static const char unit[] = "bytes ";
    for (; length > 0 && *value == ' '; length--)
        value++;
    const char *slash = memchr(value, '/', length);
    if (length < sizeof unit - 1 || strncasecmp(value, unit, sizeof unit - 1) != 0 || slash == NULL)
        return;
    transfer->first = read_digits(value + sizeof unit - 1, length - (sizeof unit - 1));
    transfer->total = read_digits(slash + 1, length - (size_t)(slash + 1 - value));
}

/* What stands behind the name of a header, in letters of either case; NULL: it is another one. */
static const char *value_of(const char *line, size_t *length, const char *name)
{
    size_t its = strlen(name);
    if (*length <= its || strncasecmp(line, name, its) != 0)
        return NULL;
    *length -= its;
    return line + its;
}

/* Of each answer on the way, redirections too; the last one's mark stays. */
static size_t take_header(char *line, size_t size, size_t n, void *user)
{
    struct transfer *transfer = user;
    const char *value = NULL;
    size_t length = size * n;
    transfer->answered = true;
    if (value_of(line, &length, "HTTP/") != NULL) {
        transfer->is_http = true;
        transfer->mark[0] = '\0';
        transfer->first = transfer->total = 0;
    } else if ((value = value_of(line, &length, "content-range:")) != NULL) {
        keep_range(transfer, value, length);
    } else if ((value = value_of(line, &length, "etag:")) != NULL) {
        keep_mark(transfer, value, length);
    } else if (transfer->mark[0] == '\0' && transfer->is_http &&
               (value = value_of(line, &length, "last-modified:")) != NULL) {
        keep_mark(transfer, value, length); /* not of file://, which knows no If-Range */
    }
    return size * n;
}

/* Whether the part that begins goes with what is here: from its end, of a file whose end is known,
 * and not of another version. */
static bool fits(struct transfer *transfer)
{
    const bool is_same = transfer->had == 0 || transfer->mark[0] == '\0' ||
                         strcmp(transfer->mark, transfer->wanted) == 0;
    if (transfer->had > 0)
        memcpy(transfer->mark, transfer->wanted, sizeof transfer->mark);
    return transfer->first == transfer->had && transfer->total > transfer->had && is_same;
}

/* The server may send all, though the rest was asked for, or the rest of something else, or a part
 * that nobody asked for. */
static bool begin_body(struct transfer *transfer)
{
    const struct mf__download *download = transfer->download;
    long answer = 0;
    transfer->begun = true;
    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &answer);
    if (answer == HTTP_PARTIAL && !fits(transfer)) {
        transfer->is_other = true;
        return false;
    }
    if (answer != HTTP_PARTIAL)
        transfer->had = transfer->arrived = transfer->total = 0;
    transfer->too_large = transfer->total > download->most_bytes;
    /* A note must never stand beside bytes that it does not speak of. */
    mf__note_remove(download->part);
    if (ftruncate(transfer->fd, (off_t)transfer->had) != 0 ||
        lseek(transfer->fd, (off_t)transfer->had, SEEK_SET) < 0)
        transfer->number = errno;
    mf__note_write(download->part, download->url, transfer->mark);
    return transfer->number == 0 && !transfer->too_large;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *user)
{
    struct transfer *transfer = user;
    size_t length = size * n;
    if (!transfer->begun && !begin_body(transfer))
        return CURL_WRITEFUNC_ERROR;
    if (transfer->arrived > transfer->download->most_bytes ||
        length > transfer->download->most_bytes - transfer->arrived) {
        transfer->too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    for (size_t done = 0; done < length;) {
        ssize_t written = write(transfer->fd, bytes + done, length - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            transfer->number = written < 0 ? errno : EIO;
            return CURL_WRITEFUNC_ERROR;
        }
        done += (size_t)written;
        transfer->arrived += (uint64_t)written;
    }
    return length;
}

static int tell_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
                         curl_off_t up)
{
    struct transfer *transfer = user;
    const struct mf__download *download = transfer->download;
    uint64_t ns = mf__now_ns();
    (void)up_total;
    (void)up;
    if (mf_cancel_requested(download->cancel))
        return 1;
    if (download->progress == NULL || now <= 0 || ns - transfer->told_ns < PROGRESS_NS)
        return 0;
    transfer->told_ns = ns;
    download->progress(download->user, transfer->arrived,
                       total > 0 ? transfer->had + (uint64_t)total : 0);
    return 0;
}

/* ---- one transfer ---- */

/* Sets what may fail: text that libcurl copies. */
static bool set_texts(const struct transfer *transfer, char *said)
{
    const struct mf__download *download = transfer->download;
    const struct {
        CURLoption option;
        const char *text;
    } texts[] = {{CURLOPT_URL, download->url},
                 {CURLOPT_PROTOCOLS_STR, PROTOCOLS},
                 {CURLOPT_REDIR_PROTOCOLS_STR, "http,https"},
                 {CURLOPT_USERAGENT, "manyfold/" MF_VERSION},
                 {CURLOPT_CAINFO, download->certificates}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].text != NULL &&
            curl_easy_setopt(transfer->curl, texts[i].option, texts[i].text) != CURLE_OK)
            return false;
    return curl_easy_setopt(transfer->curl, CURLOPT_ERRORBUFFER, said) == CURLE_OK;
}

static bool add_header(struct curl_slist **headers, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*headers, line);
    *headers = longer != NULL ? longer : *headers;
    return longer != NULL;
}

/* What is asked for: the bytes as they lie there, and the rest where some are here already. */
static bool set_headers(const struct transfer *transfer, struct curl_slist **headers)
{
    struct mf__buffer line = {0};
    bool is_set = add_header(headers, "Accept-Encoding: identity");
    if (transfer->had > 0) {
        mf__buffer_print(&line, "If-Range: %s", transfer->wanted);
        is_set = is_set && !line.failed && add_header(headers, mf__buffer_text(&line));
        mf__buffer_clear(&line);
        /* Not CURLOPT_RESUME_FROM, with which libcurl refuses an answer that begins anew. */
        mf__buffer_print(&line, "%llu-", (unsigned long long)transfer->had);
        is_set =
            is_set && !line.failed &&
            curl_easy_setopt(transfer->curl, CURLOPT_RANGE, mf__buffer_text(&line)) == CURLE_OK;
    }
    mf__buffer_done(&line);
    return is_set && curl_easy_setopt(transfer->curl, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
}

static bool set_up(struct transfer *transfer, struct curl_slist **headers)
{
    CURL *curl = transfer->curl;
    const struct mf__download *download = transfer->download;
    /* Of what is sent, which may be all of it; take_body looks at both together. */
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)download->most_bytes);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, MOST_REDIRECTIONS);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, STALL_BYTES);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, STALL_SECONDS);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, tell_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
    return set_texts(transfer, transfer->said) && set_headers(transfer, headers);
}

/* What of a part file can be gone on with. */
static uint64_t usable_part(const struct mf__download *download, char mark[MF__MARK_BYTES])
{
    struct stat found;
    mf__note_read(download->part, download->url, mark);
    if (mark[0] == '\0' || lstat(download->part, &found) != 0 || !S_ISREG(found.st_mode))
        return 0;
    return (uint64_t)found.st_size;
}

/* Opens the part file. It may be a part of another address, so it stays as it is until the first
 * byte comes. */
static int open_part(struct transfer *transfer, mf_error *error)
{
    const char *part = transfer->download->part;
    transfer->fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (transfer->fd < 0) {
        mf__fail_errno(error, errno, "cannot write %s", mf__show_path(part).text);
        error->code = MF_E_OUTPUT;
        return MF_E_OUTPUT;
    }
    transfer->had = transfer->arrived = usable_part(transfer->download, transfer->wanted);
    return 0;
}

/* Forces what arrived to the disk and closes. */
static int close_part(struct transfer *transfer)
{
    if (fsync(transfer->fd) != 0 && errno != EINVAL && errno != ENOTSUP && transfer->number == 0)
        transfer->number = errno;
    if (close(transfer->fd) != 0 && errno != EINTR && transfer->number == 0)
        transfer->number = errno;
    return transfer->number;
}

/* Runs one transfer; what libcurl says. `answer` is the server's, or 0. */
static CURLcode perform(struct transfer *transfer, long *ret_answer)
{
    struct curl_slist *headers = NULL;
    CURLcode result = CURLE_OUT_OF_MEMORY;
    transfer->curl = curl_easy_init();
    *ret_answer = 0;
    if (transfer->curl != NULL && set_up(transfer, &headers)) {
        result = curl_easy_perform(transfer->curl);
        if (result == CURLE_OK && !transfer->begun)
            begin_body(transfer); /* it is empty */
        curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, ret_answer);
        transfer->too_large |= result == CURLE_FILESIZE_EXCEEDED;
    }
    curl_easy_cleanup(transfer->curl);
    curl_slist_free_all(headers);
    return result;
}

/* ---- what went wrong ---- */

static bool may_be_mended(CURLcode result, long answer)
{
    return result == CURLE_PARTIAL_FILE || result == CURLE_RECV_ERROR ||
           result == CURLE_SEND_ERROR || result == CURLE_GOT_NOTHING ||
           result == CURLE_OPERATION_TIMEDOUT || result == CURLE_HTTP2_STREAM ||
           (result == CURLE_HTTP_RETURNED_ERROR && answer > HTTP_SERVER_ERRORS);
}

static const char *help_with(CURLcode result)
{
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "no such host is known; check the name and the network";
    case CURLE_COULDNT_CONNECT:
        return "the host does not take connections there; check the address and the network";
    case CURLE_UNSUPPORTED_PROTOCOL:
        return "only http, https and file can be fetched";
    case CURLE_FILE_COULDNT_READ_FILE:
        return "there is no such file, or it may not be read";
    case CURLE_URL_MALFORMAT:
        return "this is not an address";
    case CURLE_PEER_FAILED_VERIFICATION:
        return "its certificate is not trusted here; where yours is a network that has its own, "
               "SSL_CERT_FILE names the file with it";
    case CURLE_SSL_CACERT_BADFILE:
        return "there are no certificates to check it by; install ca-certificates, or name a file "
               "of them in SSL_CERT_FILE";
    case CURLE_TOO_MANY_REDIRECTS:
        return "it leads from one address to another without an end";
    default:
        return NULL;
    }
}

static int explain(const struct transfer *transfer, CURLcode result, long answer, mf_error *error)
{
    const struct mf__download *download = transfer->download;
    struct mf__buffer shown = {0};
    mf__url_shown(download->url, &shown);
    const char *url = mf__buffer_text(&shown);
    const char *help = help_with(result);
    int code = 0;
    if (transfer->number != 0) {
        mf__fail_errno(error, transfer->number, "cannot write %s",
                       mf__show_path(download->part).text);
        error->code = code = MF_E_OUTPUT;
    } else if (transfer->too_large) {
        code = mf__fail(error, MF_E_INPUT, "%.300s is larger than --max-size allows", url);
    } else if (result == CURLE_ABORTED_BY_CALLBACK) {
        code = mf__fail(error, MF_E_CANCELLED,
                        "cancelled; the same command goes on where this one stopped");
    } else if (result == CURLE_OUT_OF_MEMORY) {
        code = mf__fail(error, MF_E_MEMORY, "no memory to download %.300s", url);
    } else if (result == CURLE_HTTP_RETURNED_ERROR) {
        code = mf__fail(error, answer < HTTP_SERVER_ERRORS ? MF_E_INPUT : MF_E_SYSTEM,
                        "cannot download %.300s: the server answers %ld", url, answer);
    } else if (transfer->is_other || result == CURLE_OK) {
        code = mf__fail(error, MF_E_SYSTEM,
                        "cannot download %.300s: the server sends another part of it than was "
                        "asked for",
                        url);
    } else if (help != NULL) {
        code = mf__fail(error, MF_E_INPUT, "cannot download %.200s: %s", url, help);
    } else {
        code =
            mf__fail(error, MF_E_SYSTEM,
                     "cannot download %.300s: %.120s; the same command goes on where this one "
                     "stopped",
                     url, transfer->said[0] != '\0' ? transfer->said : curl_easy_strerror(result));
    }
    mf__buffer_done(&shown);
    return code;
}

/* ---- the whole ---- */

/* A pause that a request to stop ends. */
static void pause_for(uint64_t ns, const mf_cancel *cancel)
{
    const struct timespec nap = {.tv_nsec = 50000000};
    uint64_t end = mf__now_ns() + ns;
    while (mf__now_ns() < end && !mf_cancel_requested(cancel))
        nanosleep(&nap, NULL);
}

static bool is_empty(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0 && found.st_size == 0;
}

/* What came of a try. */
struct tried {
    uint64_t arrived; /* how far it came */
    bool answered;
};

/* One try. 1: it broke, and another may go on. */
static int try_once(const struct mf__download *download, struct tried *ret_tried, mf_error *error)
{
    struct transfer transfer = {.download = download};
    long answer = 0;
    int code = open_part(&transfer, error);
    if (code != 0)
        return code;
    CURLcode result = perform(&transfer, &answer);
    close_part(&transfer);
    *ret_tried = (struct tried){transfer.arrived, transfer.answered};
    const bool is_short = transfer.total > 0 && transfer.arrived != transfer.total;
    if (result == CURLE_OK && transfer.number == 0 && !is_short)
        return 0;
    code = explain(&transfer, result, answer, error);
    if (transfer.is_other || (answer == HTTP_NO_SUCH_RANGE && transfer.had > 0)) {
        mf__note_remove(download->part); /* the next try begins anew */
        return 1;
    }
    if (transfer.too_large || is_empty(download->part))
        mf__download_drop(download);
    const bool is_mendable = result == CURLE_OK || may_be_mended(result, answer);
    return transfer.number == 0 && is_mendable ? 1 : code;
}

static void say_again(const struct mf__download *download, unsigned breaks, unsigned most)
{
    struct mf__buffer text = {0};
    if (download->remark == NULL)
        return;
    mf__url_shown(download->url, &text);
    mf__buffer_print(&text, ": nothing more came; trying again, time %u of %u", breaks + 1, most);
    if (!text.failed)
        download->remark(download->user, mf__buffer_text(&text));
    mf__buffer_done(&text);
}

int mf__download(const struct mf__download *download, mf_error *error)
{
    mf_error broke = {0};
    uint64_t furthest = 0;
    unsigned breaks = 0;
    int code = 1;
    while (code == 1) {
        struct tried tried = {0};
        code = try_once(download, &tried, &broke);
        const bool is_further = tried.arrived > furthest;
        const unsigned most = tried.answered ? MOST_BREAKS : MOST_SILENCES;
        breaks = is_further && tried.answered ? 1 : breaks + 1;
        furthest = is_further ? tried.arrived : furthest;
        if (code == 1 && breaks >= most)
            code = broke.code;
        if (code == 1 && (!is_further || !tried.answered))
            say_again(download, breaks, most);
        if (code == 1)
            pause_for(PAUSE_NS << (breaks - 1), download->cancel);
        if (code == 1 && mf_cancel_requested(download->cancel))
            code = mf__fail(&broke, MF_E_CANCELLED,
                            "cancelled; the same command goes on where this one stopped");
    }
    if (code == 0)
        mf__note_remove(download->part);
    else if (error != NULL)
        *error = broke;
    return code;
}
