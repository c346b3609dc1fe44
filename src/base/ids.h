/*
 * ids.h - identifiers and generated secrets (contract: http-conventions.md section 7).
 */
#ifndef BASE_IDS_H
#define BASE_IDS_H

#include "base/base.h"

struct arena;

enum alphabet {
	ALPHABET_LOWER,		/* 0-9a-z */
	ALPHABET_ALNUM,		/* 0-9a-zA-Z */
	ALPHABET_URL,		/* 0-9a-zA-Z_- */
	ALPHABET_HEX,		/* 0-9a-f */
	ALPHABET_DIGITS,	/* 0-9 */
};

#define ID_SHORT 12	/* organizations, users, connectors */
#define ID_LONG 21	/* everything else */
#define ID_COLUMN 21	/* the width that clients store */
#define SECRET_LEN 32

/*
 * `out` gets `len` characters and a NUL. Every character is equally likely. From the system's CSPRNG, drawn in pools.
 */
void id_new(char *out, size_t len, enum alphabet of);
/* The same as a text that lives in `a`. */
const char *id_make(struct arena *a, size_t len, enum alphabet of);
/* Raw random bytes. */
void random_bytes(void *out, size_t n);

#endif
