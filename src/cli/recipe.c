/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recipe goes through the same table and the same readers as the command line: a value becomes
 * the text that would be typed, and mf__option_store takes it. So ranges, words and messages are
 * the same, and a verb that gets an option has it in its recipes too. Rewriting the recipe into
 * arguments was rejected: messages would then speak of options that nobody typed.
 */
#include "cli/recipe.h"

#include "base/json_read.h"
#include "base/memory.h"
#include "base/real.h"
#include "base/status.h"
#include "base/text.h"
#include "cli/embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LARGEST ((size_t)1 << 20) /* bytes; nobody types more options than that */

void mf__recipe_done(struct mf__recipe *recipe)
{
    json_decref(recipe->root);
    json_decref(recipe->made);
    *recipe = (struct mf__recipe){0};
}

/* Whether a text is the value itself, or one of an array; settings point to where it lies. */
static bool holds(const json_t *value, const char *text)
{
    for (size_t i = 0; i < json_array_size(value); i++)
        if (json_string_value(json_array_get(value, i)) == text)
            return true;
    return json_string_value(value) == text;
}

void mf__recipe_source(const struct mf__recipe *recipe, const char *text, const char *option,
                       struct mf__buffer *out)
{
    const char *key;
    json_t *value;
    json_t *root = recipe != NULL ? recipe->root : NULL;
    json_object_foreach(root, key, value)
    {
        if (holds(value, text)) {
            mf__buffer_print(out, "--recipe: %s: %s", mf__quote(recipe->path).text,
                             mf__quote(key).text);
            return;
        }
    }
    mf__buffer_put(out, option);
}

/* ---- one value ---- */

/* The value under way: how messages name it, and the option that takes it. */
struct entry {
    struct mf__given given;
    char shown[200]; /* `"recipe.json": "max_depth"` */
    json_t *value;
    struct mf__recipe *recipe; /* keeps texts that are made */
};

static const char *type_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_NULL:
        return "null";
    default:
        return json_is_true(value) ? "true" : "false";
    }
}

/* What each kind takes, in words. */
static const char *const expected[] = {
    [MF__FLAG] = "true or false",
    [MF__STOP] = "nothing",
    [MF__TEXT] = "a text",
    [MF__TEXT_LIST] = "a text or an array of texts",
    [MF__FILE] = "a text, the name of a file",
    [MF__FOLDER] = "a text, the name of a folder",
    [MF__COUNT] = "a whole number",
    [MF__COUNT_LIST] = "a whole number or an array of them",
    [MF__CHOICE] = "a text",
    [MF__CHOICE_LIST] = "a text or an array of texts",
    [MF__DURATION] = "a text or a number of seconds",
    [MF__SHARE] = "a number or a text",
    [MF__REAL] = "a number",
    [MF__AMOUNT] = "a number or a text",
};

static bool is_text_kind(enum mf__option_kind kind)
{
    return kind == MF__TEXT || kind == MF__TEXT_LIST || kind == MF__FILE || kind == MF__FOLDER;
}

static bool has_choice(const struct mf__option *option, const char *word)
{
    for (size_t i = 0; option->choices != NULL && option->choices[i] != NULL; i++)
        if (strcmp(option->choices[i], word) == 0)
            return true;
    return option->word != NULL && strcmp(option->word, word) == 0;
}

static int refuse_type(const struct entry *entry, mf_error *error)
{
    const struct mf__option *option = entry->given.option;
    bool is_boolean = option->kind == MF__CHOICE && has_choice(option, "true");
    return mf__fail(error, MF_E_INPUT, "%s: %s does not fit; expected %s%s", entry->shown,
                    type_of(entry->value), expected[is_boolean ? MF__FLAG : option->kind],
                    option->assigns ? ", or an object, {\"name\": [value, value]}" : "");
}

/* A number as it would be typed; 1.0 keeps its point, which makes it a share. */
static struct mf__shown number_text(const json_t *value)
{
    struct mf__shown shown;
    struct mf__shown real = mf__show_real(json_number_value(value));
    if (json_is_integer(value))
        snprintf(shown.text, sizeof shown.text, "%lld", (long long)json_integer_value(value));
    else
        snprintf(shown.text, sizeof shown.text, "%.60s%s", real.text,
                 strpbrk(real.text, ".en") == NULL ? ".0" : "");
    return shown;
}

