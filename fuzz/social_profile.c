/* What a social provider tells of somebody: an id and an address are texts of it, and none counts that it denies. */
#include "sso/oauth_profile.h"

#include <stdlib.h>
#include <string.h>

#include "sso/apple_client.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Members of the configuration and the answer: of one text, so that a search finds paths that lead somewhere. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *tree = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	const json_t *answer = json_object_get(tree, "answer"), *config = json_object_get(tree, "config");
	struct arena *a = arena_new();
	struct claimed c;

	oauth_profile(a, answer, config, &c);
	if (c.vouches_email && json_is_false(json_object_get(answer, "email_verified")) &&
	    !json_object_get(config, "profileMap"))
		abort();
	oauth_profile_of_github(a, answer, json_object_get(tree, "emails"), config, &c);
	if (c.email && !json_object_get(tree, "emails"))
		abort();
	apple_name(a, arena_copyn(a, (const char *)data, size));
	arena_free(a);
	json_decref(tree);
	return 0;
}
