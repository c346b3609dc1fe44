/*
 * Responses of an identity provider, honest and not. Each row is one sentence of what holds: a response like all
 * others but for what the row changes, and the code with which it is refused.
 */
#include "saml/response.h"

#include "saml/program.h"
#include "saml/provider.h"

#include "base/banned.h"

#define IDP "https://idp.example/saml"
#define SP "https://auth.example/enterprise-sso/c1"
#define ACS "https://auth.example/api/authn/single-sign-on/saml/c1"
#define NOW INT64_C(1785585600000) /* 2026-08-01T12:00:00Z */
#define MINUTE INT64_C(60000)

static struct {
	EVP_PKEY *idp, *stranger, *curve, *weak, *ours, *theirs;
} keys;

static int make_keys(void **state)
{
	(void)state;
	keys.idp = rsa_key(2048);
	keys.stranger = rsa_key(2048);
	keys.weak = rsa_key(1024);
	keys.ours = rsa_key(2048);
	keys.theirs = rsa_key(2048);
	keys.curve = EVP_EC_gen("P-256");
	return keys.curve ? 0 : -1;
}

static int drop_keys(void **state)
{
	EVP_PKEY *const all[] = { keys.idp, keys.stranger, keys.curve, keys.weak, keys.ours, keys.theirs };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		EVP_PKEY_free(all[i]);
	return 0;
}

static const char honest[] =
	"<samlp:Response xmlns:samlp=\"" NS_PROTOCOL "\" xmlns:saml=\"" NS_ASSERTION "\" ID=\"_r1\" Version=\"2.0\""
	" IssueInstant=\"2026-08-01T12:00:00Z\" Destination=\"" ACS "\" InResponseTo=\"_q1\"><saml:Issuer>" IDP
	"</saml:Issuer>"
	"<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>"
	"<saml:Assertion xmlns:saml=\"" NS_ASSERTION
	"\" ID=\"_a1\" Version=\"2.0\" IssueInstant=\"2026-08-01T12:00:00Z\">"
	"<saml:Issuer>" IDP "</saml:Issuer><saml:Subject>"
	"<saml:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\">ada@acme.example</saml:NameID>"
	"<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData"
	" InResponseTo=\"_q1\" Recipient=\"" ACS
	"\" NotOnOrAfter=\"2026-08-01T12:05:00Z\"/></saml:SubjectConfirmation>"
	"</saml:Subject><saml:Conditions NotBefore=\"2026-08-01T11:59:00Z\" NotOnOrAfter=\"2026-08-01T12:05:00Z\">"
	"<saml:AudienceRestriction><saml:Audience>" SP "</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
	"<saml:AuthnStatement AuthnInstant=\"2026-08-01T11:58:00Z\" SessionIndex=\"_s1\"><saml:AuthnContext>"
	"<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
	"</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>"
	"<saml:Attribute Name=\"email\"><saml:AttributeValue>ada@acme.example</saml:AttributeValue></saml:Attribute>"
	"<saml:Attribute Name=\"groups\"><saml:AttributeValue>a</saml:AttributeValue>"
	"<saml:AttributeValue>b</saml:AttributeValue>"
	"</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>";

enum signs { ASSERTION, RESPONSE, BOTH, NOTHING };
enum who { BY_IDP, BY_STRANGER, BY_CURVE };

struct edit {
	const char *from, *to;
};

struct scenario {
	const char *sentence;
	const char *code; /* NULL: it is believed */
	struct edit before[3], after[2]; /* the signatures are made between them */
	enum signs signs;
	enum who who;
	struct signing how; /* its key is that of `who` */
	char *(*change)(char *xml); /* behind the edits */
	struct encrypting *encrypts; /* the assertion, after it is signed, before the response is */
	bool to_strangers; /* it is encrypted to a key that is not ours */
	bool no_key; /* we have none to decrypt with */
	bool unsolicited, sha1, curve_trusted, weak_trusted;
	bool old_certificate; /* of the provider: it has expired */
	int64_t later; /* than NOW, milliseconds */
};

#define CHANGE(from, to) .before = { { from, to } }
#define AFTER(from, to) .after = { { from, to } }

/* -- signature wrapping: the signed assertion is moved aside, and another one takes its place -- */

#define ASSERTION_OF(xml) between(xml, "<saml:Assertion", "</saml:Assertion>")
#define SIGNATURE_OF(xml) between(xml, "<ds:Signature ", "</ds:Signature>")

/* `xml` without `part`, where it has it. */
static char *without(const char *xml, const char *part)
{
	return strstr(xml, part) ? replaced(xml, part, "") : text_of("%s", xml);
}

/* The signature that an attacker moves: the assertion's, or where that has none the response's. */
static char *moved_of(const char *xml)
{
	char *a = ASSERTION_OF(xml);

	return strstr(a, "<ds:Signature ") ? SIGNATURE_OF(a) : SIGNATURE_OF(xml);
}

/* The assertion without its signature, of somebody else. */
static char *evil_of(const char *assertion, const char *id)
{
	char *evil = strstr(assertion, "<ds:Signature ") ? without(assertion, SIGNATURE_OF(assertion)) :
							   text_of("%s", assertion);

	evil = replaced(evil, "ID=\"_a1\"", text_of("ID=\"%s\"", id));
	evil = replaced(evil, "ada@", "eve@");
	return replaced(evil, "ada@", "eve@");
}

static char *evil_before(char *xml)
{
	char *a = ASSERTION_OF(xml);

	return replaced(xml, a, text_of("%s%s", evil_of(a, "_evil"), a));
}

static char *evil_after(char *xml)
{
	char *a = ASSERTION_OF(xml);

	return replaced(xml, a, text_of("%s%s", a, evil_of(a, "_evil")));
}

static char *evil_around(char *xml)
{
	char *a = ASSERTION_OF(xml);

	return replaced(xml, a, replaced(evil_of(a, "_evil"), "</saml:Assertion>", text_of("%s</saml:Assertion>", a)));
}

static char *evil_around_in_advice(char *xml)
{
	char *a = ASSERTION_OF(xml);

	return replaced(xml, a,
			replaced(evil_of(a, "_evil"), "<saml:AuthnStatement",
				 text_of("<saml:Advice>%s</saml:Advice><saml:AuthnStatement", a)));
}

static char *with_signature(const char *evil, const char *signature)
{
	return replaced(evil, "</saml:Issuer>", text_of("</saml:Issuer>%s", signature));
}

/* In place of the signed assertion another one with `signature`; what the signature is of stands behind it. */
static char *moved_to(char *xml, const char *id)
{
	char *a = ASSERTION_OF(xml), *s = moved_of(xml);
	char *both = text_of("%s%s", with_signature(evil_of(a, id), s), without(a, s));

	return replaced(without(xml, s), without(a, s), both);
}

static char *signature_moved(char *xml)
{
	return moved_to(xml, "_evil");
}

static char *signature_moved_same_id(char *xml)
{
	return moved_to(xml, "_a1");
}

/* The signed assertion stands inside of its signature, between two tags, and the signature in another assertion. */
static char *original_inside(char *xml, const char *open, const char *close)
{
	char *a = ASSERTION_OF(xml), *s = moved_of(xml);
	char *holding = replaced(s, "</ds:Signature>", text_of("%s%s%s</ds:Signature>", open, without(a, s), close));

	return replaced(without(xml, s), without(a, s), with_signature(evil_of(a, "_evil"), holding));
}

