#include "http/multipart.h"

#include <stdio.h>

#include "test.h"
#include "http/fake.h"
#include "base/text.h"
#include "base/banned.h"

#define TYPE "multipart/form-data; boundary=xyz"
#define FILE_HEAD "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
#define FIELD "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
#define END "--xyz--\r\n"

static err_t parse_bytes(struct fake *f, const char *type, const char *body, size_t len, struct multipart *out)
{
	fake_init(f, POST, "/x", "");
	if (type)
		fake_header(f, "Content-Type", type);
	f->rq.raw = arena_copyn(f->rq.arena, body, len);
	f->rq.raw_len = len;
	return multipart_parse(&f->rq, out);
}

static err_t parse(struct fake *f, const char *type, const char *body, struct multipart *out)
{
	return parse_bytes(f, type, body, strlen(body), out);
}

static void assert_bytes(const struct part *p, const char *text)
{
	assert_int_equal(p->bytes.len, strlen(text));
	assert_memory_equal(p->bytes.at, text, strlen(text));
}

static void parts_are_read_without_a_copy(void **state)
{
	static const char body[] =
		"--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n"
		"--xyz\r\ncontent-type: Image/PNG; x=y\r\n"
		"content-disposition:form-data;name=file;filename=\"a b.png\"\r\n"
		"X-Other: 1\r\n\r\n"
		"\x89PNG\0\r\n--xy\r\n--xyzz\r\n\r\n"
		"--xyz\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--xyz--";
	const struct part *file;
	struct multipart m;
	struct fake f;

	(void)state;
	assert_int_equal(
		parse_bytes(&f, "Multipart/Form-Data ; charset=utf-8; Boundary=\"xyz\"", body, sizeof(body) - 1, &m),
		OK);
	assert_int_equal(m.count, 3);
	assert_string_equal(m.at[0].name, "note");
	assert_null(m.at[0].filename);
	assert_null(m.at[0].type);
	assert_bytes(&m.at[0], "hello");
	assert_int_equal(multipart_file(&m, "file", 100, &file), OK);
	assert_ptr_equal(file, &m.at[1]);
	assert_string_equal(file->filename, "a b.png");
	assert_string_equal(file->type, "image/png");
	assert_int_equal(file->bytes.len, 5 + 6 + 8 + 2);
	assert_true(file->bytes.at > f.rq.raw && file->bytes.at < f.rq.raw + f.rq.raw_len);
	assert_bytes(&m.at[2], "");
	fake_done(&f);
}

static void a_file_that_is_missing_or_too_large_is_told(void **state)
{
	const struct part *file = NULL;
	struct multipart m;
	struct fake f;

	(void)state;
	assert_int_equal(parse(&f, TYPE, FIELD "--xyz\r\n" FILE_HEAD "\r\n12345\r\n" END, &m), OK);
	assert_int_equal(multipart_file(&m, "a", 100, &file), ERR_INPUT); /* a field is not a file */
	assert_int_equal(multipart_file(&m, "FILE", 100, &file), ERR_INPUT);
	assert_int_equal(multipart_file(&m, "file", 4, &file), ERR_FILE_SIZE);
	assert_null(file);
	assert_int_equal(multipart_file(&m, "file", 5, &file), OK);
	assert_string_equal(file->filename, "a.png");
	fake_done(&f);
}

static void a_name_of_a_file_is_made_harmless(void **state)
{
	static const struct {
		const char *sent, *kept;
	} cases[] = {
		{ "a.png", "a.png" },
		{ "../../etc/passwd", "passwd" },
		{ "C:\\\\dir\\\\a.png", "a.png" },
		{ "C:\\dir\\a.png", "a.png" },
		{ "", "file" },
		{ ".", "file" },
		{ "..", "file" },
		{ ".htaccess", "htaccess" },
		{ "a/", "file" },
		{ " a . ", "a" },
		{ "a\\\"b<c>.png", "a_b_c_.png" },
		{ "caf\xc3\xa9.png", "caf\xc3\xa9.png" },
		{ "a;$(x)`y`&.png", "a__(x)_y__.png" },
	};
	struct multipart m;
	struct fake f;
	char text[300], longest[FILE_NAME_MOST + 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		snprintf(text, sizeof(text),
			 "--xyz\r\nContent-Disposition: form-data; name=f; filename=\"%s\"\r\n\r\n\r\n" END,
			 cases[i].sent);
		assert_int_equal(parse(&f, TYPE, text, &m), OK);
		assert_string_equal(m.at[0].filename, cases[i].kept);
		fake_done(&f);
	}
	memset(longest, 'x', sizeof(longest));
	memcpy(longest + FILE_NAME_MOST - 1, "\xc3\xa9", 3); /* a character that would be cut in two */
	snprintf(text, sizeof(text),
		 "--xyz\r\nContent-Disposition: form-data; name=f; filename=\"%s\"\r\n\r\n\r\n" END, longest);
	assert_int_equal(parse(&f, TYPE, text, &m), OK);
	assert_int_equal(strlen(m.at[0].filename), FILE_NAME_MOST - 1);
	fake_done(&f);
}

