/* What identity providers publish of themselves, in the forms that they do it in, and what is none of that. */
#include "saml/metadata.h"

#include "saml/program.h"
#include "saml/provider.h"

#include "base/banned.h"

#define NOW INT64_C(1785585600000) /* 2026-08-01T12:00:00Z */
#define BINDINGS "urn:oasis:names:tc:SAML:2.0:bindings:"

static EVP_PKEY *rsa, *weak;

static int make_keys(void **state)
{
	(void)state;
	rsa = rsa_key(2048);
	weak = rsa_key(1024);
	return 0;
}

static int drop_keys(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(weak);
	return 0;
}

static char *descriptor(const char *certificate)
{
	return text_of(
		"<md:EntityDescriptor xmlns:md=\"" NS_METADATA "\" xmlns:ds=\"" NS_DSIG
		"\" entityID=\"https://idp.example\">"
		"<md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\" protocolSupportEnumeration=\"" NS_PROTOCOL "\">"
		"<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n  %s\n"
		"</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
		"<md:SingleSignOnService Binding=\"" BINDINGS "HTTP-POST\" Location=\"https://idp.example/post\"/>"
		"<md:SingleSignOnService Binding=\"" BINDINGS
		"HTTP-Redirect\" Location=\"https://idp.example/redirect?a=1&amp;b=2\"/>"
		"</md:IDPSSODescriptor></md:EntityDescriptor>",
		certificate);
}

static json_t *ask(json_t *question)
{
	char *text = json_dumps(question, 0), *said = said_to(text, strlen(text));
	json_t *answer = json_loads(said, 0, NULL);

	free(text);
	free(said);
	json_decref(question);
	assert_non_null(answer);
	return answer;
}

static json_t *read_metadata(const char *xml)
{
	return ask(json_pack("{s:s, s:s, s:I}", "do", "metadata", "metadata", xml, "now", (json_int_t)NOW));
}

static const char *string_at(json_t *from, const char *name)
{
	return json_string_value(json_object_get(from, name));
}

static void refused_as(const char *code, const char *xml)
{
	json_t *answer = read_metadata(xml), *refusal = json_object_get(answer, "refusal");

	if (!refusal || strcmp(string_at(refusal, "code"), code) != 0)
		fail_msg("%s: %s", refusal ? string_at(refusal, "code") : "taken",
			 refusal ? string_at(refusal, "message") : xml);
	json_decref(answer);
}

static void metadata_tells_name_addresses_and_certificates(void **state)
{
	json_t *answer = read_metadata(descriptor(certificate_of(rsa, -60, 3600))),
	       *a = json_object_get(answer, "answer");
	json_t *one = json_array_get(json_object_get(a, "certificates"), 0);

	(void)state;
	assert_string_equal(string_at(a, "entityId"), "https://idp.example");
	assert_string_equal(string_at(a, "signInEndpoint"), "https://idp.example/redirect?a=1&b=2");
	assert_string_equal(string_at(a, "postEndpoint"), "https://idp.example/post");
	assert_true(json_is_true(json_object_get(a, "wantAuthnRequestsSigned")));
	assert_int_equal(json_array_size(json_object_get(a, "certificates")), 1);
	assert_ptr_equal(strstr(string_at(one, "certificate"), "-----BEGIN CERTIFICATE-----"),
			 string_at(one, "certificate"));
	json_decref(answer);
}

static void a_certificate_that_has_expired_is_told_and_not_refused(void **state)
{
	char *base64 = certificate_of(rsa, -60, 3600);
	json_int_t now = (json_int_t)time(NULL) * 1000;
	json_t *fresh = ask(json_pack("{s:s, s:s, s:I}", "do", "certificate", "certificate", base64, "now", now));
	json_t *old =
		ask(json_pack("{s:s, s:s, s:I}", "do", "certificate", "certificate", base64, "now", now + 3700000));

	(void)state;
	assert_true(json_is_true(json_object_get(json_object_get(fresh, "answer"), "isValid")));
	assert_true(json_is_false(json_object_get(json_object_get(old, "answer"), "isValid")));
	json_decref(fresh);
	json_decref(old);
}

static void a_certificate_may_come_as_pem_or_as_base64(void **state)
{
	char *base64 = certificate_of(rsa, -60, 3600);
	json_t *one =
		ask(json_pack("{s:s, s:s, s:I}", "do", "certificate", "certificate", base64, "now", (json_int_t)NOW));
	const char *pem = string_at(json_object_get(one, "answer"), "certificate");
	json_t *other =
		ask(json_pack("{s:s, s:s, s:I}", "do", "certificate", "certificate", pem, "now", (json_int_t)NOW));

	(void)state;
	assert_true(json_equal(one, other));
	json_decref(one);
	json_decref(other);
}

