/* What the helper has given up cannot be had back, whatever makes it try. */
#include "saml/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#include "base/banned.h"

/* Runs `attempt` in a process that has entered the sandbox. Its wait status; exit 7: the attempt came through. */
static int status_of(void (*attempt)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (!sandbox_enter())
			_exit(9);
		sandbox_begin();
		attempt();
		_exit(7);
	}
	assert_true(waitpid(child, &status, 0) == child);
	return status;
}

static void ends_by(int signal, void (*attempt)(void))
{
	int status = status_of(attempt);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != signal)
		fail_msg("it ended with status %#x, not by signal %d", (unsigned)status, signal);
}

static void open_file(void)
{
	if (open("/etc/passwd", O_RDONLY) < 0)
		_exit(8);
}

static void connect_out(void)
{
	if (socket(AF_INET, SOCK_STREAM, 0) < 0)
		_exit(8);
}

static void start_process(void)
{
	if (fork() < 0)
		_exit(8);
}

static void run_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	_exit(8);
}

static void make_code(void)
{
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
		_exit(8);
}

static void turn_data_into_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED || mprotect(page, 4096, PROT_READ | PROT_EXEC))
		_exit(8);
}

static void kill_somebody(void)
{
	kill(getpid(), 0);
}

static void compute(void)
{
	for (volatile int i = 0;; i++)
		;
}

static void take_memory(void)
{
	for (int i = 0; i < 64; i++)
		if (mmap(NULL, MIB(16), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
			_exit(11);
}

static void work(void)
{
	void *p = malloc(MIB(8));

	memset(p, 1, MIB(8));
	free(p);
}

static void files_networks_and_processes_end_it(void **state)
{
	(void)state;
	ends_by(SIGSYS, open_file);
	ends_by(SIGSYS, connect_out);
	ends_by(SIGSYS, start_process);
	ends_by(SIGSYS, run_program);
	ends_by(SIGSYS, kill_somebody);
}

static void memory_that_can_be_run_ends_it(void **state)
{
	(void)state;
	ends_by(SIGSYS, make_code);
	ends_by(SIGSYS, turn_data_into_code);
}

static void a_question_without_end_ends_it(void **state)
{
	(void)state;
	ends_by(SIGPROF, compute);
}

static void its_memory_has_a_limit(void **state)
{
	int status = status_of(take_memory);

	(void)state;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 11);
}

static void work_is_let_through(void **state)
{
	int status = status_of(work);

	(void)state;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

RUN(T(files_networks_and_processes_end_it), T(memory_that_can_be_run_ends_it), T(a_question_without_end_ends_it),
    T(its_memory_has_a_limit), T(work_is_let_through))
