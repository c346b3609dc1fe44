#include "http/request.h"

#include <stdio.h>
#include <zlib.h>

#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

static struct fake f;

static const char *read_bytes(const char *type, const char *coding, const char *bytes, size_t len)
{
	static char text[4096];
	char *dumped;

	fake_init(&f, POST, "/api/x", "");
	if (type)
		fake_header(&f, "content-type", type);
	if (coding)
		fake_header(&f, "Content-Encoding", coding);
	f.rq.raw = len ? arena_copyn(f.rq.arena, bytes, len) : NULL;
	f.rq.raw_len = len;
	request_parse_body(&f.rq);
	assert_non_null(f.rq.body);
	dumped = json_dumps(f.rq.body, JSON_COMPACT | JSON_ENCODE_ANY);
	snprintf(text, sizeof(text), "%s%s%s", f.rq.body_error ? err_name(f.rq.body_error) : "",
		 f.rq.body_error ? ":" : "", f.rq.body_error ? "" : dumped);
	free(dumped);
	return text;
}

static const char *read_text(const char *type, const char *text)
{
	const char *out = read_bytes(type, NULL, text, strlen(text));

	fake_done(&f);
	return out;
}

static const char *json(const char *text)
{
	return read_text("application/json", text);
}

static const char *form(const char *text)
{
	return read_text("application/x-www-form-urlencoded", text);
}

