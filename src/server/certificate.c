/* Finds out whether the files changed by what stat() says of them. */
#include "server/certificate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "http/tls.h"
#include "base/banned.h"

#define REST_US 1000000		/* certificate and key are written one after the other */

/* What tells one state of a file from another; all zero: there is none. */
struct mark {
	dev_t device;
	ino_t number;
	off_t size;
	struct timespec written;
};

struct marks {
	struct mark certificate, key;
};

static struct {
	struct marks read, seen;	/* when they were read last; at the last look */
	int64_t seen_us;		/* when `seen` was new */
} files;

bool certificate_is_set(const struct settings *s)
{
	return *s->tls_certificate && *s->tls_key;
}

static struct mark mark_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (struct mark){0};
	return (struct mark){ st.st_dev, st.st_ino, st.st_size, st.st_mtim };
}

static bool mark_is(const struct mark *a, const struct mark *b)
{
	return a->device == b->device && a->number == b->number && a->size == b->size &&
	       a->written.tv_sec == b->written.tv_sec && a->written.tv_nsec == b->written.tv_nsec;
}

static bool marks_are(const struct marks *a, const struct marks *b)
{
	return mark_is(&a->certificate, &b->certificate) && mark_is(&a->key, &b->key);
}

static struct marks look(const struct settings *s)
{
	return (struct marks){ mark_of(s->tls_certificate), mark_of(s->tls_key) };
}

/* Reads a file of at most 1 MiB; the caller frees `*out`. An empty file is an error. */
static err_t read_file(const char *path, char **out)
{
	FILE *f = fopen(path, "re");
	struct buffer b;
	char part[4096];
	size_t n;

	buffer_init(&b, MIB(1));
	if (f)
		setvbuf(f, NULL, _IONBF, 0);	/* it may be a private key: no copy in stdio's buffer */
	while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
		buffer_add(&b, part, n);
	explicit_bzero(part, sizeof(part));
	if (!f || ferror(f) || b.full || !b.len) {
		int why = errno;

		if (f)
			fclose(f);
		buffer_done(&b);
		return err_set(ERR_INTERNAL, "cannot read %s: %s", path, why ? strerror(why) : "it is empty");
	}
	fclose(f);
	*out = buffer_take(&b, NULL);
	return OK;
}

err_t certificate_load(const struct settings *s)
{
	char *certificates = NULL, *key = NULL;
	err_t e = OK;

	if (!certificate_is_set(s))
		return OK;
	files.read = look(s);
	errno = 0;
	e = read_file(s->tls_certificate, &certificates);
	if (!e)
		e = read_file(s->tls_key, &key);
	if (!e)
		e = tls_show(certificates, key);
	free(certificates);
	secret_free(key);
	return e;
}

/* Whether there is something new that has rested. */
static bool is_due(const struct settings *s)
{
	struct marks now = look(s);

	if (marks_are(&now, &files.read))
		return false;
	if (!marks_are(&now, &files.seen)) {
		files.seen = now;
		files.seen_us = clock_monotonic_us();
	}
	return clock_monotonic_us() - files.seen_us >= REST_US;
}

void certificate_watch(const struct settings *s, bool asked)
{
	if (!certificate_is_set(s) || !(asked || is_due(s)))
		return;
	if (certificate_load(s))
		log_warn("the certificate of before stays: %s", err_fault()->detail);
	else
		log_info("the certificate was read again");
}
