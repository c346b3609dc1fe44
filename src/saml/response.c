/*
 * The way of a response: it is read; its signature, if it has one, is verified, and from there on only what that
 * signature covers exists; its assertion is decrypted, and the same is done with the assertion's signature. One of the
 * two has to be there. What remains is compared with what this sign-in expects.
 */
#include "saml/response.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "saml/encryption.h"
#include "saml/signature.h"

#include "base/banned.h"

#define RESPONSE_MOST KIB(512) /* of XML */
#define TEXT_MOST 8192 /* of one value */
#define ATTRIBUTES_MOST 256
#define CONFIRMATION_BEARER "urn:oasis:names:tc:SAML:2.0:cm:bearer"
#define STATUS_SUCCESS "urn:oasis:names:tc:SAML:2.0:status:Success"
#define FORMAT_ENTITY "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"

/* What this sign-in expects. */
struct expected {
	const char *response, *idp, *sp, *acs;
	const char *request_id; /* NULL: nothing was asked */
	int64_t now, skew;
	struct keys signers, readers;
	struct trust trust;
};

/* The documents of one response, later ones made of what a signature of the earlier one covers. */
struct documents {
	xmlDoc *received, *signed_response, *decrypted, *signed_assertion;
};

static void documents_done(struct documents *d)
{
	xml_done(&d->received);
	xml_done(&d->signed_response);
	xml_done(&d->decrypted);
	xml_done(&d->signed_assertion);
}

static void expected_done(struct expected *x)
{
	keys_done(&x->signers);
	keys_done(&x->readers);
}

/* -- the question -- */

static bool read_signers(const json_t *certificates, struct expected *x, struct refusal *r)
{
	size_t i;
	json_t *one;

	json_array_foreach(certificates, i, one) {
		X509 *certificate = json_is_string(one) ? certificate_read(json_string_value(one), r) : NULL;
		EVP_PKEY *key = certificate ? certificate_key(certificate, r) : NULL;

		X509_free(certificate);
		if (!key)
			return r->code ? false : refuse(r, "internal", "a certificate is no text");
		if (!keys_add(&x->signers, key, r))
			return false;
	}
	return x->signers.count > 0 || refuse(r, "certificate", "the identity provider has no certificate");
}

static bool read_readers(const json_t *pems, struct expected *x, struct refusal *r)
{
	size_t i;
	json_t *one;

	json_array_foreach(pems, i, one) {
		EVP_PKEY *key = json_is_string(one) ? private_key_read(json_string_value(one), r) : NULL;

		if (!key)
			return refuse(r, "internal", "a key of this connector cannot be read");
		if (!keys_add(&x->readers, key, r))
			return false;
	}
	return true;
}

static bool read_question(const json_t *question, struct expected *x, struct refusal *r)
{
	json_t *certificates, *pems, *request_id;
	int sha1;

	if (json_unpack((json_t *)question, "{s:s, s:I, s:I, s:{s:s, s:o}, s:{s:s, s:s}, s:o, s:o, s:b}", "response",
			&x->response, "now", &x->now, "skew", &x->skew, "identityProvider", "entityId", &x->idp,
			"certificates", &certificates, "serviceProvider", "entityId", &x->sp,
			"assertionConsumerServiceUrl", &x->acs, "requestId", &request_id, "decryptionKeys", &pems,
			"allowSha1", &sha1))
		return refuse(r, "internal", "the question has not the members that it should");
	if (!*x->idp || !*x->sp || !*x->acs || (json_is_string(request_id) && !*json_string_value(request_id)))
		return refuse(r, "internal", "the question has an empty member");
	x->request_id = json_string_value(request_id);
	x->trust = (struct trust){ .keys = &x->signers, .sha1 = sha1 };
	return read_signers(certificates, x, r) && read_readers(pems, x, r);
}

/* -- documents -- */

static xmlDoc *read_received(const struct expected *x, struct refusal *r)
{
	size_t len = strlen(x->response);
	unsigned char *bytes = len / 4 * 3 <= RESPONSE_MOST ? malloc(len + 1) : NULL;
	int n = bytes ? xml_base64(x->response, bytes) : -1;
	xmlDoc *doc = NULL;

	if (n > 0)
		doc = xml_read((const char *)bytes, (size_t)n, r);
	else
		refuse(r, "xml", "the response is empty, too large, or no base64");
	free(bytes);
	return doc;
}

