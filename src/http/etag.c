/* Compares a tag with If-None-Match. */
#include "http/etag.h"

#include <string.h>

#include "base/banned.h"

/* Whether a list of directives, or NULL, holds this one. */
static bool has_directive(const char *header, const char *name)
{
	size_t len = strlen(name), n;

	for (const char *at = header; at && *at; at += n + (at[n] == ',')) {
		at += strspn(at, " \t");
		n = strcspn(at, ",");
		if (strncasecmp(at, name, len) == 0 && strspn(at + len, " \t") == n - len)
			return true;
	}
	return false;
}

/* Whether the list of If-None-Match names the tag. Weak comparison (RFC 9110 section 13.1.2): a W/ is ignored. */
static bool matches(const char *list, const char *tag)
{
	size_t len = strlen(tag), n;

	for (const char *at = list; *at; at += n + (at[n] == ',')) {
		at += strspn(at, " \t");
		n = strcspn(at, ",");
		if (*at == '*')
			return true;
		if (strncmp(at, "W/", 2) == 0) {
			at += 2;
			n -= 2;
		}
		if (strncmp(at, tag, len) == 0 && strspn(at + len, " \t") + len == n)
			return true;
	}
	return false;
}

bool etag_is_current(const struct request *rq, const char *tag)
{
	const char *asked = request_header(rq, "If-Modified-Since") ? NULL : request_header(rq, "If-None-Match");

	return asked && matches(asked, tag) && !has_directive(request_header(rq, "Cache-Control"), "no-cache");
}
