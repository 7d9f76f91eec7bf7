/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/sha256.h"

#include "base/status.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 16)

/* Adds all of a file to the digest; 0, an errno, ECANCELED too, or -1 when OpenSSL fails. */
static int add_file(EVP_MD_CTX *context, int fd, const mf_cancel *cancel)
{
    unsigned char piece[PIECE];
    ssize_t n = 1;
    while (n != 0) {
        if (mf_cancel_requested(cancel))
            return ECANCELED;
        n = read(fd, piece, sizeof piece);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0 && EVP_DigestUpdate(context, piece, (size_t)n) != 1)
            return -1;
    }
    return 0;
}

static int digest_of(int fd, const mf_cancel *cancel, struct mf__sha256 *ret_digest)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int number = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 ? 0 : -1;
    if (number == 0)
        number = add_file(context, fd, cancel);
    if (number == 0 && EVP_DigestFinal_ex(context, ret_digest->bytes, NULL) != 1)
        number = -1;
    EVP_MD_CTX_free(context);
    return number;
}

int mf__sha256_file(const char *path, const mf_cancel *cancel, struct mf__sha256 *ret_digest,
                    mf_error *error)
{
    struct mf__sha256 digest;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return mf__fail_errno(error, errno, "cannot read %s", mf__show_path(path).text);
    int number = digest_of(fd, cancel, &digest);
    close(fd);
    if (number == ECANCELED)
        return mf__fail(error, MF_E_CANCELLED, "cancelled while the digest was computed");
    if (number > 0)
        return mf__fail_errno(error, number, "cannot read %s", mf__show_path(path).text);
    if (number < 0)
        return mf__fail(error, MF_E_MEMORY, "no memory for a digest");
    *ret_digest = digest;
    return 0;
}

int mf__sha256_bytes(const void *bytes, size_t length, struct mf__sha256 *ret_digest,
                     mf_error *error)
{
    if (EVP_Digest(bytes, length, ret_digest->bytes, NULL, EVP_sha256(), NULL) != 1)
        return mf__fail(error, MF_E_MEMORY, "no memory for a digest");
    return 0;
}
