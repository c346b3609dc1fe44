/* Takes pictures that are uploaded, and serves them. */
#include "tenant/upload.h"

#include <string.h>

#include "base/ids.h"
#include "base/text.h"
#include "entity/shape.h"
#include "http/door.h"
#include "http/etag.h"
#include "http/multipart.h"
#include "tenant/doors.h"
#include "tenant/storage.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define NAME_LEN ID_LONG	/* without the dot and what is behind it */

/* -- kinds, told by what they begin with -- */

static bool begins(struct slice bytes, const char *with, size_t len)
{
	return bytes.len >= len && !memcmp(bytes.at, with, len);
}
#define BEGINS(bytes, text) begins(bytes, text, sizeof(text) - 1)

static bool is_jpeg(struct slice b)
{
	return BEGINS(b, "\xff\xd8\xff");
}

static bool is_png(struct slice b)
{
	return BEGINS(b, "\x89PNG\r\n\x1a\n");
}

static bool is_gif(struct slice b)
{
	return BEGINS(b, "GIF87a") || BEGINS(b, "GIF89a");
}

static bool is_webp(struct slice b)
{
	return b.len >= 12 && BEGINS(b, "RIFF") && !memcmp(b.at + 8, "WEBP", 4);
}

static bool is_bmp(struct slice b)
{
	return BEGINS(b, "BM");
}

static bool is_tiff(struct slice b)
{
	return BEGINS(b, "II*\0") || BEGINS(b, "MM\0*");
}

static bool is_icon(struct slice b)
{
	return BEGINS(b, "\0\0\1\0");
}

/* Text with the element svg near its beginning, behind comments and declarations. */
static bool is_svg(struct slice b)
{
	size_t at = BEGINS(b, "\xef\xbb\xbf") ? 3 : 0, near;

	while (at < b.len && strchr(" \t\r\n", b.at[at]) && b.at[at])
		at++;
	near = b.len - at < KIB(4) ? b.len - at : KIB(4);
	return at < b.len && b.at[at] == '<' && memmem(b.at + at, near, "<svg", 4) && !memchr(b.at, '\0', b.len) &&
	       text_is_utf8(b.at, b.len);
}

static const struct kind {
	const char *type, *ending;
	bool (*is)(struct slice bytes);
	bool of_avatar;
} kinds[] = {
	{ "image/jpeg", "jpg", is_jpeg, true },
	{ "image/png", "png", is_png, true },
	{ "image/gif", "gif", is_gif, true },
	{ "image/webp", "webp", is_webp, true },
	{ "image/bmp", "bmp", is_bmp, true },
	{ "image/tiff", "tif", is_tiff, false },
	{ "image/svg+xml", "svg", is_svg, false },
	{ "image/x-icon", "ico", is_icon, false },
	{ "image/vnd.microsoft.icon", "ico", is_icon, false },
};

/* NULL: not one of them. */
static const struct kind *kind_of_type(const char *type)
{
	for (size_t i = 0; type && i < ARRAY_LEN(kinds); i++)
		if (!strcmp(type, kinds[i].type))
			return &kinds[i];
	return NULL;
}

static const struct kind *kind_of_avatar(struct slice bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].of_avatar && kinds[i].is(bytes))
			return &kinds[i];
	return NULL;
}

/* Of a name that we have given; NULL: we have not. */
static const struct kind *kind_of_name(const char *name)
{
	if (strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz") != NAME_LEN || name[NAME_LEN] != '.')
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!strcmp(name + NAME_LEN + 1, kinds[i].ending))
			return &kinds[i];
	return NULL;
}

/* -- taking -- */

struct upload {
	const char *name;
	struct storage_job job;
};
FLOW(upload_state, struct upload)

static err_t take_file(struct request *rq, const struct part **out)
{
	struct multipart form;
	err_t e = multipart_parse(rq, &form);

	return e ? e : multipart_file(&form, "file", UPLOAD_MOST, out);
}

static err_t answer_url(struct request *rq)
{
	const struct upload *u = upload_state(rq);
	err_t e = storage_end_put(&u->job);
	struct json_out j;

	if (e)
		return e;
	j = reply_json(rq, 200);
	json_open(&j);
	json_key_text(&j, "url", arena_printf(rq->arena, "%s/uploads/%s", rq->tenant->endpoint, u->name));
	json_close(&j);
	return OK;
}

static const struct step answer_url_step = { "tell where the upload is", WORK, answer_url };

static err_t send_file(struct request *rq)
{
	return transfer(rq, &upload_state(rq)->job.call, &answer_url_step);
}

static const struct step send_file_step = { "send the upload to the bucket", CALL, send_file };

static err_t put_file(struct request *rq, const struct kind *kind, struct slice bytes)
{
	struct upload *u = upload_state(rq);
	char id[NAME_LEN + 1];
	err_t e;

	id_new(id, NAME_LEN, ALPHABET_LOWER);
	u->name = arena_printf(rq->arena, "%s.%s", id, kind->ending);
	e = storage_begin_put(rq, u->name, bytes, &u->job);
	return e ? e : next(rq, u->job.calls ? &send_file_step : &answer_url_step);
}

/* What the caller says it is, it has to be. */
static err_t take_picture(struct request *rq)
{
	const struct part *file = NULL;
	const struct kind *kind;
	err_t e = take_file(rq, &file);

	if (e)
		return e;
	kind = kind_of_type(file->type);
	if (!kind)
		return ERR_MIME_TYPE;
	if (!storage_is_there())
		return ERR_NO_STORAGE;
	return kind->is(file->bytes) ? put_file(rq, kind, file->bytes) : ERR_MIME_TYPE;
}