static void what_is_no_certificate_is_refused(void **state)
{
	static const char *const bad[] = { "", "MIIB", "*",
					   "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		refused_as("certificate", descriptor(bad[i]));
	refused_as("certificate", descriptor(certificate_of(weak, -60, 3600)));
	refused_as("certificate", descriptor(text_of("%sAAAA", certificate_of(rsa, -60, 3600))));
}

static void one_provider_among_other_entities_is_found(void **state)
{
	char *one = descriptor(certificate_of(rsa, -60, 3600));
	char *several =
		text_of("<md:EntitiesDescriptor xmlns:md=\"" NS_METADATA "\"><md:EntityDescriptor entityID=\"sp\">"
			"<md:SPSSODescriptor/></md:EntityDescriptor>%s</md:EntitiesDescriptor>",
			one);
	json_t *answer = read_metadata(several);

	(void)state;
	assert_string_equal(string_at(json_object_get(answer, "answer"), "entityId"), "https://idp.example");
	json_decref(answer);
	refused_as(
		"metadata",
		text_of("<md:EntitiesDescriptor xmlns:md=\"" NS_METADATA "\">%s%s</md:EntitiesDescriptor>", one, one));
}

static void metadata_that_is_incomplete_is_refused(void **state)
{
	char *good = descriptor(certificate_of(rsa, -60, 3600));

	(void)state;
	refused_as("xml", "");
	refused_as("xml", "<html>");
	refused_as("metadata", "<html/>");
	refused_as("metadata", replaced(good, "entityID=\"https://idp.example\"", ""));
	refused_as("metadata", replaced(good, "HTTP-Redirect", "HTTP-Artifact"));
	refused_as("metadata", replaced(good, "https://idp.example/redirect", "javascript:alert(1)//"));
	refused_as("metadata", replaced(good, "https://idp.example/redirect", "https://idp.example/&#10;redirect"));
	refused_as("metadata",
		   replaced(good, "Enumeration=\"" NS_PROTOCOL, "Enumeration=\"urn:oasis:names:tc:SAML:1.1:protocol"));
	refused_as("certificate", replaced(good, "use=\"signing\"", "use=\"encryption\""));
	refused_as("metadata", replaced(good, "entityID", "validUntil=\"2026-07-01T00:00:00Z\" entityID"));
	refused_as("metadata", replaced(good, "entityID", "validUntil=\"soon\" entityID"));
}

static void metadata_with_a_document_type_is_refused(void **state)
{
	char *good = descriptor(certificate_of(rsa, -60, 3600));

	(void)state;
	refused_as("xml", text_of("<!DOCTYPE md SYSTEM \"file:///etc/passwd\">%s", good));
	refused_as("xml", text_of("<!DOCTYPE md [<!ENTITY x SYSTEM \"https://evil.example\">]>%s",
				  replaced(good, "https://idp.example/post", "&x;")));
}

static void times_are_read_to_the_millisecond_in_any_zone(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-08-01T12:00:00Z", NOW },
		{ "2026-08-01T12:00:00.25Z", NOW + 250 },
		{ "2026-08-01T14:00:00.0001239+02:00", NOW },
		{ "2026-08-01T06:30:00-05:30", NOW },
	};
	static const char *const bad[] = {
		"",
		"2026",
		"2026-08-01",
		"2026-08-01T12:00:00",
		"2026-08-01T12:00:00.Z",
		"2026-13-01T12:00:00Z",
		"2026-08-01T25:00:00Z",
		"2026-08-01T12:00:00Zz",
		"+2026-08-01T12:00:00Z",
		"2026-08-01 12:00:00Z",
		"2026-08-01T12:00:00+2:00",
		"1969-08-01T12:00:00Z",
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(xml_time(good[i].text, &ms) && ms == good[i].ms);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(xml_time(bad[i], &ms));
	assert_false(xml_time(NULL, &ms));
}

static void base64_is_read_with_white_space_and_nothing_else_between(void **state)
{
	static const char *const bad[] = { "A", "AA", "AAA", "AA=", "AA==A", "A*==", "AB==", "====", "AA===" };
	unsigned char out[16];

	(void)state;
	assert_int_equal(xml_base64("aGVs\r\n bG8=", out), 5);
	assert_memory_equal(out, "hello", 5);
	assert_int_equal(xml_base64("", out), 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(xml_base64(bad[i], out), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(metadata_tells_name_addresses_and_certificates, forget_all),
		cmocka_unit_test_teardown(a_certificate_that_has_expired_is_told_and_not_refused, forget_all),
		cmocka_unit_test_teardown(a_certificate_may_come_as_pem_or_as_base64, forget_all),
		cmocka_unit_test_teardown(what_is_no_certificate_is_refused, forget_all),
		cmocka_unit_test_teardown(one_provider_among_other_entities_is_found, forget_all),
		cmocka_unit_test_teardown(metadata_that_is_incomplete_is_refused, forget_all),
		cmocka_unit_test_teardown(metadata_with_a_document_type_is_refused, forget_all),
		cmocka_unit_test_teardown(times_are_read_to_the_millisecond_in_any_zone, forget_all),
		cmocka_unit_test_teardown(base64_is_read_with_white_space_and_nothing_else_between, forget_all),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
