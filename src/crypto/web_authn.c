/* Checks what authenticators answer. */
#include "crypto/web_authn.h"

#include <fido.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <jansson.h>
#include <nettle/sha2.h>
#include <string.h>

#include "crypto/ctap.h"

#include "base/banned.h"

const int web_authn_algorithms[WEB_AUTHN_ALGORITHMS] = { COSE_ES256, COSE_RS256 };

static err_t fail(const char *why)
{
	return err_set(ERR_WEB_AUTHN, "passkey: %s", why);
}

static const unsigned char *bytes_of(struct slice s)
{
	return (const unsigned char *)s.at;
}

/* -- client data (section 5.8.1) -- */

static bool is_text(const json_t *data, const char *member, const char *text)
{
	const char *value = json_string_value(json_object_get(data, member));

	return value && !strcmp(value, text);
}

static bool origin_is_known(const struct web_authn_site *site, const json_t *data)
{
	for (const char *const *origin = site->origins; *origin; origin++)
		if (is_text(data, "origin", *origin))
			return true;
	return false;
}

static err_t check_client_data(const struct web_authn_site *site, const char *type, struct slice text)
{
	json_auto_t *data = NULL;

	if (text.len > WEB_AUTHN_CLIENT_DATA_MAX)
		return fail("the client data is too long");
	data = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(data))
		return fail("the client data is not an object");
	if (!is_text(data, "type", type))
		return fail("the client data is of another type");
	if (!is_text(data, "challenge", site->challenge))
		return fail("it answers another challenge");
	if (!origin_is_known(site, data))
		return fail("it comes from another origin");
	return json_is_true(json_object_get(data, "crossOrigin")) ? fail("it comes from a frame") : OK;
}

/* -- authenticator data (section 6.1) -- */

#define HEAD_SIZE 37		/* hash of the RP id, flags, counter */
#define GUID_SIZE 16
#define PERSON_PRESENT 0x01
#define PERSON_VERIFIED 0x04
#define HAS_PASSKEY 0x40
#define HAS_EXTENSIONS 0x80

struct auth_data {
	unsigned flags;
	uint32_t counter;
	struct slice rest;		/* behind the head */
};

static bool is_hash_of(const unsigned char *hash, const char *text)
{
	uint8_t bytes[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, strlen(text), (const uint8_t *)text);
	sha256_digest(&ctx, sizeof(bytes), bytes);
	return !memcmp(hash, bytes, sizeof(bytes));
}

static err_t read_auth_data(const struct web_authn_site *site, struct slice bytes, struct auth_data *out)
{
	const unsigned char *at = bytes_of(bytes);

	if (bytes.len < HEAD_SIZE)
		return fail("the authenticator data is too short");
	out->flags = at[SHA256_DIGEST_SIZE];
	out->counter = (uint32_t)at[33] << 24 | (uint32_t)at[34] << 16 | (uint32_t)at[35] << 8 | at[36];
	out->rest = (struct slice){ bytes.at + HEAD_SIZE, bytes.len - HEAD_SIZE };
	if (!is_hash_of(at, site->rp_id))
		return fail("it is for another RP id");
	if (!(out->flags & PERSON_PRESENT))
		return fail("nobody was there");
	return out->flags & PERSON_VERIFIED ? OK : fail("the person was not verified");
}

/* Behind everything else there are extensions, when the flags say so, and nothing more. */
static bool ends_well(const struct auth_data *data, struct slice rest)
{
	struct ctap_item extensions;

	if (data->flags & HAS_EXTENSIONS && (!ctap_read(&rest, &extensions) || extensions.kind != CTAP_MAP))
		return false;
	return rest.len == 0;
}

/* The passkey in it (section 6.5.1). */
static err_t read_passkey(const struct auth_data *data, struct web_authn_passkey *out)
{
	struct slice rest = data->rest;
	const unsigned char *at = bytes_of(rest);
	struct ctap_item key;
	size_t head = GUID_SIZE + 2, len;

	if (!(data->flags & HAS_PASSKEY) || rest.len < head)
		return fail("there is no passkey in it");
	len = (size_t)at[GUID_SIZE] << 8 | at[GUID_SIZE + 1];
	if (len == 0 || len > WEB_AUTHN_ID_MAX || len > rest.len - head)
		return fail("the id of the passkey has a wrong length");
	out->id = (struct slice){ rest.at + head, len };
	rest = (struct slice){ rest.at + head + len, rest.len - head - len };
	if (!ctap_read(&rest, &key) || !ends_well(data, rest))
		return fail("the authenticator data is damaged");
	out->key = key.whole;
	out->counter = data->counter;
	return OK;
}