static char *original_in_signature(char *xml)
{
	return original_inside(xml, "", "");
}

static char *original_in_object(char *xml)
{
	return original_inside(xml, "<ds:Object>", "</ds:Object>");
}

static char *original_in_key_info(char *xml)
{
	return original_inside(xml, "<ds:KeyInfo>", "</ds:KeyInfo>");
}

static char *original_in_extensions(char *xml)
{
	char *a = ASSERTION_OF(xml);

	xml = replaced(xml, a, evil_of(a, "_evil"));
	return replaced(xml, "<samlp:Status>", text_of("<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", a));
}

static char *evil_in_extensions(char *xml)
{
	char *evil = evil_of(ASSERTION_OF(xml), "_evil");

	return replaced(xml, "<samlp:Status>", text_of("<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", evil));
}

static char *evil_same_id_in_extensions(char *xml)
{
	char *evil = evil_of(ASSERTION_OF(xml), "_a1");

	return replaced(xml, "<samlp:Status>", text_of("<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", evil));
}

static char *only_evil(char *xml)
{
	char *a = ASSERTION_OF(xml);

	return replaced(xml, a, evil_of(a, "_evil"));
}

static char *evil_with_signature_of_another(char *xml)
{
	char *a = ASSERTION_OF(xml);

	return replaced(xml, a, with_signature(evil_of(a, "_a1"), SIGNATURE_OF(a)));
}

static char *evil_encrypted_beside(char *xml)
{
	char *a = ASSERTION_OF(xml);

	return replaced(xml, a,
			text_of("%s%s", a, encrypted(evil_of(a, "_evil"), &(struct encrypting){ .key = keys.ours })));
}

/* A response of somebody else that holds the signed response, and its signature. */
static char *evil_response(const char *xml, const char *signature, const char *inside)
{
	char *evil = replaced(xml, SIGNATURE_OF(xml), signature);

	evil = replaced(evil, "ID=\"_r1\"", "ID=\"_evil\"");
	evil = replaced(evil, "ID=\"_a1\"", "ID=\"_evil2\"");
	evil = replaced(evil, "ada@", "eve@");
	return replaced(evil, "</samlp:Response>", text_of("%s</samlp:Response>", inside));
}

static char *response_in_object(char *xml)
{
	char *s = SIGNATURE_OF(xml), *original = replaced(xml, s, "");

	return evil_response(
		xml, replaced(s, "</ds:Signature>", text_of("<ds:Object>%s</ds:Object></ds:Signature>", original)),
		"");
}

/* A signature that holds the signed response itself, or one in front of which it stands: the assertion's own too. */
static char *response_in_signature(char *xml)
{
	char *s = SIGNATURE_OF(xml), *original = replaced(xml, s, "");

	return evil_response(xml, replaced(s, "</ds:Signature>", text_of("%s</ds:Signature>", original)), "");
}

static char *response_before_signature(char *xml)
{
	char *s = SIGNATURE_OF(xml);

	return evil_response(xml, text_of("%s%s", replaced(xml, s, ""), s), "");
}

static char *response_beside(char *xml)
{
	char *s = SIGNATURE_OF(xml);

	return evil_response(xml, s, replaced(xml, s, ""));
}

static char *response_with_its_signature_inside(char *xml)
{
	return evil_response(xml, "", xml);
}

/* Signed by a stranger who sends the certificate along, as an honest provider does. */
static char *stranger_with_certificate(char *xml)
{
	const char *info = text_of("<ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data>"
				   "</ds:KeyInfo>",
				   certificate_of(keys.stranger, -60, 3600));

	return signed_at(xml, "_a1", &(struct signing){ .key = keys.stranger, .more = info });
}

static char *stranger_with_key(char *xml)
{
	BIGNUM *modulus = NULL;
	unsigned char bytes[256];
	const char *info;

	assert_true(EVP_PKEY_get_bn_param(keys.stranger, "n", &modulus));
	assert_int_equal(BN_bn2bin(modulus, bytes), sizeof(bytes));
	BN_free(modulus);
	info = text_of("<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>%s</ds:Modulus>"
		       "<ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>",
		       base64_of(bytes, sizeof(bytes)));
	return signed_at(xml, "_a1", &(struct signing){ .key = keys.stranger, .more = info });
}

/* Another SignedInfo before or behind the signed one: some verify the one and read the other. */
static char *info_twice(char *xml, bool before)
{
	char *info = between(xml, "<ds:SignedInfo", "</ds:SignedInfo>");
	char *other = replaced(info, "<ds:DigestValue>", "<ds:DigestValue>AAAA");

	return replaced(xml, info, before ? text_of("%s%s", other, info) : text_of("%s%s", info, other));
}

static char *evil_info_before(char *xml)
{
	return info_twice(xml, true);
}

static char *evil_info_behind(char *xml)
{
	return info_twice(xml, false);
}

/* Both numbers zero: what some verifiers take for every text (CVE-2022-21449). */
static char *zero_signature(char *xml)
{
	static const unsigned char zeros[64];

	return replaced(xml, between(xml, "<ds:SignatureValue>", "</ds:SignatureValue>"),
			text_of("<ds:SignatureValue>%s</ds:SignatureValue>", base64_of(zeros, sizeof(zeros))));
}

static char *no_value(char *xml)
{
	return replaced(xml, between(xml, "<ds:SignatureValue>", "</ds:SignatureValue>"),
			"<ds:SignatureValue></ds:SignatureValue>");
}

/* The same with the assertion encrypted once more, each believed alone. */
static char *encrypted_twice(char *xml)
{
	char *a = between(xml, "<saml:EncryptedAssertion", "</saml:EncryptedAssertion>");

	return replaced(xml, a, text_of("%s%s", a, a));
}

static char *encrypted_in_encrypted(char *xml)
{
	char *a = between(xml, "<saml:EncryptedAssertion", "</saml:EncryptedAssertion>");

	return replaced(xml, a, encrypted(a, &(struct encrypting){ .key = keys.ours }));
}

static char *encrypted_response(char *xml)
{
	char *a = between(xml, "<saml:EncryptedAssertion", "</saml:EncryptedAssertion>");

	return replaced(xml, a, encrypted(honest, &(struct encrypting){ .key = keys.ours }));
}

static char *second_signature(char *xml)
{
	char *s = SIGNATURE_OF(xml);

	return replaced(xml, s, text_of("%s%s", s, s));
}

static char *response_signed_by_stranger(char *xml)
{
	return signed_at(xml, "_r1", &(struct signing){ .key = keys.stranger });
}

static char *no_response(char *xml)
{
	return ASSERTION_OF(xml);
}

static char *deep(char *xml)
{
	char *inside = text_of("%s", "");

	for (int i = 0; i < 60; i++)
		inside = text_of("<x>%s</x>", inside);
	return replaced(xml, "<samlp:Status>",
			text_of("<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", inside));
}

