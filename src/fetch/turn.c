/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/turn.h"

#include "base/output.h"
#include "base/status.h"
#include "base/text.h"
#include "fetch/arff.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PIECE      ((size_t)1 << 14)
#define HEAD_BYTES ((size_t)1 << 16) /* in which ARFF shows that it is */
#define MOST_BYTES ((size_t)1 << 30)

/* Reads until the text has `most` bytes, the file ends, or nobody wants it any more; 0 or an errno.
 */
static int read_until(int fd, size_t most, const mf_cancel *cancel, struct mf__buffer *text)
{
    char piece[PIECE];
    ssize_t n = 1;
    while (n != 0 && text->length < most && !text->failed && !mf_cancel_requested(cancel)) {
        n = read(fd, piece, sizeof piece);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0)
            mf__buffer_add(text, piece, (size_t)n);
    }
    return 0;
}

static int turn_text(const struct mf__turn *turn, const struct mf__buffer *text, mf_error *error)
{
    struct mf__buffer csv = {0};
    int code = 0;
    if (mf_cancel_requested(turn->cancel))
        code = mf__fail(error, MF_E_CANCELLED, "cancelled while ARFF was turned into CSV");
    else if (text->length > MOST_BYTES)
        code = mf__fail(error, MF_E_INPUT,
                        "%s is ARFF of more than 1 GiB, too much to be turned into CSV here",
                        mf__show_path(turn->name).text);
    else
        code = mf__arff_to_csv(
            &(struct mf__arff){mf__buffer_text(text), text->length, turn->name, turn->cancel}, &csv,
            error);
    if (code == 0)
        code = mf__output_write(turn->to, mf__buffer_text(&csv), csv.length, error);
    mf__buffer_done(&csv);
    return code;
}

int mf__turn_into_csv(const struct mf__turn *turn, bool *ret_turned, mf_error *error)
{
    struct mf__buffer text = {0};
    int fd = open(turn->from, O_RDONLY | O_CLOEXEC);
    int number = fd >= 0 ? read_until(fd, HEAD_BYTES, NULL, &text) : errno;
    int code = 0;
    *ret_turned = number == 0 && mf__is_arff(mf__buffer_text(&text), text.length);
    if (*ret_turned)
        number = read_until(fd, MOST_BYTES + 1, turn->cancel, &text);
    if (fd >= 0)
        close(fd);
    if (number != 0)
        code = mf__fail_errno(error, number, "cannot read %s", mf__show_path(turn->from).text);
    else
        code = mf__buffer_check(&text, error);
    if (code == 0 && *ret_turned)
        code = turn_text(turn, &text, error);
    mf__buffer_done(&text);
    return code;
}

void mf__turned_name(const char *name, struct mf__buffer *out)
{
    static const char suffix[] = ".arff";
    size_t length = strlen(name);
    const size_t its = sizeof suffix - 1;
    if (length <= its || strcmp(name + length - its, suffix) != 0) {
        mf__buffer_put(out, name);
        return;
    }
    mf__buffer_add(out, name, length - its);
    mf__buffer_put(out, ".csv");
}
