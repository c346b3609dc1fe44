#include "http/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#include "base/banned.h"

#define PROCESSES 2 /* so that one tenant never has all of them */
#define RUN_MS 10000 /* of a call, once its turn has come: a process computes two seconds at most */
#define IDLE_S 60
#define CALLS_MOST 1000 /* of a process: what libraries leave behind does not grow for ever */
#define ANSWER_MOST MIB(4)

/* A thread and its process. */
struct place {
	pthread_t thread;
	bool taken; /* there is a thread; of `lock`, as is `fd` */
	int fd; /* -1: there is no process */
	pid_t pid;
	int calls; /* that the process has answered */
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool open;
	const struct client_options *o;
	struct call *first, **end; /* that wait */
	int waiting, idle; /* idle: threads that wait for a call */
	int waiting_of[CALL_SHARES], running_of[CALL_SHARES];
	struct place places[PROCESSES];
} helper = { .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER };

/* -- the process -- */

static err_t spawn(struct place *p, int end)
{
	char *const argv[] = { (char *)helper.o->helper, NULL }, *const env[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	int why;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, end, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &all);
	why = posix_spawn(&p->pid, argv[0], &files, &how, argv, env);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	if (why == 0)
		return OK;
	return err_set(why == ENOENT ? ERR_CALL_INPUT : ERR_CALL_FAILED, "%s cannot be started: %s", argv[0],
		       strerror(why));
}

static void set_fd(struct place *p, int fd)
{
	pthread_mutex_lock(&helper.lock);
	p->fd = fd;
	pthread_mutex_unlock(&helper.lock);
}

static err_t start_process(struct place *p)
{
	int ends[2];
	err_t e;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return err_set(ERR_CALL_FAILED, "no socket for %s: %s", helper.o->helper, strerror(errno));
	e = spawn(p, ends[1]);
	close(ends[1]);
	if (e)
		close(ends[0]);
	else
		set_fd(p, ends[0]);
	p->calls = 0;
	return e;
}

/* Ends the process, if there is one, and says in `how` how it ended. */
static void end_process(struct place *p, char *how, size_t size)
{
	int fd = p->fd, status = 0;

	snprintf(how, size, "there is none");
	if (fd < 0)
		return;
	set_fd(p, -1);
	close(fd);
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		snprintf(how, size, "signal %d ended it", WTERMSIG(status));
	else if (WIFEXITED(status))
		snprintf(how, size, "it ended with status %d", WEXITSTATUS(status));
	else
		snprintf(how, size, "it was ended");
}

/* Whether the process is there and waits for a question: it never speaks first. */
static bool is_ready(const struct place *p)
{
	struct pollfd at = { .fd = p->fd, .events = POLLIN };

	return p->fd >= 0 && p->calls < CALLS_MOST && poll(&at, 1, 0) == 0;
}

static err_t ensure_process(struct place *p)
{
	char how[64];

	if (is_ready(p))
		return OK;
	end_process(p, how, sizeof(how));
	return start_process(p);
}

/* -- a call -- */

/* Waits until the socket can be read or written. */
static err_t wait_for(const struct place *p, short events, int64_t until_us)
{
	int64_t left_ms = (until_us - clock_monotonic_us() + 999) / 1000;
	struct pollfd at = { .fd = p->fd, .events = events };
	int n = left_ms > 0 ? poll(&at, 1, (int)left_ms) : 0;

	if (n > 0 || (n < 0 && errno == EINTR))
		return OK;
	return err_set(ERR_CALL_TIMEOUT, "%s did not answer in time", helper.o->helper);
}

static err_t gone(void)
{
	return err_set(ERR_CALL_FAILED, "%s ended while it was asked", helper.o->helper);
}

/* Sends or receives all of `n` bytes; `sends` is one of them. */
static err_t move(const struct place *p, void *bytes, size_t n, bool sends, int64_t until_us)
{
	char *at = bytes;
	err_t e = OK;

	while (n > 0 && !e) {
		ssize_t did =
			sends ? send(p->fd, at, n, MSG_DONTWAIT | MSG_NOSIGNAL) : recv(p->fd, at, n, MSG_DONTWAIT);

		if (did > 0) {
			at += did;
			n -= (size_t)did;
		} else if (did < 0 && (errno == EAGAIN || errno == EINTR)) {
			e = wait_for(p, sends ? POLLOUT : POLLIN, until_us);
		} else {
			e = gone();
		}
	}
	return e;
}

