/*
 * What changed between two versions of a text, readable by people. Pure.
 *
 * Texts are compared by segments: a word of letters or digits, a Thai syllable's
 * letters that stand on one consonant (Thai has no spaces between words), a run of
 * white space, any other character by itself. Small islands that two changes have in
 * common are joined to them, so that a hunk reads as words and not as letters.
 */
#ifndef RUAMKHAO_DIFF_H
#define RUAMKHAO_DIFF_H

#include <ruamkhao/str.h>

struct rk_arena;
struct rk_buf;

enum rk_hunk_kind {
	RK_HUNK_SAME,
	RK_HUNK_GONE, /* only the old text has it */
	RK_HUNK_NEW   /* only the new one */
};

struct rk_hunk {
	enum rk_hunk_kind kind;
	struct rk_str text; /* of the old text or the new one, where it stands */
};

/* In order; GONE stands before NEW where both meet. Equal texts give one SAME, or none
 * when empty. Texts that have too little in common are one GONE and one NEW. */
struct rk_hunk *rk_diff(
    struct rk_str old, struct rk_str fresh, struct rk_arena *, size_t *n);

/* As text: "[-gone-]{+new+}", what is the same cut to `around` code points beside a
 * change, with "…" for what was left out; nothing for equal texts. 0, or -1 when out is
 * full. */
int rk_diff_text(const struct rk_hunk *, size_t n, unsigned around, struct rk_buf *out);

/* What an entry said from a moment on. */
struct rk_version {
	int64_t since;       /* UTC seconds */
	struct rk_str title; /* one line */
	struct rk_str html;  /* cleaned; may have been cut at its end */
};

/* An edit: from one version to the next, title and text of the body. */
struct rk_change {
	int64_t at;
	struct rk_hunk *title, *body;
	size_t n_title, n_body;
	bool title_changed, body_changed; /* neither: only markup or what is cut off */
};

/* Between each of the versions, oldest first, and the next: n - 1 changes, NULL for less
 * than two. In the arena, which the versions' texts must outlive. For pages and for
 * `explain`. */
struct rk_change *rk_changes(const struct rk_version *, size_t n, struct rk_arena *);

#endif
