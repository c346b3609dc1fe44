#include "crypto/qr.h"

#include <stdio.h>
#include <zlib.h>

#include <qrencode.h>

#include "base/base64.h"
#include "test.h"
#include "base/banned.h"

#define BEGINNING "data:image/png;base64,"
#define PIXELS 4
#define QUIET 4

static struct arena *a;

static uint32_t number_at(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

struct picture {
	uint32_t side;
	size_t line;		/* bytes of a row of pixels, its filter counted */
	unsigned char *pixels;
};

/* Reads a chunk of this type, whose checksum must be right; returns what follows it. */
static const unsigned char *read_chunk(const unsigned char *at, const char *type, const unsigned char **data,
				       uint32_t *len)
{
	*len = number_at(at);
	*data = at + 8;
	assert_memory_equal(at + 4, type, 4);
	assert_int_equal(number_at(at + 8 + *len), crc32(0, at + 4, *len + 4));
	return at + 12 + *len;
}

/* Takes the file apart, by rules of its own. */
static struct picture read_png(const char *url)
{
	size_t len = strlen(url) - strlen(BEGINNING);
	unsigned char *png = arena_alloc(a, len);
	const unsigned char *at = png + 8, *data;
	struct picture out;
	uLongf size;
	uint32_t n;

	assert_true(!strncmp(url, BEGINNING, strlen(BEGINNING)));
	assert_true(text_base64_decode(url + strlen(BEGINNING), len, png) > 8);
	assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
	at = read_chunk(at, "IHDR", &data, &n);
	assert_int_equal(n, 13);
	out.side = number_at(data);
	assert_int_equal(number_at(data + 4), out.side);
	assert_memory_equal(data + 8, "\x01\0\0\0\0", 5);
	out.line = 1 + (out.side + 7) / 8;
	size = out.line * out.side;
	out.pixels = arena_alloc(a, size);
	at = read_chunk(at, "IDAT", &data, &n);
	assert_int_equal(uncompress(out.pixels, &size, data, n), Z_OK);
	assert_int_equal(size, out.line * out.side);
	read_chunk(at, "IEND", &data, &n);
	assert_int_equal(n, 0);
	return out;
}

static bool is_white(const struct picture *p, uint32_t x, uint32_t y)
{
	return p->pixels[y * p->line + 1 + x / 8] >> (7 - x % 8) & 1;
}

static void every_pixel_is_that_of_the_code(void **state)
{
	static const char text[] = "otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXP&issuer=a";
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	struct picture p = read_png(qr_data_url(a, text));

	(void)state;
	assert_int_equal(p.side, (code->width + 2 * QUIET) * PIXELS);
	for (uint32_t y = 0; y < p.side; y++) {
		assert_int_equal(p.pixels[y * p.line], 0);	/* no filter */
		for (uint32_t x = 0; x < p.side; x++) {
			int column = (int)(x / PIXELS) - QUIET, row = (int)(y / PIXELS) - QUIET;
			bool inside = column >= 0 && row >= 0 && column < code->width && row < code->width;

			assert_int_equal(is_white(&p, x, y), !(inside && code->data[row * code->width + column] & 1));
		}
	}
	QRcode_free(code);
}

static void a_longer_text_has_a_larger_code_up_to_what_one_holds(void **state)
{
	char *text = arena_alloc(a, 2955);
	uint32_t side = 0;

	(void)state;
	memset(text, 'a', 2954);
	text[2954] = '\0';
	assert_null(qr_data_url(a, text));
	text[2953] = '\0';
	side = read_png(qr_data_url(a, text)).side;
	assert_int_equal(side, (177 + 2 * QUIET) * PIXELS);	/* version 40 */
	text[10] = '\0';
	assert_true(read_png(qr_data_url(a, text)).side < side);
	assert_null(qr_data_url(a, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_pixel_is_that_of_the_code), T(a_longer_text_has_a_larger_code_up_to_what_one_holds),
	};
	int failed;

	a = arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(a);
	return failed;
}