/* Nothing of these may stand anywhere but where a response has it: what is there twice is there to confuse. */
static bool has_one_assertion(const xmlNode *response, struct refusal *r)
{
	int assertions = xml_count_inside(response, NS_ASSERTION, "Assertion");
	int encrypted = xml_count_inside(response, NS_ASSERTION, "EncryptedAssertion");

	if (assertions + encrypted != 1)
		return refuse(r, "assertions", "the response has %d assertions, not one", assertions + encrypted);
	if (xml_count(response, NS_ASSERTION, "Assertion") + xml_count(response, NS_ASSERTION, "EncryptedAssertion") !=
	    1)
		return refuse(r, "assertions", "the assertion does not stand in the response itself");
	return true;
}

/* Checks names and order of the children of a Response, so that nothing unknown rides along. */
static bool has_shape(const xmlNode *response, struct refusal *r)
{
	static const struct {
		const char *ns, *name;
	} order[] = {
		{ NS_ASSERTION, "Issuer" }, { NS_DSIG, "Signature" },      { NS_PROTOCOL, "Extensions" },
		{ NS_PROTOCOL, "Status" },  { NS_ASSERTION, "Assertion" }, { NS_ASSERTION, "EncryptedAssertion" },
	};
	size_t i = 0;

	if (!xml_is(response, NS_PROTOCOL, "Response"))
		return refuse(r, "shape", "the document is not a SAML response");
	for (const xmlNode *n = xml_first(response); n; n = xml_next(n), i++) {
		while (i < ARRAY_LEN(order) && !xml_is(n, order[i].ns, order[i].name))
			i++;
		if (i == ARRAY_LEN(order))
			return refuse(r, "shape",
				      "the response has an unknown part, or one twice, or out of order: %.60s",
				      n->name);
	}
	return true;
}

static bool is_version_2(const xmlNode *n)
{
	const char *version = xml_attribute(n, "Version");

	return version && strcmp(version, "2.0") == 0;
}

/* An identity provider may say why it refuses; its words go to the operator. */
static bool is_success(const xmlNode *response, struct refusal *r)
{
	const xmlNode *status = xml_child(response, NS_PROTOCOL, "Status");
	const xmlNode *code = status ? xml_child(status, NS_PROTOCOL, "StatusCode") : NULL;
	const xmlNode *inner = code ? xml_child(code, NS_PROTOCOL, "StatusCode") : NULL;
	const xmlNode *message = status ? xml_child(status, NS_PROTOCOL, "StatusMessage") : NULL;
	const char *value = code ? xml_attribute(code, "Value") : NULL,
		   *why = inner ? xml_attribute(inner, "Value") : NULL;
	const char *text = message ? xml_text(message) : NULL;

	if (!value)
		return refuse(r, "shape", "the response has no status");
	if (strcmp(value, STATUS_SUCCESS) == 0)
		return true;
	return refuse(r, "status", "the identity provider refused: %.80s %.80s %.120s", value, why ? why : "",
		      text ? text : "");
}

/* Whether an Issuer says the provider's name; a missing one is for the caller to judge. */
static bool is_issuer(const xmlNode *issuer, const struct expected *x, struct refusal *r)
{
	const char *format = xml_attribute(issuer, "Format"), *name = xml_text(issuer);

	if (format && strcmp(format, FORMAT_ENTITY) != 0)
		return refuse(r, "issuer", "the issuer's name is not that of an entity");
	if (!name || strcmp(name, x->idp) != 0)
		return refuse(r, "issuer", "the issuer is %.120s, not %.120s", name ? name : "no text", x->idp);
	return true;
}

/* Whether InResponseTo of a response or confirmation is that of this sign-in. */
static bool answers_request(const xmlNode *n, const struct expected *x, struct refusal *r)
{
	const char *to = xml_attribute(n, "InResponseTo");

	if (!x->request_id)
		return to ? refuse(r, "in_response_to", "the response answers a request, and none was sent") : true;
	if (!to || strcmp(to, x->request_id) != 0)
		return refuse(r, "in_response_to", "the response answers another request than that of this sign-in");
	return true;
}

/* -- times -- */

/* A time that must be there and have the form of one. */
static bool time_of(const xmlNode *n, const char *name, int64_t *ms, struct refusal *r)
{
	if (xml_time(xml_attribute(n, name), ms))
		return true;
	return refuse(r, "time", "%s is missing or no time", name);
}

static bool has_begun(const xmlNode *n, const char *name, const struct expected *x, struct refusal *r)
{
	int64_t ms;

	if (!xml_attribute(n, name))
		return true;
	if (!time_of(n, name, &ms, r))
		return false;
	if (ms > x->now + x->skew)
		return refuse(r, "time", "%s is %" PRId64 " s ahead: the clock of one side is wrong", name,
			      (ms - x->now) / 1000);
	return true;
}

