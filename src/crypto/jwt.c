/* Compact JWS: three parts in base64url, with dots between them. */
#include "crypto/jwt.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/banned.h"

static const char *member_text(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* A part of the token as a JSON object, which the caller owns; NULL: it is not one. */
static json_t *part_object(const char *part, size_t len)
{
	unsigned char *bytes = malloc(len + 1);
	json_t *value = NULL;
	int n;

	if (!bytes)
		return NULL;
	n = text_base64url_decode(part, len, bytes);
	if (n > 0)
		value = json_loadb((const char *)bytes, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
	free(bytes);
	if (json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}

static bool take_signature(struct jwt *jwt, const char *part, size_t len)
{
	int n;

	jwt->signature = malloc(len + 1);
	if (!jwt->signature)
		return false;
	n = text_base64url_decode(part, len, jwt->signature);
	jwt->signature_len = n > 0 ? (size_t)n : 0;
	return n >= 0;
}

/* What it has filled when it fails, jwt_done() frees. */
static bool take_apart(const char *token, size_t len, struct jwt *jwt)
{
	const char *end = token + len, *payload, *signature;

	payload = memchr(token, '.', len);
	signature = payload ? memchr(payload + 1, '.', (size_t)(end - payload - 1)) : NULL;
	if (!signature || memchr(signature + 1, '.', (size_t)(end - signature - 1)))
		return false;
	jwt->signed_part = (struct slice){ token, (size_t)(signature - token) };
	jwt->header = part_object(token, (size_t)(payload - token));
	if (!jwt->header)
		return false;
	jwt->claims = part_object(payload + 1, (size_t)(signature - payload - 1));
	return jwt->claims && take_signature(jwt, signature + 1, (size_t)(end - signature - 1));
}

bool jwt_parse(const char *token, size_t len, struct jwt *out)
{
	struct jwt jwt = {0};

	if (len > JWT_MAX || !take_apart(token, len, &jwt)) {
		jwt_done(&jwt);
		return false;
	}
	jwt.alg = member_text(jwt.header, "alg");
	jwt.kid = member_text(jwt.header, "kid");
	jwt.typ = member_text(jwt.header, "typ");
	*out = jwt;
	return true;
}

void jwt_done(struct jwt *jwt)
{
	json_decref(jwt->header);
	json_decref(jwt->claims);
	free(jwt->signature);
	*jwt = (struct jwt){0};
}

bool jwt_verify(const struct jwt *jwt, const struct key *key)
{
	/* RFC 7515 section 4.1.11: extensions that must be understood; this program has none. */
	if (!jwt->alg || strcmp(jwt->alg, key_algorithm_name(key_algorithm(key))) != 0 ||
	    json_object_get(jwt->header, "crit"))
		return false;
	return key_verify(key, jwt->signed_part.at, jwt->signed_part.len, jwt->signature, jwt->signature_len);
}

err_t jwt_sign(const struct key *key, const char *typ, const char *payload, size_t len, struct buffer *out)
{
	unsigned char signature[KEY_SIGNATURE_MAX];
	size_t start = out->len, n;
	struct buffer header;
	err_t e;

	buffer_init(&header, 256);
	buffer_printf(&header, "{\"alg\":\"%s\"", key_algorithm_name(key_algorithm(key)));
	if (typ)
		buffer_printf(&header, ",\"typ\":\"%s\"", typ);
	buffer_printf(&header, ",\"kid\":\"%s\"}", key_kid(key));
	text_base64url(out, buffer_str(&header), header.len);
	buffer_done(&header);
	buffer_char(out, '.');
	text_base64url(out, payload, len);
	if (out->full)
		return err_set(ERR_INTERNAL, "a token's claims are too long");
	e = key_sign(key, out->data + start, out->len - start, signature, &n);
	if (e)
		return e;
	buffer_char(out, '.');
	text_base64url(out, signature, n);
	return out->full ? err_set(ERR_INTERNAL, "a token is too long") : OK;
}

const char *jwt_text(const struct jwt *jwt, const char *claim)
{
	return member_text(jwt->claims, claim);
}

bool jwt_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		size_t n = strcspn(list, " ");

		if (n == len && !memcmp(list, word, n))
			return true;
		list += n;
		list += strspn(list, " ");
	}
	return false;
}
