/* Redirects: what a Location may be, and the small page for a client that does not follow it. */
#include "http/request.h"

#include <string.h>

#include "base/text.h"
#include "http/template.h"
#include "base/banned.h"

#define IS_DIGIT(c) ((c) >= '0' && (c) <= '9')
#define IS_ALPHA(c) (((c) | 0x20) >= 'a' && ((c) | 0x20) <= 'z')
#define IS_HEX(c) (IS_DIGIT(c) || (((c) | 0x20) >= 'a' && ((c) | 0x20) <= 'f'))

/* RFC 3986 section 2: unreserved, reserved, and `%` before two hexadecimal digits. */
static bool has_uri_characters(const char *s)
{
	for (; *s; s++) {
		if (*s == '%' && !(IS_HEX(s[1]) && IS_HEX(s[2])))
			return false;
		if (!IS_ALPHA(*s) && !IS_DIGIT(*s) && !strchr("-._~:/?#[]@!$&'()*+,;=%", *s))
			return false;
	}
	return true;
}

/* RFC 3986 section 3.1: the length of `scheme:`; 0: `s` does not begin with one. */
static size_t scheme_len(const char *s)
{
	size_t n = 0;

	if (!IS_ALPHA(s[0]))
		return 0;
	while (IS_ALPHA(s[n]) || IS_DIGIT(s[n]) || (s[n] && strchr("+-.", s[n])))
		n++;
	return s[n] == ':' ? n + 1 : 0;
}

/* Whether `s` may be a Location. Two slashes at its beginning would name another host (RFC 3986 section 4.2). */
static bool is_destination(const char *s)
{
	if (!reply_header_fits(s) || !has_uri_characters(s))
		return false;
	if (s[0] == '/')
		return s[1] != '/';
	return scheme_len(s) && s[scheme_len(s)];
}

/*
 * Writes a page with a link. Some schemes run scripts, so only what url_is_link() accepts becomes a link, the rest
 * text.
 */
static void write_page(struct buffer *to, const char *location)
{
	buffer_text(to, "<!DOCTYPE html>\n<title>Redirect</title>\n<p>This page is at ");
	if (url_is_link(location)) {
		buffer_text(to, "<a href=\"");
		html_text(to, location);
		buffer_text(to, "\">");
	}
	html_text(to, location);
	buffer_text(to, url_is_link(location) ? "</a>.\n" : ".\n");
}

err_t reply_redirect(struct request *rq, int status, const char *location)
{
	err_t e;

	if (!is_destination(location))
		return err_set(ERR_INTERNAL, "a redirect to what is not an address: %.200s", location);
	e = reply_header(rq, "Location", location);
	if (e)
		return e;
	write_page(reply_html(rq, status), location);
	return OK;
}
