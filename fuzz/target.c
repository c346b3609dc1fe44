/*
 * The target of a request and the headers that are lists: what strict.h lets pass, found in the real route table,
 * taken apart and decoded. The input is a target, then after a line feed a header's value.
 */
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/js_number.h"
#include "base/like.h"
#include "base/text.h"
#include "http/compress.h"
#include "http/mount.h"
#include "http/request.h"
#include "http/strict.h"
#include "server/routes.h"

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool started;

/* Everything decoded is text that can be stored. */
static void must_be_text(const char *s)
{
	if (!text_is_utf8(s, strlen(s)))
		abort();
}

static void find(struct arena *a, const char *path)
{
	struct route_match match;

	for (enum method m = GET; m <= METHOD_OTHER; m++) {
		route_find(mount_find(path), m, path, a, &match);
		if (match.route && (!match.path_known || *match.allow))
			abort();
		for (int i = 0; match.route && i < match.arg_count; i++)
			must_be_text(match.args[i].value);
	}
}

static void read_query(struct arena *a, const char *text)
{
	struct params query;
	double number;

	params_parse(a, text, strlen(text), &query);
	for (size_t i = 0; i < query.count; i++) {
		const char *value = query.at[i].value;

		must_be_text(query.at[i].name);
		must_be_text(value);
		must_be_text(text_fold(a, value));
		if (text_utf16_len(value) < text_points(value))
			abort();
		text_js_number(value, &number);
		text_is_truthy(value);
		text_like(value, query.at[i].name, strlen(query.at[i].name), NULL);
	}
}

/* A form that is written is read as it was. */
static void read_back(struct arena *a, const char *value)
{
	struct buffer b;
	bool nul = false;

	if (!text_is_utf8(value, strlen(value)))
		return;
	buffer_init(&b, MIB(1));
	text_escape_form(&b, value);
	if (strcmp(text_unescape_form(a, buffer_str(&b), b.len, &nul), value) != 0 || nul)
		abort();
	buffer_done(&b);
}

static void read_header(struct arena *a, const char *value)
{
	uint64_t length;

	coding_choose(value);
	strict_host(value, strlen(value));
	strict_header_value(value, strlen(value));
	strict_header_name(value, strlen(value));
	strict_length(value, &length);
	read_back(a, value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	const char *target = arena_copyn(a, (const char *)data, size);
	char *header = strchr(target, '\n'), *mark;
	struct slice host, path;

	if (!started) {
		if (routes_start())
			abort();
		started = true;
	}
	if (header) {
		*header++ = '\0';
		read_header(a, header);
	}
	if (strict_target(target, strlen(target)) && strict_split_target(target, &host, &path)) {
		char *own = arena_copyn(a, path.at, path.len);

		strict_host(host.at, host.len);
		mark = strchr(own, '?');
		if (mark) {
			*mark = '\0';
			read_query(a, mark + 1);
		}
		find(a, own);
	}
	arena_free(a);
	return 0;
}
