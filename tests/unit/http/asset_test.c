#include "http/asset.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "folder.h"
#include "test.h"
#include "http/fake.h"
#include "base/banned.h"

extern const struct assets test_files; /* of the folder files/ */

static const struct asset *file(const char *path)
{
	const struct asset *a = asset_find(&test_files, path);

	if (!a)
		fail_msg("%s is not there", path);
	return a;
}

/* A request for a file, answered. `headers`: name, value, …, NULL */
static void ask(struct fake *f, enum method method, const char *path, const char *const *headers)
{
	fake_init(f, method, "/x", "");
	for (; *headers; headers += 2)
		fake_header(f, headers[0], headers[1]);
	assert_int_equal(reply_asset(&f->rq, file(path)), OK);
	reply_finish(&f->rq);
}
#define ASK(f, method, path, ...) ask(f, method, path, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static void the_folder_is_in_the_program(void **state)
{
	static const char *const paths[] = {
		"assets/app-1a2B3c_D.js", "assets/plain.css", "console/assets/app-1a2B3c_D.js", "dot.png",
		"index.html", "other-assets/app-1a2B3c_D.js",
	};

	(void)state;
	assert_int_equal(test_files.count, ARRAY_LEN(paths));
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_string_equal(test_files.at[i].path, paths[i]);
	assert_null(asset_find(&test_files, ""));
	assert_null(asset_find(&test_files, "index"));
	assert_null(asset_find(&test_files, "/index.html"));
	assert_null(asset_find(&test_files, "../asset_test.c"));
	assert_string_equal(file("dot.png")->type, "image/png");
	assert_string_equal(file("index.html")->type, "text/html; charset=utf-8");
	assert_true(file("assets/app-1a2B3c_D.js")->immutable);
	assert_true(file("console/assets/app-1a2B3c_D.js")->immutable);
	assert_false(file("other-assets/app-1a2B3c_D.js")->immutable);
	assert_false(file("assets/plain.css")->immutable);
	assert_false(file("index.html")->immutable);
	assert_memory_equal(file("dot.png")->plain.at, "\x89PNG\r\n\x1a\n", 8);
}

static void texts_are_coded_where_that_is_shorter(void **state)
{
	const struct asset *page = file("index.html");
	unsigned char plain[4096];
	z_stream z = { .next_in = (Bytef *)(uintptr_t)page->gzip.at,
		       .avail_in = (uInt)page->gzip.len,
		       .next_out = plain,
		       .avail_out = sizeof(plain) };

	(void)state;
	assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, page->plain.len);
	assert_memory_equal(plain, page->plain.at, page->plain.len);
	inflateEnd(&z);
	assert_true(page->brotli.len > 0 && page->brotli.len <= page->gzip.len);
	assert_null(file("dot.png")->gzip.at);
	assert_null(file("dot.png")->brotli.at);
	assert_null(file("assets/plain.css")->gzip.at);
}

static void the_caller_gets_the_coding_that_it_prefers(void **state)
{
	static const struct {
		const char *accept, *coding;
	} cases[] = {
		{ "gzip, deflate, br", "br" },
		{ "br;q=0.5, gzip", "gzip" },
		{ "deflate", NULL },
		{ "identity", NULL },
		{ "*", "gzip" },
		{ "br;q=0", NULL },
	};
	const struct asset *page = file("index.html");
	struct fake f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *coding = cases[i].coding;
		const struct slice *bytes = !coding               ? &page->plain :
					    !strcmp(coding, "br") ? &page->brotli :
								    &page->gzip;

		ASK(&f, GET, "index.html", "Accept-Encoding", cases[i].accept);
		assert_ptr_equal(f.rq.reply.borrowed.at, bytes->at); /* no copy */
		assert_int_equal(f.rq.reply.borrowed.len, bytes->len);
		if (coding)
			assert_string_equal(fake_answer(&f, "Content-Encoding", 0), coding);
		else
			assert_null(fake_answer(&f, "Content-Encoding", 0));
		assert_string_equal(fake_answer(&f, "Vary", 0), "Accept-Encoding");
		assert_false(f.rq.reply.coded);
		fake_done(&f);
	}
	ASK(&f, GET, "dot.png", "Accept-Encoding", "gzip, br");
	assert_ptr_equal(f.rq.reply.borrowed.at, file("dot.png")->plain.at);
	assert_null(fake_answer(&f, "Content-Encoding", 0));
	assert_string_equal(f.rq.reply.type, "image/png");
	fake_done(&f);
}

