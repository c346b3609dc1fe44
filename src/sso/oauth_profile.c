/* Reads answers of providers that tell who somebody is in their own words. */
#include "sso/oauth_profile.h"

#include <string.h>

#include "base/banned.h"

/* The member at a path of `len` bytes; NULL: there is none. */
static const json_t *at_path(struct arena *a, const json_t *answer, const char *path, size_t len)
{
	const char *end = path + len;

	while (answer && path < end) {
		size_t n = strcspn(path, ".|");

		answer = json_object_get(answer, arena_copyn(a, path, n));
		path += n + 1;
	}
	return answer;
}

static const json_t *find(struct arena *a, const json_t *answer, const char *paths)
{
	const json_t *found = NULL;

	while (!found && *paths) {
		size_t len = strcspn(paths, "|");

		found = at_path(a, answer, paths, len);
		if (json_is_null(found))
			found = NULL;
		paths += len + (paths[len] == '|');
	}
	return found;
}

static const json_t *mapped(struct arena *a, const json_t *answer, const json_t *config, const char *what,
			    const char *by_default)
{
	const char *own = json_string_value(json_object_get(json_object_get(config, "profileMap"), what));

	return find(a, answer, own && *own ? own : by_default);
}

/* Ids are often numbers. NULL: neither. */
static const char *text_of(struct arena *a, const json_t *value)
{
	if (json_is_integer(value))
		return arena_printf(a, "%lld", (long long)json_integer_value(value));
	return json_string_value(value);
}

static bool vouches(const json_t *verified, const json_t *config)
{
	const char *text = json_string_value(verified);

	if (verified)
		return json_is_true(verified) || (text && !strcmp(text, "true"));
	return json_is_true(json_object_get(config, "trustUnverifiedEmail"));
}

void oauth_profile(struct arena *a, const json_t *answer, const json_t *config, struct claimed *out)
{
	*out = (struct claimed){
		.claims = answer,
		.id = text_of(a, mapped(a, answer, config, "id", "sub|id")),
		.name = json_string_value(mapped(a, answer, config, "name", "name")),
		.avatar = json_string_value(mapped(a, answer, config, "avatar", "picture")),
		.email = json_string_value(mapped(a, answer, config, "email", "email")),
		.vouches_email = vouches(mapped(a, answer, config, "emailVerified", "email_verified"), config),
	};
}

void oauth_profile_of_github(struct arena *a, const json_t *answer, const json_t *emails, const json_t *config,
			     struct claimed *out)
{
	const json_t *one;
	size_t i;

	oauth_profile(a, answer, config, out);
	out->email = NULL;
	json_array_foreach(emails, i, one)
		if (json_is_true(json_object_get(one, "primary"))) {
			out->email = json_string_value(json_object_get(one, "email"));
			out->vouches_email = json_is_true(json_object_get(one, "verified"));
		}
}
