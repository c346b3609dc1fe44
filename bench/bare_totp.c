/*
 * bare_totp.c - what liboath alone gives on this machine: `bare_totp SECONDS`.
 *
 * As many threads as processors check one right code over and over, also against the steps beside it. The secret is
 * read from its base32 each time, since each request brings or loads one. Prints how many a second.
 */
#include <stdlib.h>
#include <string.h>

#include <liboath/oath.h>

#include "over_and_over.h"

#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define NOW 1700000000
#define STEP 30
#define DIGITS 6

static char code[DIGITS + 1];

/* The caller frees it. */
static char *read_secret(size_t *len)
{
	char *bytes;

	if (oath_base32_decode(SECRET, strlen(SECRET), &bytes, len) != OATH_OK)
		die("no secret");
	return bytes;
}

static void verify(void)
{
	size_t len;
	char *secret = read_secret(&len);

	if (oath_totp_validate(secret, len, NOW, STEP, 0, 1, code) < 0)
		die("it does not verify");
	free(secret);
}

int main(int argc, char **argv)
{
	char *secret;
	size_t len;

	if (argc != 2 || oath_init() != OATH_OK)
		die("usage: bare_totp SECONDS");
	secret = read_secret(&len);
	if (oath_totp_generate(secret, len, NOW, STEP, 0, DIGITS, code) != OATH_OK)
		die("no code");
	free(secret);
	over_and_over((unsigned)strtoul(argv[1], NULL, 10), verify);
	return 0;
}