static void a_name_with_a_hash_is_kept_and_others_are_asked_for_again(void **state)
{
	struct fake f;

	(void)state;
	ASK(&f, GET, "assets/app-1a2B3c_D.js");
	assert_string_equal(fake_answer(&f, "Cache-Control", 0), "public, max-age=31536000, immutable");
	fake_done(&f);
	ASK(&f, HEAD, "index.html");
	assert_string_equal(fake_answer(&f, "Cache-Control", 0), "no-cache");
	assert_int_equal(f.rq.reply.status, 200);
	fake_done(&f);
}

static void each_coding_has_its_tag_and_a_tag_that_is_known_is_a_304(void **state)
{
	struct arena *a = arena_new();
	const char *plain = arena_printf(a, "\"%s\"", file("index.html")->etag), *tag;
	struct fake f;

	(void)state;
	ASK(&f, GET, "index.html", "Accept-Encoding", "br");
	tag = arena_copy(a, fake_answer(&f, "ETag", 0));
	assert_null(fake_answer(&f, "ETag", 1));
	fake_done(&f);
	assert_string_not_equal(tag, plain);
	ASK(&f, GET, "index.html", "If-None-Match", tag, "Accept-Encoding", "br");
	assert_int_equal(f.rq.reply.status, 304);
	assert_null(f.rq.reply.type);
	assert_string_equal(fake_answer(&f, "ETag", 0), tag);
	assert_string_equal(fake_answer(&f, "Cache-Control", 0), "no-cache");
	fake_done(&f);
	ASK(&f, GET, "index.html", "If-None-Match", tag); /* has it in a coding that it does not take any more */
	assert_int_equal(f.rq.reply.status, 200);
	assert_string_equal(fake_answer(&f, "ETag", 0), plain);
	fake_done(&f);
	ASK(&f, HEAD, "index.html", "If-None-Match", plain);
	assert_int_equal(f.rq.reply.status, 304);
	fake_done(&f);
	arena_free(a);
}

static void an_answer_begun_with_a_file_can_end_as_another(void **state)
{
	struct fake f;

	(void)state;
	fake_init(&f, GET, "/x", "");
	assert_int_equal(reply_asset(&f.rq, file("dot.png")), OK);
	reply_error(&f.rq, ERR_INTERNAL);
	assert_null(f.rq.reply.borrowed.at);
	assert_int_equal(f.rq.reply.status, 500);
	fake_done(&f);
}

/* -- what does not build -- */

/* What the build step says to a folder that holds this file; "" when it builds. */
static const char *complaint(const char *name)
{
	static char said[512];
	char folder[FOLDER_SIZE], path[300], command[600];
	size_t n;
	FILE *f;
	int status;

	assert_non_null(folder_new(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = *name ? fopen(path, "w") : NULL;
	if (f)
		fclose(f);
	snprintf(command, sizeof(command), "%s x %s /dev/null /dev/null 2>&1", EMBED_TOOL, folder);
	f = popen(command, "r");
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = '\0';
	status = pclose(f);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == (n > 0));
	unlink(path);
	rmdir(folder);
	return said;
}

static void what_has_no_type_or_an_odd_name_does_not_build(void **state)
{
	(void)state;
	assert_string_equal(complaint("empty.css"), "");
	assert_non_null(strstr(complaint("a.xyz"), "not in the table"));
	assert_non_null(strstr(complaint("noextension"), "not in the table"));
	assert_non_null(strstr(complaint("a b.css"), "a character"));
	assert_non_null(strstr(complaint(".hidden"), "holds no file"));
	assert_non_null(strstr(complaint(""), "holds no file"));
}

RUN(T(the_folder_is_in_the_program), T(texts_are_coded_where_that_is_shorter),
    T(the_caller_gets_the_coding_that_it_prefers), T(a_name_with_a_hash_is_kept_and_others_are_asked_for_again),
    T(each_coding_has_its_tag_and_a_tag_that_is_known_is_a_304), T(an_answer_begun_with_a_file_can_end_as_another),
    T(what_has_no_type_or_an_odd_name_does_not_build))
