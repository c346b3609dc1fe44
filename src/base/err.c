/* The table of errors, and for each thread what is known of its last one. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/banned.h"

static const struct err_row rows[ERR_COUNT] = {
	[OK] = { 200, NULL, "" },
#define E(name, status, code, message) [ERR_##name] = { status, code, message },
#include "base/errors.def"
#undef E
};

static const char *const names[ERR_COUNT] = {
	[OK] = "OK",
#define E(name, status, code, message) [ERR_##name] = #name,
#include "base/errors.def"
#undef E
};

static _Thread_local struct fault of_thread;
static _Thread_local struct fault *used;	/* NULL: that of the thread */

const struct err_row *err_row(err_t e)
{
	return &rows[(unsigned)e < ERR_COUNT ? e : ERR_INTERNAL];
}

const char *err_name(err_t e)
{
	return names[(unsigned)e < ERR_COUNT ? e : ERR_INTERNAL];
}

struct fault *err_fault(void)
{
	return used ? used : &of_thread;
}

struct fault *err_use(struct fault *f)
{
	struct fault *before = used;

	used = f;
	return before;
}

/* Runs for every request, so it clears only the members that say how much of the others is set. */
void err_clear(void)
{
	struct fault *fault = err_fault();

	fault->detail[0] = '\0';
	fault->arg_count = 0;
	fault->data = fault->details = NULL;
	fault->status = 0;
}

void err_detail(const char *format, ...)
{
	struct fault *fault = err_fault();
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(fault->detail, sizeof(fault->detail), format, args);
	va_end(args);
	if (n < 0)
		fault->detail[0] = '\0';
	else if ((size_t)n >= sizeof(fault->detail))
		fault->detail[text_cut(fault->detail, sizeof(fault->detail) - 1)] = '\0';
}

/* A fifth key is dropped: no message has more than two. */
err_t err_arg(err_t e, const char *key, const char *value)
{
	struct fault *fault = err_fault();
	int i = 0;
	size_t len;

	while (i < fault->arg_count && strcmp(fault->args[i].key, key) != 0)
		i++;
	if (i == (int)ARRAY_LEN(fault->args))
		return e;
	if (i == fault->arg_count)
		fault->arg_count++;
	if (!value)
		value = "";
	len = strnlen(value, sizeof(fault->args[i].value));
	if (len == sizeof(fault->args[i].value))
		len = text_cut(value, len - 1);
	fault->args[i].key = key;
	memcpy(fault->args[i].value, value, len);
	fault->args[i].value[len] = '\0';
	return e;
}
