/*
 * bare_argon2.c - what libsodium's Argon2id alone gives on this machine: `bare_argon2 SECONDS MEMORY_KIB PASSES`.
 *
 * As many threads as processors verify one password over and over. Prints how many a second.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "over_and_over.h"

#define PASSWORD "Quiet-river_42!moss"

static char digest[crypto_pwhash_STRBYTES];

static void verify(void)
{
	if (crypto_pwhash_str_verify(digest, PASSWORD, strlen(PASSWORD)) != 0)
		die("it does not verify");
}

int main(int argc, char **argv)
{
	if (argc != 4 || sodium_init() < 0)
		die("usage: bare_argon2 SECONDS MEMORY_KIB PASSES");
	if (crypto_pwhash_str(digest, PASSWORD, strlen(PASSWORD), strtoull(argv[3], NULL, 10),
			      strtoull(argv[2], NULL, 10) * 1024) != 0)
		die("no digest");
	over_and_over((unsigned)strtoul(argv[1], NULL, 10), verify);
	return 0;
}
