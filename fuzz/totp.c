/*
 * One-time passwords: the input is a secret, a line feed and a code. A secret passes only in its form; a code is taken
 * once; every secret fits the address that apps read.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/totp.h"

#include "base/banned.h"

#define NOW_S INT64_C(1234567890)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_code(const char *secret, const char *code)
{
	int64_t step = 0;

	if (!totp_check(secret, code, NOW_S, &step)) {
		if (step != 0)
			abort();
		return;
	}
	if (strlen(code) != TOTP_DIGITS || strspn(code, "0123456789") != TOTP_DIGITS)
		abort();
	if (step < NOW_S / TOTP_STEP_S - 1 || step > NOW_S / TOTP_STEP_S + 1)
		abort();
	if (totp_check(secret, code, NOW_S, &step))
		abort();
}

static void try_secret(struct arena *a, const char *secret)
{
	int64_t step = NOW_S;	/* a number of a step that is far off: nothing passes */

	if (totp_secret_is_valid(secret) && (strlen(secret) < 16 || strlen(secret) > 32))
		abort();
	if (totp_check(secret, "000000", NOW_S, &step) || step != NOW_S)
		abort();
	if (totp_secret_is_valid(secret) && !strstr(totp_uri(a, secret, secret, secret), "?secret="))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	char *secret = size ? arena_copyn(a, (const char *)data, size) : arena_copy(a, "");
	char *end = strchr(secret, '\n'), *code = end ? end + 1 : secret + strlen(secret);

	if (end)
		*end = '\0';
	try_secret(a, secret);
	try_code(secret, code);
	arena_free(a);
	return 0;
}
