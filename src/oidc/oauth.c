/* Endpoints that clients call: reading the body in its charsets (oidc.md section 1.1), fields, errors, the run. */
#include "oidc/oauth.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/text.h"
#include "http/mount.h"
#include "oidc/oidc.h"
#include "tenant/tenant.h"
#include "base/banned.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */
#define DESCRIPTION_MAX 240		/* what err_arg() keeps */

/* -- errors -- */

/* The length to cut a UTF-8 text to, at most `max` bytes, so that no character is cut in two. */
static size_t whole_characters(const char *s, size_t max)
{
	size_t n = strnlen(s, max + 1);

	if (n <= max)
		return n;
	n = max;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

err_t oauth_fail(err_t e, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text[whole_characters(text, DESCRIPTION_MAX)] = 0;
	return err_arg(err_set(e, "%s", text), "description", text);
}

/* -- the body: oidc.md section 1.1 -- */

enum charset { CHARSET_UTF8, CHARSET_LATIN1, CHARSET_UTF16LE, CHARSET_UTF16BE, CHARSET_UNKNOWN };

static enum charset find_charset(const char *name, size_t len)
{
	static const struct { const char *name; enum charset charset; } known[] = {
		{ "utf-8", CHARSET_UTF8 }, { "utf8", CHARSET_UTF8 }, { "us-ascii", CHARSET_UTF8 },
		{ "ascii", CHARSET_UTF8 }, { "iso-8859-1", CHARSET_LATIN1 }, { "latin1", CHARSET_LATIN1 },
		{ "latin-1", CHARSET_LATIN1 }, { "binary", CHARSET_LATIN1 }, { "utf-16le", CHARSET_UTF16LE },
		{ "utf16le", CHARSET_UTF16LE }, { "utf-16", CHARSET_UTF16LE }, { "ucs-2", CHARSET_UTF16LE },
		{ "ucs2", CHARSET_UTF16LE }, { "utf-16be", CHARSET_UTF16BE },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strlen(known[i].name) == len && !strncasecmp(known[i].name, name, len))
			return known[i].charset;
	return CHARSET_UNKNOWN;
}

/* The charset that Content-Type names; UTF-8 when it names none. */
static enum charset charset_of(const char *content_type)
{
	const char *at = strchr(content_type, ';');

	for (; at; at = strchr(at, ';')) {
		size_t len;

		at++;
		at += strspn(at, " \t");
		if (strncasecmp(at, "charset=", 8) != 0)
			continue;
		at += 8;
		if (*at == '"')
			at++;
		len = strcspn(at, "\"; \t");
		return find_charset(at, len);
	}
	return CHARSET_UTF8;
}

static bool is_media_type(const char *content_type, const char *type)
{
	size_t len = strlen(type);

	return !strncasecmp(content_type, type, len) && (!content_type[len] || strchr("; \t", content_type[len]));
}

static void add_point(struct buffer *to, uint32_t c)
{
	if (c < 0x80) {
		buffer_char(to, (char)c);
	} else if (c < 0x800) {
		buffer_char(to, (char)(0xc0 | c >> 6));
		buffer_char(to, (char)(0x80 | (c & 63)));
	} else if (c < 0x10000) {
		buffer_char(to, (char)(0xe0 | c >> 12));
		buffer_char(to, (char)(0x80 | (c >> 6 & 63)));
		buffer_char(to, (char)(0x80 | (c & 63)));
	} else {
		buffer_char(to, (char)(0xf0 | c >> 18));
		buffer_char(to, (char)(0x80 | (c >> 12 & 63)));
		buffer_char(to, (char)(0x80 | (c >> 6 & 63)));
		buffer_char(to, (char)(0x80 | (c & 63)));
	}
}

static uint32_t utf16_unit(const unsigned char *at, bool big)
{
	return big ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

/* Appends UTF-16 as UTF-8. A surrogate without its partner becomes U+FFFD; half a unit at the end is dropped. */
static void add_utf16(struct buffer *to, const unsigned char *s, size_t len, bool big)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		uint32_t c = utf16_unit(s + i, big);

		if (i == 0 && c == 0xfeff)
			continue;
		if (c >= 0xd800 && c < 0xdc00 && i + 3 < len) {
			uint32_t low = utf16_unit(s + i + 2, big);

			if (low >= 0xdc00 && low < 0xe000) {
				add_point(to, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
				i += 2;
				continue;
			}
		}
		add_point(to, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
	}
}

/* The body in UTF-8, without a leading byte-order mark. */
static struct slice decode_body(struct request *rq, enum charset charset)
{
	const unsigned char *s = (const unsigned char *)rq->raw;
	struct buffer b;
	struct slice out;

	if (charset == CHARSET_UTF8) {
		bool marked = rq->raw_len >= 3 && !memcmp(s, "\xef\xbb\xbf", 3);

		return (struct slice){ rq->raw + (marked ? 3 : 0), rq->raw_len - (marked ? 3 : 0) };
	}
	buffer_init(&b, OAUTH_BODY_MAX * 3);
	if (charset == CHARSET_LATIN1)
		for (size_t i = 0; i < rq->raw_len; i++)
			add_point(&b, s[i]);
	else
		add_utf16(&b, s, rq->raw_len, charset == CHARSET_UTF16BE);
	out = (struct slice){ arena_copyn(rq->arena, buffer_str(&b), b.len), b.len };
	buffer_done(&b);
	return out;
}

/* Values reach the database and answers, so in a value that is not UTF-8 each byte outside ASCII becomes U+FFFD. */
static const char *clean(struct arena *a, const char *value)
{
	struct buffer b;
	char *out;

	if (text_is_utf8(value, strlen(value)))
		return value;
	buffer_init(&b, OAUTH_BODY_MAX * 3);
	for (; *value; value++) {
		if ((unsigned char)*value < 0x80)
			buffer_char(&b, *value);
		else
			buffer_text(&b, REPLACEMENT);
	}
	out = arena_copy(a, buffer_str(&b));
	buffer_done(&b);
	return out;
}

/* The peer does not notice an escaped NUL; here it becomes U+FFFD, which no name or secret holds. */
static struct slice replace_escaped_nul(struct arena *a, struct slice text)
{
	const char *at = text.at, *end = text.at + text.len, *nul;
	struct buffer b;
	struct slice out;

	if (!memmem(at, text.len, "%00", 3))
		return text;
	buffer_init(&b, OAUTH_BODY_MAX * 12);
	while ((nul = memmem(at, (size_t)(end - at), "%00", 3))) {
		buffer_add(&b, at, (size_t)(nul - at));
		buffer_text(&b, "%EF%BF%BD");
		at = nul + 3;
	}
	buffer_add(&b, at, (size_t)(end - at));
	out = (struct slice){ arena_copyn(a, buffer_str(&b), b.len), b.len };
	buffer_done(&b);
	return out;
}

static err_t read_form(struct oauth *o, struct slice text)
{
	struct arena *a = o->rq->arena;

	text = replace_escaped_nul(a, text);
	params_parse(a, text.at, text.len, &o->fields);
	if (o->fields.count > FORM_PARAMS_MAX)
		return oauth_fail(ERR_OAUTH_REQUEST, "too many parameters");
	for (size_t i = 0; i < o->fields.count; i++)
		o->fields.at[i].value = clean(a, o->fields.at[i].value);
	return OK;
}

/* The text of a JSON value as a form would have it; NULL: a form cannot hold it. */
static const char *text_of_scalar(struct arena *a, const json_t *value)
{
	double d;

	switch (json_typeof(value)) {
	case JSON_STRING:
		return arena_copy(a, json_string_value(value));
	case JSON_INTEGER:
		return arena_printf(a, "%lld", (long long)json_integer_value(value));
	case JSON_REAL:
		d = json_real_value(value);
		return d > -1e15 && d < 1e15 && d == (double)(long long)d ? arena_printf(a, "%lld", (long long)d) :
									    arena_printf(a, "%.17g", d);
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	default:
		return NULL;
	}
}

static void add_field(struct oauth *o, const char *name, const json_t *value)
{
	const char *text = text_of_scalar(o->rq->arena, value);

	if (text)
		o->fields.at[o->fields.count++] = (struct param){ name, text };
}

/* Whether a form can say the same as this member of a body. */
static bool is_of_form(const json_t *value)
{
	return !json_is_object(value) && !json_is_null(value) && !(json_is_array(value) && json_array_size(value) < 2);
}

/* A list becomes a repeated field. JSON that does not parse counts as a body without fields. */
static err_t read_json(struct oauth *o, struct slice text)
{
	json_t *body, *value, *element;
	json_error_t fault;
	size_t room = 0, i;
	const char *name;
	err_t e = json_parse(text.at, text.len, 0, &o->rq->charge, &body, &fault);

	if (e)
		return e == ERR_JSON ? OK : e;
	json_object_foreach(body, name, value) {
		room += json_is_array(value) ? json_array_size(value) : 1;
		if (o->forwards && !is_of_form(value))
			e = oidc_no_route(o->rq);
	}
	if (e) {
		json_decref(body);
		return e;
	}
	o->fields.at = ARENA_ARRAY(o->rq->arena, struct param, room + 1);
	json_object_foreach(body, name, value) {
		const char *copy = arena_copy(o->rq->arena, name);

		if (!json_is_array(value)) {
			add_field(o, copy, value);
			continue;
		}
		json_array_foreach(value, i, element)
			add_field(o, copy, element);
	}
	json_decref(body);
	return OK;
}

err_t oauth_read_body(struct oauth *o)
{
	struct request *rq = o->rq;
	const char *type = request_header(rq, "Content-Type");
	enum charset charset;
	struct slice text;
	bool is_json;

	if (request_header(rq, "Content-Encoding"))
		request_decode_body(rq);
	if (rq->raw_len > OAUTH_BODY_MAX)
		return err_set(ERR_BODY_TOO_LARGE, "%zu bytes", rq->raw_len);
	if (rq->body_error == ERR_BODY_TOO_LARGE || rq->body_error == ERR_BODY_CODING ||
	    rq->body_error == ERR_BODY_CORRUPT || rq->body_error == ERR_MEMORY)
		return rq->body_error;
	if (!type && rq->raw_len == 0)
		return OK;
	is_json = type && is_media_type(type, JSON);
	if (!is_json && !(type && is_media_type(type, FORM)))
		return o->forwards ? oidc_no_route(rq) :
				     oauth_fail(ERR_OAUTH_REQUEST,
						"only " FORM " content-type bodies are supported on %s %.100s",
						rq->method_text, mount_path(rq));
	charset = charset_of(type);
	if (charset == CHARSET_UNKNOWN)
		return err_set(ERR_ROUTE_NOT_FOUND, "charset of the body");
	if (rq->raw_len == 0)
		return OK;
	text = decode_body(rq, charset);
	if (memchr(text.at, 0, text.len))
		return oauth_fail(ERR_OAUTH_REQUEST, "null bytes are not allowed in the request body");
	return is_json ? read_json(o, text) : read_form(o, text);
}

/* -- fields -- */

const char *oauth_field(const struct oauth *o, const char *name)
{
	for (size_t i = 0; i < o->fields.count; i++)
		if (!strcmp(o->fields.at[i].name, name) && *o->fields.at[i].value)
			return o->fields.at[i].value;
	return NULL;
}

int oauth_count(const struct oauth *o, const char *name)
{
	int n = 0;

	for (size_t i = 0; i < o->fields.count; i++)
		n += !strcmp(o->fields.at[i].name, name);
	return n;
}

err_t oauth_need(const struct oauth *o, const char *name)
{
	return oauth_field(o, name) ? OK : oauth_fail(ERR_OAUTH_REQUEST, "missing required parameter '%s'", name);
}

err_t oauth_refuse_repeats(const struct oauth *o, const char *const *names)
{
	for (; *names; names++)
		if (oauth_count(o, *names) > 1)
			return oauth_fail(ERR_OAUTH_REQUEST, "'%s' parameter must not be provided twice", *names);
	return OK;
}

/* -- the audit log -- */

/* The parameters; a secret in the header counts as one of them. */
static struct params logged_params(const struct oauth *o)
{
	struct params all = { .count = o->fields.count };

	all.at = ARENA_ARRAY(o->rq->arena, struct param, o->fields.count + 1);
	if (o->fields.count)
		memcpy(all.at, o->fields.at, o->fields.count * sizeof(*all.at));
	if (request_header(o->rq, "Authorization") && !oauth_count(o, "client_secret"))
		all.at[all.count++] = (struct param){ "client_secret", "" };
	return all;
}

void oauth_log(struct oauth *o, enum audit_key key)
{
	const struct params all = logged_params(o);

	o->log = audit_open(o->rq, key, NULL, NULL);
	audit_params(o->log, "params", &all);
}

void oauth_log_tokens(const struct oauth *o, const char *const *types, const char *scope)
{
	json_t *list;

	if (!o->log)
		return;
	list = json_array();
	for (; *types; types++)
		json_array_append_new(list, json_string(*types));
	audit_value(o->log, "tokenTypes", list);
	audit_text(o->log, "scope", scope);
	json_decref(list);
}

/* -- the run -- */

static void oauth_done(void *o)
{
	client_release(&((struct oauth *)o)->client);
}

/* RFC 6749 section 5.2: a client that fails to authenticate by header gets WWW-Authenticate. */
static err_t challenge(struct request *rq, err_t e)
{
	if (e != ERR_OAUTH_CLIENT || err_fault()->status || !request_header(rq, "Authorization"))
		return OK;
	return reply_header(rq, "WWW-Authenticate",
			    arena_printf(rq->arena,
					 "Basic realm=\"%s\", error=\"invalid_client\","
					 " error_description=\"client authentication failed\"",
					 rq->tenant->issuer));
}

void oauth_resume(struct oauth *o)
{
	const char *origin = request_header(o->rq, "Origin");

	o->rq->reply.cors_origin = origin && *origin ? origin : "*";
	o->rq->reply.cors_exposed = true;
	o->rq->reply.no_store = o->kind == OAUTH_NO_STORE;
}

err_t oauth_run(struct request *rq, enum oauth_kind kind, oauth_endpoint *endpoint)
{
	struct oauth *o = ARENA_NEW(rq->arena, struct oauth);
	err_t e, failed;

	*o = (struct oauth){ .rq = rq, .kind = kind };
	arena_defer(rq->arena, oauth_done, o);
	oauth_resume(o);
	e = rq->method == POST ? oauth_read_body(o) : OK;
	if (!e)
		e = endpoint(o);
	failed = challenge(rq, e);
	return failed ? failed : e;
}
