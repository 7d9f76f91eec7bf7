/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over the TeX, two ways to write it. A row is a sequence of atoms (a letter, a number, a
 * sign, a text, a fraction, a root, a group), each with an index or an exponent or both. Each atom
 * is written into a buffer of its own, since what stands behind it decides what is put around it.
 */
#include "forms/formula.h"

#include "base/status.h"
#include "base/text.h"
#include "forms/html_text.h"

#include <stdbool.h>
#include <string.h>

#define DEEPEST 16 /* groups within groups; ours have three */

enum leaf {
    LEAF_NAME,
    LEAF_NUMBER,
    LEAF_TEXT,
    LEAF_BINARY, /* a sign between two operands */
    LEAF_PREFIX, /* a sign in front of one */
    LEAF_OPEN,   /* brackets */
    LEAF_CLOSE,
    LEAF_OTHER, /* commas, a slash */
    LEAF_GROUP, /* what is no leaf: a fraction, braces */
    LEAF_ROOT,  /* nor is this, but it has brackets of its own on a line */
};

/* What was written so far of a row, and what a line has to know of it. */
struct row {
    struct mf__buffer out;
    enum leaf last;
    bool empty;
    bool is_composite; /* needs brackets where one operand is expected */
    unsigned brackets; /* that are open */
};

/* A way to write. */
struct form {
    void (*leaf)(struct mf__buffer *out, enum leaf leaf, const char *text);
    void (*fraction)(struct mf__buffer *out, const struct row *over, const struct row *under);
    void (*root)(struct mf__buffer *out, const struct row *inner);
    /* NULL: no index, no exponent */
    void (*scripts)(struct mf__buffer *out, const struct mf__buffer *base, const struct row *index,
                    const struct row *exponent);
    const char *times; /* between operands of which one is a fraction or a root */
    const char *blank; /* between operands of which one is a text, such as a unit */
};

struct walk {
    const struct form *form;
    const char *tex;
    const char *at;
    unsigned depth;
    mf_error *error;
};

/* ---- words ---- */

struct word {
    const char *name;
    const char *text;
    enum leaf leaf;
};