/* `*until` becomes the earlier one of itself and the element's end, with what clocks may differ. */
static bool has_not_ended(const xmlNode *n, const char *name, const struct expected *x, int64_t *until,
			  struct refusal *r)
{
	int64_t ms;

	if (!xml_attribute(n, name))
		return true;
	if (!time_of(n, name, &ms, r))
		return false;
	if (ms <= x->now - x->skew)
		return refuse(r, "time", "%s was %" PRId64 " s ago: it has expired", name, (x->now - ms) / 1000);
	if (ms + x->skew < *until)
		*until = ms + x->skew;
	return true;
}

/* -- the response -- */

static bool check_envelope(const xmlNode *response, bool is_signed, const struct expected *x, struct refusal *r)
{
	const xmlNode *issuer = xml_child(response, NS_ASSERTION, "Issuer");
	const char *destination = xml_attribute(response, "Destination");
	int64_t issued;

	if (!is_version_2(response) || !xml_attribute(response, "ID"))
		return refuse(r, "shape", "the response is not one of SAML 2.0");
	if (issuer && !is_issuer(issuer, x, r))
		return false;
	if (!is_success(response, r))
		return false;
	if (!destination && is_signed)
		return refuse(r, "destination", "the response is signed and has no destination");
	if (destination && strcmp(destination, x->acs) != 0)
		return refuse(r, "destination", "the response is meant for %.200s", destination);
	return answers_request(response, x, r) && time_of(response, "IssueInstant", &issued, r) &&
	       has_begun(response, "IssueInstant", x, r);
}

/* -- the assertion -- */

static bool check_audience(const xmlNode *restriction, const struct expected *x, struct refusal *r)
{
	for (const xmlNode *n = xml_first(restriction); n; n = xml_next(n)) {
		const char *audience = xml_is(n, NS_ASSERTION, "Audience") ? xml_text(n) : NULL;

		if (audience && strcmp(audience, x->sp) == 0)
			return true;
	}
	return refuse(r, "audience", "the assertion is for another audience than %.200s", x->sp);
}

/* A condition that we do not know may be one that does not hold (core 2.5.1). */
static bool check_conditions(const xmlNode *assertion, const struct expected *x, int64_t *until, struct refusal *r)
{
	const xmlNode *conditions = xml_child(assertion, NS_ASSERTION, "Conditions");
	bool restricted = false;

	if (!conditions || xml_count(assertion, NS_ASSERTION, "Conditions") != 1)
		return refuse(r, "audience", "the assertion has no conditions, or several sets of them");
	if (!has_begun(conditions, "NotBefore", x, r) || !has_not_ended(conditions, "NotOnOrAfter", x, until, r))
		return false;
	for (const xmlNode *n = xml_first(conditions); n; n = xml_next(n)) {
		if (xml_is(n, NS_ASSERTION, "AudienceRestriction")) {
			if (!check_audience(n, x, r))
				return false;
			restricted = true;
		} else if (!xml_is(n, NS_ASSERTION, "OneTimeUse") && !xml_is(n, NS_ASSERTION, "ProxyRestriction")) {
			return refuse(r, "condition", "the assertion has a condition that is not known: %.60s",
				      n->name);
		}
	}
	return restricted || refuse(r, "audience", "the assertion names no audience");
}

static bool check_confirmation(const xmlNode *confirmation, const struct expected *x, int64_t *until,
			       struct refusal *r)
{
	const char *method = xml_attribute(confirmation, "Method"), *recipient;
	const xmlNode *data = xml_child(confirmation, NS_ASSERTION, "SubjectConfirmationData");

	if (!method || strcmp(method, CONFIRMATION_BEARER) != 0)
		return refuse(r, "confirmation", "the assertion is not one for its bearer");
	if (!data || xml_count(confirmation, NS_ASSERTION, "SubjectConfirmationData") != 1)
		return refuse(r, "confirmation", "the assertion does not say how its subject is confirmed");
	recipient = xml_attribute(data, "Recipient");
	if (!recipient || strcmp(recipient, x->acs) != 0)
		return refuse(r, "recipient", "the assertion is meant for %.200s",
			      recipient ? recipient : "no recipient");
	if (!xml_attribute(data, "NotOnOrAfter"))
		return refuse(r, "time", "the assertion has no end");
	return has_begun(data, "NotBefore", x, r) && has_not_ended(data, "NotOnOrAfter", x, until, r) &&
	       answers_request(data, x, r);
}