/* Stores one value that is no array. Texts are stored where they lie in the document. */
static int store_scalar(const struct entry *entry, json_t *value, mf_error *error)
{
    const struct mf__option *option = entry->given.option;
    struct entry one = *entry;
    one.value = value;
    if (json_is_string(value))
        return mf__option_store(&entry->given, json_string_value(value), error);
    if (json_is_number(value) && !is_text_kind(option->kind) && option->kind != MF__CHOICE &&
        option->kind != MF__CHOICE_LIST)
        return mf__option_store(&entry->given, number_text(value).text, error);
    const char *word = json_is_null(value) ? "none" : json_is_true(value) ? "true" : "false";
    if ((json_is_null(value) || json_is_boolean(value)) && has_choice(option, word))
        return mf__option_store(&entry->given, word, error);
    return refuse_type(&one, error);
}

/* Lists of numbers or words are typed with commas between them. */
static int store_joined(const struct entry *entry, mf_error *error)
{
    struct mf__buffer list = {0};
    int code = 0;
    if (json_array_size(entry->value) == 0)
        code = mf__fail(error, MF_E_INPUT, "%s: the array is empty; expected %s", entry->shown,
                        expected[entry->given.option->kind]);
    for (size_t i = 0; code == 0 && i < json_array_size(entry->value); i++) {
        json_t *item = json_array_get(entry->value, i);
        struct entry one = *entry;
        one.value = item;
        mf__buffer_put(&list, i > 0 ? "," : "");
        if (json_is_string(item))
            mf__buffer_put(&list, json_string_value(item));
        else if (json_is_number(item) && entry->given.option->kind == MF__COUNT_LIST)
            mf__buffer_put(&list, number_text(item).text);
        else
            code = refuse_type(&one, error);
    }
    if (code == 0)
        code = mf__buffer_check(&list, error);
    if (code == 0)
        code = mf__option_store(&entry->given, mf__buffer_text(&list), error);
    mf__buffer_done(&list);
    return code;
}

static int store_array(const struct entry *entry, mf_error *error)
{
    enum mf__option_kind kind = entry->given.option->kind;
    if (kind == MF__COUNT_LIST || kind == MF__CHOICE_LIST)
        return store_joined(entry, error);
    if (kind != MF__TEXT_LIST)
        return refuse_type(entry, error);
    for (size_t i = 0; i < json_array_size(entry->value); i++) {
        int code = store_scalar(entry, json_array_get(entry->value, i), error);
        if (code != 0)
            return code;
    }
    return 0;
}

/* ---- objects ---- */

/* Adds a value as it would be typed. */
static int put_typed(const struct entry *entry, const char *name, json_t *value,
                     struct mf__buffer *text, mf_error *error)
{
    if (json_is_string(value))
        mf__buffer_put(text, json_string_value(value));
    else if (json_is_number(value))
        mf__buffer_put(text, number_text(value).text);
    else if (json_is_null(value) || json_is_boolean(value))
        mf__buffer_put(text, json_is_null(value) ? "none" : type_of(value));
    else
        return mf__fail(error, MF_E_INPUT,
                        "%s: %s: %s does not fit; expected a number, a text, true, false, null or "
                        "an array of these",
                        entry->shown, mf__quote(name).text, type_of(value));
    return 0;
}

/* The text is kept as a string of JSON, since settings only point to theirs. */
static int keep_text(const struct entry *entry, const struct mf__buffer *text, mf_error *error)
{
    struct mf__recipe *recipe = entry->recipe;
    int code = mf__buffer_check(text, error);
    if (code != 0)
        return code;
    if (recipe->made == NULL)
        recipe->made = json_array();
    json_t *kept = json_string(mf__buffer_text(text));
    if (recipe->made == NULL || json_array_append(recipe->made, kept) != 0)
        code = mf__fail_memory(error, text->length, "a recipe");
    else
        code = mf__option_store(&entry->given, json_string_value(kept), error);
    json_decref(kept);
    return code;
}

/* {"max_depth": [5, null]} is what "max_depth=5,none" is. */
static int store_object(const struct entry *entry, mf_error *error)
{
    const char *name;
    json_t *value;
    int code = 0;
    json_object_foreach(entry->value, name, value)
    {
        struct mf__buffer text = {0};
        mf__buffer_print(&text, "%s=", name);
        if (!json_is_array(value))
            code = put_typed(entry, name, value, &text, error);
        for (size_t i = 0; code == 0 && i < json_array_size(value); i++) {
            mf__buffer_put(&text, i > 0 ? "," : "");
            code = put_typed(entry, name, json_array_get(value, i), &text, error);
        }
        if (code == 0)
            code = keep_text(entry, &text, error);
        mf__buffer_done(&text);
        if (code != 0)
            return code;
    }
    return 0;
}

