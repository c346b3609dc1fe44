#include "saml/encryption.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/banned.h"

#define ENCRYPTED_KEYS_MOST 4
#define WRAPPED_MOST 1024 /* bytes of an encrypted key: RSA of 8192 bits */
#define GCM_NONCE 12
#define GCM_TAG 16
#define CBC_BLOCK 16

/* Ciphers of XML Encryption 1.1. */
struct cipher {
	const char *uri;
	const EVP_CIPHER *(*evp)(void);
	size_t key_len;
	bool gcm;
};

static const struct cipher ciphers[] = {
	{ NS_XENC11 "aes128-gcm", EVP_aes_128_gcm, 16, .gcm = true },
	{ NS_XENC11 "aes192-gcm", EVP_aes_192_gcm, 24, .gcm = true },
	{ NS_XENC11 "aes256-gcm", EVP_aes_256_gcm, 32, .gcm = true },
	{ NS_XENC "aes128-cbc", EVP_aes_128_cbc, 16 },
	{ NS_XENC "aes192-cbc", EVP_aes_192_cbc, 24 },
	{ NS_XENC "aes256-cbc", EVP_aes_256_cbc, 32 },
};

/* A session key, or the plain text; wiped at the end. */
struct bytes {
	unsigned char *at;
	size_t len, cap;
};

static void bytes_done(struct bytes *b)
{
	if (b->at)
		OPENSSL_cleanse(b->at, b->cap);
	free(b->at);
}

static bool bytes_make(struct bytes *b, size_t cap)
{
	*b = (struct bytes){ .at = malloc(cap ? cap : 1), .cap = cap };
	return b->at;
}

static const char *algorithm_of(const xmlNode *parent, const char *ns, const char *name)
{
	const xmlNode *method = xml_child(parent, ns, name);

	return method ? xml_attribute(method, "Algorithm") : NULL;
}

/* The base64 of CipherData/CipherValue; NULL: it is not there, or a reference elsewhere stands there. */
static const char *cipher_value(const xmlNode *encrypted)
{
	const xmlNode *data = xml_child(encrypted, NS_XENC, "CipherData");
	const xmlNode *value = data ? xml_first(data) : NULL;

	return xml_is(value, NS_XENC, "CipherValue") && !xml_next(value) ? xml_text(value) : NULL;
}

/* -- the session key -- */

/* Digest and mask of OAEP. XML Encryption 1.0 has SHA-1 in the mask and by default as digest, and is sound so. */
struct oaep {
	const EVP_MD *digest, *mask;
};

static const EVP_MD *digest_of(const char *uri)
{
	if (!uri || strcmp(uri, NS_DSIG "sha1") == 0 || strcmp(uri, NS_XENC11 "mgf1sha1") == 0)
		return EVP_sha1();
	if (strcmp(uri, NS_XENC "sha256") == 0 || strcmp(uri, NS_XENC11 "mgf1sha256") == 0)
		return EVP_sha256();
	if (strcmp(uri, NS_XENC "sha384") == 0 || strcmp(uri, NS_XENC11 "mgf1sha384") == 0)
		return EVP_sha384();
	if (strcmp(uri, NS_XENC "sha512") == 0 || strcmp(uri, NS_XENC11 "mgf1sha512") == 0)
		return EVP_sha512();
	return NULL;
}

static bool read_oaep(const xmlNode *wrapped, struct oaep *oaep, struct refusal *r)
{
	const xmlNode *method = xml_child(wrapped, NS_XENC, "EncryptionMethod");
	const char *uri = method ? xml_attribute(method, "Algorithm") : NULL;
	bool old = uri && strcmp(uri, NS_XENC "rsa-oaep-mgf1p") == 0;

	if (!old && !(uri && strcmp(uri, NS_XENC11 "rsa-oaep") == 0))
		return refuse(r, "algorithm",
			      "the key of the assertion is encrypted in a way that is not taken: %.100s",
			      uri ? uri : "none");
	oaep->digest = digest_of(algorithm_of(method, NS_DSIG, "DigestMethod"));
	oaep->mask = old ? EVP_sha1() : digest_of(algorithm_of(method, NS_XENC11, "MGF"));
	if (!oaep->digest || !oaep->mask || xml_child(method, NS_XENC, "OAEPparams"))
		return refuse(r, "algorithm",
			      "the key of the assertion is encrypted with parameters that are not taken");
	return true;
}

static bool unwrap_with(EVP_PKEY *key, const struct oaep *oaep, const unsigned char *wrapped, size_t n,
			struct bytes *out)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	size_t len = out->cap;
	bool good;

	good = ctx && EVP_PKEY_decrypt_init(ctx) > 0 &&
	       EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md(ctx, oaep->digest) > 0 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, oaep->mask) > 0 &&
	       EVP_PKEY_decrypt(ctx, out->at, &len, wrapped, n) > 0;
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	out->len = good ? len : 0;
	return good;
}

/* Decrypts one EncryptedKey with any of our keys. */
static bool unwrap(const xmlNode *encrypted_key, const struct keys *keys, size_t want, struct bytes *out,
		   struct refusal *r)
{
	const char *value = cipher_value(encrypted_key);
	unsigned char wrapped[WRAPPED_MOST + 4];
	struct oaep oaep = {0};
	int n = value && strlen(value) * 3 / 4 <= WRAPPED_MOST ? xml_base64(value, wrapped) : -1;

