/* Makes secrets of authenticator apps and checks their codes, by liboath. */
#include "crypto/totp.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

#include <liboath/oath.h>

#include "base/escape.h"
#include "base/ids.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/banned.h"

#define SECRET_SHORTEST 16
#define SECRET_LONGEST 32
#define SECRET_BYTES 20		/* RFC 4226 section 4, R6 */
#define BASE32 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define GROUP 8			/* characters that stand for five bytes */
#define NAME_BYTES 255		/* of a host or an account in an address: a host has no more, and a QR code takes it */

struct bytes {
	char *at;
	size_t len;
};

static void bytes_done(struct bytes *b)
{
	secret_free(b->at);
}

static pthread_once_t begun = PTHREAD_ONCE_INIT;

static void begin(void)
{
	(void)oath_init();
}

/* -- secrets -- */

/* RFC 4648 section 6: the last group holds one to five bytes, the fewer the more of it is padding. */
static bool is_padding(size_t n)
{
	return n == 0 || n == 1 || n == 3 || n == 4 || n == 6;
}

static bool read_secret(const char *base32, struct bytes *out)
{
	pthread_once(&begun, begin);
	return *base32 && oath_base32_decode(base32, strlen(base32), &out->at, &out->len) == OATH_OK && out->len > 0;
}

/* liboath alone would take blanks and missing padding. */
bool totp_secret_is_valid(const char *base32)
{
	CLEANUP(bytes_done) struct bytes secret = {0};
	size_t letters = strspn(base32, BASE32), len = letters + strspn(base32 + letters, "=");

	return base32[len] == '\0' && len >= SECRET_SHORTEST && len <= SECRET_LONGEST && len % GROUP == 0 &&
	       is_padding(len - letters) && read_secret(base32, &secret);
}

char *totp_secret_new(struct arena *a)
{
	unsigned char random[SECRET_LONGEST];
	char *out = arena_alloc(a, SECRET_LONGEST + 1);

	static_assert(SECRET_LONGEST * 5 == SECRET_BYTES * 8, "a character holds five bits");
	random_bytes(random, sizeof(random));
	for (size_t i = 0; i < SECRET_LONGEST; i++)
		out[i] = BASE32[random[i] % 32];
	out[SECRET_LONGEST] = '\0';
	explicit_bzero(random, sizeof(random));
	return out;
}

/* -- codes -- */

/* Whether it is the code of that step. */
static bool is_code_of(const struct bytes *secret, int64_t step, const char *code)
{
	char right[TOTP_DIGITS + 1] = "";
	bool fits = oath_totp_generate(secret->at, secret->len, step * TOTP_STEP_S, TOTP_STEP_S, 0, TOTP_DIGITS,
				       right) == OATH_OK &&
		    text_equal_secret(right, code);

	explicit_bzero(right, sizeof(right));
	return fits;
}

bool totp_check(const char *base32, const char *code, int64_t now_s, int64_t *step)
{
	CLEANUP(bytes_done) struct bytes secret = {0};
	int64_t now = now_s / TOTP_STEP_S, accepted = 0;

	if (!read_secret(base32, &secret))
		return false;
	for (int64_t at = now - 1; at <= now + 1; at++) {
		bool fits = is_code_of(&secret, at, code);

		if (fits && at > *step)
			accepted = at;
	}
	if (accepted)
		*step = accepted;
	return accepted != 0;
}

/* -- for apps -- */

static void add_name(struct buffer *to, const char *name)
{
	size_t len = strlen(name);
	char part[NAME_BYTES + 1];

	if (len > NAME_BYTES)
		len = text_cut(name, NAME_BYTES);
	memcpy(part, name, len);
	part[len] = '\0';
	text_escape_part(to, part);
}

/* The form of Google Authenticator's "Key Uri Format", which all apps read; its secret has no padding. */
char *totp_uri(struct arena *a, const char *issuer, const char *account, const char *secret)
{
	CLEANUP(buffer_done) struct buffer b = {0};

	buffer_init(&b, KIB(4));
	buffer_text(&b, "otpauth://totp/");
	add_name(&b, issuer);
	buffer_char(&b, ':');
	add_name(&b, account ? account : "");
	buffer_text(&b, "?secret=");
	buffer_add(&b, secret, strcspn(secret, "="));
	buffer_text(&b, "&issuer=");
	add_name(&b, issuer);
	return arena_copy(a, buffer_str(&b));
}
