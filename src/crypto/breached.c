/* Looks a password up in a sorted file of hashes. */
#include "crypto/breached.h"

#include <ctype.h>
#include <fcntl.h>
#include <nettle/sha1.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/banned.h"

#define HASH_DIGITS (2 * SHA1_DIGEST_SIZE)
#define BLOCK 256		/* holds the end of a line and the hash of the next one */

struct list {
	int fd;
	off_t size;
	const char *wanted;	/* digits in upper case */
};

static void list_close(struct list *l)
{
	if (l->fd >= 0)
		close(l->fd);
}

static err_t list_error(const char *why)
{
	return err_set(ERR_INTERNAL, "the list of stolen passwords %s", why);
}

static err_t list_open(struct list *l, const char *path)
{
	struct stat at;

	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0 || fstat(l->fd, &at) < 0)
		return list_error("cannot be opened");
	if (!S_ISREG(at.st_mode))
		return list_error("is not a file");
	l->size = at.st_size;
	return OK;
}

/* A line: where it begins, how its hash compares with the wanted one, and where the next one begins. */
struct line {
	off_t at, next;
	int order;
};

static err_t read_block(const struct list *l, off_t at, char *block, size_t *n)
{
	ssize_t got = pread(l->fd, block, BLOCK, at);

	*n = got > 0 ? (size_t)got : 0;
	return got < 0 ? list_error("cannot be read") : OK;
}

static err_t compare(const struct list *l, const char *text, size_t n, struct line *out)
{
	size_t digits = 0;
	const char *end = memchr(text, '\n', n);

	while (digits < n && digits < HASH_DIGITS && text_hex_value(text[digits]) >= 0)
		digits++;
	if (digits < BREACHED_DIGITS_LEAST || (!end && out->at + (off_t)n < l->size))
		return list_error("has a line that is not a hash");
	out->order = 0;
	for (size_t i = 0; !out->order && i < digits; i++)
		out->order = toupper((unsigned char)text[i]) - l->wanted[i];
	out->next = out->at + (end ? end + 1 - text : (ptrdiff_t)n);
	return OK;
}

/* The first line that begins at `from` or later; out->at is the size of the list where there is none. */
static err_t line_from(const struct list *l, off_t from, struct line *out)
{
	char block[BLOCK];
	off_t at = from > 0 ? from - 1 : 0;	/* a line begins at `from` when one ends before it */
	size_t n, skipped = 0;
	err_t e = read_block(l, at, block, &n);

	if (!e && from > 0) {
		const char *end = memchr(block, '\n', n);

		if (!end && at + (off_t)n < l->size)
			return list_error("has a line that is too long");
		skipped = end ? (size_t)(end + 1 - block) : n;
	}
	out->at = at + (off_t)skipped;
	if (e || out->at >= l->size)
		return e;
	e = read_block(l, out->at, block, &n);
	return e ? e : compare(l, block, n, out);
}

/* The wanted line begins in [low, high), if it is there; a line begins at `low`. */
static err_t search(const struct list *l, bool *found)
{
	off_t low = 0, high = l->size;

	*found = false;
	while (low < high) {
		off_t middle = low + (high - low) / 2;
		struct line line = {0};
		err_t e = line_from(l, middle, &line);

		if (e)
			return e;
		if (line.at >= high)
			high = middle;
		else if (line.order < 0)
			low = line.next;
		else if (line.order > 0)
			high = middle;
		else {
			*found = true;
			return OK;
		}
	}
	return OK;
}

static void hash_password(const char *password, char *digits)
{
	uint8_t hash[SHA1_DIGEST_SIZE];
	struct sha1_ctx c;

	sha1_init(&c);
	sha1_update(&c, strlen(password), (const uint8_t *)password);
	sha1_digest(&c, sizeof(hash), hash);
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(digits + 2 * i, 3, "%02X", hash[i]);
}

err_t breached_find(const char *path, const char *password, bool *found)
{
	CLEANUP(list_close) struct list l = { .fd = -1 };
	char wanted[HASH_DIGITS + 1];
	err_t e = list_open(&l, path);

	if (e)
		return e;
	hash_password(password, wanted);
	l.wanted = wanted;
	e = search(&l, found);
	explicit_bzero(wanted, sizeof(wanted));
	return e;
}
