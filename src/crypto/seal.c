/* Seals and opens values by AES-256-GCM: version, nonce, text, tag; hashes by HMAC; finds or makes the key. */
#include "crypto/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/banned.h"

#define VERSION 1
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define HEAD_SIZE (1 + NONCE_SIZE)
#define KEY_FILE_MAX 256

struct seal {
	struct secret key, digest_key;
	EVP_CIPHER *cipher;
};

static void context_done(EVP_CIPHER_CTX **c)
{
	EVP_CIPHER_CTX_free(*c);
}

static void close_descriptor(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* The place as additional data: three texts, each with its NUL, so that no two places read the same. */
static bool add_place(EVP_CIPHER_CTX *c, bool sealing, const char *const place[3])
{
	int n;

	for (int i = 0; i < 3; i++) {
		const unsigned char *text = (const unsigned char *)place[i];
		int len = (int)strlen(place[i]) + 1;

		if (!(sealing ? EVP_EncryptUpdate(c, NULL, &n, text, len) : EVP_DecryptUpdate(c, NULL, &n, text, len)))
			return false;
	}
	return true;
}

err_t seal_wrap(const struct seal *s, struct arena *a, const char *purpose, const char *tenant, const char *id,
		const void *plain, size_t len, struct slice *out)
{
	CLEANUP(context_done) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	const char *const place[3] = { purpose, tenant, id };
	unsigned char *to;
	int n = 0, end = 0;

	if (len > INT32_MAX - SEAL_OVERHEAD)
		return err_set(ERR_INTERNAL, "too long to seal");
	to = arena_alloc(a, len + SEAL_OVERHEAD);
	to[0] = VERSION;
	random_bytes(to + 1, NONCE_SIZE);
	if (!c || !EVP_EncryptInit_ex2(c, s->cipher, s->key.bytes, to + 1, NULL) || !add_place(c, true, place) ||
	    !EVP_EncryptUpdate(c, to + HEAD_SIZE, &n, plain, (int)len) ||
	    !EVP_EncryptFinal_ex(c, to + HEAD_SIZE + n, &end) ||
	    !EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, to + HEAD_SIZE + len))
		return err_set(ERR_INTERNAL, "sealing failed (%s of '%s')", purpose, id);
	*out = (struct slice){ (const char *)to, len + SEAL_OVERHEAD };
	return OK;
}

err_t seal_unwrap(const struct seal *s, const char *purpose, const char *tenant, const char *id, const void *sealed,
		  size_t len, struct secret *out)
{
	CLEANUP(context_done) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	CLEANUP(secret_done) struct secret plain = {0};
	const char *const place[3] = { purpose, tenant, id };
	const unsigned char *from = sealed;
	unsigned char tag[TAG_SIZE];
	size_t inside;
	int n = 0, end = 0;

	if (!from || len < SEAL_OVERHEAD || len > INT32_MAX || from[0] != VERSION)
		return err_set(ERR_INTERNAL, "the sealed %s of '%s' in tenant '%s' is damaged", purpose, id, tenant);
	inside = len - SEAL_OVERHEAD;
	memcpy(tag, from + HEAD_SIZE + inside, TAG_SIZE);
	/* one byte more than inside: the NUL */
	plain = secret_copy(from + HEAD_SIZE - 1, inside + 1);
	if (!c || !EVP_DecryptInit_ex2(c, s->cipher, s->key.bytes, from + 1, NULL) || !add_place(c, false, place) ||
	    !EVP_DecryptUpdate(c, plain.bytes, &n, from + HEAD_SIZE, (int)inside) ||
	    !EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) ||
	    EVP_DecryptFinal_ex(c, plain.bytes + n, &end) <= 0)
		return err_set(ERR_INTERNAL,
			       "the sealed %s of '%s' in tenant '%s' does not open:"
			       " is the seal key the one it was sealed with?",
			       purpose, id, tenant);
	plain.bytes[inside] = 0;
	*out = (struct secret){ plain.bytes, inside };
	plain = (struct secret){0};	/* NOLINT(clang-analyzer-deadcode.DeadStores): its cleanup reads it */
	return OK;
}

bool seal_digest(const struct seal *s, const char *purpose, const char *id, const char *text,
		 char out[SEAL_DIGEST_SIZE])
{
	CLEANUP(buffer_done) struct buffer place = {0}, written = {0};
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n;

	buffer_init(&place, SIZE_MAX);
	buffer_init(&written, SEAL_DIGEST_SIZE);
	buffer_add(&place, purpose, strlen(purpose) + 1);
	buffer_add(&place, id, strlen(id) + 1);
	buffer_text(&place, text);
	if (place.full || !HMAC(EVP_sha256(), s->digest_key.bytes, (int)s->digest_key.len,
				(const unsigned char *)place.data, place.len, hash, &n))
		return false;
	text_base64url(&written, hash, n);
	if (written.len != SEAL_DIGEST_SIZE - 1)
		return false;
	memcpy(out, written.data, SEAL_DIGEST_SIZE);
	return true;
}

/* One key, one use: the key of digests is made of that of seals. */
static bool make_digest_key(const unsigned char *key, struct secret *out)
{
	static const unsigned char use[] = "digest";
	unsigned n;

	*out = secret_alloc(SEAL_KEY_SIZE);
	return HMAC(EVP_sha256(), key, SEAL_KEY_SIZE, use, sizeof(use), out->bytes, &n) && n == SEAL_KEY_SIZE;
}

