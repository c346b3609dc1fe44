/* A password is looked up in a list of stolen ones. */
#include "crypto/breached.h"

#include "folder.h"
#include "test.h"
#include "base/banned.h"

/* echo -n password | sha1sum */
#define PASSWORD "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8"
#define LETMEIN "B7A875FC1EA228B9061041B7CEC4BD3C52AB3CE3"

static char path[FOLDER_SIZE];

static void write_list(const char *text)
{
	FILE *f = file_new(path);

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static bool knows(const char *password)
{
	bool found;

	assert_int_equal(breached_find(path, password, &found), OK);
	return found;
}

static void a_list_as_pwned_passwords_has_it_is_read(void **state)
{
	(void)state;
	write_list("000000005AD76BD555C1D6D771DE417A4B87E4B4:10\r\n" PASSWORD ":9545824\r\n" LETMEIN ":1\r\n");
	assert_true(knows("password"));
	assert_true(knows("letmein"));
	assert_false(knows("Password"));
	assert_false(knows(""));
}

static void lower_case_starts_of_hashes_and_no_counts_will_do(void **state)
{
	(void)state;
	write_list("5baa61e4c9b93f3f\nb7a875fc1ea228b9061041b7");
	assert_true(knows("password"));
	assert_true(knows("letmein"));
	assert_false(knows("other"));
}

static void an_empty_list_knows_nothing(void **state)
{
	(void)state;
	write_list("");
	assert_false(knows("password"));
}

/* Of so many lines, with counts of different length, each is found and nothing between them. */
static void every_line_of_a_long_list_is_found(void **state)
{
	FILE *f = file_new(path);

	(void)state;
	assert_non_null(f);
	for (unsigned i = 0; i < 0x5baa; i++)
		fprintf(f, "%04X61E4C9B93F3F0682250B6CF8331B7EE68FD8:%u\n", i, i * i);
	assert_int_equal(fclose(f), 0);
	assert_false(knows("password"));
	f = fopen(path, "a");
	fputs(PASSWORD ":1\n", f);
	for (unsigned i = 0x5bab; i < 0xffff; i += 1 + i % 3)
		fprintf(f, "%04X61E4C9B93F3F0682250B6CF8331B7EE68FD8:%u\n", i, i % 11);
	fclose(f);
	assert_true(knows("password"));
	assert_false(knows("letmein"));
	for (unsigned tail = 0; tail < 40; tail++) {	/* wherever the middle falls */
		f = fopen(path, "a");
		fprintf(f, "FFFF61E4C9B93F3F0682250B6CF8331B7EE6%04X:%u\n", tail, tail * 1000);
		fclose(f);
		assert_true(knows("password"));
	}
}

static void what_is_not_such_a_list_is_an_error(void **state)
{
	bool found;

	(void)state;
	assert_int_equal(breached_find("/nowhere/list", "password", &found), ERR_INTERNAL);
	assert_int_equal(breached_find("/tmp", "password", &found), ERR_INTERNAL);
	write_list("password\nletmein\n");
	assert_int_equal(breached_find(path, "password", &found), ERR_INTERNAL);
	write_list("5BAA61E4C9B93F3:1\n");
	assert_int_equal(breached_find(path, "password", &found), ERR_INTERNAL);
}

RUN(T(a_list_as_pwned_passwords_has_it_is_read), T(lower_case_starts_of_hashes_and_no_counts_will_do),
    T(an_empty_list_knows_nothing), T(every_line_of_a_long_list_is_found), T(what_is_not_such_a_list_is_an_error))
