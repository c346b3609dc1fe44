/* Makes letters small, composes them, and writes each label that is not ASCII in Punycode. */
#include "base/idn.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buffer.h"
#include "base/text.h"
#include "base/url.h"
#include "base/banned.h"

/* RFC 3492 section 5 */
#define BASE 36
#define T_MIN 1
#define T_MAX 26
#define SKEW 38
#define DAMP 700
#define FIRST_BIAS 72
#define FIRST_POINT 128

static bool is_ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= FIRST_POINT)
			return false;
	return true;
}

/* RFC 3492 section 6.1 */
static unsigned adapt(unsigned delta, unsigned points, bool first)
{
	unsigned k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

static void put_digit(struct buffer *to, unsigned digit)
{
	buffer_char(to, (char)(digit < 26 ? 'a' + digit : '0' + digit - 26));
}

/* A number of variable length (RFC 3492 section 6.3, the innermost loop). */
static void put_delta(struct buffer *to, unsigned delta, unsigned bias)
{
	unsigned q = delta, t;

	for (unsigned k = BASE;; k += BASE) {
		t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
		if (q < t)
			break;
		put_digit(to, t + (q - t) % (BASE - t));
		q = (q - t) / (BASE - t);
	}
	put_digit(to, q);
}

/* The smallest code point from `least` on; there is one. */
static unsigned next_point(const int32_t *points, unsigned n, unsigned least)
{
	unsigned found = UINT32_MAX;

	for (unsigned i = 0; i < n; i++)
		if ((unsigned)points[i] >= least && (unsigned)points[i] < found)
			found = (unsigned)points[i];
	return found;
}

/* RFC 3492 section 6.3. At most URL_HOST_MAX points, each below 0x110000: no number here overflows. */
static void put_punycode(struct buffer *to, const int32_t *points, unsigned n)
{
	unsigned basic = 0, done, delta = 0, bias = FIRST_BIAS, point = FIRST_POINT, next;

	for (unsigned i = 0; i < n; i++)
		if (points[i] < FIRST_POINT) {
			buffer_char(to, (char)points[i]);
			basic++;
		}
	if (basic)
		buffer_char(to, '-');
	for (done = basic; done < n; delta++, point++) {
		next = next_point(points, n, point);
		delta += (next - point) * (done + 1);
		point = next;
		for (unsigned i = 0; i < n; i++) {
			delta += (unsigned)points[i] < point;
			if ((unsigned)points[i] != point)
				continue;
			put_delta(to, delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
}

/* Appends one label, which is UTF-8, small and composed. */
static bool put_label(struct buffer *to, const char *label, size_t len)
{
	int32_t points[URL_HOST_MAX];
	size_t before = to->len, i = 0;
	unsigned n = 0;

	if (is_ascii(label, len)) {
		buffer_add(to, label, len);
		return len <= URL_LABEL_MAX;
	}
	while (i < len && n < ARRAY_LEN(points))
		i += (size_t)utf8proc_iterate((const unsigned char *)label + i, (ptrdiff_t)(len - i), &points[n++]);
	buffer_text(to, "xn--");
	put_punycode(to, points, n);
	return i == len && to->len - before <= URL_LABEL_MAX;
}

static bool put_labels(struct buffer *to, const char *name)
{
	for (;; name++) {
		size_t len = strcspn(name, ".");

		if (!put_label(to, name, len))
			return false;
		name += len;
		if (!*name)
			return to->len <= URL_HOST_MAX;
		buffer_char(to, '.');
	}
}

static utf8proc_int32_t lower(utf8proc_int32_t c, void *unused)
{
	(void)unused;
	return utf8proc_tolower(c);
}

static const char *small_copy(struct arena *a, struct slice host)
{
	char *copy = arena_copyn(a, host.at, host.len);

	for (char *p = copy; *p; p++)
		*p = text_lower(*p);
	return copy;
}

const char *idn_to_ascii(struct arena *a, struct slice host)
{
	utf8proc_uint8_t *folded = NULL;
	const char *out = NULL;
	struct buffer name;

	if (is_ascii(host.at, host.len))
		return small_copy(a, host);	/* its parser has checked the lengths */
	if (host.len > 4 * URL_HOST_MAX ||
	    utf8proc_map_custom((const unsigned char *)host.at, (ptrdiff_t)host.len, &folded,
				UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE, lower,
				NULL) < 0)
		return NULL;
	buffer_init(&name, KIB(4));
	if (put_labels(&name, (const char *)folded))
		out = arena_copyn(a, name.data, name.len);
	buffer_done(&name);
	free(folded);
	return out;
}
