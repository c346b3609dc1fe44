/* A token of a stranger: taken apart, and checked against a key of each algorithm. */
#include "crypto/jwt.h"

#include <stdlib.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct key *keys[3];

static void make_keys(void)
{
	static const enum key_algorithm each[] = { KEY_ES256, KEY_ES384, KEY_EDDSA };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (!keys[i] && key_generate(each[i], NULL, &keys[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jwt jwt;

	make_keys();
	if (!jwt_parse((const char *)data, size, &jwt))
		return 0;
	/* keys made a moment ago signed nothing that can stand here */
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (jwt_verify(&jwt, keys[i]))
			abort();
	(void)jwt_text(&jwt, "sub");
	jwt_done(&jwt);
	return 0;
}