/* -- public keys (RFC 9052 section 7, RFC 9053 section 7.1.1, RFC 8230 section 4) -- */

#define COSE_TYPE 1
#define COSE_ALGORITHM 3
#define TYPE_EC2 2
#define TYPE_RSA 3
#define COORDINATE_SIZE 32
#define MODULUS_SIZE 256
#define EXPONENT_SIZE 3

struct public_key {
	int algorithm;			/* 0: none that we know */
	es256_pk_t *es256;
	rs256_pk_t *rs256;
};

static void public_key_done(struct public_key *key)
{
	es256_pk_free(&key->es256);
	rs256_pk_free(&key->rs256);
}

static bool has_number(const struct ctap_item *map, int64_t key, int64_t n)
{
	struct ctap_item value;

	return ctap_find_number(map, key, &value) && ctap_is_number(&value, n);
}

static bool copy_part(const struct ctap_item *map, int64_t key, unsigned char *to, size_t len)
{
	struct ctap_item part;

	if (!ctap_find_number(map, key, &part) || part.kind != CTAP_BYTES || part.inside.len != len)
		return false;
	memcpy(to, part.inside.at, len);
	return true;
}

static bool read_es256(const struct ctap_item *map, struct public_key *out)
{
	unsigned char point[2 * COORDINATE_SIZE];

	if (!has_number(map, COSE_TYPE, TYPE_EC2) || !has_number(map, -1, COSE_P256) ||
	    !copy_part(map, -2, point, COORDINATE_SIZE) ||
	    !copy_part(map, -3, point + COORDINATE_SIZE, COORDINATE_SIZE))
		return false;
	out->algorithm = COSE_ES256;
	out->es256 = es256_pk_new();
	return out->es256 && es256_pk_from_ptr(out->es256, point, sizeof(point)) == FIDO_OK;
}

static bool read_rs256(const struct ctap_item *map, struct public_key *out)
{
	unsigned char numbers[MODULUS_SIZE + EXPONENT_SIZE];

	if (!has_number(map, COSE_TYPE, TYPE_RSA) || !copy_part(map, -1, numbers, MODULUS_SIZE) ||
	    !copy_part(map, -2, numbers + MODULUS_SIZE, EXPONENT_SIZE))
		return false;
	out->algorithm = COSE_RS256;
	out->rs256 = rs256_pk_new();
	return out->rs256 && rs256_pk_from_ptr(out->rs256, numbers, sizeof(numbers)) == FIDO_OK;
}

/* A point that is not on the curve is refused too. */
static err_t read_key(struct slice bytes, struct public_key *out)
{
	struct ctap_item map;

	if (!ctap_read_all(bytes, &map))
		return fail("the public key is damaged");
	if (has_number(&map, COSE_ALGORITHM, COSE_ES256))
		return read_es256(&map, out) ? OK : fail("it is not a key of ES256");
	if (has_number(&map, COSE_ALGORITHM, COSE_RS256))
		return read_rs256(&map, out) ? OK : fail("it is not a key of RS256");
	return fail("the public key is of an algorithm that was not offered");
}

/* -- a new passkey (section 7.1) -- */

struct attestation {
	struct ctap_item format, statement, auth_data;
};

static bool read_attestation(struct slice bytes, struct attestation *out)
{
	struct ctap_item object;

	return bytes.len <= WEB_AUTHN_ATTESTATION_MAX && ctap_read_all(bytes, &object) &&
	       ctap_find_text(&object, "fmt", &out->format) && ctap_find_text(&object, "attStmt", &out->statement) &&
	       ctap_find_text(&object, "authData", &out->auth_data) && out->statement.kind == CTAP_MAP &&
	       out->auth_data.kind == CTAP_BYTES;
}

static void cred_done(fido_cred_t **cred)
{
	fido_cred_free(cred);
}

static bool fill_cred(fido_cred_t *cred, const struct web_authn_site *site, struct slice client_data,
		      const struct attestation *made, int algorithm)
{
	struct slice auth_data = made->auth_data.inside, statement = made->statement.whole;

	return cred && !fido_cred_set_type(cred, algorithm) && !fido_cred_set_rp(cred, site->rp_id, NULL) &&
	       !fido_cred_set_uv(cred, FIDO_OPT_TRUE) && !fido_cred_set_fmt(cred, "packed") &&
	       !fido_cred_set_clientdata(cred, bytes_of(client_data), client_data.len) &&
	       !fido_cred_set_authdata_raw(cred, bytes_of(auth_data), auth_data.len) &&
	       !fido_cred_set_attstmt(cred, bytes_of(statement), statement.len);
}

