/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/download.h"

#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

bool mf__is_url(const char *word)
{
    size_t letters =
        strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+.-0123456789");
    return letters > 1 && strncmp(word + letters, "://", 3) == 0;
}

void mf__url_shown(const char *url, struct mf__buffer *out)
{
    CURLU *parts = curl_url();
    char *shown = NULL;
    if (parts != NULL && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == 0) {
        curl_url_set(parts, CURLUPART_USER, NULL, 0);
        curl_url_set(parts, CURLUPART_PASSWORD, NULL, 0);
        if (curl_url_get(parts, CURLUPART_URL, &shown, 0) != 0)
            shown = NULL;
    }
    if (shown != NULL)
        mf__escape(out, shown, strlen(shown));
    else
        mf__buffer_put(out, "this address");
    curl_free(shown);
    curl_url_cleanup(parts);
}

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

static void add_name(const char *path, struct mf__buffer *out)
{
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--;
    size_t start = length;
    while (start > 0 && path[start - 1] != '/')
        start--;
    while (start < length && path[start] == '.')
        start++;
    if (start == length)
        mf__buffer_put(out, "download");
    for (size_t i = start; i < length; i++)
        mf__buffer_fill(out, is_plain(path[i]) ? path[i] : '_', 1);
}

void mf__url_name(const char *where, struct mf__buffer *out)
{
    const bool is_url = mf__is_url(where);
    CURLU *parts = is_url ? curl_url() : NULL;
    char *path = NULL;
    CURLUcode code = is_url ? CURLUE_OUT_OF_MEMORY : CURLUE_OK;
    if (parts != NULL)
        code = curl_url_set(parts, CURLUPART_URL, where, CURLU_NON_SUPPORT_SCHEME);
    if (parts != NULL && code == CURLUE_OK)
        code = curl_url_get(parts, CURLUPART_PATH, &path, CURLU_URLDECODE);
    out->failed |= code == CURLUE_OUT_OF_MEMORY;
    add_name(!is_url ? where : code == CURLUE_OK ? path : "", out);
    curl_free(path);
    curl_url_cleanup(parts);
}