static const struct word words[] = {
    {"cdot", "·", LEAF_BINARY},
    {"times", "×", LEAF_BINARY},
    {"approx", "≈", LEAF_BINARY},
    {"le", "≤", LEAF_BINARY},
    {"ge", "≥", LEAF_BINARY},
    {"infty", "∞", LEAF_NAME},
    {"alpha", "α", LEAF_NAME},
    {"beta", "β", LEAF_NAME},
    {"gamma", "γ", LEAF_NAME},
    {"delta", "δ", LEAF_NAME},
    {"epsilon", "ε", LEAF_NAME},
    {"zeta", "ζ", LEAF_NAME},
    {"eta", "η", LEAF_NAME},
    {"theta", "θ", LEAF_NAME},
    {"iota", "ι", LEAF_NAME},
    {"kappa", "κ", LEAF_NAME},
    {"lambda", "λ", LEAF_NAME},
    {"mu", "μ", LEAF_NAME},
    {"nu", "ν", LEAF_NAME},
    {"xi", "ξ", LEAF_NAME},
    {"pi", "π", LEAF_NAME},
    {"rho", "ρ", LEAF_NAME},
    {"sigma", "σ", LEAF_NAME},
    {"tau", "τ", LEAF_NAME},
    {"upsilon", "υ", LEAF_NAME},
    {"phi", "φ", LEAF_NAME},
    {"chi", "χ", LEAF_NAME},
    {"psi", "ψ", LEAF_NAME},
    {"omega", "ω", LEAF_NAME},
    {"Gamma", "Γ", LEAF_NAME},
    {"Delta", "Δ", LEAF_NAME},
    {"Theta", "Θ", LEAF_NAME},
    {"Lambda", "Λ", LEAF_NAME},
    {"Xi", "Ξ", LEAF_NAME},
    {"Pi", "Π", LEAF_NAME},
    {"Sigma", "Σ", LEAF_NAME},
    {"Upsilon", "Υ", LEAF_NAME},
    {"Phi", "Φ", LEAF_NAME},
    {"Psi", "Ψ", LEAF_NAME},
    {"Omega", "Ω", LEAF_NAME},
    {0},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int not_known(const struct walk *walk)
{
    return mf__fail(walk->error, MF_E_INPUT, "formula %s: not known from here: %s",
                    mf__quote(walk->tex).text, mf__quote(walk->at).text);
}

static void skip_blanks(struct walk *walk)
{
    walk->at += strspn(walk->at, " ");
}

/* ---- rows ---- */

static bool is_operand(enum leaf leaf)
{
    return leaf == LEAF_NAME || leaf == LEAF_NUMBER || leaf == LEAF_TEXT || leaf == LEAF_GROUP ||
           leaf == LEAF_ROOT;
}

static bool is_built(enum leaf leaf)
{
    return leaf == LEAF_GROUP || leaf == LEAF_ROOT;
}

static bool ends_operand(const struct row *row)
{
    return !row->empty && (is_operand(row->last) || row->last == LEAF_CLOSE);
}

/* Adds a finished atom to a row. */
static void append(const struct walk *walk, struct row *row, enum leaf leaf,
                   const struct mf__buffer *atom)
{
    bool is_product = ends_operand(row) && is_operand(leaf);
    if (is_product && (row->last == LEAF_TEXT || leaf == LEAF_TEXT))
        mf__buffer_put(&row->out, walk->form->blank);
    else if (is_product && (is_built(row->last) || is_built(leaf)))
        mf__buffer_put(&row->out, walk->form->times);
    if (row->brackets == 0)
        row->is_composite |= is_product || leaf == LEAF_BINARY || leaf == LEAF_PREFIX ||
                             leaf == LEAF_OTHER || leaf == LEAF_GROUP;
    row->brackets += leaf == LEAF_OPEN;
    row->brackets -= leaf == LEAF_CLOSE && row->brackets > 0;
    row->out.failed |= atom->failed;
    mf__buffer_add(&row->out, mf__buffer_text(atom), atom->length);
    row->last = leaf;
    row->empty = false;
}

static int walk_row(struct walk *walk, struct row *row);

/* A row in braces. */
static int walk_group(struct walk *walk, struct row *row)
{
    if (*walk->at != '{' || ++walk->depth > DEEPEST)
        return not_known(walk);
    walk->at++;
    int code = walk_row(walk, row);
    if (code != 0 || *walk->at != '}')
        return code != 0 ? code : not_known(walk);
    walk->at++;
    walk->depth--;
    return 0;
}

/* ---- atoms ---- */

static void add_leaf(const struct walk *walk, struct mf__buffer *atom, enum leaf leaf,
                     const char *from, size_t length)
{
    struct mf__buffer text = {0};
    mf__buffer_add(&text, from, length);
    walk->form->leaf(atom, leaf, mf__buffer_text(&text));
    atom->failed |= text.failed;
    mf__buffer_done(&text);
}

static int walk_fraction(struct walk *walk, struct mf__buffer *atom)
{
    struct row over = {.empty = true}, under = {.empty = true};
    int code = walk_group(walk, &over);
    skip_blanks(walk);
    if (code == 0)
        code = walk_group(walk, &under);
    if (code == 0)
        walk->form->fraction(atom, &over, &under);
    atom->failed |= over.out.failed || under.out.failed;
    mf__buffer_done(&over.out);
    mf__buffer_done(&under.out);
    return code;
}

static int walk_root(struct walk *walk, struct mf__buffer *atom)
{
    struct row inner = {.empty = true};
    int code = walk_group(walk, &inner);
    if (code == 0)
        walk->form->root(atom, &inner);
    atom->failed |= inner.out.failed;
    mf__buffer_done(&inner.out);
    return code;
}

static int walk_text(struct walk *walk, struct mf__buffer *atom)
{
    if (*walk->at != '{')
        return not_known(walk);
    const char *from = walk->at + 1;
    size_t length = strcspn(from, "{}");
    if (from[length] != '}')
        return not_known(walk);
    add_leaf(walk, atom, LEAF_TEXT, from, length);
    walk->at = from + length + 1;
    return 0;
}

/* Words with something in braces behind them. */
static const struct {
    const char *name;
    enum leaf leaf;
    int (*walk)(struct walk *walk, struct mf__buffer *atom);
} makers[] = {
    {"frac", LEAF_GROUP, walk_fraction},
    {"sqrt", LEAF_ROOT, walk_root},
    {"text", LEAF_TEXT, walk_text},
};

static bool is_word(const char *name, const char *at, size_t length)
{
    return strlen(name) == length && memcmp(name, at, length) == 0;
}

/* What begins with a backslash. */
static int walk_word(struct walk *walk, struct mf__buffer *atom, enum leaf *ret_leaf)
{
    const char *name = walk->at + 1;
    size_t length = 0;
    while (is_letter(name[length]))
        length++;
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++)
        if (is_word(makers[i].name, name, length)) {
            *ret_leaf = makers[i].leaf;
            walk->at = name + length;
            return makers[i].walk(walk, atom);
        }
    for (const struct word *word = words; word->name != NULL; word++)
        if (is_word(word->name, name, length)) {
            *ret_leaf = word->leaf;
            walk->form->leaf(atom, word->leaf, word->text);
            walk->at = name + length;
            return 0;
        }
    return not_known(walk);
}

