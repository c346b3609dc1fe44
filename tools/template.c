/*
 * template.c - turns a template into a C function, at build time: `template FROM.html TO.c`.
 *
 *	{{template error_page "oidc/pages.h"}}	first: the struct that it shows, and the header that
 *						declares both struct and TEMPLATE(error_page)
 *	{{title}}  {{client.name}}		a text, escaped
 *	{{int count}}				a whole number
 *	{{url logo}}				an address in href, src, action, formaction or poster
 *	{{html body}}				a struct html, as it is
 *	{{json settings}}			a json_t, inside <script type="application/json">
 *	{{css look}}				a style sheet of somebody else, inside <style>
 *	{{if failed}} {{if not failed}} … {{else}} … {{end}}
 *	{{each item of items}} … {{item.name}} … {{end}}	items is a struct { const T *at; size_t count; }
 *
 * The C compiler finds names and types that do not fit. Here the HTML is followed just so far that a value cannot
 * land where escaping would not protect: in a tag, an unquoted attribute, a script, a style, a comment, an attribute
 * that runs scripts. Those do not build. A line that holds nothing but if, else, end, each or template leaves no line
 * behind.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 16
#define NAME_ROOM 64

enum where { TEXT, COMMENT, TAG, VALUE, SCRIPT_JSON, STYLE, RAW };

/* Where in the HTML the output stands. */
struct place {
	enum where where;
	char quote; /* of the VALUE */
	char tag[NAME_ROOM]; /* the one that is open, or whose content this is */
	char attribute[NAME_ROOM];
	char value[NAME_ROOM]; /* of the attribute, as far as it is literal */
	bool is_json, has_source; /* <script type="application/json">, <script src> */
	bool after_branch; /* in a TAG: no name may go on here */
};

struct block {
	bool loop, has_else;
	char variable[NAME_ROOM];
	struct place begin; /* each branch must end here too */
};

static const char *file;
static int line = 1;
static FILE *out;
static struct place place;
static struct block blocks[DEEPEST];
static int depth;

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* -- following the HTML -- */

static void append(char *to, char c)
{
	size_t n = strlen(to);

	if (n + 1 < NAME_ROOM) {
		to[n] = c;
		to[n + 1] = '\0';
	}
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

/* What stands between the tags from here on. */
static void end_tag(void)
{
	bool is_script = !strcmp(place.tag, "script");

	if (is_script && !place.is_json && !place.has_source)
		fail("a script in the page: the content-security policy would not run it; put it into a file");
	place = (struct place){ .where = is_script && place.is_json    ? SCRIPT_JSON :
					 is_script                      ? RAW :
					 !strcmp(place.tag, "style")    ? STYLE :
									  TEXT };
}

static void end_value(void)
{
	place.where = TAG;
	place.is_json |= !strcmp(place.attribute, "type") && !strcmp(place.value, "application/json");
	place.has_source |= !strcmp(place.attribute, "src");
	place.attribute[0] = place.quote = '\0';
}

static void in_text(const char *at)
{
	if (*at != '<')
		return;
	if (!strncmp(at + 1, "{{", 2))
		fail("no value names a tag; a plain < is written &lt;");
	if (!strncmp(at, "<!--", 4)) {
		place.where = COMMENT;
	} else if (isalpha((unsigned char)at[1]) || at[1] == '/' || at[1] == '!') {
		place = (struct place){ .where = TAG };
		for (at++; isalnum((unsigned char)*at) || *at == '/' || *at == '!'; at++)
			append(place.tag, (char)tolower((unsigned char)*at));
	}
}

static void in_tag(const char *at)
{
	if (place.after_branch && !isspace((unsigned char)*at) && *at != '/' && *at != '>')
		fail("a blank or the end of the tag follows what is conditional");
	place.after_branch = false;
	if (*at == '>') {
		end_tag();
	} else if (*at == '=') {
		if (at[1] != '"' && at[1] != '\'')
			fail("the value of the attribute %s is not quoted", place.attribute);
	} else if (*at == '"' || *at == '\'') {
		if (at[-1] != '=')
			fail("a quote in a tag that begins no value");
		place.where = VALUE;
		place.quote = *at;
		place.value[0] = '\0';
	} else if (isspace((unsigned char)*at) || *at == '/') {
		place.attribute[0] = '\0';
	} else {
		append(place.attribute, (char)tolower((unsigned char)*at));
	}
}

/* One literal character; `at` is within the whole text, so that what follows can be seen. */
static void follow(const char *at)
{
	static const char *const ends[] = { [RAW] = "</", [SCRIPT_JSON] = "</", [STYLE] = "</" };

	switch (place.where) {
	case TEXT:
		in_text(at);
		break;
	case COMMENT:
		if (*at == '>' && !strncmp(at - 2, "--", 2))
			place.where = TEXT;
		break;
	case TAG:
		in_tag(at);
		break;
	case VALUE:
		if (*at == place.quote)
			end_value();
		else
			append(place.value, *at);
		break;
	default:
		if (!strncmp(at, ends[place.where], 2)) {
			place.where = TEXT;
			in_text(at);
		}
	}
}

static bool is_same(const struct place *a, const struct place *b)
{
	return a->where == b->where && a->quote == b->quote && !strcmp(a->tag, b->tag) &&
	       (a->where == TAG || !strcmp(a->attribute, b->attribute));
}

/* -- writing C -- */

static void write_literal(const char *at, size_t len)
{
	if (len == 0)
		return;
	fprintf(out, "\tbuffer_add(to, \"");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)at[i];

		if (isalnum(c) || (c != '\0' && strchr(" <>=/.,;:-_'(){}[]#&!", c)))
			fputc(c, out);
		else
			fprintf(out, "\\%03o", c);
	}
	fprintf(out, "\", %zu);\n", len);
}

