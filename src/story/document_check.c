/* SPDX-License-Identifier: Apache-2.0 */
#include "story/document_rules.h"

#include "base/status.h"
#include "base/text.h"

#include <stdbool.h>
#include <string.h>

#define STEP_BYTES 64 /* of a path; none of ours is as long */

/* A document under the eye. */
struct check {
    const char *name;
    struct mf__buffer where; /* the place that is looked at, "series[2].samples" */
    mf_error *error;
};

/* ---- words ---- */

static const struct {
    unsigned type;
    const char *words;
} type_words[] = {
    {MF__IS_OBJECT, "an object"}, {MF__IS_ARRAY, "an array"},      {MF__IS_TEXT, "a text"},
    {MF__IS_NUMBER, "a number"},  {MF__IS_TRUTH, "true or false"}, {MF__IS_NULL, "null"},
};

#define N_TYPES (sizeof type_words / sizeof type_words[0])

static unsigned type_of(const json_t *value)
{
    static const unsigned types[] = {
        [JSON_OBJECT] = MF__IS_OBJECT,  [JSON_ARRAY] = MF__IS_ARRAY, [JSON_STRING] = MF__IS_TEXT,
        [JSON_INTEGER] = MF__IS_NUMBER, [JSON_REAL] = MF__IS_NUMBER, [JSON_TRUE] = MF__IS_TRUTH,
        [JSON_FALSE] = MF__IS_TRUTH,    [JSON_NULL] = MF__IS_NULL,
    };
    return types[json_typeof(value)];
}

/* "a text or null" */
static void put_types(unsigned types, struct mf__buffer *out)
{
    const char *between = "";
    for (size_t i = 0; i < N_TYPES; i++) {
        if ((types & type_words[i].type) == 0)
            continue;
        mf__buffer_print(out, "%s%s", between, type_words[i].words);
        between = " or ";
    }
}

static int refuse(struct check *check, const json_t *value, unsigned types)
{
    struct mf__buffer expected = {0};
    struct mf__buffer found = {0};
    put_types(types, &expected);
    if (value == NULL)
        mf__buffer_put(&found, "missing");
    else
        put_types(type_of(value), &found);
    int code = mf__fail(check->error, MF_E_FORMAT,
                        "%s: %s is %s, expected %s; the file is damaged or was changed by hand, "
                        "so make it anew",
                        check->name, mf__buffer_text(&check->where), mf__buffer_text(&found),
                        mf__buffer_text(&expected));
    bool failed = expected.failed || found.failed || check->where.failed;
    mf__buffer_done(&expected);
    mf__buffer_done(&found);
    return failed ? mf__fail_memory(check->error, check->where.length, "a message") : code;
}

/* ---- walking ---- */

/* Goes back to a place that was a part of this one. */
static void cut(struct check *check, size_t length)
{
    if (check->where.bytes == NULL)
        return;
    check->where.length = length;
    check->where.bytes[length] = '\0';
}

static int check_rules(struct check *check, const json_t *from, const struct mf__rule *rules);

static int check_value(struct check *check, const json_t *value, const struct mf__rule *rule)
{
    if (value == NULL || json_is_null(value)) {
        unsigned allowed = value == NULL ? MF__MAY_LACK : MF__MAY_LACK | MF__IS_NULL;
        return (rule->types & allowed) != 0 ? 0 : refuse(check, value, rule->types);
    }
    if ((type_of(value) & rule->types) == 0)
        return refuse(check, value, rule->types);
    return rule->within != NULL ? check_rules(check, value, rule->within) : 0;
}

static int walk(struct check *check, const json_t *from, const struct mf__rule *rule,
                const char *path);

static int walk_elements(struct check *check, const json_t *from, const struct mf__rule *rule,
                         const char *path)
{
    size_t length = check->where.length;
    int code = 0;
    for (size_t i = 0; code == 0 && i < json_array_size(from); i++) {
        mf__buffer_print(&check->where, "[%zu]", i);
        code = walk(check, json_array_get(from, i), rule, path);
        cut(check, length);
    }
    return code;
}

static int walk_members(struct check *check, const json_t *from, const struct mf__rule *rule,
                        const char *path)
{
    size_t length = check->where.length;
    const char *key;
    json_t *value;
    int code = 0;
    json_object_foreach((json_t *)(uintptr_t)from, key, value)
    {
        mf__buffer_put(&check->where, ".");
        mf__escape(&check->where, key, strlen(key));
        code = walk(check, value, rule, path);
        cut(check, length);
        if (code != 0)
            break;
    }
    return code;
}

/* A name, down to what it stands for. Under what is null or missing there is nothing to ask for. */
static int walk_name(struct check *check, const json_t *from, const struct mf__rule *rule,
                     const char *path)
{
    char name[STEP_BYTES];
    size_t length = check->where.length;
    size_t n = strcspn(path, ".[{");
    if (from == NULL || json_is_null(from) || n >= sizeof name)
        return 0;
    memcpy(name, path, n);
    name[n] = '\0';
    mf__buffer_print(&check->where, "%s%s", length > 0 ? "." : "", name);
    int code = walk(check, json_object_get(from, name), rule, path + n);
    cut(check, length);
    return code;
}

static int walk(struct check *check, const json_t *from, const struct mf__rule *rule,
                const char *path)
{
    if (path[0] == '\0')
        return check_value(check, from, rule);
    if (path[0] == '[')
        return walk_elements(check, from, rule, path + strlen("[]"));
    if (path[0] == '{')
        return walk_members(check, from, rule, path + strlen("{}"));
    return walk_name(check, from, rule, path[0] == '.' ? path + 1 : path);
}

static int check_rules(struct check *check, const json_t *from, const struct mf__rule *rules)
{
    int code = 0;
    for (const struct mf__rule *rule = rules; code == 0 && rule->path != NULL; rule++)
        code = walk(check, from, rule, rule->path);
    return code;
}

int mf__document_check(const json_t *root, const struct mf__rule *rules, const char *name,
                       mf_error *error)
{
    struct check check = {.name = name, .error = error};
    int code = check_rules(&check, root, rules);
    if (code == 0)
        code = mf__buffer_check(&check.where, error);
    mf__buffer_done(&check.where);
    return code;
}