static const struct step store_picture = { "take a picture", WORK, take_picture };

err_t upload_check_avatar(struct request *rq)
{
	const struct part *file = NULL;
	err_t e = take_file(rq, &file);

	if (e)
		return e;
	if (!kind_of_avatar(file->bytes))
		return ERR_MIME_TYPE;
	return storage_is_there() ? OK : ERR_NO_STORAGE;
}

static err_t take_avatar(struct request *rq)
{
	const struct part *file = NULL;
	err_t e = upload_check_avatar(rq);

	if (!e)
		e = take_file(rq, &file);
	return e ? e : put_file(rq, kind_of_avatar(file->bytes), file->bytes);
}

const struct step store_avatar = { "take an avatar", WORK, take_avatar };

/* Pages of the tenant's own are not offered here, so there is no place for them. */
static err_t take_pages(struct request *rq)
{
	static const char *const types[] = { "application/zip", "application/x-zip-compressed", NULL };
	const struct part *file = NULL;
	err_t e = take_file(rq, &file);

	if (e)
		return e;
	return file->type && text_is_one_of(file->type, types) ? ERR_NO_STORAGE : ERR_MIME_TYPE;
}

static err_t reply_status(struct request *rq)
{
	struct json_out j = reply_json(rq, 200);

	json_open(&j);
	json_key_text(&j, "status", storage_is_there() ? "ready" : "not_configured");
	if (storage_is_there()) {
		json_key(&j, "allowUploadMimeTypes");
		json_list(&j);
		for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
			json_text(&j, kinds[i].type);
		json_list_end(&j);
		json_key_int(&j, "maxUploadFileSize", UPLOAD_MOST);
	}
	json_key_bool(&j, "isExperienceAvatarUploadEnabled", true);
	json_close(&j);
	return OK;
}

/* -- serving -- */

#define POLICY "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"

static err_t answer_file(struct request *rq)
{
	const struct upload *u = upload_state(rq);
	struct buffer *body = reply_html(rq, 200);
	err_t e;

	rq->reply.type = kind_of_name(u->name)->type;
	e = storage_end_get(&u->job, body);
	if (!e)
		e = reply_header(rq, "ETag", arena_printf(rq->arena, "\"%s\"", u->name));
	if (!e)
		e = reply_header(rq, "Cache-Control", "public, max-age=31536000, immutable");
	return e ? e : reply_header(rq, "Content-Security-Policy", POLICY);
}

static const struct step answer_file_step = { "answer with an upload", WORK, answer_file };

static err_t fetch_file(struct request *rq)
{
	return transfer(rq, &upload_state(rq)->job.call, &answer_file_step);
}

static const struct step fetch_file_step = { "fetch an upload from the bucket", CALL, fetch_file };

/* Nothing under a name ever changes, so who has it has the current one. */
static err_t find_file(struct request *rq)
{
	struct upload *u = upload_state(rq);
	const char *name = path_arg(rq, "name");
	err_t e;

	if (!kind_of_name(name) || !storage_is_there())
		return err_set(ERR_NOT_FOUND, "not an upload");
	if (etag_is_current(rq, arena_printf(rq->arena, "\"%s\"", name))) {
		e = reply_header(rq, "ETag", arena_printf(rq->arena, "\"%s\"", name));
		return e ? e : reply_empty(rq, 304);
	}
	u->name = name;
	e = storage_begin_get(rq, name, &u->job);
	return e ? e : next(rq, u->job.calls ? &fetch_file_step : &answer_file_step);
}

static const struct step serve_upload = { "find an upload", WORK, find_file };

static const struct door *const anyone[] = { ANYONE, NULL };

const struct mount upload_mount = { .prefix = "/uploads", .doors = anyone, .fixed = &open_page_headers };

/* -- routes -- */

static const struct field url_members[] = { { "url", .type = FIELD_TEXT, .flags = REQUIRED }, FIELDS_END };
const struct shape upload_shape = { .fields = url_members };

static const char *const states[] = { "ready", "not_configured", NULL };
static const struct field status_members[] = {
	{ "status", .type = FIELD_ENUM, .flags = REQUIRED, .options = states },
	{ "allowUploadMimeTypes", .type = FIELD_LIST, .element = &field_text },
	{ "maxUploadFileSize", .type = FIELD_INTEGER, .help = "Bytes." },
	{ "isExperienceAvatarUploadEnabled", .type = FIELD_BOOL, .flags = REQUIRED },
	FIELDS_END
};
static const struct shape status_shape = { .fields = status_members };

const struct route upload_routes[] = {
	{ GET, "/api/user-assets/service-status", MANAGEMENT, READ, .handler = reply_status, .status = 200,
	  .reply = &status_shape, .summary = "Get whether pictures can be uploaded, and which" },
	{ POST, "/api/user-assets", MANAGEMENT, .first = &store_picture, .upload_max = UPLOAD_BODY_MOST, .status = 200,
	  .reply = &upload_shape, .summary = "Upload a picture" },
	{ POST, "/api/sign-in-exp/default/custom-ui-assets", MANAGEMENT, WORK, .handler = take_pages,
	  .upload_max = UPLOAD_BODY_MOST, .status = 200, .operation = "UploadCustomUiAssets",
	  .summary = "Upload sign-in pages of your own" },
	{ GET, "/uploads/{name}", ANYONE, .first = &serve_upload, .status = 200, .summary = "Get a picture" },
};
const size_t upload_route_count = ARRAY_LEN(upload_routes);
