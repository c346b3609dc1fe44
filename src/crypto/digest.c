/* Hashes secrets for the store. */
#include "crypto/digest.h"

#include <nettle/base16.h>
#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <string.h>

#include "base/base64.h"
#include "base/banned.h"

const char *digest_of(struct arena *a, const char *secret)
{
	uint8_t bytes[SHA256_DIGEST_SIZE];
	struct sha256_ctx hash;
	struct buffer text;
	const char *out;

	sha256_init(&hash);
	sha256_update(&hash, strlen(secret), (const uint8_t *)secret);
	sha256_digest(&hash, sizeof(bytes), bytes);
	buffer_init(&text, 64);
	text_base64url(&text, bytes, sizeof(bytes));
	out = arena_copy(a, buffer_str(&text));
	buffer_done(&text);
	return out;
}

void hmac_hex(const struct secret *key, const void *bytes, size_t len, char out[HMAC_HEX_SIZE])
{
	uint8_t made[SHA256_DIGEST_SIZE];
	struct hmac_sha256_ctx ctx;

	hmac_sha256_set_key(&ctx, key->len, key->bytes);
	hmac_sha256_update(&ctx, len, bytes);
	hmac_sha256_digest(&ctx, sizeof(made), made);
	base16_encode_update(out, sizeof(made), made);
	out[HMAC_HEX_SIZE - 1] = '\0';
	explicit_bzero(&ctx, sizeof(ctx));
}
