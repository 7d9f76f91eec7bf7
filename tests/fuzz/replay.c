/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fuzz target as an ordinary test: replay FOLDER feeds each file of a corpus to
 * LLVMFuzzerTestOneInput, and then what is near it: its beginnings, copies with single bits flipped
 * or bytes left out, and its first part joined to the last part of another file. Which ones, is the
 * same every time. The target fails by crashing; then the line on standard error says which input
 * it was.
 *
 * The same target is a real fuzzer, which finds inputs by watching what they reach:
 *
 *     CC=clang meson setup build-fuzz -Db_sanitize=address,undefined -Db_lundef=false \
 *         -Doptimization=1 -Dc_args=-fsanitize=fuzzer-no-link
 *     ninja -C build-fuzz tests/fuzz/fuzz_csv
 *     mkdir found && build-fuzz/tests/fuzz/fuzz_csv -max_total_time=600 found tests/fuzz/corpus/csv
 *
 * What it finds is made small (-minimize_crash=1), repaired, and kept in the corpus under a name
 * that says what it is.
 */
#include "tests/fuzz/fuzz.h"

#include "base/random.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_FILES    4096
#define MOST_BYTES    (1 << 20)
#define MOST_PREFIXES 128 /* per file, each of these */
#define MOST_FLIPS    256
#define MOST_CUTS     64
#define MOST_SPLICES  64

struct input {
    char *name;
    uint8_t *bytes;
    size_t length;
};

static struct input inputs[MOST_FILES];
static size_t n_inputs;

/* What is being tried, for the message when it crashes. */
static char trying[512];

static void die(const char *what, const char *name)
{
    fprintf(stderr, "replay: %s: %s\n", what, name);
    exit(2);
}

static void *room(size_t bytes)
{
    void *memory = malloc(bytes > 0 ? bytes : 1);
    if (memory == NULL)
        die("out of memory", "for an input");
    return memory;
}

/* ---- the corpus ---- */

static void read_input(const char *folder, const char *name)
{
    char path[4096];
    if (n_inputs == MOST_FILES)
        die("too many files", folder);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        die("cannot be opened", path);
    struct input *input = &inputs[n_inputs++];
    input->name = strdup(name);
    input->bytes = room(MOST_BYTES);
    input->length = fread(input->bytes, 1, MOST_BYTES, file);
    if (ferror(file) || input->name == NULL)
        die("cannot be read", path);
    fclose(file);
}

static int by_name(const void *a, const void *b)
{
    const struct input *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static void read_corpus(const char *folder)
{
    DIR *entries = opendir(folder);
    if (entries == NULL)
        die("is no folder", folder);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
        if (entry->d_name[0] != '.')
            read_input(folder, entry->d_name);
    closedir(entries);
    qsort(inputs, n_inputs, sizeof *inputs, by_name);
}

/* ---- what is near a file ---- */

static void run(const uint8_t *bytes, size_t length)
{
    /* A copy that ends where the input ends, so that a sanitizer sees a read behind it. */
    uint8_t *copy = room(length);
    if (length > 0)
        memcpy(copy, bytes, length);
    LLVMFuzzerTestOneInput(copy, length);
    free(copy);
}

static void say(const struct input *input, const char *what, size_t number)
{
    snprintf(trying, sizeof trying, "# crashed with %.200s, %s %zu\n", input->name, what, number);
}

static size_t run_prefixes(const struct input *input)
{
    size_t step = input->length / MOST_PREFIXES + 1, n = 0;
    for (size_t length = 0; length < input->length; length += step, n++) {
        say(input, "cut after byte", length);
        run(input->bytes, length);
    }
    return n;
}

static size_t run_flips(const struct input *input, struct mf__random *random)
{
    size_t bits = input->length * 8, n = bits < MOST_FLIPS ? bits : MOST_FLIPS;
    for (size_t i = 0; i < n; i++) {
        size_t bit = n == bits ? i : mf__random_below(random, bits);
        say(input, "with a flipped bit,", bit);
        input->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        run(input->bytes, input->length);
        input->bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    return n;
}

/* Joins the first bytes of one input to the last bytes of another, or of itself. */
static void run_joined(const struct input *head, size_t head_length, const struct input *tail,
                       size_t tail_length)
{
    uint8_t *joined = room(head_length + tail_length);
    memcpy(joined, head->bytes, head_length);
    memcpy(joined + head_length, tail->bytes + tail->length - tail_length, tail_length);
    run(joined, head_length + tail_length);
    free(joined);
}

static size_t run_cuts(const struct input *input, struct mf__random *random)
{
    for (size_t i = 0; i < MOST_CUTS; i++) {
        size_t head = mf__random_below(random, input->length + 1);
        size_t tail = mf__random_below(random, input->length + 1);
        say(input, "with a part left out or doubled, number", i);
        run_joined(input, head, input, tail);
    }
    return MOST_CUTS;
}

static size_t run_splices(const struct input *input, struct mf__random *random)
{
    for (size_t i = 0; i < MOST_SPLICES; i++) {
        const struct input *other = &inputs[mf__random_below(random, n_inputs)];
        size_t head = mf__random_below(random, input->length + 1);
        size_t tail = mf__random_below(random, other->length + 1);
        say(input, "joined to another, number", i);
        run_joined(input, head, other, tail);
    }
    return MOST_SPLICES;
}

static void crashed(int number)
{
    ssize_t ignored = write(STDERR_FILENO, trying, strlen(trying));
    (void)ignored;
    signal(number, SIG_DFL);
    raise(number);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        die("usage", "replay FOLDER");
    read_corpus(argv[1]);
    if (n_inputs == 0)
        die("there is no input in", argv[1]);
    signal(SIGSEGV, crashed);
    signal(SIGABRT, crashed);
    signal(SIGFPE, crashed);
    signal(SIGBUS, crashed);
    printf("1..%zu\n", n_inputs);
    for (size_t i = 0; i < n_inputs; i++) {
        const struct input *input = &inputs[i];
        struct mf__random random = {.state = i};
        say(input, "as it is,", 0);
        run(input->bytes, input->length);
        size_t n = 1 + run_prefixes(input) + run_flips(input, &random);
        n += run_cuts(input, &random) + run_splices(input, &random);
        printf("ok %zu - %s and %zu near it\n", i + 1, input->name, n - 1);
        fflush(stdout);
    }
    for (size_t i = 0; i < n_inputs; i++) {
        free(inputs[i].name);
        free(inputs[i].bytes);
    }
    return 0;
}