static void media_types_decide_how_a_body_is_read(void **state)
{
	static const char *const json_types[] = {
		"application/json", "APPLICATION/JSON", "application/json;charset=ISO-8859-1",
		"application/vnd.api+json", "application/json-patch+json", "application/csp-report",
	};
	static const char *const other[] = {
		"application/ld+json", "application/octet-stream", "json", "", "multipart/form-data; boundary=x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(json_types); i++)
		assert_string_equal(read_text(json_types[i], "{\"a\":1}"), "{\"a\":1}");
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		assert_string_equal(read_text(other[i], "{\"a\":1}"), "{}");
	assert_string_equal(read_text(NULL, "{\"a\":1}"), "{}");
	assert_string_equal(read_text("text/plain", "{}"), "\"{}\"");
	assert_string_equal(read_text("text/plain", ""), "\"\"");
	assert_string_equal(json(""), "{}");
}

static void what_is_no_object_or_list_is_refused(void **state)
{
	static const char *const bad[] = {
		"{", "name", "{\"a\":1,}", "{'a':1}", "{} x", "{\"a\":1 /* b */}", "{\"a\":\"\x01\"}", "{\"a\":NaN}",
		"\"a\"", "1", "true", "null", "  \n", "{\"a\":1,\"a\":2}", "{\"a\":[{\"__proto__\":1}]}",
		"{\"\\u005f_proto__\":1}", "{\"a\":\"\xe4\"}", "{\"a\":\"\\u0000\"}", "{\"\\u0000\":1}",
		"{\"a\":\"\\ud83d\"}", "{\"a\":1e400}", "[1", "{\"a\":01}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_string_equal(json(bad[i]), "JSON:");
}

static void what_is_json_is_taken(void **state)
{
	(void)state;
	assert_string_equal(json("\xef\xbb\xbf {\"a\":\"\\u00e4\\ud83d\\ude00\"}\n"),
			    "{\"a\":\"\xc3\xa4\xf0\x9f\x98\x80\"}");
	assert_string_equal(json("[]"), "[]");
	assert_string_equal(json("{\"constructor\":1,\"prototype\":2}"), "{\"constructor\":1,\"prototype\":2}");
	/* one integer beyond 64 bits does not turn the others into reals */
	assert_string_equal(json("{\"a\":5,\"b\":[1,{\"c\":2}],\"d\":100000000000000000000}"),
			    "{\"a\":5,\"b\":[1,{\"c\":2}],\"d\":1e20}");
}

static void nesting_is_bounded(void **state)
{
	char deep[10001];

	(void)state;
	memset(deep, '[', 5000);
	memset(deep + 5000, ']', 5000);
	deep[10000] = '\0';
	assert_string_equal(json(deep), "INPUT:");
	memset(deep + 990, ']', 990);
	deep[1980] = '\0';
	assert_int_equal(json(deep)[0], '[');
	assert_string_equal(json("{\"a\":\"[[[[\\\"[[[\"}"), "{\"a\":\"[[[[\\\"[[[\"}");
}

static void a_form_of_too_many_parameters_is_refused(void **state)
{
	char many[2 * (FORM_PARAMS_MAX + 1) + 1] = "";

	(void)state;
	for (int i = 0; i < FORM_PARAMS_MAX; i++)
		memcpy(many + 2 * i, "a&", 3);
	assert_int_equal(form(many)[0], '{');
	memcpy(many + sizeof(many) - 3, "b&", 3);
	assert_non_null(strstr(form(many), "JSON:"));
}

static void forms_nest_by_brackets(void **state)
{
	(void)state;
	assert_string_equal(form("a=b+c%26&d=true"), "{\"a\":\"b c&\",\"d\":\"true\"}");
	assert_string_equal(form("a=1&a=2&a=3"), "{\"a\":[\"1\",\"2\",\"3\"]}");
	assert_string_equal(form("a[b]=1&a[c][d]=2"), "{\"a\":{\"b\":\"1\",\"c\":{\"d\":\"2\"}}}");
	assert_string_equal(form("a[]=1&a[]=2"), "{\"a\":[\"1\",\"2\"]}");
	assert_string_equal(form("a[1]=y&a[0]=x"), "{\"a\":[\"x\",\"y\"]}");
	assert_string_equal(form("a[999]=z&a[10]=y&a[7]=x"), "{\"a\":[\"x\",\"y\",\"z\"]}");
	assert_string_equal(form("a[1000]=x"), "{\"a\":{\"1000\":\"x\"}}");
	assert_string_equal(form("a[0][b]=x"), "{\"a\":[{\"b\":\"x\"}]}");
	assert_string_equal(form("a=1&a[b]=2"), "{\"a\":[\"1\",{\"b\":\"2\"}]}");
	assert_string_equal(form("a[b=1&[c]=2&d]=3"), "{\"a\":\"1\",\"[c]\":\"2\",\"d]\":\"3\"}");
	assert_string_equal(form("a[b][c][d][e][f][g][h]=1"),
			    "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"[g][h]\":\"1\"}}}}}}}");
	assert_string_equal(form("__proto__[a]=1&a[__proto__]=1&b=2"), "{\"a\":{},\"b\":\"2\"}");
	assert_string_equal(form("a=%00"), "JSON:");
	assert_string_equal(form(""), "{}");
}

static size_t squeeze(const char *text, size_t len, int window, char *out, size_t room)
{
	z_stream z = {
		.next_in = (Bytef *)text, .avail_in = (uInt)len, .next_out = (Bytef *)out, .avail_out = (uInt)room,
	};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static void codings_are_undone(void **state)
{
	static const struct { const char *name; int window; } codings[] = {
		{ "gzip", 31 }, { "GZIP", 31 }, { "deflate", 15 }, { "deflate", -15 },
	};
	char out[256];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codings); i++) {
		size_t len = squeeze("{\"a\":1}", 7, codings[i].window, out, sizeof(out));

		assert_string_equal(read_bytes("application/json", codings[i].name, out, len), "{\"a\":1}");
		fake_done(&f);
		assert_string_equal(read_bytes("application/json", codings[i].name, out, len - 1), "BODY_CORRUPT:");
		fake_done(&f);
	}
	assert_string_equal(read_bytes("application/json", "gzip", "{}", 2), "BODY_CORRUPT:");
	fake_done(&f);
	assert_string_equal(read_bytes("application/json", "br", "{}", 2), "BODY_CODING:");
	fake_done(&f);
	assert_string_equal(read_bytes("application/json", "identity", "{}", 2), "{}");
	fake_done(&f);
}

static void a_body_is_inflated_once(void **state)
{
	char out[100];
	size_t len = squeeze("{}", 2, 31, out, sizeof(out));

	(void)state;
	fake_init(&f, POST, "/api/x", "");
	fake_header(&f, "Content-Encoding", "gzip");
	request_decode_body(&f.rq);		/* no body is nothing to inflate */
	f.rq.raw = out;
	f.rq.raw_len = len;
	for (int i = 0; i < 2; i++) {
		request_decode_body(&f.rq);
		assert_int_equal(f.rq.body_error, OK);
		assert_int_equal(f.rq.raw_len, 2);
		assert_string_equal(f.rq.raw, "{}");
	}
	assert_null(f.rq.body);			/* whoever wants it read says so */
	fake_done(&f);
	fake_init(&f, POST, "/api/x", "");
	fake_header(&f, "Content-Encoding", "gzip");
	f.rq.raw = arena_copy(f.rq.arena, "{}");
	f.rq.raw_len = 2;
	request_decode_body(&f.rq);
	assert_int_equal(f.rq.body_error, ERR_BODY_CORRUPT);
	fake_done(&f);
}

static void the_limit_counts_what_comes_out(void **state)
{
	size_t size = MIB(1) + 1, len;
	char *big = calloc(1, size), *out = malloc(KIB(64));

	(void)state;
	memset(big, ' ', size);
	memcpy(big, "[]", 2);
	len = squeeze(big, size - 1, 31, out, KIB(64));
	assert_string_equal(read_bytes("application/json", "gzip", out, len), "[]");
	fake_done(&f);
	len = squeeze(big, size, 31, out, KIB(64));
	assert_string_equal(read_bytes("application/json", "gzip", out, len), "BODY_TOO_LARGE:");
	fake_done(&f);
	free(big);
	free(out);
}

static void other_methods_have_no_body(void **state)
{
	(void)state;
	fake_init(&f, DELETE, "/api/x", "");
	fake_header(&f, "Content-Type", "application/json");
	f.rq.raw = arena_copy(f.rq.arena, "{");
	f.rq.raw_len = 1;
	request_parse_body(&f.rq);
	assert_int_equal(f.rq.body_error, OK);
	assert_int_equal(json_object_size(f.rq.body), 0);
	fake_done(&f);
}

static void a_tree_beyond_its_part_of_the_memory_is_not_made(void **state)
{
	struct buffer b;

	(void)state;
	buffer_init(&b, KIB(64));
	buffer_char(&b, '[');
	for (int i = 0; i < 8000; i++)
		buffer_text(&b, "{},");
	buffer_text(&b, "{}]");
	budget_start(MIB(4), MIB(4));
	assert_string_equal(json(buffer_str(&b)), "BODY_VALUES:");
	budget_start(SIZE_MAX, SIZE_MAX);
	assert_memory_equal(json(buffer_str(&b)), "[{},{},", 7);
	assert_int_equal(budget_held(), 0);
	buffer_done(&b);
}

static void the_tree_of_a_form_counts(void **state)
{
	struct buffer b;
	struct charge *c = &f.rq.charge;

	(void)state;
	buffer_init(&b, KIB(64));
	for (int i = 0; i < FORM_PARAMS_MAX; i++)
		buffer_printf(&b, "a%d[b]=c&", i);
	fake_init(&f, POST, "/", "");
	f.rq.headers = &(struct header){ "Content-Type", "application/x-www-form-urlencoded" };
	f.rq.header_count = 1;
	f.rq.raw = b.data;
	f.rq.raw_len = b.len;
	request_parse_body(&f.rq);
	assert_int_equal(FORM_PARAMS_MAX, json_object_size(f.rq.body));
	assert_true(c->held > FORM_PARAMS_MAX * 2 * sizeof(json_t));
	fake_done(&f);
	assert_int_equal(0, budget_held());
	buffer_done(&b);
}

static void a_body_that_inflates_beyond_the_memory_is_refused(void **state)
{
	char *big = calloc(1, KIB(200)), *out = malloc(KIB(64));
	size_t len;

	(void)state;
	memset(big, ' ', KIB(200));
	memcpy(big, "[]", 2);
	len = squeeze(big, KIB(200), 31, out, KIB(64));
	budget_start(KIB(100), KIB(100));
	assert_string_equal(read_bytes("application/json", "gzip", out, len), "MEMORY:");
	reply_error(&f.rq, f.rq.body_error);
	assert_int_equal(f.rq.reply.status, 503);
	assert_non_null(strstr(buffer_str(&f.rq.reply.body), "the setting memory."));
	fake_done(&f);
	budget_start(SIZE_MAX, SIZE_MAX);
	free(big);
	free(out);
}

RUN(T(media_types_decide_how_a_body_is_read), T(what_is_no_object_or_list_is_refused), T(what_is_json_is_taken),
    T(nesting_is_bounded),
    T(forms_nest_by_brackets), T(a_form_of_too_many_parameters_is_refused), T(codings_are_undone),
    T(a_body_is_inflated_once), T(the_limit_counts_what_comes_out),
    T(other_methods_have_no_body), T(a_tree_beyond_its_part_of_the_memory_is_not_made),
    T(a_body_that_inflates_beyond_the_memory_is_refused), T(the_tree_of_a_form_counts))
