/* Hashes secrets for the store. */
#include "crypto/digest.h"

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
