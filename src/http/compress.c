/* Chooses by the weights of Accept-Encoding; makes brotli, gzip and deflate of a whole body. */
#include "http/compress.h"

#include <brotli/encode.h>
#include <malloc.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/banned.h"

/* Answers are made once for one reader: speed counts more than the last percent. */
#define BROTLI_EFFORT 4
#define BROTLI_WINDOW 18	/* 256 KiB, past the size of most answers */
#define ZLIB_EFFORT 4

/* -- choosing -- */

struct weights {
	int br, gzip, deflate, identity, any;	/* thousandths; -1: not named */
};

static const char *skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

/* qvalue of RFC 9110 section 12.4.2, in thousandths; 1000 without a valid one. `s` stands behind the coding's name. */
static int weight(const char *s, const char *end)
{
	int n = 0, scale = 1000;

	for (; s < end && *s == ';'; s += strcspn(s, ";,")) {
		s = skip_blanks(s + 1);
		if ((*s | 0x20) != 'q' || s[1] != '=')
			continue;
		s += 2;
		if (*s == '1')
			return 1000;
		if (*s != '0')
			return 1000;
		if (*++s != '.')
			return 0;
		for (s++; *s >= '0' && *s <= '9' && scale > 1; s++) {
			scale /= 10;
			n += (*s - '0') * scale;
		}
		return n;
	}
	return 1000;
}

/* The member of `w` for a coding's name; NULL: an unknown name. */
static int *place(struct weights *w, const char *name, size_t len)
{
	static const struct { const char *name; size_t offset; } codings[] = {
		{ "br", offsetof(struct weights, br) }, { "gzip", offsetof(struct weights, gzip) },
		{ "x-gzip", offsetof(struct weights, gzip) }, { "deflate", offsetof(struct weights, deflate) },
		{ "identity", offsetof(struct weights, identity) },
		{ "*", offsetof(struct weights, any) },
	};

	for (size_t i = 0; i < ARRAY_LEN(codings); i++)
		if (strlen(codings[i].name) == len && strncasecmp(codings[i].name, name, len) == 0)
			return (int *)((char *)w + codings[i].offset);
	return NULL;
}

static struct weights read_weights(const char *at)
{
	struct weights w = { -1, -1, -1, -1, -1 };
	const char *end, *behind;
	int *q;

	for (; *at; at = *end ? end + 1 : end) {
		at = skip_blanks(at);
		end = at + strcspn(at, ",");
		q = place(&w, at, strcspn(at, ";, \t"));
		behind = skip_blanks(at + strcspn(at, ";, \t"));
		if (q)
			*q = weight(behind, end);
	}
	return w;
}

enum coding coding_choose(const char *accept)
{
	struct weights w;
	enum coding best = CODING_NONE;
	int q = 0;

	if (!accept || !*accept)
		return CODING_NONE;
	w = read_weights(accept);
	if (w.gzip < 0)
		w.gzip = w.any;		/* `*` means gzip */
	if (w.br > q)
		q = w.br, best = CODING_BR;
	if (w.gzip > q)
		q = w.gzip, best = CODING_GZIP;
	if (w.deflate > q)
		q = w.deflate, best = CODING_DEFLATE;
	return w.identity > q ? CODING_NONE : best;
}

const char *coding_name(enum coding c)
{
	static const char *const names[] = { "identity", "br", "gzip", "deflate" };

	return names[c];
}

/*
 * -- memory: a coder copies the text that it reads, and the text may hold a secret --
 *
 * A coder's tables are many times as long as most answers, and wiping all of them would cost a tenth of the work. The
 * text stands at the start of its pieces: of each so many bytes are wiped as `opaque` says, all for NULL.
 * tests/faults/memory.test.ts finds out when a library does it otherwise. Brotli has pieces of the text on the stack
 * too, some 20 KiB deep.
 */

#define BESIDE_TEXT KIB(1)
#define STACK_OF_CODERS KIB(64)