	if (n <= 0)
		return refuse(r, "encrypted", "the key of the assertion is not in it");
	if (!read_oaep(encrypted_key, &oaep, r))
		return false;
	for (int i = 0; i < keys->count; i++)
		if (unwrap_with(keys->each[i], &oaep, wrapped, (size_t)n, out) && out->len == want)
			return true;
	return refuse(r, "encrypted", "the assertion is encrypted to another key than those of this connector");
}

/* The key stands in the KeyInfo of the data or beside the data; several, if the assertion is for several readers. */
static bool find_key(const xmlNode *encrypted, const struct keys *keys, size_t want, struct bytes *out,
		     struct refusal *r)
{
	int tried = 0;

	refuse(r, "encrypted", "the key of the assertion is not in it");
	for (const xmlNode *n = xml_walk(encrypted, encrypted); n && tried < ENCRYPTED_KEYS_MOST;
	     n = xml_walk(encrypted, n)) {
		if (!xml_is(n, NS_XENC, "EncryptedKey"))
			continue;
		tried++;
		if (unwrap(n, keys, want, out, r))
			return true;
	}
	return false;
}

/* -- the assertion -- */

static bool decrypt_gcm(EVP_CIPHER_CTX *ctx, const struct bytes *in, struct bytes *out)
{
	size_t n = in->len - GCM_NONCE - GCM_TAG;
	int len = 0, more = 0;

	if (in->len <= GCM_NONCE + GCM_TAG || EVP_DecryptUpdate(ctx, out->at, &len, in->at + GCM_NONCE, (int)n) <= 0 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, in->at + GCM_NONCE + n) <= 0 ||
	    EVP_DecryptFinal_ex(ctx, out->at + len, &more) <= 0)
		return false;
	out->len = (size_t)(len + more);
	return true;
}

/* The padding is that of XML Encryption 5.2: only the last byte is known, and tells its length. */
static bool decrypt_cbc(EVP_CIPHER_CTX *ctx, const struct bytes *in, struct bytes *out)
{
	size_t n = in->len - CBC_BLOCK;
	int len = 0;

	if (in->len < 2 * CBC_BLOCK || n % CBC_BLOCK != 0 || EVP_CIPHER_CTX_set_padding(ctx, 0) <= 0 ||
	    EVP_DecryptUpdate(ctx, out->at, &len, in->at + CBC_BLOCK, (int)n) <= 0 || (size_t)len != n ||
	    out->at[n - 1] < 1 || out->at[n - 1] > CBC_BLOCK)
		return false;
	out->len = n - out->at[n - 1];
	return true;
}

/* The first bytes of `in` are the nonce, or the first block. */
static bool decrypt(const struct cipher *c, const struct bytes *key, const struct bytes *in, struct bytes *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool good;

	good = ctx && in->len >= CBC_BLOCK && EVP_DecryptInit_ex(ctx, c->evp(), NULL, key->at, in->at) > 0 &&
	       (c->gcm ? decrypt_gcm(ctx, in, out) : decrypt_cbc(ctx, in, out));
	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return good;
}

static const struct cipher *cipher_of(const xmlNode *data, struct refusal *r)
{
	const char *uri = algorithm_of(data, NS_XENC, "EncryptionMethod");

	for (size_t i = 0; uri && i < ARRAY_LEN(ciphers); i++)
		if (strcmp(ciphers[i].uri, uri) == 0)
			return &ciphers[i];
	return refuse(r, "algorithm", "the assertion is encrypted in a way that is not taken: %.100s",
		      uri ? uri : "none"),
	       NULL;
}

static xmlDoc *open_data(const xmlNode *encrypted, const xmlNode *data, const struct keys *keys,
			 const struct cipher *c, struct refusal *r)
{
	const char *value = cipher_value(data);
	size_t room = value ? strlen(value) * 3 / 4 + 4 : 0;
	struct bytes key = {0}, in = {0}, out = {0};
	xmlDoc *doc = NULL;
	int n;

	if (!value)
		return refuse(r, "encrypted", "the encrypted assertion is not in the response"), NULL;
	if (!bytes_make(&key, WRAPPED_MOST) || !bytes_make(&in, room) || !bytes_make(&out, room)) {
		refuse(r, "internal", "out of memory");
	} else if (find_key(encrypted, keys, c->key_len, &key, r)) {
		n = xml_base64(value, in.at);
		in.len = n > 0 ? (size_t)n : 0;
		if (decrypt(c, &key, &in, &out))
			doc = xml_read((const char *)out.at, out.len, r);
		if (!doc)
			refuse(r, "encrypted", ENCRYPTION_UNREADABLE);
	}
	bytes_done(&key), bytes_done(&in), bytes_done(&out);
	return doc;
}

xmlDoc *encryption_open(const xmlNode *encrypted, const struct keys *keys, struct refusal *r)
{
	const xmlNode *data = xml_child(encrypted, NS_XENC, "EncryptedData");
	const struct cipher *c;

	if (!data || xml_count_inside(encrypted, NS_XENC, "EncryptedData") != 1)
		return refuse(r, "encrypted", "there is not exactly one encrypted assertion"), NULL;
	if (keys->count == 0)
		return refuse(r, "encrypted", "the assertion is encrypted, and this connector has no key"), NULL;
	c = cipher_of(data, r);
	return c ? open_data(encrypted, data, keys, c, r) : NULL;
}