static int store_value(const struct entry *entry, mf_error *error)
{
    if (entry->given.option->kind == MF__FLAG) {
        if (!json_is_boolean(entry->value))
            return refuse_type(entry, error);
        *(bool *)entry->given.target = json_is_true(entry->value);
        return 0;
    }
    if (json_is_array(entry->value))
        return store_array(entry, error);
    if (json_is_object(entry->value) && entry->given.option->assigns)
        return store_object(entry, error);
    return store_scalar(entry, entry->value, error);
}

/* ---- the document ---- */

static bool takes_file(const struct mf__verb *verb)
{
    const struct mf__positional *positional = verb->positional;
    for (; positional != NULL && positional->name != NULL; positional++)
        if (strcmp(positional->name, "FILE") == 0)
            return true;
    return false;
}

static int unknown_key(const struct mf__verb *verb, const char *name, const char *key,
                       mf_error *error)
{
    const char *nearest = mf__option_nearest(verb, key);
    if (nearest != NULL)
        return mf__fail(error, MF_E_INPUT, "%s: unknown key %s; did you mean \"%s\"?", name,
                        mf__quote(key).text, nearest);
    return mf__fail(error, MF_E_INPUT,
                    "%s: unknown key %s; its keys are the options of %s, and \"file\"", name,
                    mf__quote(key).text, verb->command);
}

/* Whether a member before `key` names the same option with other dashes. */
static bool is_repeated(json_t *root, const char *key)
{
    const char *other;
    json_t *value;
    json_object_foreach(root, other, value)
    {
        if (other == key)
            return false;
        if (mf__same_name(key, other, strlen(other)))
            return true;
    }
    return false;
}

/* A member of the document. */
struct member {
    const char *key;
    json_t *value;
};

static int store_key(const struct mf__begun *begun, const char *name, const struct member *member,
                     struct mf__recipe *recipe, mf_error *error)
{
    const char *key = member->key;
    struct entry entry = {.value = member->value, .recipe = recipe};
    struct mf__found found = mf__option_find(begun->verb, begun->settings, key);
    if (found.option == NULL && begun->beside != NULL && mf__option_exists(begun->beside, key))
        return 0;
    if (found.option == NULL || found.option->hidden)
        return unknown_key(begun->verb, name, key, error);
    if (found.option->kind == MF__STOP || found.target == (const void *)begun->recipe)
        return mf__fail(error, MF_E_INPUT, "%s: %s cannot stand in a recipe", name,
                        mf__quote(key).text);
    snprintf(entry.shown, sizeof entry.shown, "%s: %s", name, mf__quote(key).text);
    entry.given = (struct mf__given){found.option, entry.shown, found.target};
    return store_value(&entry, error);
}

static int store_all(const struct mf__begun *begun, const char *name, struct mf__recipe *recipe,
                     mf_error *error)
{
    const char *key;
    json_t *value;
    json_object_foreach(recipe->root, key, value)
    {
        int code = 0;
        if (is_repeated(recipe->root, key))
            code = mf__fail(error, MF_E_INPUT, "%s: %s is there twice", name, mf__quote(key).text);
        else if (strcmp(key, "file") != 0 || !takes_file(begun->verb))
            code = store_key(begun, name, &(struct member){key, value}, recipe, error);
        else if (!json_is_string(value) || json_string_length(value) == 0)
            code = mf__fail(error, MF_E_INPUT,
                            "%s: \"file\": %s does not fit; expected the name of a file", name,
                            json_is_string(value) ? "\"\"" : type_of(value));
        else
            recipe->file = json_string_value(value);
        if (code != 0)
            return code;
    }
    return 0;
}

/* The words are those of the reader of JSON, who quotes what it stumbled over as it stands. */
static int refuse_json(const char *name, const json_error_t *problem, mf_error *error)
{
    struct mf__buffer words = {0};
    mf__escape(&words, problem->text, strlen(problem->text));
    int code = mf__fail(error, MF_E_FORMAT, "%s, line %d, column %d: this is not JSON: %s", name,
                        problem->line, problem->column, mf__buffer_text(&words));
    mf__buffer_done(&words);
    return code;
}

