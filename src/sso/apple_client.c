/* The client's secret for Apple, and the name in Apple's form. */
#include "sso/apple_client.h"

#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "crypto/keys.h"

#include "base/banned.h"

#define USER_MOST KIB(4)	/* of the parameter */

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void add_part(struct arena *a, struct buffer *to, const json_t *part)
{
	const char *text = json_to_text(a, part);

	text_base64url(to, text, strlen(text));
}

static err_t sign(struct arena *a, const struct key *key, const json_t *config, int64_t now_s, const char **out)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	json_auto_t *header = json_pack("{s:s, s:s}", "alg", "ES256", "kid", member(config, "keyId"));
	json_auto_t *claims = json_pack("{s:s, s:I, s:I, s:s, s:s}", "iss", member(config, "teamId"), "iat",
					(json_int_t)now_s, "exp", (json_int_t)now_s + APPLE_SECRET_S, "aud",
					member(config, "issuer"), "sub", member(config, "clientId"));
	unsigned char signature[KEY_SIGNATURE_MAX];
	size_t len;
	err_t e;

	buffer_init(&b, KIB(8));
	add_part(a, &b, header);
	buffer_char(&b, '.');
	add_part(a, &b, claims);
	e = key_sign(key, b.data, b.len, signature, &len);
	if (e)
		return e;
	buffer_char(&b, '.');
	text_base64url(&b, signature, len);
	*out = arena_copy(a, buffer_str(&b));
	return b.full ? err_set(ERR_CONNECTOR_CONFIG, "the client's secret would be too long") : OK;
}

err_t apple_client_secret(struct arena *a, const json_t *config, int64_t now_s, const char **out)
{
	struct key *key = NULL;
	err_t e = key_parse_pem(member(config, "privateKey"), KEY_ES256, &key);

	if (e)
		return err_set(ERR_CONNECTOR_CONFIG, "the private key is none for ES256");
	e = sign(a, key, config, now_s, out);
	key_free(key);
	return e;
}

const char *apple_name(struct arena *a, const char *user)
{
	size_t len = user ? strlen(user) : 0;
	json_auto_t *said = len > 0 && len <= USER_MOST ? json_loadb(user, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	const json_t *name = json_object_get(said, "name");
	const char *first = member(name, "firstName"), *last = member(name, "lastName");

	if (first && last && *first && *last)
		return arena_printf(a, "%s %s", first, last);
	return arena_copy(a, first && *first ? first : last);
}
