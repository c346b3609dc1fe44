/* Names of hosts in ASCII, by libidn2. */
#include "base/idn.h"

#include <idn2.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/url.h"
#include "base/banned.h"

static bool is_ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] > 0x7f)
			return false;
	return true;
}

static const char *small_copy(struct arena *a, struct slice host)
{
	char *copy = arena_copyn(a, host.at, host.len);

	for (char *p = copy; *p; p++)
		*p = text_lower(*p);
	return copy;
}

/* The characters that the transitional mapping changes and the other one keeps (UTS #46 section 2.3). */
static bool has_deviation(const char *name)
{
	static const char *const characters[] = { "\u00df", "\u03c2", "\u200c", "\u200d" };

	for (size_t i = 0; i < ARRAY_LEN(characters); i++)
		if (strstr(name, characters[i]))
			return true;
	return false;
}

/*
 * libidn2 refuses symbols, since IDNA2008 has none, and letters that are newer than its tables; browsers take them,
 * and there are such hosts. When it maps transitionally it takes them too, and without a deviation the result is the
 * same.
 */
static int convert(const char *name, uint8_t **out)
{
	const uint8_t *bytes = (const uint8_t *)name;
	int code = idn2_lookup_u8(bytes, out, IDN2_NONTRANSITIONAL);

	if ((code == IDN2_DISALLOWED || code == IDN2_UNASSIGNED) && !has_deviation(name))
		code = idn2_lookup_u8(bytes, out, IDN2_TRANSITIONAL);
	return code;
}

/*
 * Appends a label, or several when it has a full stop of another script in it. One that has ASCII only is kept away
 * from libidn2, which wants no hyphens in some places. False: it is not a label.
 */
static bool put_label(struct buffer *to, struct arena *a, struct slice label)
{
	uint8_t *ascii = NULL;
	bool converted;

	if (is_ascii(label.at, label.len)) {
		buffer_text(to, small_copy(a, label));
		return true;
	}
	if (label.len > 4 * URL_LABEL_MAX)
		return false;
	converted = convert(arena_copyn(a, label.at, label.len), &ascii) == IDN2_OK;
	if (converted)
		buffer_text(to, (const char *)ascii);
	idn2_free(ascii);
	return converted;
}

static bool put_labels(struct buffer *to, struct arena *a, const char *name)
{
	for (;; name++) {
		size_t len = strcspn(name, ".");

		if (!put_label(to, a, (struct slice){ name, len }))
			return false;
		name += len;
		if (!*name)
			return true;
		buffer_char(to, '.');
	}
}

/* Mapping may have made a port, or another mark of a URL, of what was none. */
static bool is_host(const char *ascii)
{
	struct url u;

	return url_parse_host(ascii, strlen(ascii), &u) && u.host.len == strlen(ascii);
}

const char *idn_to_ascii(struct arena *a, struct slice host)
{
	CLEANUP(buffer_done) struct buffer b = {0};
	const char *name;

	if (is_ascii(host.at, host.len))
		return small_copy(a, host);	/* its parser has checked the lengths */
	if (host.len > 4 * URL_HOST_MAX || memchr(host.at, '\0', host.len))
		return NULL;
	name = arena_copyn(a, host.at, host.len);
	buffer_init(&b, KIB(4));
	if (!put_labels(&b, a, name) || !is_host(buffer_str(&b)))
		return NULL;
	return arena_copyn(a, b.data, b.len);
}

size_t idn_len_without_root(const char *name)
{
	size_t len = strlen(name);

	while (len > 0 && name[len - 1] == '.')
		len--;
	return len;
}
