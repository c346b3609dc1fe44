/* Draws QR codes by libqrencode, and writes them as PNG: black and white, one bit a pixel. */
#include "crypto/qr.h"

#include <string.h>

#include <qrencode.h>
#include <zlib.h>

#include "base/base64.h"
#include "base/buffer.h"
#include "base/banned.h"

#define QUIET 4			/* modules of white around the code: ISO/IEC 18004 section 9.1 */
#define PIXELS 4		/* of a module, in each direction: two modules are a byte */
#define DATA_URL "data:image/png;base64,"

static void code_done(QRcode **code)
{
	if (*code)
		explicit_bzero((*code)->data, (size_t)(*code)->width * (size_t)(*code)->width);
	QRcode_free(*code);
}

static bool is_dark(const QRcode *code, int x, int y)
{
	return x >= 0 && y >= 0 && x < code->width && y < code->width && code->data[y * code->width + x] & 1;
}

/* One line of pixels through the row `y` of modules; begins with its filter: none. A bit that is set is white. */
static void draw_line(const QRcode *code, int y, unsigned char *line, size_t size)
{
	memset(line, 0xff, size);
	line[0] = 0;
	for (int x = 0; x < code->width; x++)
		if (is_dark(code, x, y))
			line[1 + (x + QUIET) / 2] &= (x + QUIET) % 2 ? 0xf0 : 0x0f;
}

static void add_number(struct buffer *to, uint32_t n)
{
	unsigned char big_endian[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
					(unsigned char)n };

	buffer_add(to, big_endian, sizeof(big_endian));
}

/* A chunk of a PNG file (ISO/IEC 15948 section 5.3). */
static void add_chunk(struct buffer *to, const char *type, const void *data, size_t len)
{
	uLong sum = crc32(crc32(0, (const Bytef *)type, 4), data, (uInt)len);

	add_number(to, (uint32_t)len);
	buffer_add(to, type, 4);
	buffer_add(to, data, len);
	add_number(to, (uint32_t)sum);
}

static void add_header(struct buffer *to, uint32_t side)
{
	static const unsigned char rest[] = { 1, 0, 0, 0, 0 };	/* bits, shades of grey, and the only methods */
	struct buffer b;

	buffer_init(&b, 64);
	add_number(&b, side);
	add_number(&b, side);
	buffer_add(&b, rest, sizeof(rest));
	add_chunk(to, "IHDR", b.data, b.len);
	buffer_done(&b);
}

/* False: it does not compress, which only a lack of memory can cause. */
static bool add_pixels(struct buffer *to, struct arena *a, const QRcode *code, int modules)
{
	size_t line = 1 + ((size_t)modules + 1) / 2, size = line * (size_t)modules * PIXELS;
	unsigned char *pixels = arena_alloc(a, size), *packed;
	uLongf len = compressBound((uLong)size);

	for (int y = 0; y < modules * PIXELS; y++)
		draw_line(code, y / PIXELS - QUIET, pixels + (size_t)y * line, line);
	packed = arena_alloc(a, len);
	if (compress2(packed, &len, pixels, (uLong)size, Z_BEST_COMPRESSION) != Z_OK)
		return false;
	add_chunk(to, "IDAT", packed, len);
	return true;
}

char *qr_data_url(struct arena *a, const char *text)
{
	/* a screen has no stains: the lowest level of correction gives the coarsest picture */
	CLEANUP(code_done) QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	CLEANUP(buffer_done) struct buffer png = {0}, url = {0};
	int modules;

	if (!code)
		return NULL;
	modules = code->width + 2 * QUIET;
	buffer_init(&png, KIB(256));
	buffer_init(&url, KIB(512));
	buffer_add(&png, "\x89PNG\r\n\x1a\n", 8);
	add_header(&png, (uint32_t)(modules * PIXELS));
	if (!add_pixels(&png, a, code, modules))
		return NULL;
	add_chunk(&png, "IEND", "", 0);
	buffer_text(&url, DATA_URL);
	text_base64(&url, png.data, png.len);
	return arena_copy(a, buffer_str(&url));
}
