/*
 * A response of a stranger: never believed, since our provider signed nothing. Then the same bytes as if it had, so
 * that what stands behind the signature is reached too.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "saml/response.c"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1785585600000) /* 2026-08-01T12:00:00Z, that of the seeds */

static struct keys keys;

static void make_keys(void)
{
	if (keys.count == 0)
		keys.each[keys.count++] = EVP_RSA_gen(2048);
	if (!keys.each[0])
		abort();
}

static char *base64_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size * 4 / 3 + 5);

	if (!text)
		abort();
	EVP_EncodeBlock((unsigned char *)text, data, (int)size);
	return text;
}

static void believe_nothing(struct expected *x)
{
	struct refusal r = {0};
	struct documents d = {0};

	if (check(x, &d, &r) || !r.code || !*r.message)
		abort();
	documents_done(&d);
}

/* What the checks behind the signature make of the first assertion in the bytes. */
static void believe_all(const struct expected *x, const uint8_t *data, size_t size)
{
	struct refusal r = {0};
	xmlDoc *doc = xml_read((const char *)data, size, &r);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL, *assertion = root;
	int64_t until = INT64_MAX;
	json_t *answer = NULL;

	while (assertion && !xml_is(assertion, NS_ASSERTION, "Assertion"))
		assertion = xml_walk(root, assertion);
	if (assertion && check_assertion(assertion, x, &until, &r) && (answer = write_answer(assertion, until, &r)) &&
	    !json_string_length(json_object_get(answer, "nameId")))
		abort();
	json_decref(answer);
	xml_done(&doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct expected x = {
		.idp = "https://idp.example/saml",
		.sp = "https://auth.example/enterprise-sso/c1",
		.acs = "https://auth.example/api/authn/single-sign-on/saml/c1",
		.request_id = "_q1",
		.now = NOW,
		.skew = 180000,
	};
	char *text;

	if (size > RESPONSE_MOST)
		return 0;
	make_keys();
	x.readers = x.signers = keys;
	x.trust = (struct trust){ .keys = &x.signers, .sha1 = true };
	x.response = text = base64_of(data, size);
	believe_nothing(&x);
	believe_all(&x, data, size);
	free(text);
	return 0;
}