/* The bytes as a JSON object. */
static int parse_object(const struct mf__buffer *bytes, const char *name, struct mf__recipe *recipe,
                        mf_error *error)
{
    json_error_t problem;
    const struct mf__quoted quoted = mf__quote(name);
    if (bytes->length == 0)
        return mf__fail(error, MF_E_FORMAT,
                        "%s is empty; expected a JSON object, {\"max_depth\": 12, ...}",
                        quoted.text);
    int code =
        mf__json_read(mf__buffer_text(bytes), bytes->length, 0, &recipe->root, &problem, error);
    if (code != 0)
        return code;
    if (recipe->root == NULL)
        return refuse_json(quoted.text, &problem, error);
    if (!json_is_object(recipe->root))
        return mf__fail(error, MF_E_FORMAT,
                        "%s: a recipe is a JSON object, {\"max_depth\": 12, ...}, and not %s",
                        quoted.text, type_of(recipe->root));
    return 0;
}

int mf__recipe_parse(const struct mf__begun *begun, const struct mf__buffer *bytes,
                     const char *name, struct mf__recipe *recipe, mf_error *error)
{
    int code = parse_object(bytes, name, recipe, error);
    return code == 0 ? store_all(begun, mf__quote(name).text, recipe, error) : code;
}

/* ---- the file ---- */

static int read_bytes(const char *path, struct mf__buffer *bytes, mf_error *error)
{
    const struct mf__quoted quoted = mf__quote(path);
    bool is_input = strcmp(path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int problem = fd < 0 ? errno : 0;
    const struct mf__embedded *set = problem == ENOENT ? mf__embedded_find(path) : NULL;
    if (set != NULL)
        mf__buffer_add(bytes, set->recipe, *set->recipe_length);
    if (set != NULL)
        return mf__buffer_check(bytes, error);
    if (fd < 0)
        return mf__fail_errno(error, problem, "cannot open %s", quoted.text);
    int code = mf__read_all(fd, quoted.text, LARGEST, bytes, error);
    if (!is_input)
        close(fd);
    if (code == 0 && bytes->length > LARGEST)
        code = mf__fail(error, MF_E_FORMAT, "%s is no recipe: it is larger than %zu bytes",
                        quoted.text, LARGEST);
    return code;
}

int mf__recipe_load(const char *path, struct mf__recipe *recipe, mf_error *error)
{
    struct mf__buffer bytes = {0};
    int code = read_bytes(path, &bytes, error);
    if (code == 0)
        code = parse_object(&bytes, path, recipe, error);
    mf__buffer_done(&bytes);
    return code;
}

static int read_recipe(const struct mf__begun *begun, const char *path, struct mf__recipe *recipe,
                       mf_error *error)
{
    struct mf__buffer bytes = {0};
    int code = read_bytes(path, &bytes, error);
    if (code == 0)
        code = mf__recipe_parse(begun, &bytes, path, recipe, error);
    mf__buffer_done(&bytes);
    if (code == MF_E_SYSTEM) /* a wrong name is wrong usage */
        error->code = code = MF_E_INPUT;
    return code != 0 ? mf__fail_within(error, code, "--recipe") : 0;
}

/* The arguments were parsed once, which told the recipe's name. */
static int parse_again(const struct mf__begun *begun, const void *initial,
                       struct mf__arguments *arguments, struct mf__recipe *recipe, mf_error *error)
{
    const char *path = recipe->path = *begun->recipe;
    memcpy(begun->settings, initial, begun->size);
    int code = mf__options_preset(begun->verb, begun->settings, error);
    if (code == 0)
        code = read_recipe(begun, path, recipe, error);
    if (code == 0 && begun->read != NULL)
        begun->read(begun->settings);
    return code == 0 ? mf__options_apply(begun->verb, arguments, begun->settings, error) : code;
}

bool mf__begin_with_recipe(const struct mf__begun *begun, struct mf__arguments *arguments,
                           struct mf__recipe *recipe, int *ret_exit)
{
    mf_error error;
    size_t n = arguments->n;
    /* Both are needed again: parsing changes the order of the arguments. */
    char **words = mf__new(n + 1, sizeof *words);
    void *initial = mf__new(1, begun->size);
    bool go_on = words != NULL && initial != NULL;
    if (go_on) {
        for (size_t i = 0; i < n; i++)
            words[i] = arguments->values[i];
        memcpy(initial, begun->settings, begun->size);
        go_on = mf__begin(begun->verb, arguments, begun->settings, begun->common, ret_exit);
    } else {
        mf__fail_memory(&error, n * sizeof *words + begun->size, "the arguments");
        *ret_exit = mf__tell(&error);
    }
    if (go_on && *begun->recipe != NULL) {
        for (size_t i = 0; i < n; i++)
            arguments->values[i] = words[i];
        arguments->n = n;
        go_on = parse_again(begun, initial, arguments, recipe, &error) == 0;
        if (!go_on)
            *ret_exit = mf__tell(&error);
    }
    mf__free(words);
    mf__free(initial);
    return go_on;
}
