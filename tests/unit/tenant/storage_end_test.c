/* Uploaded files of a deleted tenant. */
#include <fcntl.h>
#include <sys/stat.h>

#include "world.h"

#include "tenant/storage.h"

#include "base/banned.h"

extern const struct worker remove_files_left;

STATEMENT(t_count_left, "SELECT count(*) FROM files_left WHERE $1 <> ''");

static char folder[FOLDER_SIZE + 32];

static const char *path_of(const char *name)
{
	static char path[sizeof(folder) + 32];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* A file that was written so many milliseconds ago. */
static void add_file(const char *name, int64_t age_ms)
{
	int64_t at_ms = clock_ms() - age_ms;
	const struct timespec time = { .tv_sec = at_ms / 1000, .tv_nsec = at_ms % 1000 * 1000000 };
	int fd = open(path_of(name), O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, (const struct timespec[]){ time, time }), 0);
	close(fd);
}

static bool is_there(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static void make_folders(const char *tenant)
{
	char uploads[FOLDER_SIZE + 16];

	snprintf(uploads, sizeof(uploads), "%s/uploads", world.settings.data);
	(void)mkdir(uploads, 0700);
	snprintf(folder, sizeof(folder), "%s/%s", uploads, tenant);
	assert_int_equal(mkdir(folder, 0700), 0);
}

static void run_worker(struct txn *tx)
{
	int64_t left;

	assert_int_equal(worker_run(&remove_files_left, tx), OK);
	assert_int_equal(store_int(tx, &t_count_left, NO_ARGS, &left), OK);
	assert_int_equal(left, 0);
}

static void all_of_a_tenant_that_is_gone_are_removed(void **state)
{
	struct txn *tx = write_begin("default");

	(void)state;
	make_folders("gone");
	assert_int_equal(make_tenant(tx, "gone", "gone.example", "gone"), OK);
	add_file("a.png", 5000);
	assert_int_equal(end_tenant(tx, "gone"), OK);
	add_file("b.png", -5000);	/* its upload was under way */
	run_worker(tx);
	assert_false(is_there("a.png") || is_there("b.png") || is_there("."));
	run_worker(tx);
	txn_rollback(&tx);
}

static void what_a_new_tenant_of_the_id_has_stays(void **state)
{
	struct txn *tx = write_begin("default");

	(void)state;
	make_folders("again");
	assert_int_equal(make_tenant(tx, "again", "again.example", "again"), OK);
	add_file("old.png", 5000);
	assert_int_equal(end_tenant(tx, "again"), OK);
	assert_int_equal(make_tenant(tx, "again", "again.example", "again"), OK);
	add_file("new.png", -5000);
	run_worker(tx);
	assert_false(is_there("old.png"));
	assert_true(is_there("new.png"));
	txn_rollback(&tx);
}

static void more_than_a_slice_goes_too(void **state)
{
	struct txn *tx = write_begin("default");
	char name[16];

	(void)state;
	make_folders("large");
	for (int i = 0; i < 1001; i++) {
		snprintf(name, sizeof(name), "%d.png", i);
		add_file(name, 0);
	}
	assert_int_equal(storage_leave(tx, "large"), OK);
	run_worker(tx);
	assert_false(is_there("."));
	txn_rollback(&tx);
}

static void links_are_left_alone_and_no_folder_is_no_fault(void **state)
{
	struct txn *tx = write_begin("default");

	(void)state;
	make_folders("linked");
	assert_int_equal(symlink("/", path_of("x")), 0);
	assert_int_equal(storage_leave(tx, "linked"), OK);
	assert_int_equal(storage_leave(tx, "nowhere"), OK);
	run_worker(tx);
	assert_true(is_there("x"));
	txn_rollback(&tx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_tenant_that_is_gone_are_removed),
		cmocka_unit_test(what_a_new_tenant_of_the_id_has_stays),
		cmocka_unit_test(more_than_a_slice_goes_too),
		cmocka_unit_test(links_are_left_alone_and_no_folder_is_no_fault),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
