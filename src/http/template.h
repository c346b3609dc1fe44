/*
 * template.h - HTML from templates, which escape every value unless its type says that it is HTML or JSON.
 *
 * A template is a file of HTML that the build turns into a C function (tools/template.c tells the language). What it
 * shows are the members of one struct, so a name that does not exist, or a member of the wrong type, does not
 * compile:
 *
 *	struct error_page { const char *title; struct { const struct cause *at; size_t count; } causes; };
 *	TEMPLATE(error_page);
 *	...
 *	error_page_write(reply_html(rq, 400), &(struct error_page){ .title = title });
 *	return OK;
 *
 * Texts are escaped; they cannot be written raw. Raw are only `struct html`, which html_of() makes of what a template
 * wrote, and JSON in a form that no browser takes for markup.
 */
#ifndef HTTP_TEMPLATE_H
#define HTTP_TEMPLATE_H

#include "base/json.h"

/* Markup made by a template. */
struct html {
	const char *text; /* NULL writes nothing */
	size_t len;
};

#define TEMPLATE(name) void name##_write(struct buffer *to, const struct name *v)

/*
 * What a template wrote, for another to show; lives in `a`, and `b` is empty afterwards. Only for buffers that
 * templates wrote.
 */
struct html html_of(struct arena *a, struct buffer *b);

/* -- what the functions made of templates call -- */

/* Escapes & < > " and '; right between tags and in quoted attributes. NULL writes nothing. */
void html_text(struct buffer *to, const char *s);
void html_int(struct buffer *to, int64_t n);
void html_raw(struct buffer *to, struct html h);
/* For a <script type="application/json">: < > & and the line separators of JavaScript are escaped. */
void html_json(struct buffer *to, const json_t *value);
/* A style sheet for a <style>, which it cannot end. NULL writes nothing. */
void html_css(struct buffer *to, const char *css);
/* An address in an attribute that is followed or loaded; one that is not a link (url_is_link) becomes about:blank. */
void html_url(struct buffer *to, const char *url);

/* Begins with http:// or https://, or is a path of this server. */
bool url_is_link(const char *url);

#endif