static err_t ask(struct place *p, struct call *c, int64_t until_us)
{
	size_t n = c->body_len;
	unsigned char head[4] = { (unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
				  (unsigned char)n };
	err_t e = move(p, head, sizeof(head), true, until_us);

	return e ? e : move(p, (void *)c->body, n, true, until_us);
}

static err_t listen_to(struct place *p, struct call *c, int64_t until_us)
{
	unsigned char head[4];
	err_t e = move(p, head, sizeof(head), false, until_us);
	size_t n;
	char *room;

	if (e)
		return e;
	n = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
	buffer_init(&c->answer, c->answer_max ? c->answer_max : ANSWER_MOST);
	room = n > 0 ? buffer_reserve(&c->answer, n) : NULL;
	if (!room)
		return err_set(ERR_CALL_ANSWER, "the answer of %s is empty or too large", helper.o->helper);
	e = move(p, room, n, false, until_us);
	if (!e)
		c->answer.len = n, c->answer.data[n] = '\0';
	return e;
}

/* After an error nothing is known of the process, so it ends. */
static err_t run(struct place *p, struct call *c)
{
	int64_t until_us = clock_monotonic_us() + RUN_MS * 1000;
	err_t e = ensure_process(p);
	char how[64], why[sizeof(c->detail)];

	if (!e)
		e = ask(p, c, until_us);
	if (!e)
		e = listen_to(p, c, until_us);
	p->calls++;
	if (!e)
		return OK;
	snprintf(why, sizeof(why), "%s", err_fault()->detail);
	end_process(p, how, sizeof(how));
	log_warn("%s: %s", why, how);
	return err_set(e, "%.400s: %s", why, how);
}

static void give_back(struct call *c, err_t e)
{
	c->error = e;
	snprintf(c->detail, sizeof(c->detail), "%s", e ? err_fault()->detail : "");
	c->done(c);
}

/* -- the queue; the lock is held -- */

/* Takes the first call whose tenant has none that runs. */
static struct call *take(void)
{
	struct call **at = &helper.first, *c;

	while ((c = *at) && c->share && helper.running_of[c->share] > 0)
		at = &c->next;
	if (!c)
		return NULL;
	*at = c->next;
	if (!c->next)
		helper.end = at;
	helper.waiting--;
	helper.waiting_of[c->share]--;
	return c;
}

/* A call that may run; NULL: the place is no longer needed, since it waits for a minute or the server stops. */
static struct call *wait_for_call(void)
{
	struct timespec until;
	struct call *c = take();

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += IDLE_S;
	while (!c && helper.open) {
		int why;

		helper.idle++;
		why = pthread_cond_timedwait(&helper.wake, &helper.lock, &until);
		helper.idle--;
		c = take();
		if (why == ETIMEDOUT)
			break;
	}
	return c;
}

/* -- the threads -- */

static bool is_open(void)
{
	bool open;

	pthread_mutex_lock(&helper.lock);
	open = helper.open;
	pthread_mutex_unlock(&helper.lock);
	return open;
}

static void serve(struct place *p, struct call *c)
{
	err_t e = OK;

	err_clear();
	if (c->until_us <= clock_monotonic_us())
		e = err_set(ERR_CALL_TIMEOUT, "the time was over before %s had its turn", helper.o->helper);
	else if (is_open())
		e = run(p, c);
	if (!is_open() && c->answer.len == 0)
		e = err_set(ERR_CALL_STOPPED, "this server stops");
	give_back(c, e);
}

/* Serves until nothing has come for a minute, or the server stops. The lock is held. */
static void serve_calls(struct place *p)
{
	struct call *c;

	while ((c = wait_for_call())) {
		unsigned share = c->share;

		helper.running_of[share]++;
		pthread_mutex_unlock(&helper.lock);
		serve(p, c);
		pthread_mutex_lock(&helper.lock);
		helper.running_of[share]--;
		pthread_cond_broadcast(&helper.wake);
	}
}

static void *place_main(void *of)
{
	struct place *p = of;
	char how[64];

	pthread_mutex_lock(&helper.lock);
	do {
		serve_calls(p);
		pthread_mutex_unlock(&helper.lock);
		end_process(p, how, sizeof(how));
		pthread_mutex_lock(&helper.lock);
	} while (helper.first && helper.open); /* one came meanwhile */
	if (helper.open) { /* nobody will join it */
		pthread_detach(p->thread);
		p->taken = false;
	}
	pthread_mutex_unlock(&helper.lock);
	return NULL;
}

/* Starts a thread with all signals blocked, if none waits and a place is free. False: there is none at all. */
static bool ensure_thread(void)
{
	struct place *p = helper.places;
	sigset_t all, before;

	while (p < helper.places + PROCESSES && p->taken)
		p++;
	if (helper.idle > 0 || p == helper.places + PROCESSES)
		return true;
	p->fd = -1;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	p->taken = pthread_create(&p->thread, NULL, place_main, p) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return p->taken || p > helper.places; /* those before it have theirs */
}

/* -- what client.c calls -- */

void helper_start(const struct client_options *o)
{
	pthread_mutex_lock(&helper.lock);
	helper.o = o;
	helper.first = NULL;
	helper.end = &helper.first;
	helper.open = true;
	pthread_mutex_unlock(&helper.lock);
}

/* The lock is held. */
static err_t put(struct call *c)
{
	if (!helper.open)
		return err_set(ERR_BUSY, "this server makes no calls now");
	if (helper.waiting >= helper.o->queue_per_host)
		return err_set(ERR_BUSY, "too many calls wait for %s", helper.o->helper);
	if (c->share && helper.waiting_of[c->share] >= helper.o->queue_per_share)
		return err_set(ERR_BUSY, "too many calls of this tenant wait");
	if (!ensure_thread())
		return err_set(ERR_BUSY, "no thread for calls");
	c->until_us = clock_monotonic_us() + 1000 * (int64_t)(c->total_ms > 0 ? c->total_ms : helper.o->total_ms);
	c->next = NULL;
	*helper.end = c;
	helper.end = &c->next;
	helper.waiting++;
	helper.waiting_of[c->share]++;
	pthread_cond_broadcast(&helper.wake);
	return OK;
}

err_t helper_submit(struct call *c)
{
	err_t e;

	pthread_mutex_lock(&helper.lock);
	e = helper.o && helper.o->helper ? put(c) : err_set(ERR_CALL_INPUT, "there is no helper program");
	pthread_mutex_unlock(&helper.lock);
	return e;
}

void helper_stop(void)
{
	pthread_mutex_lock(&helper.lock);
	helper.open = false;
	for (int i = 0; i < PROCESSES; i++)
		if (helper.places[i].taken && helper.places[i].fd >= 0)
			shutdown(helper.places[i].fd, SHUT_RDWR);
	pthread_cond_broadcast(&helper.wake);
	pthread_mutex_unlock(&helper.lock);
	for (int i = 0; i < PROCESSES; i++) {
		if (helper.places[i].taken)
			pthread_join(helper.places[i].thread, NULL);
		helper.places[i].taken = false;
	}
}
