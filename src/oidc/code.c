/* Writes and reads what a code keeps. */
#include "oidc/code.h"

#include <stddef.h>

#include "entity/tree.h"
#include "base/banned.h"

/* The members that are texts. */
static const struct { const char *member; size_t at; } texts[] = {
	{ "redirectUri", offsetof(struct code, redirect_uri) }, { "challenge", offsetof(struct code, challenge) },
	{ "nonce", offsetof(struct code, nonce) }, { "sessionUid", offsetof(struct code, session_uid) },
	{ "sid", offsetof(struct code, sid) },
};

static const char **text_at(struct code *c, size_t i)
{
	return (const char **)((char *)c + texts[i].at);
}

json_t *code_pack(struct request *rq, const struct code *c)
{
	json_t *details = tree_keep(rq, json_object());
	struct code copy = *c;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		tree_set_text(details, texts[i].member, *text_at(&copy, i));
	if (json_array_size(c->resources))
		json_object_set_new(details, "resources", json_deep_copy(c->resources));
	if (c->auth_time_s)
		json_object_set_new(details, "authTime", json_integer(c->auth_time_s));
	return details;
}

void code_read(const json_t *details, struct code *out)
{
	*out = (struct code){ .resources = json_object_get(details, "resources"),
			      .auth_time_s = json_integer_value(json_object_get(details, "authTime")) };
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		*text_at(out, i) = json_string_value(json_object_get(details, texts[i].member));
}