/* One confirmation that holds is enough (core 2.4.1.1). */
static bool check_subject(const xmlNode *assertion, const struct expected *x, int64_t *until, struct refusal *r)
{
	const xmlNode *subject = xml_child(assertion, NS_ASSERTION, "Subject");
	const int64_t before = *until;

	if (!subject || xml_count(assertion, NS_ASSERTION, "Subject") != 1)
		return refuse(r, "subject", "the assertion has not exactly one subject");
	refuse(r, "confirmation", "the assertion does not say how its subject is confirmed");
	for (const xmlNode *n = xml_first(subject); n; n = xml_next(n)) {
		*until = before;
		if (xml_is(n, NS_ASSERTION, "SubjectConfirmation") && check_confirmation(n, x, until, r))
			return true;
	}
	return false;
}

/* Somebody must have been authenticated, and that session must not be over (profiles 4.1.4.2). */
static bool check_authentication(const xmlNode *assertion, const struct expected *x, struct refusal *r)
{
	int64_t unused = INT64_MAX, instant;
	int count = 0;

	for (const xmlNode *n = xml_first(assertion); n; n = xml_next(n)) {
		if (!xml_is(n, NS_ASSERTION, "AuthnStatement"))
			continue;
		count++;
		if (!time_of(n, "AuthnInstant", &instant, r) || !has_begun(n, "AuthnInstant", x, r) ||
		    !has_not_ended(n, "SessionNotOnOrAfter", x, &unused, r))
			return false;
	}
	return count > 0 || refuse(r, "statement", "the assertion does not say that anybody was authenticated");
}

static bool check_assertion(const xmlNode *assertion, const struct expected *x, int64_t *until, struct refusal *r)
{
	const xmlNode *issuer = xml_child(assertion, NS_ASSERTION, "Issuer");
	const char *id = xml_attribute(assertion, "ID");
	int64_t issued;

	if (!xml_is(assertion, NS_ASSERTION, "Assertion") || !is_version_2(assertion) || !id || !*id ||
	    strlen(id) > 256)
		return refuse(r, "shape", "the assertion is not one of SAML 2.0, or its id is too long");
	if (!issuer || xml_count(assertion, NS_ASSERTION, "Issuer") != 1)
		return refuse(r, "issuer", "the assertion has not exactly one issuer");
	return is_issuer(issuer, x, r) && time_of(assertion, "IssueInstant", &issued, r) &&
	       has_begun(assertion, "IssueInstant", x, r) && check_conditions(assertion, x, until, r) &&
	       check_subject(assertion, x, until, r) && check_authentication(assertion, x, r);
}

/* -- the answer -- */

static void set_text(json_t *to, const char *name, const char *value)
{
	if (value)
		json_object_set_new(to, name, json_string(value));
}

static bool add_name(const xmlNode *assertion, json_t *answer, struct refusal *r)
{
	const xmlNode *subject = xml_child(assertion, NS_ASSERTION, "Subject");
	const xmlNode *name = xml_child(subject, NS_ASSERTION, "NameID");
	const char *text = name ? xml_text(name) : NULL;

	if (!name || xml_count(subject, NS_ASSERTION, "NameID") != 1 ||
	    xml_child(subject, NS_ASSERTION, "EncryptedID") || xml_child(subject, NS_ASSERTION, "BaseID"))
		return refuse(r, "subject", "the subject has not exactly one plain name");
	if (!text || !*text || strlen(text) > TEXT_MOST)
		return refuse(r, "subject", "the subject's name is empty, too long, or no text");
	set_text(answer, "nameId", text);
	set_text(answer, "nameIdFormat", xml_attribute(name, "Format"));
	return true;
}

/* A value that holds an element, as eduPersonTargetedID does, is the text of that element. */
static const char *value_of(const xmlNode *value)
{
	const xmlNode *inner = xml_first(value);

	if (inner && !xml_next(inner) && !xml_first(inner))
		return xml_text(inner);
	return xml_text(value);
}

static bool add_attribute(const xmlNode *attribute, json_t *attributes, struct refusal *r)
{
	const char *name = xml_attribute(attribute, "Name");
	json_t *values = name ? json_object_get(attributes, name) : NULL;

	if (!name || !*name || strlen(name) > 1024 || json_object_size(attributes) > ATTRIBUTES_MOST)
		return refuse(r, "attribute", "an attribute has no name, a very long one, or there are too many");
	if (!values)
		json_object_set_new(attributes, name, values = json_array());
	for (const xmlNode *n = xml_first(attribute); n; n = xml_next(n)) {
		const char *text = xml_is(n, NS_ASSERTION, "AttributeValue") ? value_of(n) : NULL;

		if (!text || strlen(text) > TEXT_MOST)
			return refuse(r, "attribute", "a value of %.100s is too long, or no text", name);
		json_array_append_new(values, json_string(text));
	}
	return true;
}