static char *repeated(const char *one, int n)
{
	size_t len = strlen(one);
	char *all = keep(malloc(len * (size_t)n + 1));

	for (int i = 0; i < n; i++)
		memcpy(all + len * (size_t)i, one, len + 1);
	return all;
}

static char *many_elements(char *xml)
{
	return replaced(xml, "<samlp:Status>",
			text_of("<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", repeated("<x/>", 20001)));
}

static char *many_attributes(char *xml)
{
	char *all = text_of("%s", "");

	for (int i = 0; i < 65; i++)
		all = text_of("%s a%d=\"\"", all, i);
	return replaced(xml, "<samlp:Status>",
			text_of("<samlp:Extensions><x%s/></samlp:Extensions><samlp:Status>", all));
}

static char *huge(char *xml)
{
	return replaced(
		xml, "<samlp:Status>",
		text_of("<samlp:Extensions>%s</samlp:Extensions><samlp:Status>", repeated("0123456789", 60000)));
}

static char *many_values(char *xml)
{
	char *all = text_of("%s", "");

	for (int i = 0; i < 300; i++)
		all = text_of("%s<saml:Attribute Name=\"n%d\"/>", all, i);
	return replaced(xml, "<saml:AttributeStatement>", text_of("<saml:AttributeStatement>%s", all));
}

static char *long_value(char *xml)
{
	return replaced(xml, "<saml:AttributeValue>a<",
			text_of("<saml:AttributeValue>%s<", repeated("0123456789", 900)));
}

static struct encrypting gcm,
	cbc = { .cipher = NS_XENC "aes256-cbc" }, cbc128 = { .cipher = NS_XENC "aes128-cbc" },
	gcm128 = { .cipher = NS_XENC11 "aes128-gcm", .beside = true }, damaged = { .damaged = true },
	damaged_cbc = { .cipher = NS_XENC "aes256-cbc", .damaged = true },
	old_transport = { .transport = NS_XENC "rsa-1_5" }, other_cipher = { .cipher = NS_XENC "tripledes-cbc" },
	stranger_gcm, no_key_gcm, unsigned_gcm, signed_response_gcm, stranger_signs_gcm, twice_gcm, nested_gcm,
	whole_gcm, short_key_gcm = { .cipher = NS_XENC11 "aes128-gcm" }, far_gcm,
	kw_transport = { .transport = NS_XENC "kw-aes128" }, stranger_signs_cbc = { .cipher = NS_XENC "aes256-cbc" };

#define STATUS_FAILED "urn:oasis:names:tc:SAML:2.0:status:Responder"
#define DTD "<!DOCTYPE r [<!ENTITY who \"eve\">]>"
#define BOMB "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>"
#define OUTSIDE "<!DOCTYPE r SYSTEM \"file:///etc/passwd\">"
#define FILE_ENTITY "<!DOCTYPE r [<!ENTITY who SYSTEM \"file:///etc/passwd\">]>"
#define WEB_ENTITY "<!DOCTYPE r [<!ENTITY who PUBLIC \"x\" \"http://evil.example/who\">]>"
#define PARAMETER_ENTITY "<!DOCTYPE r [<!ENTITY % more SYSTEM \"http://evil.example/dtd\">%more;]>"
#define ATTLIST "<!DOCTYPE r [<!ATTLIST samlp:Response Destination CDATA #FIXED \"x\">]>"
#define INCLUDE \
	"<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\" parse=\"text\"/>"
#define ROOT "<samlp:Response xmlns:samlp"

