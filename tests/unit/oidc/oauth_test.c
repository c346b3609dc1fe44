/*
 * What every endpoint that clients call has in common: its body as fields, its errors (oidc.md sections 1.1 and 1.2).
 */
#include "fixture.h"

#include <zlib.h>

#include "base/banned.h"

#define FORM "application/x-www-form-urlencoded"
#define DOT "\xef\xbf\xbd"	/* U+FFFD */

/* The fields as they were read: name=value; */
static err_t show(struct oauth *o)
{
	struct buffer b;

	buffer_init(&b, KIB(256));
	for (size_t i = 0; i < o->fields.count; i++)
		buffer_printf(&b, "%s=%s;", o->fields.at[i].name, o->fields.at[i].value);
	reply_text(o->rq, 200, buffer_str(&b));
	buffer_done(&b);
	return OK;
}

static struct request *send_as(oauth_endpoint *endpoint, const struct ask *c, const char *body, size_t len, err_t *out)
{
	struct request *rq = request_new(c);

	rq->raw = body ? arena_copyn(rq->arena, body, len) : NULL;
	rq->raw_len = len;
	rq->tx = read_begin("default");
	err_clear();
	MUST(tenant_resolve(rq->tx, rq->arena, rq->origin, &rq->tenant));
	*out = oauth_run(rq, OAUTH_NO_STORE, endpoint);
	read_end();
	return rq;
}

static struct request *post(const char *type, const char *body, size_t len)
{
	err_t e;
	struct request *rq =
		send_as(show, &(struct ask){ POST, "/oidc/token", NULL, NULL, { type ? "Content-Type" : NULL, type } },
			body, len, &e);

	if (e)
		reply_error(rq, e);
	return rq;
}

static void expect_fields(const char *type, const char *body, size_t len, const char *fields)
{
	struct request *rq = post(type, body, len);

	assert_string_equal(buffer_str(&rq->reply.body), fields);
	assert_int_equal(rq->reply.status, 200);
	request_free(rq);
}

