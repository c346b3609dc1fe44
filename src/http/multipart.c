/* Reads multipart/form-data from left to right, without copying the bytes of its parts. */
#include "http/multipart.h"

#include <string.h>

#include "base/text.h"
#include "http/strict.h"
#include "base/banned.h"

#define BOUNDARY_MOST 70 /* RFC 2046 section 5.1.1 */

/* What is still to be read. */
struct cursor {
	const char *at, *end;
};

/* Sets and returns ERR_INPUT. `why` is for the operator. */
static err_t refuse_body(const char *why)
{
	return err_arg(err_set(ERR_INPUT, "multipart: %s", why), "part", "files");
}

static size_t bytes_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

/* Steps over `text` when it comes next. */
static bool take(struct cursor *c, const char *text, size_t len)
{
	if (bytes_left(c) < len || memcmp(c->at, text, len) != 0)
		return false;
	c->at += len;
	return true;
}

static void skip_blanks(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

static bool is_nocase(struct slice s, const char *text)
{
	return s.len == strlen(text) && strncasecmp(s.at, text, s.len) == 0;
}

/* -- header values: `word; name=value; name="value"` -- */

static struct slice take_token(struct cursor *c)
{
	struct slice s = { c->at, 0 };

	while (c->at < c->end && strict_header_name(c->at, 1)) {
		c->at++;
		s.len++;
	}
	return s;
}

/* A media type or a disposition: the text before a `;` or a blank. */
static struct slice take_word(struct cursor *c)
{
	struct slice s = { c->at, 0 };

	while (c->at < c->end && *c->at != ';' && *c->at != ' ' && *c->at != '\t') {
		c->at++;
		s.len++;
	}
	return s;
}

/*
 * A backslash escapes a quote and itself (RFC 9110 section 5.6.4); before any other character it stands for itself,
 * since old browsers sent whole paths.
 */
static bool is_escape(const char *at, const char *end)
{
	return *at == '\\' && end - at > 1 && (at[1] == '"' || at[1] == '\\');
}

/* How many bytes there are from the opening quote to the closing one, which room for the unquoted text needs. */
static size_t quoted_len(const struct cursor *c)
{
	const char *at = c->at + 1;

	while (at < c->end && *at != '"')
		at += is_escape(at, c->end) ? 2 : 1;
	return (size_t)(at - c->at);
}

/* Takes a quoted string, without quotes and escapes. False: a control character, or no closing quote. */
static bool take_quoted(struct cursor *c, struct arena *a, const char **out)
{
	char *to = arena_alloc(a, quoted_len(c));

	*out = to;
	for (c->at++; c->at < c->end && *c->at != '"'; c->at++) {
		if (is_escape(c->at, c->end))
			c->at++;
		if ((unsigned char)*c->at < ' ' || *c->at == 0x7f)
			return false;
		*to++ = *c->at;
	}
	*to = '\0';
	return take(c, "\"", 1);
}

/* The next `; name=value`. False: it is not well-formed. */
static bool take_parameter(struct cursor *c, struct arena *a, struct slice *name, const char **value)
{
	struct slice token;

	skip_blanks(c);
	if (!take(c, ";", 1))
		return false;
	skip_blanks(c);
	*name = take_token(c);
	if (name->len == 0 || !take(c, "=", 1))
		return false;
	if (c->at < c->end && *c->at == '"')
		return take_quoted(c, a, value);
	token = take_token(c);
	*value = arena_copyn(a, token.at, token.len);
	return token.len > 0;
}

/* -- the boundary -- */

static bool is_boundary(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < len; i++)
		if (!((s[i] >= '0' && s[i] <= '9') || ((s[i] | 0x20) >= 'a' && (s[i] | 0x20) <= 'z') ||
		      strchr("'()+_,-./:=? ", s[i])))
			return false;
	return len >= 1 && len <= BOUNDARY_MOST && s[len - 1] != ' ';
}