static const struct scenario scenarios[] = {
	/* what is believed */
	{ "a signed assertion is believed", NULL },
	{ "a signed response is believed", NULL, .signs = RESPONSE },
	{ "a response may be signed as well as its assertion", NULL, .signs = BOTH },
	{ "a signature with SHA-512 is believed", NULL,
	  .how = { .method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
		   .digest = "http://www.w3.org/2001/04/xmlenc#sha512" } },
	{ "a signature with RSA-PSS is believed", NULL,
	  .how = { .method = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", .pss = true } },
	{ "a signature with ECDSA is believed", NULL, .who = BY_CURVE, .curve_trusted = true,
	  .how = { .method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" } },
	{ "SHA-1 is believed where the administrator allows it", NULL, .sha1 = true,
	  .how = { .method = NS_DSIG "rsa-sha1", .digest = NS_DSIG "sha1" } },
	{ "a canonicalization with comments may be named", NULL, .how = { .form = NS_EXC_C14N "WithComments" } },
	{ "a clock that is two minutes ahead is no reason to refuse", NULL, .later = -2 * MINUTE },
	{ "a clock that is two minutes behind is no reason to refuse", NULL, .later = 6 * MINUTE },
	{ "a response that nobody asked for is believed where none is expected", NULL, .unsolicited = true,
	  .before = { { " InResponseTo=\"_q1\"", "" }, { " InResponseTo=\"_q1\"", "" } } },
	{ "an assertion encrypted with AES-GCM is believed", NULL, .encrypts = &gcm },
	{ "an assertion encrypted with AES-CBC is believed", NULL, .encrypts = &cbc },
	{ "an assertion encrypted with AES-128-CBC is believed", NULL, .encrypts = &cbc128 },
	{ "a key may stand beside what it encrypts", NULL, .encrypts = &gcm128 },
	{ "an unsigned assertion, encrypted in a signed response, is believed", NULL, .signs = RESPONSE,
	  .encrypts = &signed_response_gcm },
	{ "one confirmation that holds is enough", NULL,
	  CHANGE("<saml:SubjectConfirmation ",
		 "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:sender-vouches\"/>"
		 "<saml:SubjectConfirmation ") },
	{ "one audience of several may be ours", NULL,
	  CHANGE("<saml:Audience>", "<saml:Audience>https://other.example</saml:Audience><saml:Audience>") },
	{ "a certificate that has expired counts, since its key alone was configured", NULL,
	  .old_certificate = true },
	{ "a name in CDATA is its text", NULL, AFTER("ada@acme.example</saml:NameID",
						     "<![CDATA[ada@]]>acme.example</saml:NameID") },
	{ "a response need not name its issuer", NULL,
	  CHANGE("<saml:Issuer>" IDP "</saml:Issuer><samlp:Status>", "<samlp:Status>") },

	/* signatures */
	{ "what nobody signed is refused", "unsigned", .signs = NOTHING },
	{ "an assertion signed with another key is refused", "signature", .who = BY_STRANGER },
	{ "a response signed with another key is refused", "signature", .who = BY_STRANGER, .signs = RESPONSE },
	{ "a good assertion in a response that a stranger signed is refused", "signature",
	  .change = response_signed_by_stranger },
	{ "a signature with a key of another kind than it names is refused", "signature", .who = BY_CURVE,
	  .curve_trusted = true },
	{ "a weak key of the provider is refused", "certificate", .weak_trusted = true },
	{ "another name than the signed one is refused", "signature", AFTER("ada@", "eve@") },
	{ "another attribute than the signed one is refused", "signature",
	  AFTER("<saml:AttributeValue>a<", "<saml:AttributeValue>admin<") },
	{ "an attribute added to a signed assertion is refused", "signature",
	  AFTER("<saml:AttributeStatement>", "<saml:AttributeStatement><saml:Attribute Name=\"x\"/>") },
	{ "white space added to a signed assertion is refused", "signature",
	  AFTER("<saml:AttributeStatement>", "<saml:AttributeStatement> ") },
	{ "another audience than the signed one is refused", "signature",
	  AFTER("enterprise-sso/c1", "enterprise-sso/c2") },
	{ "another end than the signed one is refused", "signature",
	  AFTER("NotOnOrAfter=\"2026-08-01T12:05", "NotOnOrAfter=\"2026-08-01T13:05") },
	{ "another status than the signed one is refused", "signature", .signs = RESPONSE,
	  AFTER("status:Success", "status:Success2") },
	{ "another destination than the signed one is refused", "signature", .signs = RESPONSE,
	  AFTER("saml/c1\" InRes", "saml/c2\" InRes") },
	{ "another digest than the signed one is refused", "signature",
	  AFTER("<ds:DigestValue>", "<ds:DigestValue>AAAA") },
	{ "a digest that is no base64 is refused", "signature", AFTER("<ds:DigestValue>", "<ds:DigestValue>*") },
	{ "a signature with a foreign element is refused", "shape", .how = { .more = "<x></x>" } },
	{ "a signature that is no base64 is refused", "signature",
	  AFTER("<ds:SignatureValue>", "<ds:SignatureValue>*") },
	{ "two signatures of one element are refused", "shape", .change = second_signature },
	{ "a certificate that comes with the signature is not used", "signature", .signs = NOTHING,
	  .change = stranger_with_certificate },
	{ "a key that comes with the signature is not used", "signature", .signs = NOTHING,
	  .change = stranger_with_key },
	{ "a signature of two zeros is refused", "signature", .who = BY_CURVE, .curve_trusted = true,
	  .how = { .method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" }, .change = zero_signature },
	{ "an empty signature is refused", "signature", .change = no_value },
	{ "another SignedInfo before the signed one is refused", "shape", .change = evil_info_before },
	{ "another SignedInfo behind the signed one is refused", "shape", .change = evil_info_behind },
	{ "a signature of another namespace is none", "unsigned",
	  .after = { { "<ds:Signature xmlns:ds=\"" NS_DSIG, "<ds:Signature xmlns:ds=\"urn:x" } } },

	/* algorithms */
	{ "a signature with SHA-1 is refused", "algorithm", .how = { .method = NS_DSIG "rsa-sha1" } },
	{ "a digest with SHA-1 is refused", "algorithm", .how = { .digest = NS_DSIG "sha1" } },
	{ "an HMAC is refused, whatever its key", "algorithm",
	  .how = { .method = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256" } },
	{ "an HMAC with SHA-1 is refused, whatever its key", "algorithm", .sha1 = true,
	  .how = { .method = NS_DSIG "hmac-sha1" } },
	{ "a signature with MD5 is refused", "algorithm", .sha1 = true,
	  .how = { .method = "http://www.w3.org/2001/04/xmldsig-more#rsa-md5" } },
	{ "DSA is refused", "algorithm", .sha1 = true, .how = { .method = NS_DSIG "dsa-sha1" } },
	{ "ECDSA with SHA-1 is refused, also where SHA-1 is allowed", "algorithm", .sha1 = true,
	  .how = { .method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1" } },
	{ "a digest with MD5 is refused", "algorithm", .sha1 = true,
	  .how = { .digest = "http://www.w3.org/2001/04/xmldsig-more#md5" } },
	{ "a signature without an algorithm is refused", "algorithm", .how = { .method = "" } },
	{ "an unknown algorithm is refused", "algorithm", .how = { .method = "none" } },
	{ "a signature algorithm changed afterwards is refused", "signature", AFTER("rsa-sha256", "rsa-sha512") },
	{ "an unknown canonicalization is refused", "algorithm", .how = { .form = "http://example/c14n" } },
	{ "a transform by XSLT is refused", "shape",
	  .how = { .transforms = ENVELOPED TRANSFORM("http://www.w3.org/TR/1999/REC-xslt-19991116") } },
	{ "a transform by XPath is refused", "shape",
	  .how = { .transforms = TRANSFORM("http://www.w3.org/TR/1999/REC-xpath-19991116") EXCLUSIVE } },
	{ "a third transform is refused", "shape", .how = { .transforms = ENVELOPED EXCLUSIVE EXCLUSIVE } },
	{ "a signature without transforms is refused", "shape", .how = { .transforms = "" } },
	{ "a signature that keeps itself is refused", "shape", .how = { .transforms = EXCLUSIVE } },

	/* references */
	{ "a reference to the whole document is refused", "reference", .how = { .uri = "" } },
	{ "a reference to another element is refused", "reference", .how = { .uri = "#_r1" } },
	{ "a reference to nothing is refused", "reference", .how = { .uri = "#_nothing" } },
	{ "a reference to another document is refused", "reference", .how = { .uri = "https://idp.example/a#_a1" } },
	{ "a reference by XPointer is refused", "reference", .how = { .uri = "#xpointer(id('_a1'))" } },
	{ "a reference in percent escapes is refused", "reference", .how = { .uri = "#%5Fa1" } },
	{ "a reference without its mark is refused", "reference", .how = { .uri = "_a1" } },
	{ "a second reference is refused", "reference",
	  .how = { .more_info = "<ds:Reference URI=\"#_a1\"></ds:Reference>" } },
	{ "a signature of an element without an id is refused", "reference", AFTER("ID=\"_a1\"", "Id=\"_a1\"") },
	{ "an object in a signature is refused", "shape", .how = { .more = "<ds:Object></ds:Object>" } },
	{ "keys in a signature are not looked at", "signature", .who = BY_STRANGER,
	  .how = { .more = "<ds:KeyInfo><ds:KeyName>idp</ds:KeyName></ds:KeyInfo>" } },

	/* signature wrapping */
	{ "another assertion before the signed one is refused", "shape", .change = evil_before },
	{ "another assertion behind the signed one is refused", "shape", .change = evil_after },
	{ "another assertion around the signed one is refused", "assertions", .change = evil_around },
	{ "another assertion with the signed one as advice is refused", "assertions",
	  .change = evil_around_in_advice },
	{ "a signature moved to another assertion is refused", "shape", .change = signature_moved },
	{ "a signature moved to another assertion of the same id is refused", "xml",
	  .change = signature_moved_same_id },
	{ "the signed assertion inside of its signature is refused", "assertions", .change = original_in_signature },
	{ "the signed assertion in an object of its signature is refused", "assertions",
	  .change = original_in_object },
	{ "the signed assertion in the key of its signature is refused", "assertions",
	  .change = original_in_key_info },
	{ "the signed assertion in the extensions is refused", "assertions", .change = original_in_extensions },
	{ "another assertion in the extensions is refused", "assertions", .change = evil_in_extensions },
	{ "another assertion of the same id in the extensions is refused", "xml",
	  .change = evil_same_id_in_extensions },
	{ "another assertion in place of the signed one is refused", "unsigned", .change = only_evil },
	{ "the signature of one assertion is not that of another", "signature",
	  .change = evil_with_signature_of_another },
	{ "an encrypted assertion beside the signed one is refused", "assertions", .change = evil_encrypted_beside },
	{ "the signed response in an object of its signature is refused", "shape", .signs = RESPONSE,
	  .change = response_in_object },
	{ "the signed response inside of another is refused", "shape", .signs = RESPONSE, .change = response_beside },
	{ "the signed response with its signature inside of another is refused", "shape", .signs = RESPONSE,
	  .change = response_with_its_signature_inside },
	/* each of the eight of "On Breaking SAML" (Somorovsky et al., 2012), of a signed assertion and a response */
	{ "XSW1 of a signed response is refused", "shape", .signs = RESPONSE, .change = response_in_signature },
	{ "XSW1 of a signed assertion is refused", "assertions", .change = response_in_signature },
	{ "XSW2 of a signed response is refused", "shape", .signs = RESPONSE, .change = response_before_signature },
	{ "XSW2 of a signed assertion is refused", "assertions", .change = response_before_signature },
	{ "XSW3 of a signed response is refused", "shape", .signs = RESPONSE, .change = evil_before },
	{ "XSW3 of a signed assertion is refused", "shape", .change = evil_before },
	{ "XSW4 of a signed response is refused", "signature", .signs = RESPONSE, .change = evil_around },
	{ "XSW4 of a signed assertion is refused", "assertions", .change = evil_around },
	{ "XSW5 of a signed response is refused", "shape", .signs = RESPONSE, .change = signature_moved },
	{ "XSW5 of a signed assertion is refused", "shape", .change = signature_moved },
	{ "XSW6 of a signed response is refused", "assertions", .signs = RESPONSE, .change = original_in_signature },
	{ "XSW6 of a signed assertion is refused", "assertions", .change = original_in_signature },
	{ "XSW7 of a signed response is refused", "signature", .signs = RESPONSE, .change = evil_in_extensions },
	{ "XSW7 of a signed assertion is refused", "assertions", .change = evil_in_extensions },
	{ "XSW8 of a signed response is refused", "assertions", .signs = RESPONSE, .change = original_in_object },
	{ "XSW8 of a signed assertion is refused", "assertions", .change = original_in_object },
	{ "an assertion alone is refused", "shape", .change = no_response },
	{ "another assertion added to a signed response is refused", "shape", .signs = BOTH, .change = evil_before },

	/* XML */
	{ "a comment does not cut a name short", "signature",
	  AFTER("ada@acme.example</saml:NameID", "ada@acme.example<!-- -->.evil.example</saml:NameID") },
	{ "a comment does not cut an attribute's value short", "signature",
	  AFTER("ada@acme.example</saml:AttributeValue", "ada@acme.example<!-- -->.evil</saml:AttributeValue") },
	{ "a processing instruction in a name is refused", "xml",
	  AFTER("ada@acme.example</saml:NameID", "ada@acme.example<?x?>.evil.example</saml:NameID") },
	{ "a file in place of a name is not included", "subject", CHANGE("ada@acme", INCLUDE "ada@acme") },
	{ "an entity that is a file is refused", "xml",
	  .after = { { ROOT, FILE_ENTITY ROOT }, { "ada@", "&who;@" } } },
	{ "an entity that is another server's is refused", "xml",
	  .after = { { ROOT, WEB_ENTITY ROOT }, { "ada@", "&who;@" } } },
	{ "a document type that loads another is refused", "xml", AFTER(ROOT, PARAMETER_ENTITY ROOT) },
	{ "an attribute with a default by a document type is refused", "xml", AFTER(ROOT, ATTLIST ROOT) },
	{ "a namespace that has no canonical form is refused", "xml",
	  AFTER("<saml:AttributeStatement>", "<saml:AttributeStatement xmlns:x=\"1\" x:y=\"\">") },
	{ "a namespace that no prefix can have is refused", "xml",
	  AFTER("<saml:AttributeStatement>", "<saml:AttributeStatement xmlns:x=\"a b:c\">") },
	{ "an attribute that is there twice is refused", "xml", AFTER("ID=\"_a1\"", "ID=\"_evil\" ID=\"_a1\"") },
	{ "a byte of zero is refused", "xml", AFTER("<samlp:Status>", "<samlp:Status>&#0;") },
	{ "a document type is refused", "xml", AFTER(ROOT, DTD ROOT) },
	{ "an entity is refused", "xml", .after = { { ROOT, DTD ROOT }, { "ada@", "&who;@" } } },
	{ "entities made of entities are refused", "xml", .after = { { ROOT, BOMB ROOT }, { "ada@", "&c;@" } } },
	{ "a document type from elsewhere is refused", "xml", AFTER(ROOT, OUTSIDE ROOT) },
	{ "an unknown entity is refused", "xml", AFTER("ada@", "&who;@") },
	{ "a processing instruction is refused", "xml", AFTER("<samlp:Status>", "<?php echo?><samlp:Status>") },
	{ "elements deep inside each other are refused", "xml", .change = deep },
	{ "very many elements are refused", "xml", .change = many_elements },
	{ "very many attributes are refused", "xml", .change = many_attributes },
	{ "a huge document is refused", "xml", .change = huge },
	{ "XML that is not well-formed is refused", "xml", AFTER("</samlp:Response>", "</samlp:Respons>") },
	{ "a second root is refused", "xml", AFTER("</samlp:Response>", "</samlp:Response><x/>") },
	{ "a prefix without a namespace is refused", "xml", AFTER("<samlp:Status>", "<foo:bar/><samlp:Status>") },
	{ "another encoding is refused", "xml", AFTER(ROOT, "<?xml version=\"1.0\" encoding=\"UTF-16\"?>" ROOT) },
	{ "an unknown part of a response is refused", "shape", AFTER("<samlp:Status>", "<x/><samlp:Status>") },
	{ "two statuses are refused", "shape", AFTER("<samlp:Status>", "<samlp:Status/><samlp:Status>") },
	{ "a SAML 1.1 response is refused", "shape", CHANGE("Version=\"2.0\"", "Version=\"1.1\"") },
	{ "a SAML 1.1 assertion is refused", "shape",
	  CHANGE("ID=\"_a1\" Version=\"2.0\"", "ID=\"_a1\" Version=\"1.1\"") },
	{ "a response of another namespace is refused", "shape", CHANGE(NS_PROTOCOL, NS_PROTOCOL "x") },

	/* what the response says */
	{ "a provider's refusal is one", "status",
	  CHANGE("urn:oasis:names:tc:SAML:2.0:status:Success", STATUS_FAILED) },
	{ "a refusal that holds a success is one", "status",
	  CHANGE("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>",
		 "<samlp:StatusCode Value=\"" STATUS_FAILED "\"><samlp:StatusCode"
		 " Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:StatusCode>") },
	{ "a success behind a refusal does not count", "status",
	  CHANGE("<samlp:StatusCode ", "<samlp:StatusCode Value=\"" STATUS_FAILED "\"/><samlp:StatusCode ") },
	{ "an empty status is refused", "status",
	  CHANGE("urn:oasis:names:tc:SAML:2.0:status:Success", "") },
	{ "a response without a status is refused", "shape",
	  CHANGE("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>", "") },
	{ "a response of another issuer is refused", "issuer",
	  CHANGE("<saml:Issuer>" IDP, "<saml:Issuer>https://evil.example") },
	{ "a response of an issuer without a name is refused", "issuer",
	  CHANGE("<saml:Issuer>" IDP, "<saml:Issuer>") },
	{ "an issuer whose name is longer is refused", "issuer",
	  CHANGE("<saml:Issuer>" IDP, "<saml:Issuer>" IDP "/") },
	{ "an issuer that is no entity is refused", "issuer",
	  CHANGE("<saml:Issuer>" IDP,
		 "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">" IDP) },
	{ "an assertion of an issuer without a name is refused", "issuer",
	  CHANGE(IDP "</saml:Issuer><saml:Subject>", "</saml:Issuer><saml:Subject>") },
	{ "an assertion of two issuers is refused", "issuer",
	  CHANGE("<saml:Subject>", "<saml:Issuer>https://evil.example</saml:Issuer><saml:Subject>") },
	{ "an assertion of another issuer is refused", "issuer",
	  CHANGE(IDP "</saml:Issuer><saml:Subject>", "https://evil.example</saml:Issuer><saml:Subject>") },
	{ "an assertion without an issuer is refused", "issuer", .signs = RESPONSE,
	  CHANGE("<saml:Issuer>" IDP "</saml:Issuer><saml:Subject>", "<saml:Subject>") },
	{ "a response for another address is refused", "destination",
	  CHANGE("Destination=\"" ACS, "Destination=\"https://other.example") },
	{ "a signed response without a destination is refused", "destination", .signs = RESPONSE,
	  CHANGE(" Destination=\"" ACS "\"", "") },
	{ "a response for an empty address is refused", "destination",
	  CHANGE("Destination=\"" ACS, "Destination=\"") },
	{ "a response for an address below ours is refused", "destination",
	  CHANGE("Destination=\"" ACS, "Destination=\"" ACS "/") },
	{ "an assertion for an empty address is refused", "recipient", CHANGE("Recipient=\"" ACS, "Recipient=\"") },
	{ "an assertion for another address is refused", "recipient",
	  CHANGE("Recipient=\"" ACS, "Recipient=\"https://other.example") },
	{ "an assertion for no address is refused", "recipient", CHANGE(" Recipient=\"" ACS "\"", "") },
	{ "an assertion for another audience is refused", "audience",
	  CHANGE("<saml:Audience>" SP, "<saml:Audience>https://other.example") },
	{ "an assertion for an audience without a name is refused", "audience",
	  CHANGE("<saml:Audience>" SP, "<saml:Audience>") },
	{ "an assertion for an empty list of audiences is refused", "audience",
	  CHANGE("<saml:Audience>" SP "</saml:Audience>", "") },
	{ "an assertion with two sets of conditions is refused", "audience",
	  CHANGE("<saml:Conditions ", "<saml:Conditions/><saml:Conditions ") },
	{ "an assertion for another connector of ours is refused", "audience",
	  CHANGE("<saml:Audience>" SP, "<saml:Audience>" SP "2") },
	{ "an assertion for no audience is refused", "audience",
	  CHANGE("<saml:AudienceRestriction><saml:Audience>" SP "</saml:Audience></saml:AudienceRestriction>", "") },
	{ "every audience restriction has to hold", "audience",
	  CHANGE("</saml:Conditions>",
		 "<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience>"
		 "</saml:AudienceRestriction>"
		 "</saml:Conditions>") },
	{ "an assertion without conditions is refused", "audience",
	  .before = { { "<saml:Conditions ", "<saml:Advice><x " }, { "</saml:Conditions>", "</x></saml:Advice>" } } },
	{ "a condition that is not known is refused", "condition",
	  CHANGE("</saml:Conditions>", "<saml:Condition/></saml:Conditions>") },
	{ "an answer to another request is refused", "in_response_to",
	  CHANGE("InResponseTo=\"_q1\"", "InResponseTo=\"_q2\"") },
	{ "an assertion for another request is refused", "in_response_to",
	  CHANGE("InResponseTo=\"_q1\" Recipient", "InResponseTo=\"_q2\" Recipient") },
	{ "an answer to no request is refused", "in_response_to", CHANGE(" InResponseTo=\"_q1\"><", "><") },
	{ "an assertion for no request is refused", "in_response_to",
	  CHANGE(" InResponseTo=\"_q1\" Recipient", " Recipient") },
	{ "an answer to a request without a name is refused", "in_response_to",
	  CHANGE("InResponseTo=\"_q1\"><", "InResponseTo=\"\"><") },
	{ "an assertion for a request without a name is refused", "in_response_to",
	  CHANGE("InResponseTo=\"_q1\" Recipient", "InResponseTo=\"\" Recipient") },
	{ "an answer is refused where none was asked for", "in_response_to", .unsolicited = true },
	{ "an assertion for a request is refused where none was sent", "in_response_to", .unsolicited = true,
	  CHANGE(" InResponseTo=\"_q1\"><", "><") },

	/* times */
	{ "an assertion that has expired is refused", "time", .later = 9 * MINUTE },
	{ "an assertion of the future is refused", "time", .later = -10 * MINUTE },
	{ "conditions that have expired are refused", "time",
	  CHANGE("NotOnOrAfter=\"2026-08-01T12:05:00Z\"><", "NotOnOrAfter=\"2026-08-01T11:57:00Z\"><") },
	{ "conditions that have not begun are refused", "time",
	  CHANGE("NotBefore=\"2026-08-01T11:59:00Z", "NotBefore=\"2026-08-01T12:03:01Z") },
	{ "conditions with a time that is none are refused", "time",
	  CHANGE("NotBefore=\"2026-08-01T11:59:00Z", "NotBefore=\"") },
	{ "a response of the future is refused", "time",
	  CHANGE("IssueInstant=\"2026-08-01T12:00:00Z", "IssueInstant=\"2026-08-01T12:03:01Z") },
	{ "an assertion that nobody issued at any time is refused", "time",
	  CHANGE("ID=\"_a1\" Version=\"2.0\" IssueInstant=\"2026-08-01T12:00:00Z\"", "ID=\"_a1\" Version=\"2.0\"") },
	{ "an authentication of the future is refused", "time",
	  CHANGE("AuthnInstant=\"2026-08-01T11:58:00Z", "AuthnInstant=\"2026-08-01T12:03:01Z") },
	{ "an authentication at no time is refused", "time", CHANGE(" AuthnInstant=\"2026-08-01T11:58:00Z\"", "") },
	{ "an assertion whose confirmation has expired is refused", "time",
	  CHANGE("NotOnOrAfter=\"2026-08-01T12:05:00Z\"/>", "NotOnOrAfter=\"2026-08-01T11:05:00Z\"/>") },
	{ "an assertion without an end is refused", "time", CHANGE(" NotOnOrAfter=\"2026-08-01T12:05:00Z\"/>", "/>") },
	{ "an assertion whose confirmation has not begun is refused", "time",
	  CHANGE("NotOnOrAfter=\"2026-08-01T12:05:00Z\"/>",
		 "NotOnOrAfter=\"2026-08-01T12:05:00Z\" NotBefore=\"2026-08-01T12:04:30Z\"/>") },
	{ "a time that is none is refused", "time",
	  CHANGE("NotOnOrAfter=\"2026-08-01T12:05:00Z\"/>", "NotOnOrAfter=\"tomorrow\"/>") },
	{ "a time without a zone is refused", "time",
	  CHANGE("NotOnOrAfter=\"2026-08-01T12:05:00Z\"/>", "NotOnOrAfter=\"2026-08-01T12:05:00\"/>") },
	{ "a session that is over is refused", "time",
	  CHANGE("SessionIndex=\"_s1\"", "SessionIndex=\"_s1\" SessionNotOnOrAfter=\"2026-08-01T11:00:00Z\"") },
	{ "a response without a time is refused", "time", CHANGE(" IssueInstant=\"2026-08-01T12:00:00Z\"", "") },

	/* subject */
	{ "an assertion for whoever holds a key is refused", "confirmation", CHANGE("cm:bearer", "cm:holder-of-key") },
	{ "an assertion that its sender vouches for is refused", "confirmation",
	  CHANGE("cm:bearer", "cm:sender-vouches") },
	{ "a confirmation without a method is refused", "confirmation",
	  CHANGE(" Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"", "") },
	{ "a confirmation without data is refused", "confirmation",
	  CHANGE("<saml:SubjectConfirmationData", "<x") },
	{ "a confirmation with data twice is refused", "confirmation",
	  CHANGE("<saml:SubjectConfirmationData", "<saml:SubjectConfirmationData/><saml:SubjectConfirmationData") },
	{ "an assertion without a confirmation is refused", "confirmation",
	  .before = { { "<saml:SubjectConfirmation ", "<x " }, { "</saml:SubjectConfirmation>", "</x>" } } },
	{ "an assertion without a subject is refused", "subject",
	  .before = { { "<saml:Subject>", "<x>" }, { "</saml:Subject>", "</x>" } } },
	{ "an assertion without a name is refused", "subject",
	  .before = { { "<saml:NameID ", "<x " }, { "</saml:NameID>", "</x>" } } },
	{ "an encrypted name is refused", "subject", CHANGE("<saml:NameID ", "<saml:EncryptedID/><saml:NameID ") },
	{ "a second subject is refused", "subject", CHANGE("<saml:Conditions ", "<saml:Subject/><saml:Conditions ") },
	{ "an empty name is refused", "subject", CHANGE("ada@acme.example</saml:NameID>", "</saml:NameID>") },
	{ "two names are refused", "subject", CHANGE("<saml:NameID ", "<saml:NameID>eve</saml:NameID><saml:NameID ") },
	{ "a name with elements in it is refused", "subject", CHANGE("ada@acme", "ada<x/>@acme") },
	{ "an assertion without an authentication is refused", "statement",
	  .before = { { "<saml:AuthnStatement ", "<x " }, { "</saml:AuthnStatement>", "</x>" } } },
	{ "an attribute without a name is refused", "attribute",
	  CHANGE("<saml:Attribute Name=\"email\">", "<saml:Attribute>") },
	{ "an encrypted attribute is refused", "attribute",
	  CHANGE("<saml:AttributeStatement>", "<saml:AttributeStatement><saml:EncryptedAttribute/>") },

	/* encryption */
	{ "an assertion encrypted to another key is refused", "encrypted", .encrypts = &stranger_gcm,
	  .to_strangers = true },
	{ "an encrypted assertion is refused without a key", "encrypted", .encrypts = &no_key_gcm, .no_key = true },
	{ "an encrypted assertion that nobody signed is refused", "encrypted", .encrypts = &unsigned_gcm,
	  .signs = NOTHING },
	{ "an encrypted assertion of a stranger is refused", "encrypted", .encrypts = &stranger_signs_gcm,
	  .who = BY_STRANGER },
	{ "an encrypted assertion that was damaged is refused", "encrypted", .encrypts = &damaged },
	{ "damage with CBC is told as a bad signature is", "encrypted", .encrypts = &damaged_cbc },
	{ "a bad signature under CBC is told as damage is", "encrypted", .encrypts = &stranger_signs_cbc,
	  .who = BY_STRANGER },
	{ "a key encrypted with PKCS #1 v1.5 is refused", "algorithm", .encrypts = &old_transport },
	{ "an unknown cipher is refused", "algorithm", .encrypts = &other_cipher },
	{ "a key encrypted in an unknown way is refused", "algorithm", .encrypts = &kw_transport },
	{ "two encrypted assertions are refused", "shape", .encrypts = &twice_gcm, .change = encrypted_twice },
	{ "an encrypted assertion inside of another is refused", "encrypted", .encrypts = &nested_gcm,
	  .change = encrypted_in_encrypted },
	{ "an encrypted response is no assertion", "encrypted", .encrypts = &whole_gcm,
	  .change = encrypted_response },
	{ "a key of another length than the cipher's is refused", "encrypted", .encrypts = &short_key_gcm,
	  AFTER(NS_XENC11 "aes128-gcm", NS_XENC11 "aes256-gcm") },
	{ "a text encrypted elsewhere is not fetched", "encrypted", .encrypts = &far_gcm,
	  AFTER("<xenc:CipherValue>", "<xenc:CipherReference URI=\"http://evil.example/\"/><xenc:CipherValue>") },
};

/* -- a response of a scenario -- */

static char *edited(char *xml, const struct edit *edits, size_t n)
{
	for (size_t i = 0; i < n && edits[i].from; i++)
		xml = replaced(xml, edits[i].from, edits[i].to);
	return xml;
}

static char *encrypted_assertion(char *xml, const struct scenario *s)
{
	struct encrypting how = *s->encrypts;
	char *a = ASSERTION_OF(xml);

	how.key = s->to_strangers ? keys.theirs : keys.ours;
	return replaced(xml, a, encrypted(a, &how));
}

static char *response_of(const struct scenario *s)
{
	EVP_PKEY *const by[] = { keys.idp, keys.stranger, keys.curve };
	struct signing how = s->how;
	char *xml = edited(text_of("%s", honest), s->before, ARRAY_LEN(s->before));

	how.key = by[s->who];
	if (s->signs == ASSERTION || s->signs == BOTH)
		xml = signed_at(xml, "_a1", &how);
	if (s->encrypts)
		xml = encrypted_assertion(xml, s);
	if (s->signs == RESPONSE || s->signs == BOTH)
		xml = signed_at(xml, "_r1", &how);
	xml = edited(xml, s->after, ARRAY_LEN(s->after));
	return s->change ? s->change(xml) : xml;
}

static json_t *question_of(const struct scenario *s, const char *xml)
{
	EVP_PKEY *trusted = s->curve_trusted ? keys.curve : s->weak_trusted ? keys.weak : keys.idp;
	json_t *readers = json_array();

	if (!s->no_key)
		json_array_append_new(readers, json_string(pem_of(keys.ours)));
	return json_pack("{s:s, s:s, s:I, s:I, s:{s:s, s:[s]}, s:{s:s, s:s}, s:s?, s:o, s:b}", "do", "response",
			 "response", base64_of(xml, strlen(xml)), "now", (json_int_t)(NOW + s->later), "skew",
			 (json_int_t)(3 * MINUTE), "identityProvider", "entityId", IDP, "certificates",
			 certificate_of(trusted, s->old_certificate ? -7200 : -60, s->old_certificate ? -3600 : 3600),
			 "serviceProvider", "entityId", SP, "assertionConsumerServiceUrl", ACS, "requestId",
			 s->unsolicited ? NULL : "_q1", "decryptionKeys", readers, "allowSha1", s->sha1);
}

/* What the program answers. Yours. */
static json_t *ask(const struct scenario *s, const char *xml)
{
	json_t *question = question_of(s, xml), *answer;
	char *text = json_dumps(question, 0), *said = said_to(text, strlen(text));

	answer = json_loads(said, 0, NULL);
	free(text);
	free(said);
	json_decref(question);
	assert_non_null(answer);
	return answer;
}

static const char *text_at(const json_t *answer, const char *name)
{
	return json_string_value(json_object_get(json_object_get(answer, "answer"), name));
}

static void run_scenario(void **state)
{
	const struct scenario *s = *state;
	json_t *answer = ask(s, response_of(s)), *refusal = json_object_get(answer, "refusal");
	const char *code = json_string_value(json_object_get(refusal, "code"));
	char *why = text_of("%s: %s", code ? code : "believed",
			    refusal ? json_string_value(json_object_get(refusal, "message")) : "");

	if ((code == NULL) != (s->code == NULL) || (code && strcmp(code, s->code) != 0))
		fail_msg("%s, not %s", why, s->code ? s->code : "believed");
	if (!code)
		assert_string_equal(text_at(answer, "nameId"), "ada@acme.example");
	json_decref(answer);
}

/* -- what does not fit into a row -- */

static void the_answer_has_what_the_provider_said(void **state)
{
	const struct scenario s = {0};
	json_t *answer = ask(&s, response_of(&s)), *a = json_object_get(answer, "answer");
	json_t *groups = json_object_get(json_object_get(a, "attributes"), "groups");

	(void)state;
	assert_string_equal(text_at(answer, "assertionId"), "_a1");
	assert_string_equal(text_at(answer, "nameIdFormat"), "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress");
	assert_string_equal(text_at(answer, "sessionIndex"), "_s1");
	assert_int_equal(json_integer_value(json_object_get(a, "expiresAt")), NOW + 8 * MINUTE);
	assert_int_equal(json_array_size(groups), 2);
	assert_string_equal(json_string_value(json_array_get(groups, 1)), "b");
	json_decref(answer);
}

/* A comment that the provider signed along: the whole text is the name, not the part before the comment. */
static void a_comment_inside_of_a_name_is_left_out_and_its_text_stays_whole(void **state)
{
	const struct scenario s = { CHANGE("ada@acme.example</saml:NameID",
					   "ada@<!-- x -->acme.example</saml:NameID") };
	const struct scenario plain = {0};
	char *signed_xml = response_of(&plain);
	/* exclusive canonical XML has no comments: the signature of the plain text holds for the one with a comment */
	json_t *answer = ask(&s, replaced(signed_xml, s.before[0].from, s.before[0].to));

	(void)state;
	assert_string_equal(text_at(answer, "nameId"), "ada@acme.example");
	json_decref(answer);
}

static void a_file_that_a_value_wants_included_is_not_read(void **state)
{
	const struct scenario s = { CHANGE("<saml:AttributeValue>a<", "<saml:AttributeValue>" INCLUDE "<") };
	json_t *answer = ask(&s, response_of(&s)), *a = json_object_get(answer, "answer");
	json_t *groups = json_object_get(json_object_get(a, "attributes"), "groups");

	(void)state;
	assert_string_equal(json_string_value(json_array_get(groups, 0)), "");
	json_decref(answer);
}

static void refused_as(const char *code, char *xml)
{
	const struct scenario s = {0};
	json_t *answer = ask(&s, xml);

	assert_string_equal(json_string_value(json_object_get(json_object_get(answer, "refusal"), "code")), code);
	json_decref(answer);
}

static char *changed_then_signed(char *(*change)(char *xml))
{
	return signed_at(change(text_of("%s", honest)), "_r1", &(struct signing){ .key = keys.idp });
}

static void very_many_attributes_are_refused_although_they_are_signed(void **state)
{
	(void)state;
	refused_as("attribute", changed_then_signed(many_values));
}

static void a_very_long_value_is_refused_although_it_is_signed(void **state)
{
	(void)state;
	refused_as("attribute", changed_then_signed(long_value));
}

/* How a failure under CBC is told must not say which step failed. */
static void refusals_under_encryption_do_not_differ(void **state)
{
	const struct scenario bad_padding = { .encrypts = &damaged_cbc };
	const struct scenario bad_signature = { .encrypts = &stranger_signs_cbc, .who = BY_STRANGER };
	json_t *one = ask(&bad_padding, response_of(&bad_padding)),
	       *other = ask(&bad_signature, response_of(&bad_signature));

	(void)state;
	assert_true(json_equal(one, other));
	json_decref(one);
	json_decref(other);
}

static void no_byte_of_a_signed_assertion_can_be_changed(void **state)
{
	const struct scenario s = {0};
	char *xml = response_of(&s), *assertion = ASSERTION_OF(xml);
	size_t from = (size_t)(strstr(xml, "<saml:Assertion") - xml), n = strlen(assertion);

	(void)state;
	for (size_t i = 0; i < n; i += 7) {
		char *bad = text_of("%s", xml);
		json_t *answer;

		bad[from + i] ^= 1;
		answer = ask(&s, bad);
		if (json_object_get(answer, "answer") && strcmp(text_at(answer, "nameId"), "ada@acme.example") != 0)
			fail_msg("byte %zu of the assertion can be changed", i);
		json_decref(answer);
	}
}

static void a_question_that_does_not_fit_is_refused(void **state)
{
	static const char *const bad[] = { "",          "{", "[]", "{}", "{\"do\":\"fly\"}", "{\"do\":\"response\"}",
					   "{\"do\":1}" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char *said = said_to(bad[i], strlen(bad[i]));

		assert_non_null(strstr(said, "\"internal\""));
		free(said);
	}
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test_teardown(the_answer_has_what_the_provider_said, forget_all),
		cmocka_unit_test_teardown(a_comment_inside_of_a_name_is_left_out_and_its_text_stays_whole, forget_all),
		cmocka_unit_test_teardown(a_file_that_a_value_wants_included_is_not_read, forget_all),
		cmocka_unit_test_teardown(very_many_attributes_are_refused_although_they_are_signed, forget_all),
		cmocka_unit_test_teardown(a_very_long_value_is_refused_although_it_is_signed, forget_all),
		cmocka_unit_test_teardown(refusals_under_encryption_do_not_differ, forget_all),
		cmocka_unit_test_teardown(no_byte_of_a_signed_assertion_can_be_changed, forget_all),
		cmocka_unit_test_teardown(a_question_that_does_not_fit_is_refused, forget_all),
	};
	struct CMUnitTest rows[ARRAY_LEN(scenarios) + ARRAY_LEN(others)];
	size_t n = 0;

	for (; n < ARRAY_LEN(scenarios); n++)
		rows[n] = (struct CMUnitTest){ scenarios[n].sentence, run_scenario, NULL, forget_all,
					       (void *)&scenarios[n] };
	memcpy(rows + n, others, sizeof(others));
	return _cmocka_run_group_tests("responses", rows, ARRAY_LEN(rows), make_keys, drop_keys);
}