/* Section 8.2: signed with the passkey itself, which must have the algorithm that is said, or by a certificate. */
static err_t check_packed(const struct web_authn_site *site, struct slice client_data, const struct attestation *made,
			  int algorithm)
{
	CLEANUP(cred_done) fido_cred_t *cred = fido_cred_new();
	struct ctap_item said, chain;
	bool by_itself = !ctap_find_text(&made->statement, "x5c", &chain);

	if (!ctap_find_text(&made->statement, "alg", &said) || (by_itself && !ctap_is_number(&said, algorithm)))
		return fail("the attestation is of another algorithm");
	if (!fill_cred(cred, site, client_data, made, algorithm))
		return fail("the attestation is damaged");
	return (by_itself ? fido_cred_verify_self(cred) : fido_cred_verify(cred)) == FIDO_OK ?
		       OK :
		       fail("the signature of the attestation is wrong");
}

static err_t check_attestation(const struct web_authn_site *site, struct slice client_data,
			       const struct attestation *made, int algorithm)
{
	if (ctap_is_text(&made->format, "packed"))
		return check_packed(site, client_data, made, algorithm);
	if (!ctap_is_text(&made->format, "none"))
		return fail("the attestation has a form that was not asked for");
	return made->statement.number == 0 ? OK : fail("an attestation of none says something");
}

err_t web_authn_register(const struct web_authn_site *site, struct slice client_data, struct slice attestation,
			 struct web_authn_passkey *out)
{
	CLEANUP(public_key_done) struct public_key key = {0};
	struct web_authn_passkey passkey;
	struct attestation made;
	struct auth_data data;
	err_t e = check_client_data(site, "webauthn.create", client_data);

	if (!e && !read_attestation(attestation, &made))
		e = fail("the attestation object is damaged");
	if (!e)
		e = read_auth_data(site, made.auth_data.inside, &data);
	if (!e)
		e = read_passkey(&data, &passkey);
	if (!e)
		e = read_key(passkey.key, &key);
	if (!e)
		e = check_attestation(site, client_data, &made, key.algorithm);
	if (!e)
		*out = passkey;
	return e;
}

/* -- the use of a passkey (section 7.2) -- */

static void assert_done(fido_assert_t **assertion)
{
	fido_assert_free(assertion);
}

static bool fill_assert(fido_assert_t *a, const struct web_authn_site *site, const struct web_authn_assertion *said)
{
	return a && !fido_assert_set_rp(a, site->rp_id) && !fido_assert_set_up(a, FIDO_OPT_TRUE) &&
	       !fido_assert_set_uv(a, FIDO_OPT_TRUE) && !fido_assert_set_count(a, 1) &&
	       !fido_assert_set_clientdata(a, bytes_of(said->client_data), said->client_data.len) &&
	       !fido_assert_set_authdata_raw(a, 0, bytes_of(said->auth_data), said->auth_data.len) &&
	       !fido_assert_set_sig(a, 0, bytes_of(said->signature), said->signature.len);
}

static err_t check_signature(const struct web_authn_site *site, const struct web_authn_assertion *said,
			     const struct public_key *key)
{
	CLEANUP(assert_done) fido_assert_t *a = fido_assert_new();
	const void *number = key->algorithm == COSE_ES256 ? (const void *)key->es256 : (const void *)key->rs256;

	if (!fill_assert(a, site, said))
		return fail("the assertion is damaged");
	return fido_assert_verify(a, 0, key->algorithm, number) == FIDO_OK ? OK : fail("the signature is wrong");
}

err_t web_authn_assert(const struct web_authn_site *site, const struct web_authn_passkey *passkey,
		       const struct web_authn_assertion *assertion, uint32_t *counter)
{
	CLEANUP(public_key_done) struct public_key key = {0};
	struct auth_data data;
	err_t e = check_client_data(site, "webauthn.get", assertion->client_data);

	if (!e &&
	    (assertion->auth_data.len > WEB_AUTHN_AUTH_DATA_MAX || assertion->signature.len > WEB_AUTHN_SIGNATURE_MAX))
		e = fail("the assertion is too long");
	if (!e)
		e = read_auth_data(site, assertion->auth_data, &data);
	if (!e && (data.flags & HAS_PASSKEY || !ends_well(&data, data.rest)))
		e = fail("the authenticator data is damaged");
	if (!e)
		e = read_key(passkey->key, &key);
	if (!e)
		e = check_signature(site, assertion, &key);
	if (!e)
		*counter = data.counter;
	return e;
}

bool web_authn_counter_grows(uint32_t stored, uint32_t next)
{
	return next > stored || (stored == 0 && next == 0);
}