/* The boundary that Content-Type names. NULL: the type is another one, or names no boundary or several. */
static const char *boundary_of(const struct request *rq)
{
	const char *header = request_header(rq, "Content-Type"), *value, *found = NULL;
	struct cursor c = { header, header ? header + strlen(header) : NULL };
	struct slice name;

	if (!header || !is_nocase(take_word(&c), "multipart/form-data"))
		return NULL;
	while (c.at < c.end) {
		if (!take_parameter(&c, rq->arena, &name, &value))
			return NULL;
		if (!is_nocase(name, "boundary"))
			continue;
		if (found || !is_boundary(value))
			return NULL;
		found = value;
	}
	return found;
}

/* -- names of files -- */

static const char *last_component(const char *path)
{
	const char *last = path;

	for (; *path; path++)
		if (*path == '/' || *path == '\\')
			last = path + 1;
	return last;
}

/* Makes of a file name what `struct part` promises. */
static char *clean_filename(struct arena *a, const char *sent)
{
	const char *from = last_component(sent);
	size_t len;
	char *name;

	from += strspn(from, ". ");
	len = text_cut(from, strnlen(from, FILE_NAME_MOST));
	while (len && (from[len - 1] == '.' || from[len - 1] == ' '))
		len--;
	name = len ? arena_copyn(a, from, len) : arena_copy(a, "file");
	for (char *s = name; *s; s++)
		if (strchr("<>:\"|?*;$`&'", *s))
			*s = '_';
	return name;
}

/* -- the head of a part -- */

/* Reads Content-Disposition, which names the part and, for a file, the file. */
static err_t read_disposition(struct arena *a, struct slice value, struct part *out)
{
	struct cursor c = { value.at, value.at + value.len };
	struct slice name;
	const char *text;

	if (out->name)
		return refuse_body("a part with two dispositions");
	if (!is_nocase(take_word(&c), "form-data"))
		return refuse_body("a part that is not form-data");
	while (c.at < c.end) {
		if (!take_parameter(&c, a, &name, &text) || !text_is_utf8(text, strlen(text)))
			return refuse_body("a disposition that is not well-formed");
		if (is_nocase(name, "name")) {
			if (out->name || !*text || strlen(text) > PART_NAME_MOST)
				return refuse_body("a part with two names, an empty or a long one");
			out->name = text;
		} else if (is_nocase(name, "filename")) { /* filename* does not belong here: RFC 7578 section 4.2 */
			if (out->filename)
				return refuse_body("a part with two file names");
			out->filename = clean_filename(a, text);
		}
	}
	return out->name ? OK : refuse_body("a part without a name");
}

