/*
 * Regular expressions, by ICU, which reads UTF-8 as it stands and can be told when to
 * stop: its engine backtracks, and what an operator wrote may take for ever.
 */
#include <ruamkhao/pattern.h>

#include <ruamkhao/buf.h>
#include <ruamkhao/err.h>
#include <ruamkhao/thai.h>

#include <unicode/uregex.h>
#include <unicode/utext.h>

#include <stdlib.h>

#define TIME_LIMIT  64              /* of ICU's units, 10,000 steps each: some 20 ms */
#define STACK_LIMIT (1024 * 1024)   /* bytes of backtracking */

struct rk_pattern {
	URegularExpression *regex;
	UText text; /* open all its life, for whatever is looked at */
};

static const char *
reason(UErrorCode code)
{
	switch ((int)code) {
	case U_REGEX_MISMATCHED_PAREN:
		return "brackets that do not match";
	case U_REGEX_RULE_SYNTAX:
		return "not an expression";
	case U_REGEX_BAD_ESCAPE_SEQUENCE:
		return "an unknown escape";
	case U_REGEX_PROPERTY_SYNTAX:
		return "an unknown property";
	case U_REGEX_MISSING_CLOSE_BRACKET:
		return "a \"]\" is missing";
	case U_REGEX_INVALID_RANGE:
		return "a range that runs backwards";
	case U_REGEX_INVALID_BACK_REF:
	case U_REGEX_INVALID_CAPTURE_GROUP_NAME:
		return "a reference to no group";
	case U_REGEX_BAD_INTERVAL:
	case U_REGEX_MAX_LT_MIN:
	case U_REGEX_NUMBER_TOO_BIG:
		return "a wrong {number, number}";
	case U_REGEX_LOOK_BEHIND_LIMIT:
		return "a look-behind of no fixed length";
	case U_REGEX_INVALID_FLAG:
		return "an unknown flag";
	case U_REGEX_UNIMPLEMENTED:
		return "something that is not supported";
	case U_ILLEGAL_ARGUMENT_ERROR:
		return "nothing";
	default:
		return u_errorName(code);
	}
}

int
rk_pattern_new(struct rk_str expression, struct rk_pattern **out, struct rk_err *err)
{
	struct rk_pattern *p = rk_xcalloc(1, sizeof(*p));
	UErrorCode code = U_ZERO_ERROR;
	UParseError where = {.offset = -1};
	UText pattern = UTEXT_INITIALIZER;
	struct rk_buf stored;

	*out = NULL;
	p->text = (UText)UTEXT_INITIALIZER;
	rk_buf_init(&stored, SIZE_MAX / 8);
	(void)rk_thai_repair(expression, &stored);
	(void)utext_openUTF8(&pattern, stored.n > 0 ? stored.p : "", (int64_t)stored.n, &code);
	p->regex = uregex_openUText(&pattern, 0, &where, &code);
	if (U_SUCCESS(code)) {
		uregex_setTimeLimit(p->regex, TIME_LIMIT, &code);
		uregex_setStackLimit(p->regex, STACK_LIMIT, &code);
	}
	(void)utext_close(&pattern);
	rk_buf_release(&stored);
	if (code == U_MEMORY_ALLOCATION_ERROR)
		rk_oom(0);
	if (U_SUCCESS(code)) {
		*out = p;
		return 0;
	}
	rk_pattern_free(p);
	(void)rk_err_set(err, RK_E_CONFIG, "%s", reason(code));
	if (err != NULL && where.offset > 0)
		err->column = (unsigned)where.offset;
	return -1;
}

void
rk_pattern_free(struct rk_pattern *p)
{
	if (p == NULL)
		return;
	uregex_close(p->regex);
	(void)utext_close(&p->text);
	free(p);
}

int
rk_pattern_find(struct rk_pattern *p, struct rk_str text)
{
	UErrorCode code = U_ZERO_ERROR;
	UBool found;

	(void)utext_openUTF8(&p->text, text.n > 0 ? text.p : "", (int64_t)text.n, &code);
	uregex_setUText(p->regex, &p->text, &code);
	found = uregex_find(p->regex, 0, &code);
	if (code == U_MEMORY_ALLOCATION_ERROR)
		rk_oom(0);
	if (U_FAILURE(code)) /* U_REGEX_TIME_OUT, U_REGEX_STACK_OVERFLOW */
		return -1;
	return found;
}