static bool is_name(const char *s)
{
	if (!islower((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_' &&
		    !(*s == '.' && islower((unsigned char)s[1])))
			return false;
	return true;
}

/* A name as C sees it: of a loop that is open, else of the struct. */
static void write_value(const char *name)
{
	size_t head = strcspn(name, ".");

	if (!is_name(name))
		fail("'%s' is not a name", name);
	for (int i = depth - 1; i >= 0; i--) {
		if (!blocks[i].loop || strlen(blocks[i].variable) != head ||
		    strncmp(blocks[i].variable, name, head) != 0)
			continue;
		if (name[head])
			fprintf(out, "(each_%.*s->%s)", (int)head, name, name + head + 1);
		else
			fprintf(out, "(*each_%s)", name);
		return;
	}
	fprintf(out, "(v->%s)", name);
}

static void write_call(const char *function, const char *name)
{
	fprintf(out, "#line %d \"%s\"\n\t%s(to, ", line, file, function);
	write_value(name);
	fprintf(out, ");\n");
}

/* -- the tags -- */

static bool is_url_attribute(void)
{
	static const char *const names[] = { "href", "src", "action", "formaction", "poster", NULL };

	return is_one_of(place.attribute, names);
}

/* Attributes whose text is more than text. */
static bool is_dangerous_attribute(void)
{
	static const char *const names[] = { "style", "srcdoc", "srcset", "http-equiv", "content", NULL };

	return !strncmp(place.attribute, "on", 2) || is_one_of(place.attribute, names);
}

static void tag_text(const char *function, const char *name)
{
	if (place.where == VALUE && is_url_attribute())
		fail("the attribute %s takes an address: {{url %s}}", place.attribute, name);
	if (place.where == VALUE && is_dangerous_attribute())
		fail("no value may stand in the attribute %s", place.attribute);
	if (place.where != TEXT && place.where != VALUE)
		fail("%s stands where it cannot be escaped: values stand between tags or in quoted attributes", name);
	write_call(function, name);
}

static void tag_url(const char *name)
{
	if (place.where != VALUE || !is_url_attribute() || place.value[0])
		fail("{{url %s}} is the whole value of an attribute that takes an address", name);
	append(place.value, '?'); /* nothing may follow that is another address */
	write_call("html_url", name);
}

static void tag_html(const char *name)
{
	if (place.where != TEXT)
		fail("{{html %s}} stands between tags", name);
	write_call("html_raw", name);
}

static void tag_json(const char *name)
{
	if (place.where != SCRIPT_JSON)
		fail("{{json %s}} stands in a <script type=\"application/json\">", name);
	write_call("html_json", name);
}

static void tag_css(const char *name)
{
	if (place.where != STYLE)
		fail("{{css %s}} stands in a <style>", name);
	write_call("html_css", name);
}

static struct block *open_block(void)
{
	if (place.where == COMMENT || place.where == RAW || place.where == SCRIPT_JSON || place.where == STYLE)
		fail("no condition and no list here");
	if (depth == DEEPEST)
		fail("nested too deeply");
	if (place.where == TAG && *place.attribute && strcmp(place.attribute, place.tag) != 0)
		fail("a condition in the middle of a name");
	blocks[depth] = (struct block){ .begin = place };
	return &blocks[depth];
}

static void tag_if(const char *name)
{
	bool negated = !strncmp(name, "not ", 4);

	open_block();
	fprintf(out, "#line %d \"%s\"\n\tif (%s", line, file, negated ? "!" : "");
	write_value(negated ? name + 4 : name);
	fprintf(out, ") {\n");
	depth++;
}

static void check_branch(const struct block *b)
{
	if (!is_same(&b->begin, &place))
		fail("what stands between if or each and its end must close what it opens");
	place.after_branch = place.where == TAG;
	place.attribute[0] = place.where == TAG ? '\0' : place.attribute[0];
}

static void tag_else(void)
{
	struct block *b = depth ? &blocks[depth - 1] : NULL;

	if (!b || b->loop || b->has_else)
		fail("else without an if");
	check_branch(b);
	b->has_else = true;
	place.after_branch = false;
	fprintf(out, "\t} else {\n");
}

static void tag_end(void)
{
	if (depth == 0)
		fail("end without a beginning");
	check_branch(&blocks[depth - 1]);
	depth--;
	fprintf(out, "\t}\n");
}

/* `rest`: item of items */
static void tag_each(char *rest)
{
	char *of = strstr(rest, " of ");
	struct block *b = open_block();

	if (!of)
		fail("each item of items");
	*of = '\0';
	if (!is_name(rest) || strchr(rest, '.') || strlen(rest) >= NAME_ROOM)
		fail("'%s' is not a name", rest);
	fprintf(out, "#line %d \"%s\"\n\tfor (size_t i%d = 0; i%d < ", line, file, depth, depth);
	write_value(of + 4);
	fprintf(out, ".count; i%d++) {\n\tconst __typeof__(*", depth);
	write_value(of + 4);
	fprintf(out, ".at) *each_%s = &", rest);
	write_value(of + 4);
	fprintf(out, ".at[i%d];\n", depth);
	b->loop = true;
	memcpy(b->variable, rest, strlen(rest) + 1);
	depth++;
}

/* Whether the tag leaves no line of its own behind. */
static bool is_block_tag(const char *tag)
{
	return !strncmp(tag, "if ", 3) || !strncmp(tag, "each ", 5) || !strcmp(tag, "else") || !strcmp(tag, "end");
}

static void take_tag(char *tag)
{
	if (!strncmp(tag, "if ", 3))
		tag_if(tag + 3);
	else if (!strncmp(tag, "each ", 5))
		tag_each(tag + 5);
	else if (!strcmp(tag, "else"))
		tag_else();
	else if (!strcmp(tag, "end"))
		tag_end();
	else if (!strncmp(tag, "html ", 5))
		tag_html(tag + 5);
	else if (!strncmp(tag, "json ", 5))
		tag_json(tag + 5);
	else if (!strncmp(tag, "css ", 4))
		tag_css(tag + 4);
	else if (!strncmp(tag, "url ", 4))
		tag_url(tag + 4);
	else if (!strncmp(tag, "int ", 4))
		tag_text("html_int", tag + 4);
	else
		tag_text("html_text", tag);
}

/* -- the file -- */

static char *read_all(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET)) {
		perror(path);
		exit(1);
	}
	text = malloc((size_t)size + 1);
	if (!text || fread(text, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		exit(1);
	}
	text[size] = '\0';
	fclose(f);
	if (strlen(text) != (size_t)size)
		fail("a NUL in a template");
	return text;
}

/* {{template NAME "HEADER"}} on the first line. Returns what follows. */
static char *begin(char *text)
{
	char name[NAME_ROOM], header[NAME_ROOM];
	char *end = strstr(text, "}}\n");

	if (!end || sscanf(text, "{{template %63[a-z0-9_] \"%63[a-z0-9_/.]\"}}", name, header) != 2)
		fail("a template begins with {{template name \"room/header.h\"}}");
	fprintf(out, "/* generated from %s by tools/template.c, do not edit */\n", file);
	fprintf(out, "#include \"%s\"\n#include \"http/template.h\"\n", header);
	fprintf(out, "#pragma GCC diagnostic error \"-Wincompatible-pointer-types\"\n");
	fprintf(out, "#pragma GCC diagnostic error \"-Wint-conversion\"\n");
	fprintf(out, "void %s_write(struct buffer *to, const struct %s *v)\n{\n\t(void)v;\n", name, name);
	line++;
	return end + 3;
}

/* The start of the blanks that stand alone before `at` on its line; NULL: something else does too. */
static char *line_start(char *from, char *at)
{
	while (at > from && (at[-1] == ' ' || at[-1] == '\t'))
		at--;
	return at[-1] == '\n' ? at : NULL; /* before the first character stands the end of the template tag */
}

static void take_literal(char *at, const char *end)
{
	write_literal(at, (size_t)(end - at));
	for (; at < end; at++) {
		follow(at);
		line += *at == '\n';
	}
}

static void take_file(char *at)
{
	char *open, *close, *alone;

	for (; (open = strstr(at, "{{")); at = close) {
		close = strstr(open, "}}");
		if (!close)
			fail("a {{ that does not end");
		*close = '\0';
		close += 2;
		alone = is_block_tag(open + 2) && *close == '\n' ? line_start(at, open) : NULL;
		take_literal(at, alone ? alone : open);
		take_tag(open + 2);
		if (alone) {
			close++;
			line++;
		}
	}
	take_literal(at, at + strlen(at));
}

int main(int argc, char **argv)
{
	char *text;

	if (argc != 3) {
		fprintf(stderr, "usage: template FROM.html TO.c\n");
		return 2;
	}
	file = argv[1];
	text = read_all(file);
	out = fopen(argv[2], "w");
	if (!out) {
		perror(argv[2]);
		return 1;
	}
	take_file(begin(text));
	if (depth || place.where != TEXT)
		fail("the template ends in the middle of something");
	fprintf(out, "}\n");
	free(text);
	return fclose(out) ? 1 : 0;
}