err_t seal_new(const unsigned char *key, struct seal **out)
{
	struct seal *s = calloc(1, sizeof(*s));
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	struct secret digest_key = {0};

	if (!s || !cipher || !make_digest_key(key, &digest_key)) {
		EVP_CIPHER_free(cipher);
		secret_done(&digest_key);
		free(s);
		return err_set(ERR_INTERNAL, "no AES-256-GCM or no HMAC in the crypto library");
	}
	*s = (struct seal){ secret_copy(key, SEAL_KEY_SIZE), digest_key, cipher };
	*out = s;
	return OK;
}

void seal_free(struct seal *s)
{
	if (!s)
		return;
	EVP_CIPHER_free(s->cipher);
	secret_done(&s->key);
	secret_done(&s->digest_key);
	free(s);
}

/* Base64 of 32 bytes with blanks around, or (in a file) the bare 32 bytes. */
static bool key_parse(const char *text, size_t len, bool bare, unsigned char *key)
{
	unsigned char bytes[KEY_FILE_MAX];
	int n;

	if (bare && len == SEAL_KEY_SIZE) {
		memcpy(key, text, SEAL_KEY_SIZE);
		return true;
	}
	while (len > 0 && strchr(" \t\r\n", *text))
		text++, len--;
	while (len > 0 && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (len == 0 || len >= sizeof(bytes))
		return false;
	n = text_base64_decode(text, len, bytes);
	if (n == SEAL_KEY_SIZE)
		memcpy(key, bytes, SEAL_KEY_SIZE);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return n == SEAL_KEY_SIZE;
}

/* Reads the key file. Warns when other users can read it. ERR_NOT_FOUND: no such file. */
static err_t key_read(const char *path, unsigned char *key)
{
	CLEANUP(close_descriptor) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[KEY_FILE_MAX];
	struct stat about;
	ssize_t n;
	bool fine;

	if (fd < 0 && errno == ENOENT)
		return ERR_NOT_FOUND;
	if (fd < 0 || fstat(fd, &about) < 0)
		return err_set(ERR_INTERNAL, "the seal key %s cannot be read: %s", path, strerror(errno));
	if (about.st_mode & (S_IRWXG | S_IRWXO))
		log_warn("the seal key %s can be read by others: chmod 600 it", path);
	n = read(fd, text, sizeof(text));
	fine = n > 0 && key_parse(text, (size_t)n, true, key);
	OPENSSL_cleanse(text, sizeof(text));
	return fine ? OK : err_set(ERR_INTERNAL, "the seal key %s must hold 32 bytes in base64", path);
}

static bool write_durably(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		bytes += done;
		n -= (size_t)done;
	}
	return fsync(fd) == 0;
}

static void sync_folder(const char *folder)
{
	CLEANUP(close_descriptor) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		(void)fsync(fd);
}

/*
 * Makes the key file: written under another name, then linked to its own. So the file is whole or absent, and of two
 * programs that start at once one makes it and both read the same key. Makes the folder when it is missing.
 */
static err_t key_make(struct arena *a, const char *folder, const char *path)
{
	unsigned char key[SEAL_KEY_SIZE];
	char suffix[13];
	struct buffer text;
	const char *beside;
	bool written;
	int fd, failed;

	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return err_set(ERR_INTERNAL, "the data folder %s cannot be made: %s", folder, strerror(errno));
	id_new(suffix, 12, ALPHABET_LOWER);
	beside = arena_printf(a, "%s.%s", path, suffix);
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(ERR_INTERNAL, "the seal key %s cannot be written: %s", path, strerror(errno));
	random_bytes(key, sizeof(key));
	buffer_init(&text, KEY_FILE_MAX);
	text_base64(&text, key, sizeof(key));
	buffer_char(&text, '\n');
	written = write_durably(fd, text.data, text.len);
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(text.data, text.len);
	buffer_done(&text);
	written = close(fd) == 0 && written;
	failed = written && (link(beside, path) == 0 || errno == EEXIST) ? 0 : errno;
	(void)unlink(beside);
	sync_folder(folder);
	return failed || !written ?
		       err_set(ERR_INTERNAL, "the seal key %s cannot be written: %s", path, strerror(failed)) :
		       OK;
}

/* The key, from where the settings say (seal_start()). */
static err_t key_find(struct arena *a, const struct settings *settings, bool is_new, unsigned char *key)
{
	const char *path;
	err_t e;

	if (*settings->seal_key)
		return key_parse(settings->seal_key, strlen(settings->seal_key), false, key) ?
			       OK :
			       err_set(ERR_INTERNAL, "the setting seal-key must be 32 bytes in base64");
	if (*settings->seal_key_file) {
		e = key_read(settings->seal_key_file, key);
		return e != ERR_NOT_FOUND ?
			       e :
			       err_set(ERR_INTERNAL, "the seal key %s does not exist", settings->seal_key_file);
	}
	path = arena_printf(a, "%s/seal.key", settings->data);
	e = key_read(path, key);
	if (e != ERR_NOT_FOUND)
		return e;
	if (!is_new)
		return err_set(ERR_INTERNAL,
			       "there is no %s, and the store was sealed with a key: give that one there,"
			       " as seal-key-file or as SEAL_KEY",
			       path);
	e = key_make(a, settings->data, path);
	if (e)
		return e;
	e = key_read(path, key);
	return e != ERR_NOT_FOUND ? e : err_set(ERR_INTERNAL, "the seal key %s vanished", path);
}

err_t seal_start(const struct settings *settings, bool is_new, struct seal **out)
{
	struct arena *a = arena_new();
	unsigned char key[SEAL_KEY_SIZE];
	err_t e = key_find(a, settings, is_new, key);

	if (!e)
		e = seal_new(key, out);
	OPENSSL_cleanse(key, sizeof(key));
	arena_free(a);
	return e;
}