static err_t read_type(struct arena *a, struct slice value, struct part *out)
{
	struct cursor c = { value.at, value.at + value.len };
	struct slice word = take_word(&c);
	char *type = arena_copyn(a, word.at, word.len);

	if (out->type)
		return refuse_body("a part with two types");
	for (char *s = type; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s |= 0x20;
	out->type = type;
	return OK;
}

static err_t read_header(struct arena *a, struct slice line, struct part *out)
{
	const char *colon = memchr(line.at, ':', line.len);
	struct slice name, value;

	if (!colon || !strict_header_name(line.at, (size_t)(colon - line.at)))
		return refuse_body("a header of a part that is not well-formed");
	name = (struct slice){ line.at, (size_t)(colon - line.at) };
	value = (struct slice){ colon + 1, line.len - name.len - 1 };
	while (value.len && (*value.at == ' ' || *value.at == '\t'))
		value.at++, value.len--;
	while (value.len && (value.at[value.len - 1] == ' ' || value.at[value.len - 1] == '\t'))
		value.len--;
	if (!strict_header_value(value.at, value.len))
		return refuse_body("a header of a part with a control character");
	if (is_nocase(name, "Content-Disposition"))
		return read_disposition(a, value, out);
	if (is_nocase(name, "Content-Type"))
		return read_type(a, value, out);
	if (is_nocase(name, "Content-Transfer-Encoding") && !is_nocase(value, "binary") && !is_nocase(value, "8bit") &&
	    !is_nocase(value, "7bit"))
		return refuse_body("a part in a transfer encoding"); /* RFC 7578 section 4.7: not in HTTP */
	return OK; /* RFC 7578 section 4.8: others mean nothing */
}

/* Reads the headers of a part, and the empty line behind them. */
static err_t read_head(struct arena *a, struct cursor *c, struct part *out)
{
	const char *last = c->at + (bytes_left(c) < PART_HEAD_MOST ? bytes_left(c) : PART_HEAD_MOST), *end;
	err_t e = OK;

	while (!e && !take(c, "\r\n", 2)) {
		end = c->at < last ? memmem(c->at, (size_t)(last - c->at), "\r\n", 2) : NULL;
		if (!end)
			return refuse_body("a part whose head does not end, or is too long");
		e = read_header(a, (struct slice){ c->at, (size_t)(end - c->at) }, out);
		c->at = end + 2;
	}
	return e || out->name ? e : refuse_body("a part without a disposition");
}

/* -- the body -- */

struct delimiter {
	const char *text; /* CR LF -- boundary */
	size_t len;
	bool last; /* the one that was found is the last of the body */
};

/* Takes the end of a delimiter's line. False: the text is not a delimiter, it only begins like one. */
static bool end_delimiter(struct cursor *c, struct delimiter *d)
{
	struct cursor behind = *c;

	d->last = take(&behind, "--", 2);
	skip_blanks(&behind); /* RFC 2046: padding that mail adds */
	if (!take(&behind, "\r\n", 2) && !(d->last && behind.at == behind.end))
		return false;
	*c = behind;
	return true;
}

/* Takes the bytes up to the next delimiter, and the delimiter. */
static err_t read_content(struct cursor *c, struct delimiter *d, struct slice *out)
{
	const char *begin = c->at, *found;

	while ((found = memmem(c->at, bytes_left(c), d->text, d->len))) {
		c->at = found + d->len;
		if (end_delimiter(c, d)) {
			*out = (struct slice){ begin, (size_t)(found - begin) };
			return OK;
		}
	}
	return refuse_body("it ends within a part");
}

/* Takes the first delimiter, which no line end precedes. False: there is none, or it is the last one. */
static bool begin_parts(struct cursor *c, struct delimiter *d)
{
	return take(c, d->text + 2, d->len - 2) && end_delimiter(c, d) && !d->last;
}

static err_t read_parts(struct arena *a, struct cursor *c, struct delimiter *d, struct multipart *out)
{
	struct part *p;
	err_t e;

	if (!begin_parts(c, d))
		return refuse_body("it does not begin with a part");
	while (!d->last) {
		if (out->count == PARTS_MOST)
			return refuse_body("too many parts");
		p = &out->at[out->count];
		e = read_head(a, c, p);
		if (!e)
			e = read_content(c, d, &p->bytes);
		if (e)
			return e;
		out->count++;
	}
	return c->at == c->end ? OK : refuse_body("something stands behind its end");
}

err_t multipart_parse(const struct request *rq, struct multipart *out)
{
	const char *boundary = boundary_of(rq);
	struct cursor c;
	struct delimiter d;

	*out = (struct multipart){ .at = ARENA_ARRAY(rq->arena, struct part, PARTS_MOST) };
	if (!boundary)
		return refuse_body("the body is not multipart/form-data with a boundary");
	if (!rq->raw)
		return refuse_body("no body");
	c = (struct cursor){ rq->raw, rq->raw + rq->raw_len };
	d = (struct delimiter){ .text = arena_printf(rq->arena, "\r\n--%s", boundary) };
	d.len = strlen(d.text);
	return read_parts(rq->arena, &c, &d, out);
}

err_t multipart_file(const struct multipart *m, const char *name, size_t most, const struct part **out)
{
	for (size_t i = 0; i < m->count; i++) {
		if (!m->at[i].filename || strcmp(m->at[i].name, name) != 0)
			continue;
		if (m->at[i].bytes.len > most)
			return err_set(ERR_FILE_SIZE, "a file of %zu bytes, at most %zu", m->at[i].bytes.len, most);
		*out = &m->at[i];
		return OK;
	}
	return refuse_body("no file of that name");
}
