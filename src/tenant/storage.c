/* Keeps uploaded files in a folder or in a bucket. */
#include "tenant/storage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/sigv4.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define FILE_MOST MIB(21)	/* that is read back; a little more than what is taken */
#define CALL_MS 60000

static bool is_in_bucket(void)
{
	return !strcmp(context.settings->uploads, "s3");
}

bool storage_is_there(void)
{
	return *context.settings->uploads;
}

static err_t storage_error(const char *what)
{
	return err_set(ERR_UPLOAD, "%s: %s", what, strerror(errno));
}

/* -- a folder -- */

static void file_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Makes the folders of a file below the data folder: uploads, and that of the tenant. */
static err_t make_folders(struct arena *a, const char *tenant)
{
	const char *path = arena_printf(a, "%s/uploads", context.settings->data);

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return storage_error("the folder of uploads");
	path = arena_printf(a, "%s/%s", path, tenant);
	return mkdir(path, 0700) != 0 && errno != EEXIST ? storage_error("the folder of uploads") : OK;
}

static err_t write_all(int fd, struct slice bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);

		if (n < 0 && errno != EINTR)
			return storage_error("an upload cannot be written");
		bytes.at += n > 0 ? n : 0;
		bytes.len -= n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) != 0 ? storage_error("an upload cannot be written") : OK;
}

/* The folder remembers the name of a file only once it is written itself. */
static err_t sync_folder(struct arena *a, const char *path)
{
	CLEANUP(file_close)
	int fd = open(arena_copyn(a, path, (size_t)(strrchr(path, '/') - path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) != 0 ? storage_error("the folder of uploads") : OK;
}

/* Under its name stands a whole file or none. */
static err_t file_put(struct arena *a, const char *path, struct slice bytes)
{
	const char *part = arena_printf(a, "%s.part", path);
	CLEANUP(file_close) int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	err_t e;

	if (fd < 0)
		return storage_error("an upload cannot be written");
	e = write_all(fd, bytes);
	if (!e && rename(part, path) != 0)
		e = storage_error("an upload cannot be written");
	if (e)
		(void)unlink(part);
	return e ? e : sync_folder(a, path);
}

static err_t file_get(const char *path, struct buffer *to)
{
	CLEANUP(file_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char room[KIB(16)];
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? ERR_NOT_FOUND : storage_error("an upload cannot be read");
	while ((n = read(fd, room, sizeof(room))) > 0)
		buffer_add(to, room, (size_t)n);
	return n < 0 ? storage_error("an upload cannot be read") : OK;
}

/* -- a bucket -- */

static err_t bucket_call(struct request *rq, const char *name, struct call *c)
{
	const struct settings *s = context.settings;
	const struct sigv4_key sign = { .region = s->s3_region, .service = "s3", .id = s->s3_key_id,
					.secret = s->s3_key };
	size_t base = strlen(s->s3_endpoint);

	while (base > 0 && s->s3_endpoint[base - 1] == '/')
		base--;
	c->url = arena_printf(rq->arena, "%.*s/%s/%s/%s", (int)base, s->s3_endpoint, s->s3_bucket, rq->tenant->id,
			      name);
	c->total_ms = CALL_MS;
	c->answer_max = FILE_MOST;
	c->any_address = true;
	return sigv4_sign(rq->arena, &sign, clock_ms(), c);
}

/* What the service answered; ERR_NOT_FOUND for a file that is not there. */
static err_t bucket_outcome(const struct call *c)
{
	if (c->error)
		return err_set(ERR_UPLOAD, "the bucket for uploads: %s: %.200s", err_name(c->error), c->detail);
	if (c->status == 404)
		return ERR_NOT_FOUND;
	return c->status == 200 ? OK : err_set(ERR_UPLOAD, "the bucket for uploads answered %d", c->status);
}

/* -- jobs -- */

static const char *file_path(struct request *rq, const char *name)
{
	return arena_printf(rq->arena, "%s/uploads/%s/%s", context.settings->data, rq->tenant->id, name);
}

err_t storage_begin_put(struct request *rq, const char *name, struct slice bytes, struct storage_job *out)
{
	err_t e;

	*out = (struct storage_job){ .path = file_path(rq, name), .calls = is_in_bucket() };
	if (out->calls) {
		out->call.method = "PUT";
		out->call.body = bytes.at;
		out->call.body_len = bytes.len;
		return bucket_call(rq, name, &out->call);
	}
	e = make_folders(rq->arena, rq->tenant->id);
	return e ? e : file_put(rq->arena, out->path, bytes);
}

err_t storage_end_put(const struct storage_job *j)
{
	err_t e = j->calls ? bucket_outcome(&j->call) : OK;

	return e == ERR_NOT_FOUND ? err_set(ERR_UPLOAD, "there is no such bucket for uploads") : e;
}

err_t storage_begin_get(struct request *rq, const char *name, struct storage_job *out)
{
	*out = (struct storage_job){ .path = file_path(rq, name), .calls = is_in_bucket() };
	return out->calls ? bucket_call(rq, name, &out->call) : OK;
}

err_t storage_end_get(const struct storage_job *j, struct buffer *to)
{
	err_t e;

	if (!j->calls)
		return file_get(j->path, to);
	e = bucket_outcome(&j->call);
	if (!e)
		buffer_add(to, j->call.answer.data, j->call.answer.len);
	return e;
}
