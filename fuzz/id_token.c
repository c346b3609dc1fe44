/* An ID token of an identity provider, and its key set: a line each. */
#include "sso/id_token.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct id_token_rules rules = { "https://a.example", true, "c", "n", 1700000000 };
	struct arena *a = arena_new();
	char *token = arena_copyn(a, (const char *)data, size), *keys = strchr(token, '\n');
	const char *issuer = NULL;
	json_t *set = NULL;
	struct jwt jwt;

	if (keys) {
		*keys++ = '\0';
		set = json_loads(keys, JSON_REJECT_DUPLICATES, NULL);
	}
	if (!id_token_check(a, token, set, &rules, &jwt, &issuer) && !issuer)
		abort();
	jwt_done(&jwt);
	json_decref(set);
	arena_free(a);
	err_clear();
	return 0;
}
