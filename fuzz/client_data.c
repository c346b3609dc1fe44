/*
 * What a browser says about a passkey that is made, with an attestation object that is right: the input is the client
 * data. What is taken tells the type, the challenge and the origin.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <nettle/sha2.h>

#include "crypto/web_authn.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RP_ID "a.example"

/* {fmt: none, attStmt: {}, authData: …}, whose first 32 bytes, the hash of the RP id, are filled in below. */
static char attestation[] =
	"\xa3\x63" "fmt\x64" "none\x67" "attStmt\xa0\x68" "authData\x58\x85"
	"01234567890123456789012345678901\x45\0\0\0\0"
	"0123456789012345\0\x01i"
	"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"
	"\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2"
	"\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96"
	"\x22\x58\x20"
	"\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16"
	"\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";
#define HASH_AT (sizeof("\xa3\x63" "fmt\x64" "none\x67" "attStmt\xa0\x68" "authData\x58\x85") - 1)

static void fill_hash(void)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, strlen(RP_ID), (const uint8_t *)RP_ID);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, (uint8_t *)attestation + HASH_AT);
}

static err_t make(const char *text, size_t len)
{
	static const char *const origins[] = { "https://" RP_ID, NULL };
	const struct web_authn_site site = { RP_ID, origins, "AAECAwQF" };
	struct web_authn_passkey made;

	return web_authn_register(&site, (struct slice){ text, len },
				  (struct slice){ attestation, sizeof(attestation) - 1 }, &made);
}

static void check_attestation(void)
{
	static const char right[] =
		"{\"type\":\"webauthn.create\",\"challenge\":\"AAECAwQF\",\"origin\":\"https://" RP_ID "\"}";
	static bool done;

	fill_hash();
	if (!done && make(right, sizeof(right) - 1))
		abort();
	done = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_auto_t *said = NULL;

	check_attestation();
	if (!make((const char *)data, size)) {
		said = json_loadb((const char *)data, size, 0, NULL);
		if (strcmp(json_string_value(json_object_get(said, "type")), "webauthn.create") ||
		    strcmp(json_string_value(json_object_get(said, "challenge")), "AAECAwQF") ||
		    strcmp(json_string_value(json_object_get(said, "origin")), "https://" RP_ID))
			abort();
	}
	err_clear();
	return 0;
}
