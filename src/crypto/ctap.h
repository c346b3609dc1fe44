/*
 * ctap.h - reads CBOR (RFC 8949) as authenticators write it (CTAP 2.1 section 8), in place.
 *
 * An item is a number, a string, a list, a map, true, false or null. Refused are what authenticators do not write:
 * tags, fractions, items of indefinite length, more than CTAP_DEPTH_MAX levels; and what is longer than the bytes at
 * hand. Nothing is allocated, so a header may claim what it likes.
 */
#ifndef CRYPTO_CTAP_H
#define CRYPTO_CTAP_H

#include "base/base.h"

#define CTAP_DEPTH_MAX 8

enum ctap_kind { CTAP_UNSIGNED, CTAP_NEGATIVE, CTAP_BYTES, CTAP_TEXT, CTAP_LIST, CTAP_MAP, CTAP_TAG, CTAP_SIMPLE };

/* Its parts are pieces of the bytes that were read. */
struct ctap_item {
	enum ctap_kind kind;
	uint64_t number;		/* value; length of a string; items of a list; pairs of a map */
	struct slice inside;		/* the bytes of a string, the items of a list or a map */
	struct slice whole;
};

/* Reads the item at the beginning of `from`, and moves `from` behind it. False: there is none of this form. */
NODISCARD bool ctap_read(struct slice *from, struct ctap_item *out);
/* The same for an item that is all of the bytes. */
NODISCARD bool ctap_read_all(struct slice bytes, struct ctap_item *out);
/* Whether it is the whole number `n`. */
bool ctap_is_number(const struct ctap_item *item, int64_t n);
bool ctap_is_text(const struct ctap_item *item, const char *text);
/* The value of a map under a text, or under a number. False: it is no map, or has it never or twice. */
NODISCARD bool ctap_find_text(const struct ctap_item *map, const char *key, struct ctap_item *out);
NODISCARD bool ctap_find_number(const struct ctap_item *map, int64_t key, struct ctap_item *out);

#endif