static int walk_braces(struct walk *walk, struct mf__buffer *atom)
{
    struct row inner = {.empty = true};
    int code = walk_group(walk, &inner);
    atom->failed |= inner.out.failed;
    mf__buffer_put(atom, mf__buffer_text(&inner.out));
    mf__buffer_done(&inner.out);
    return code;
}

/* Plus and minus stand in front of what follows where there is nothing to add it to. */
static enum leaf kind_of_sign(const struct row *row, char sign)
{
    switch (sign) {
    case '=':
    case '<':
    case '>':
        return LEAF_BINARY;
    case '+':
    case '-':
        return ends_operand(row) ? LEAF_BINARY : LEAF_PREFIX;
    case '(':
        return LEAF_OPEN;
    case ')':
        return LEAF_CLOSE;
    default:
        return LEAF_OTHER;
    }
}

static int walk_atom(struct walk *walk, const struct row *row, struct mf__buffer *atom,
                     enum leaf *ret_leaf)
{
    const char *from = walk->at;
    if (*from == '\\')
        return walk_word(walk, atom, ret_leaf);
    if (*from == '{') {
        *ret_leaf = LEAF_GROUP;
        return walk_braces(walk, atom);
    }
    if (is_digit(*from)) {
        *ret_leaf = LEAF_NUMBER;
        while (is_digit(*walk->at) || (*walk->at == '.' && is_digit(walk->at[1])))
            walk->at++;
    } else if (is_letter(*from) || strchr("+-=<>(),/;", *from) != NULL) {
        *ret_leaf = is_letter(*from) ? LEAF_NAME : kind_of_sign(row, *from);
        walk->at++;
    } else
        return not_known(walk);
    add_leaf(walk, atom, *ret_leaf, from, (size_t)(walk->at - from));
    return 0;
}

/* ---- scripts ---- */

/* What is below or above: one sign, or a group. */
static int walk_script(struct walk *walk, struct row *script)
{
    skip_blanks(walk);
    if (*walk->at == '{')
        return walk_group(walk, script);
    struct mf__buffer atom = {0};
    enum leaf leaf = LEAF_OTHER;
    int code = *walk->at == '\0' ? not_known(walk) : walk_atom(walk, script, &atom, &leaf);
    if (code == 0)
        append(walk, script, leaf, &atom);
    script->out.failed |= atom.failed;
    mf__buffer_done(&atom);
    return code;
}

/* An atom with what hangs on it. */
static int walk_scripted(struct walk *walk, struct row *row)
{
    struct mf__buffer base = {0}, whole = {0};
    struct row scripts[2] = {{.empty = true}, {.empty = true}}; /* index, exponent */
    enum leaf leaf = LEAF_OTHER;
    int code = walk_atom(walk, row, &base, &leaf);
    for (skip_blanks(walk); code == 0 && (*walk->at == '_' || *walk->at == '^');
         skip_blanks(walk)) {
        struct row *script = &scripts[*walk->at == '^'];
        if (!script->empty)
            code = not_known(walk); /* a second one */
        walk->at++;
        if (code == 0)
            code = walk_script(walk, script);
    }
    bool has_any = !scripts[0].empty || !scripts[1].empty;
    if (code == 0 && has_any)
        walk->form->scripts(&whole, &base, scripts[0].empty ? NULL : &scripts[0],
                            scripts[1].empty ? NULL : &scripts[1]);
    if (code == 0)
        append(walk, row, leaf, has_any ? &whole : &base);
    row->out.failed |= scripts[0].out.failed || scripts[1].out.failed || base.failed;
    mf__buffer_done(&scripts[0].out);
    mf__buffer_done(&scripts[1].out);
    mf__buffer_done(&base);
    mf__buffer_done(&whole);
    return code;
}

static int walk_row(struct walk *walk, struct row *row)
{
    int code = 0;
    for (skip_blanks(walk); code == 0 && *walk->at != '\0' && *walk->at != '}'; skip_blanks(walk))
        code = walk_scripted(walk, row);
    return code;
}

/* The whole of a formula. */
static int walk_all(const struct form *form, const char *tex, struct mf__buffer *out,
                    mf_error *error)
{
    struct walk walk = {.form = form, .tex = tex, .at = tex, .error = error};
    struct row row = {.empty = true};
    int code = walk_row(&walk, &row);
    if (code == 0 && *walk.at != '\0')
        code = not_known(&walk);
    out->failed |= row.out.failed;
    if (code == 0)
        mf__buffer_add(out, mf__buffer_text(&row.out), row.out.length);
    mf__buffer_done(&row.out);
    return code != 0 ? code : mf__buffer_check(out, error);
}