static bool add_attributes(const xmlNode *assertion, json_t *answer, struct refusal *r)
{
	json_t *attributes = json_object();

	json_object_set_new(answer, "attributes", attributes);
	for (const xmlNode *s = xml_first(assertion); s; s = xml_next(s)) {
		if (!xml_is(s, NS_ASSERTION, "AttributeStatement"))
			continue;
		for (const xmlNode *n = xml_first(s); n; n = xml_next(n)) {
			if (!xml_is(n, NS_ASSERTION, "Attribute"))
				return refuse(r, "attribute", "an attribute is encrypted on its own");
			if (!add_attribute(n, attributes, r))
				return false;
		}
	}
	return true;
}

static void add_session(const xmlNode *assertion, json_t *answer)
{
	const xmlNode *statement = xml_child(assertion, NS_ASSERTION, "AuthnStatement");
	int64_t ms;

	set_text(answer, "sessionIndex", xml_attribute(statement, "SessionIndex"));
	if (xml_time(xml_attribute(statement, "SessionNotOnOrAfter"), &ms))
		json_object_set_new(answer, "sessionExpiresAt", json_integer(ms));
}

static json_t *write_answer(const xmlNode *assertion, int64_t until, struct refusal *r)
{
	json_t *answer = json_object();

	set_text(answer, "assertionId", xml_attribute(assertion, "ID"));
	json_object_set_new(answer, "expiresAt", json_integer(until));
	add_session(assertion, answer);
	if (!add_name(assertion, answer, r) || !add_attributes(assertion, answer, r)) {
		json_decref(answer);
		return NULL;
	}
	return answer;
}

/* -- from the first to the last -- */

/* The response as far as it may be believed: all of it, or what its signature covers. */
static const xmlNode *open_response(struct documents *d, const struct expected *x, struct refusal *r)
{
	xmlNode *root;

	d->received = read_received(x, r);
	if (!d->received)
		return NULL;
	root = xmlDocGetRootElement(d->received);
	if (!has_shape(root, r))
		return NULL;
	if (!signature_is_there(root))
		return root;
	d->signed_response = signature_verify(root, &x->trust, r);
	return d->signed_response ? xmlDocGetRootElement(d->signed_response) : NULL;
}

/* The assertion as the provider signed it. */
static const xmlNode *open_assertion(const xmlNode *response, struct documents *d, const struct expected *x,
				     struct refusal *r)
{
	xmlNode *assertion = xml_child(response, NS_ASSERTION, "Assertion");
	bool encrypted = !assertion, covered = d->signed_response;

	if (encrypted) {
		d->decrypted =
			encryption_open(xml_child(response, NS_ASSERTION, "EncryptedAssertion"), &x->readers, r);
		if (!d->decrypted)
			return NULL;
		assertion = xmlDocGetRootElement(d->decrypted);
	}
	if (!signature_is_there(assertion)) {
		if (covered)
			return assertion;
		refuse(r, "unsigned", "neither the response nor the assertion is signed");
	} else {
		d->signed_assertion = signature_verify(assertion, &x->trust, r);
		if (d->signed_assertion)
			return xmlDocGetRootElement(d->signed_assertion);
	}
	if (encrypted && !covered)
		refuse(r, "encrypted", ENCRYPTION_UNREADABLE);
	return NULL;
}

/* Assertions may hold others, as evidence or advice: nobody needs that, and it hides things. */
static bool is_alone(const xmlNode *assertion, struct refusal *r)
{
	if (xml_count_inside(assertion, NS_ASSERTION, "Assertion") == 0 &&
	    xml_count_inside(assertion, NS_ASSERTION, "EncryptedAssertion") == 0)
		return true;
	return refuse(r, "assertions", "the assertion holds another one");
}

static json_t *check(const struct expected *x, struct documents *d, struct refusal *r)
{
	const xmlNode *response = open_response(d, x, r), *assertion;
	int64_t until = INT64_MAX;

	if (!response || !check_envelope(response, d->signed_response, x, r) || !has_one_assertion(response, r))
		return NULL;
	assertion = open_assertion(response, d, x, r);
	if (!assertion || !is_alone(assertion, r) || !check_assertion(assertion, x, &until, r))
		return NULL;
	return write_answer(assertion, until, r);
}

json_t *response_check(const json_t *question, struct refusal *r)
{
	struct expected x = {0};
	struct documents d = {0};
	json_t *answer = NULL;

	if (read_question(question, &x, r))
		answer = check(&x, &d, r);
	documents_done(&d);
	expected_done(&x);
	return answer;
}