/* Wipes the first `*most` bytes, all for NULL, and frees. */
static void wipe_and_free(const size_t *most, void *p)
{
	size_t n = p ? malloc_usable_size(p) : 0;

	if (n > 0)
		explicit_bzero(p, most && *most < n ? *most : n);
	free(p);
}

static voidpf zlib_alloc(voidpf unused, uInt items, uInt size)
{
	(void)unused;
	return malloc((size_t)items * size);
}

static void zlib_free(voidpf opaque, voidpf p)
{
	wipe_and_free(opaque, p);
}

void coding_wipe_on_free(z_stream *z)
{
	z->zalloc = zlib_alloc;
	z->zfree = zlib_free;
}

static void *brotli_alloc(void *unused, size_t size)
{
	(void)unused;
	return malloc(size);
}

static void brotli_free(void *opaque, void *p)
{
	wipe_and_free(opaque, p);
}

static void brotli_done(BrotliEncoderState **s)
{
	if (*s)
		BrotliEncoderDestroyInstance(*s);
}

/* -- making: each returns the length written, 0 when it does not fit -- */

static size_t make_brotli(const struct buffer *from, char *to, size_t room)
{
	size_t wiped = from->len + BESIDE_TEXT;
	CLEANUP(brotli_done) BrotliEncoderState *s = BrotliEncoderCreateInstance(brotli_alloc, brotli_free, &wiped);
	const uint8_t *next_in = (const uint8_t *)from->data;
	uint8_t *next_out = (uint8_t *)to;
	size_t in = from->len, left = room;

	if (!s)
		return 0;
	BrotliEncoderSetParameter(s, BROTLI_PARAM_QUALITY, BROTLI_EFFORT);
	BrotliEncoderSetParameter(s, BROTLI_PARAM_LGWIN, BROTLI_WINDOW);
	BrotliEncoderSetParameter(s, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT);
	BrotliEncoderSetParameter(s, BROTLI_PARAM_SIZE_HINT, (uint32_t)from->len);
	if (!BrotliEncoderCompressStream(s, BROTLI_OPERATION_FINISH, &in, &next_in, &left, &next_out, NULL) ||
	    !BrotliEncoderIsFinished(s))
		return 0;
	return room - left;
}

/* `window`: 15 for a zlib stream, which is what HTTP calls deflate (RFC 9110 section 8.4.1.2); 16 more for gzip. */
static size_t make_zlib(const struct buffer *from, char *to, size_t room, int window)
{
	size_t wiped = from->len + BESIDE_TEXT;
	z_stream z = {
		.next_in = (Bytef *)from->data, .avail_in = (uInt)from->len, .next_out = (Bytef *)to,
		.avail_out = (uInt)room, .opaque = &wiped,
	};
	bool done;

	coding_wipe_on_free(&z);
	if (deflateInit2(&z, ZLIB_EFFORT, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return 0;
	done = deflate(&z, Z_FINISH) == Z_STREAM_END;
	deflateEnd(&z);
	return done ? room - z.avail_out : 0;
}

bool coding_apply(enum coding c, struct buffer *body)
{
	struct buffer coded;
	char *to;
	size_t len;

	if (c == CODING_NONE || body->len == 0)
		return false;
	buffer_init(&coded, body->max);
	coded.charge = body->charge;
	to = buffer_reserve(&coded, body->len);
	if (!to)
		return false;	/* the account has no room for a second body */
	len = c == CODING_BR ? make_brotli(body, to, body->len) :
			       make_zlib(body, to, body->len, c == CODING_GZIP ? 16 + MAX_WBITS : MAX_WBITS);
	sodium_stackzero(STACK_OF_CODERS);
	if (len == 0 || len >= body->len) {
		buffer_done(&coded);
		return false;
	}
	coded.len = len;
	buffer_fit(&coded);
	buffer_done(body);
	*body = coded;
	return true;
}