static void forms_are_read_in_the_charset_they_name(void **state)
{
	static const struct { const char *type, *body; size_t len; const char *fields; } cases[] = {
		{ FORM, "a=%C3%A9&b+c=d+e", 16, "a=\xc3\xa9;b c=d e;" },
		{ FORM "; charset=UTF-8", "\xef\xbb\xbf" "a=1", 6, "a=1;" },		/* a mark before is dropped */
		{ FORM ";x=y;\tCHARSET=\"Latin1\"", "a=\xe9", 3, "a=\xc3\xa9;" },
		{ FORM "; charset=iso-8859-1", "a=%C3%A9", 8, "a=\xc3\xa9;" },	/* escapes are UTF-8 all the same */
		{ FORM "; charset=utf-16le", "a\0=\0\xe9\0", 6, "a=\xc3\xa9;" },
		{ FORM "; charset=utf-16", "\xff\xfe" "a\0=\0001\0", 8, "a=1;" },
		{ FORM "; charset=utf-16be", "\0a\0=\0001", 6, "a=1;" },
		/* a pair is one character */
		{ FORM "; charset=utf-16le", "a\0=\0\x3d\xd8\x00\xde", 8, "a=\xf0\x9f\x98\x80;" },
		{ FORM "; charset=utf-16le", "a\0=\0\x3d\xd8x\0", 8, "a=" DOT "x;" },	/* half of one is none */
		{ FORM "; charset=utf-16le", "a\0=\0\x3d\xd8", 6, "a=" DOT ";" },
		{ FORM "; charset=utf-16le", "a\0=\0001\0x", 7, "a=1;" },		/* half a unit */
		{ FORM, "a=\xff%ffx\xc3", 8, "a=" DOT DOT "x" DOT ";" },
		{ FORM, "a=x%00y", 7, "a=x" DOT "y;" },			/* nothing is cut short by it */
		{ FORM, "a=x%2500y", 9, "a=x%00y;" },
		{ FORM, "a&=b&a=&", 8, "a=;=b;a=;" },
		{ FORM, "", 0, "" },
		{ NULL, "", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_fields(cases[i].type, cases[i].body, cases[i].len, cases[i].fields);
}

static void members_of_JSON_are_fields_as_far_as_a_form_could_hold_them(void **state)
{
	static const struct { const char *body, *fields; } cases[] = {
		{ "{\"a\":\"x\",\"b\":7,\"c\":true,\"d\":false,\"e\":1.5,\"f\":2.0}",
		  "a=x;b=7;c=true;d=false;e=1.5;f=2;" },
		{ "{\"a\":null,\"b\":{\"c\":1},\"d\":[]}", "" },
		{ "{\"a\":[\"x\"],\"b\":[\"x\",null,\"y\"]}", "a=x;b=x;b=y;" },
		{ "{\"a\":1", "" }, { "", "" }, { "[\"a\"]", "" }, { "7", "" }, { "{\"a\":\"\\u0000\"}", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		expect_fields("application/json", cases[i].body, strlen(cases[i].body), cases[i].fields);
		expect_fields("Application/JSON ; charset=utf-8", cases[i].body, strlen(cases[i].body),
			      cases[i].fields);
	}
}

static void other_bodies_are_refused(void **state)
{
	static const char kinds[] = "only " FORM " content-type bodies are supported on POST /token";
	static const struct { const char *type, *body; size_t len; int status; const char *description; } cases[] = {
		{ "text/plain", "a=1", 3, 400, kinds },
		{ "text/plain", "", 0, 400, kinds },
		{ "application/jsonx", "{}", 2, 400, kinds },
		{ FORM "x", "a=1", 3, 400, kinds },
		{ NULL, "a=1", 3, 400, kinds },
		{ "text/plain; charset=klingon", "a=1", 3, 400, kinds },
		{ FORM "; charset=klingon", "a=1", 3, 404, NULL },
		{ FORM "; charset=", "a=1", 3, 404, NULL },
		{ FORM, "a=\0b", 4, 400, "null bytes are not allowed in the request body" },
		{ "application/json", "{}\0", 3, 400, "null bytes are not allowed in the request body" },
		{ FORM "; charset=utf-16le", "a=1", 3, 200, NULL },	/* 1 1/2 characters; no field is fine */
		{ FORM "; charset=utf-16le", "\0\0", 2, 400, "null bytes are not allowed in the request body" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq = post(cases[i].type, cases[i].body, cases[i].len);

		if (rq->reply.status != cases[i].status)
			fail_msg("%zu: %s", i, buffer_str(&rq->reply.body));
		if (cases[i].description)
			assert_string_equal(answer(rq, "error_description"), cases[i].description);
		request_free(rq);
	}
}

static void a_form_of_too_many_parameters_is_refused(void **state)
{
	char many[2 * (FORM_PARAMS_MAX + 1)];
	struct request *rq;

	(void)state;
	for (size_t i = 0; i < sizeof(many); i += 2)
		memcpy(many + i, "a&", 2);
	rq = post(FORM, many, sizeof(many) - 2);
	assert_int_equal(rq->reply.status, 200);
	request_free(rq);
	rq = post(FORM, many, sizeof(many));
	assert_int_equal(rq->reply.status, 400);
	assert_string_equal(answer(rq, "error_description"), "too many parameters");
	request_free(rq);
}

static void a_body_has_at_most_56_KiB_also_when_it_was_packed(void **state)
{
	char *body = calloc(1, KIB(56) + 1), packed[KIB(4)];
	uLongf len = sizeof(packed);
	struct request *rq;
	err_t e;

	(void)state;
	memset(body, 'a', KIB(56) + 1);
	rq = post(FORM, body, KIB(56));
	assert_int_equal(rq->reply.status, 200);
	request_free(rq);
	rq = post(FORM, body, KIB(56) + 1);
	assert_int_equal(rq->reply.status, 413);
	request_free(rq);
	assert_int_equal(compress((Bytef *)packed, &len, (Bytef *)body, KIB(56) + 1), Z_OK);
	rq = send_as(show,
		     &(struct ask){ POST,
				    "/oidc/token",
				    NULL,
				    NULL,
				    { "Content-Type", FORM, "Content-Encoding", "deflate" } },
		     packed, len, &e);
	assert_int_equal(e, ERR_BODY_TOO_LARGE);
	request_free(rq);
	free(body);
}

static void a_packed_body_is_read_and_a_broken_one_is_refused(void **state)
{
	static const struct { const char *coding; bool broken; err_t e; } cases[] = {
		{ "deflate", false, OK }, { "deflate", true, ERR_BODY_CORRUPT },
		{ "x-mystery", false, ERR_BODY_CODING },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char packed[100];
		uLongf len = sizeof(packed);
		struct request *rq;
		err_t e;

		assert_int_equal(compress((Bytef *)packed, &len, (const Bytef *)"a=1", 3), Z_OK);
		packed[len - 1] ^= cases[i].broken;
		rq = send_as(show,
			     &(struct ask){ POST,
					    "/oidc/token",
					    NULL,
					    NULL,
					    { "Content-Type", FORM, "Content-Encoding", cases[i].coding } },
			     packed, len, &e);
		assert_int_equal(e, cases[i].e);
		if (!e)
			assert_string_equal(buffer_str(&rq->reply.body), "a=1;");
		request_free(rq);
	}
}

/* -- fields -- */

static err_t judge_fields(struct oauth *o)
{
	static const char *const once[] = { "c", "b", NULL };

	assert_string_equal(oauth_field(o, "a"), "1");
	assert_null(oauth_field(o, "b"));		/* empty is absent */
	assert_null(oauth_field(o, "A"));
	assert_int_equal(oauth_count(o, "a"), 2);
	assert_int_equal(oauth_count(o, "b"), 1);
	assert_int_equal(oauth_count(o, "nope"), 0);
	assert_int_equal(oauth_need(o, "a"), OK);
	assert_int_equal(oauth_refuse_repeats(o, once), OK);
	return oauth_need(o, "b");
}

static void an_empty_field_is_absent(void **state)
{
	err_t e;
	struct request *rq = send_as(judge_fields, &(struct ask){ POST, "/oidc/token", NULL, NULL, { FORM_TYPE } },
				     "a=1&b=&a=2", 10, &e);

	(void)state;
	assert_int_equal(e, ERR_OAUTH_REQUEST);
	assert_string_equal(err_fault()->args[0].value, "missing required parameter 'b'");
	request_free(rq);
}

static void a_description_is_cut_between_characters(void **state)
{
	char text[300], whole[300];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 238, "\xc3\xa9\xc3\xa9", 5);	/* the 240th byte ends the first, the second does not fit */
	err_clear();
	assert_int_equal(oauth_fail(ERR_OAUTH_TARGET, "%s", text), ERR_OAUTH_TARGET);
	assert_int_equal(strlen(err_fault()->args[0].value), 240);
	memset(whole, 'x', sizeof(whole));
	memcpy(whole + 239, "\xf0\x9f\x98\x80", 5);
	err_clear();
	assert_int_equal(oauth_fail(ERR_OAUTH_TARGET, "%s", whole), ERR_OAUTH_TARGET);
	assert_int_equal(strlen(err_fault()->args[0].value), 239);
}

/* -- the run -- */

static err_t fails_with;

static err_t give_up(struct oauth *o)
{
	(void)o;
	return err_set(fails_with, "test");
}

static void an_error_is_left_to_the_dispatcher_which_rolls_back(void **state)
{
	static const err_t errors[] = { ERR_AGAIN, ERR_STORE, ERR_STORE_DOWN, ERR_INTERNAL, ERR_OAUTH_REQUEST,
					ERR_OAUTH_CLIENT, ERR_OAUTH_ACCESS_DENIED, ERR_ROUTE_NOT_FOUND };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		struct request *rq;
		err_t e;

		fails_with = errors[i];
		rq = send_as(give_up, &(struct ask){ POST, "/oidc/token", NULL, NULL, { NULL } }, NULL, 0, &e);
		assert_int_equal(e, errors[i]);
		assert_int_equal(rq->reply.status, 0);
		assert_true(rq->reply.no_store);
		request_free(rq);
	}
}

static void only_a_client_that_sent_a_header_is_challenged(void **state)
{
	static const struct { err_t e; const char *authorization; bool challenged; } cases[] = {
		{ ERR_OAUTH_CLIENT, "Basic x", true }, { ERR_OAUTH_CLIENT, NULL, false },
		{ ERR_OAUTH_REQUEST, "Basic x", false }, { ERR_OAUTH_TOKEN, "Basic x", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct request *rq;
		err_t e;

		fails_with = cases[i].e;
		rq = send_as(
			give_up,
			&(struct ask){ POST,
				       "/oidc/token",
				       NULL,
				       NULL,
				       { cases[i].authorization ? "Authorization" : NULL, cases[i].authorization } },
			NULL, 0, &e);
		assert_int_equal(reply_header_value(rq, "WWW-Authenticate") != NULL, cases[i].challenged);
		request_free(rq);
	}
}

static void a_body_that_cannot_be_read_is_refused_before_the_endpoint_runs(void **state)
{
	err_t e;
	struct request *rq =
		send_as(give_up, &(struct ask){ POST, "/oidc/token", NULL, NULL, { "Content-Type", "text/plain" } },
			"x", 1, &e);

	(void)state;
	assert_int_equal(e, ERR_OAUTH_REQUEST);
	request_free(rq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_read_in_the_charset_they_name),
		cmocka_unit_test(members_of_JSON_are_fields_as_far_as_a_form_could_hold_them),
		cmocka_unit_test(other_bodies_are_refused),
		cmocka_unit_test(a_form_of_too_many_parameters_is_refused),
		cmocka_unit_test(a_body_has_at_most_56_KiB_also_when_it_was_packed),
		cmocka_unit_test(a_packed_body_is_read_and_a_broken_one_is_refused),
		cmocka_unit_test(an_empty_field_is_absent),
		cmocka_unit_test(a_description_is_cut_between_characters),
		cmocka_unit_test(an_error_is_left_to_the_dispatcher_which_rolls_back),
		cmocka_unit_test(only_a_client_that_sent_a_header_is_challenged),
		cmocka_unit_test(a_body_that_cannot_be_read_is_refused_before_the_endpoint_runs),
	};

	return cmocka_run_group_tests(tests, start, world_end);
}
