/* Reads CBOR where it lies. */
#include "crypto/ctap.h"

#include <string.h>

#include "base/banned.h"

#define SIMPLE_FALSE 20
#define SIMPLE_NULL 22

static bool skip(struct slice *from, uint64_t n)
{
	if (n > from->len)
		return false;
	from->at += n;
	from->len -= (size_t)n;
	return true;
}

/* The first byte and the number that follows it (RFC 8949 section 3). */
static bool read_head(struct slice *from, struct ctap_item *out)
{
	const unsigned char *at = (const unsigned char *)from->at;
	unsigned low;
	size_t more;

	if (from->len == 0)
		return false;
	low = at[0] & 31;
	if (low > 27)		/* reserved, or of indefinite length */
		return false;
	more = low < 24 ? 0 : (size_t)1 << (low - 24);
	if (from->len < 1 + more)
		return false;
	out->kind = (enum ctap_kind)(at[0] >> 5);
	out->number = more ? 0 : low;
	for (size_t i = 1; i <= more; i++)
		out->number = out->number << 8 | at[i];
	return skip(from, 1 + more);
}

static bool read_item(struct slice *from, int depth, struct ctap_item *out);

/* Each item has a byte at least, so a count beyond the bytes ends at once. */
static bool skip_items(struct slice *from, uint64_t n, int depth)
{
	struct ctap_item item;

	for (uint64_t i = 0; i < n; i++)
		if (!read_item(from, depth - 1, &item))
			return false;
	return true;
}

static bool read_inside(struct slice *from, const struct ctap_item *item, int depth)
{
	switch (item->kind) {
	case CTAP_UNSIGNED:
	case CTAP_NEGATIVE:
		return true;
	case CTAP_BYTES:
	case CTAP_TEXT:
		return skip(from, item->number);
	case CTAP_LIST:
		return skip_items(from, item->number, depth);
	case CTAP_MAP:
		return skip_items(from, item->number, depth) && skip_items(from, item->number, depth);
	case CTAP_SIMPLE:
		return from->at - item->whole.at == 1 && item->number >= SIMPLE_FALSE && item->number <= SIMPLE_NULL;
	case CTAP_TAG:
		break;
	}
	return false;
}

static bool read_item(struct slice *from, int depth, struct ctap_item *out)
{
	const char *inside;

	out->whole = *from;
	if (depth == 0 || !read_head(from, out))
		return false;
	inside = from->at;
	if (!read_inside(from, out, depth))
		return false;
	out->inside = (struct slice){ inside, (size_t)(from->at - inside) };
	out->whole.len = (size_t)(from->at - out->whole.at);
	return true;
}

bool ctap_read(struct slice *from, struct ctap_item *out)
{
	return read_item(from, CTAP_DEPTH_MAX, out);
}

bool ctap_read_all(struct slice bytes, struct ctap_item *out)
{
	return ctap_read(&bytes, out) && bytes.len == 0;
}

bool ctap_is_number(const struct ctap_item *item, int64_t n)
{
	return n < 0 ? item->kind == CTAP_NEGATIVE && item->number == (uint64_t)(-1 - n) :
		       item->kind == CTAP_UNSIGNED && item->number == (uint64_t)n;
}

bool ctap_is_text(const struct ctap_item *item, const char *text)
{
	return item->kind == CTAP_TEXT && item->inside.len == strlen(text) &&
	       !memcmp(item->inside.at, text, item->inside.len);
}

/* Looks at every key, since one that comes twice would be read differently by others. */
static bool find(const struct ctap_item *map, const char *text, int64_t number, struct ctap_item *out)
{
	struct slice rest = map->inside;
	struct ctap_item key, value;
	int found = 0;

	for (uint64_t i = 0; map->kind == CTAP_MAP && i < map->number; i++) {
		if (!ctap_read(&rest, &key) || !ctap_read(&rest, &value))
			return false;
		if (!(text ? ctap_is_text(&key, text) : ctap_is_number(&key, number)))
			continue;
		*out = value;
		found++;
	}
	return found == 1;
}

bool ctap_find_text(const struct ctap_item *map, const char *key, struct ctap_item *out)
{
	return find(map, key, 0, out);
}

bool ctap_find_number(const struct ctap_item *map, int64_t key, struct ctap_item *out)
{
	return find(map, NULL, key, out);
}