static void what_is_not_of_this_type_is_refused(void **state)
{
	static const char *const bad[] = {
		NULL,
		"",
		"application/json",
		"multipart/mixed; boundary=xyz",
		"multipart/form-data",
		"multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"\"",
		"multipart/form-data; boundary=\"xyz",
		"multipart/form-data; boundary=xyz; boundary=xyz",
		"multipart/form-data; boundary=\"xyz \"",
		"multipart/form-data; boundary=x*z",
		"multipart/form-data boundary=xyz",
		"multipart/form-data; boundary=xyz;",
		"multipart/form-data; boundary=other",
		"multipart/form-data;boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
	};
	struct multipart m;
	struct fake f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (parse(&f, bad[i], FIELD END, &m) != ERR_INPUT)
			fail_msg("'%s' is multipart", bad[i]);
		fake_done(&f);
	}
	fake_init(&f, POST, "/x", "");
	fake_header(&f, "Content-Type", TYPE);
	assert_int_equal(multipart_parse(&f.rq, &m), ERR_INPUT); /* no body */
	fake_done(&f);
}

static void what_is_not_well_formed_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"--",
		"--xyz",
		"--xyz\r\n",
		END,
		"hello\r\n" FIELD END,
		"\r\n" FIELD END,
		FIELD,
		FIELD "--xyz",
		FIELD "--xyz-",
		FIELD "--xyz--x",
		FIELD END "x",
		FIELD END "\r\n",
		"--xyz\nContent-Disposition: form-data; name=\"a\"\n\n1\n--xyz--\n",
		"--xyz\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Type: text/plain\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data; name=a; filename=b; filename=c\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data; name=a b\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data; name=a\r\n"
		"Content-Disposition: form-data; name=a\r\n\r\n1\r\n" END,
		"--xyz\r\n" FILE_HEAD "Content-Type: a/b\r\nContent-Type: a/b\r\n\r\n1\r\n" END,
		"--xyz\r\n" FILE_HEAD "Content-Transfer-Encoding: base64\r\n\r\n1\r\n" END,
		"--xyz\r\n" FILE_HEAD " folded\r\n\r\n1\r\n" END,
		"--xyz\r\n" FILE_HEAD "X : y\r\n\r\n1\r\n" END,
		"--xyz\r\n" FILE_HEAD "no colon\r\n\r\n1\r\n" END,
		"--xyz\r\n" FILE_HEAD "X: a\nb\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n" END,
		"--xyz\r\nContent-Disposition: form-data; name=\"a\x01\"\r\n\r\n1\r\n" END,
		"--xyz\r\n" FILE_HEAD "1\r\n" END,
	};
	struct multipart m;
	struct fake f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		if (parse(&f, TYPE, bad[i], &m) != ERR_INPUT)
			fail_msg("'%s' is well-formed", bad[i]);
		fake_done(&f);
	}
	assert_int_equal(parse(&f, TYPE,
			       "--xyz \t\r\n" FILE_HEAD "Content-Transfer-Encoding: Binary\r\n\r\n1\r\n--xyz-- \r\n",
			       &m),
			 OK);
	fake_done(&f);
}

static void parts_heads_and_names_have_limits(void **state)
{
	struct multipart m;
	struct buffer b;
	struct fake f;

	(void)state;
	buffer_init(&b, MIB(1));
	for (int i = 0; i < PARTS_MOST; i++)
		buffer_text(&b, FIELD);
	buffer_text(&b, END);
	assert_int_equal(parse(&f, TYPE, buffer_str(&b), &m), OK);
	assert_int_equal(m.count, PARTS_MOST);
	fake_done(&f);
	b.len -= strlen(END);
	buffer_text(&b, FIELD END);
	assert_int_equal(parse(&f, TYPE, buffer_str(&b), &m), ERR_INPUT);
	fake_done(&f);
	for (size_t len = PART_NAME_MOST; len <= PART_NAME_MOST + 1; len++) {
		buffer_clear(&b);
		buffer_printf(&b, "--xyz\r\nContent-Disposition: form-data; name=%0*d\r\n\r\n\r\n" END, (int)len, 0);
		assert_int_equal(parse(&f, TYPE, buffer_str(&b), &m), len == PART_NAME_MOST ? OK : ERR_INPUT);
		fake_done(&f);
	}
	for (int over = 0; over <= 1; over++) {
		int head = PART_HEAD_MOST - (int)strlen(FILE_HEAD "X: \r\n");

		buffer_clear(&b);
		buffer_printf(&b, "--xyz\r\n" FILE_HEAD "X: %0*d\r\n\r\n\r\n" END, head + over, 0);
		assert_int_equal(parse(&f, TYPE, buffer_str(&b), &m), over ? ERR_INPUT : OK);
		fake_done(&f);
	}
	buffer_done(&b);
}

RUN(T(parts_are_read_without_a_copy), T(a_file_that_is_missing_or_too_large_is_told),
    T(a_name_of_a_file_is_made_harmless), T(what_is_not_of_this_type_is_refused),
    T(what_is_not_well_formed_is_refused),
    T(parts_heads_and_names_have_limits))