/* ---- MathML ---- */

static void put_element(struct mf__buffer *out, const char *name, const struct mf__buffer *inner)
{
    mf__buffer_print(out, "<%s>", name);
    mf__buffer_put(out, mf__buffer_text(inner));
    mf__buffer_print(out, "</%s>", name);
}

static void mathml_leaf(struct mf__buffer *out, enum leaf leaf, const char *text)
{
    static const char *const names[] = {
        [LEAF_NAME] = "mi",   [LEAF_NUMBER] = "mn", [LEAF_TEXT] = "mtext",
        [LEAF_BINARY] = "mo", [LEAF_PREFIX] = "mo", [LEAF_OTHER] = "mo"};
    struct mf__buffer inner = {0};
    mf__html_text(&inner, strcmp(text, "-") == 0 ? "\u2212" : text);
    if (leaf == LEAF_OPEN || leaf == LEAF_CLOSE) /* not as high as the fraction behind them */
        mf__buffer_print(out, "<mo stretchy=\"false\">%s</mo>", mf__buffer_text(&inner));
    else
        put_element(out, names[leaf], &inner);
    out->failed |= inner.failed;
    mf__buffer_done(&inner);
}

static void mathml_fraction(struct mf__buffer *out, const struct row *over, const struct row *under)
{
    mf__buffer_put(out, "<mfrac>");
    put_element(out, "mrow", &over->out);
    put_element(out, "mrow", &under->out);
    mf__buffer_put(out, "</mfrac>");
}

static void mathml_root(struct mf__buffer *out, const struct row *inner)
{
    put_element(out, "msqrt", &inner->out);
}

static void mathml_scripts(struct mf__buffer *out, const struct mf__buffer *base,
                           const struct row *index, const struct row *exponent)
{
    const char *name = index == NULL ? "msup" : exponent == NULL ? "msub" : "msubsup";
    mf__buffer_print(out, "<%s>", name);
    put_element(out, "mrow", base);
    if (index != NULL)
        put_element(out, "mrow", &index->out);
    if (exponent != NULL)
        put_element(out, "mrow", &exponent->out);
    mf__buffer_print(out, "</%s>", name);
}

int mf__formula_mathml(const char *tex, struct mf__buffer *out, mf_error *error)
{
    static const struct form mathml = {mathml_leaf, mathml_fraction,
                                       mathml_root, mathml_scripts,
                                       "",          "<mspace width=\"0.25em\"></mspace>"};
    mf__buffer_put(out, "<math display=\"block\"><mrow>");
    int code = walk_all(&mathml, tex, out, error);
    mf__buffer_put(out, "</mrow></math>");
    return code != 0 ? code : mf__buffer_check(out, error);
}

/* ---- a line ---- */

static void line_leaf(struct mf__buffer *out, enum leaf leaf, const char *text)
{
    const char *blank = leaf == LEAF_BINARY ? " " : "";
    mf__buffer_put(out, blank);
    mf__buffer_put(out, text);
    mf__buffer_put(out, strcmp(text, ",") == 0 ? " " : blank);
}

static void put_operand(struct mf__buffer *out, const struct row *row)
{
    mf__buffer_put(out, row->is_composite ? "(" : "");
    mf__buffer_put(out, mf__buffer_text(&row->out));
    mf__buffer_put(out, row->is_composite ? ")" : "");
}

static void line_fraction(struct mf__buffer *out, const struct row *over, const struct row *under)
{
    put_operand(out, over);
    mf__buffer_put(out, "/");
    put_operand(out, under);
}

static void line_root(struct mf__buffer *out, const struct row *inner)
{
    mf__buffer_put(out, "sqrt(");
    mf__buffer_put(out, mf__buffer_text(&inner->out));
    mf__buffer_put(out, ")");
}

static void line_scripts(struct mf__buffer *out, const struct mf__buffer *base,
                         const struct row *index, const struct row *exponent)
{
    mf__buffer_put(out, mf__buffer_text(base));
    if (index != NULL) {
        mf__buffer_put(out, "_");
        put_operand(out, index);
    }
    if (exponent != NULL) {
        mf__buffer_put(out, "^");
        put_operand(out, exponent);
    }
}

int mf__formula_line(const char *tex, struct mf__buffer *out, mf_error *error)
{
    static const struct form line = {line_leaf, line_fraction, line_root, line_scripts, "·", " "};
    return walk_all(&line, tex, out, error);
}
