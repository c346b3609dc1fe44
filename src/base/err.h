/*
 * err.h - one list of what can go wrong; each error is set where it is known and answered once.
 *
 * A function returns OK or one of two or three expected errors. What the operator
 * should read, what fills the message's placeholders and what goes into `data` is
 * set at the line that knows it, for the thread; the dispatcher reads it once, when it answers.
 * ERR_STORE may come from anywhere and is not repeated in headers.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

typedef enum err {
	OK = 0,
#define E(name, status, code, message) ERR_##name,
#include "base/errors.def"
#undef E
	ERR_COUNT
} err_t;

struct err_row {
	int status;
	const char *code;	/* NULL: the answer carries no code */
	const char *message;	/* English; {name} is filled from err_arg() */
};

const struct err_row *err_row(err_t e);
const char *err_name(err_t e);

/* What is known beside the number, of the last error of this thread. Valid until the next err_clear(). */
struct fault {
	char detail[512];	/* for the operator */
	struct { const char *key; char value[256]; } args[4];
	int arg_count;
	const char *data;	/* JSON for the member `data`; lives in the request's arena */
	const char *details;	/* text for the member `details`; likewise */
	int status;		/* not 0: in place of the row's */
};

struct fault *err_fault(void);
void err_clear(void);
/*
 * From here on the errors of this thread are kept in `f` (borrowed; NULL: where they are kept by default). Returns
 * what was set before. For code that runs several requests on one thread in turns: so none of them sees the errors of
 * another.
 */
struct fault *err_use(struct fault *f);
/* What the operator should read. */
void err_detail(const char *format, ...) PRINTF(1, 2);
/*
 * Returns `e`, with a detail for the operator. A macro, so that the compiler and the linter see that the value is
 * not OK.
 */
#define err_set(e, ...) (err_detail(__VA_ARGS__), err_is(e))
static inline err_t err_is(err_t e)
{
	return e;
}
/* Returns `e`; fills {key} of its message. */
err_t err_arg(err_t e, const char *key, const char *value);

#endif
