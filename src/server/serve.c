/* Starts the server, waits for a signal, answers what is under way and stops. */
#include "server/serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/budget.h"
#include "base/clock.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/text.h"
#include "events/audit_rows.h"
#include "http/client.h"
#include "http/server.h"
#include "http/tls.h"
#include "server/certificate.h"
#include "server/dispatch.h"
#include "server/environment.h"
#include "server/lanes.h"
#include "server/routes.h"
#include "server/workers.h"
#include "signin/claim.h"
#include "tenant/tenant.h"

#include "base/banned.h"

#define SCAN_THREADS 4		/* at most */
#define OTHER_FILES 256		/* of the store, the log and libraries */
#define LOG_END_MS 1000		/* for the last lines of the log */
#define START_LOOK_MS 100	/* between two looks for a signal */

struct server_parts {
	struct store *store;
	struct http_server *core, *admin;
	bool lanes;
	struct arena *arena;		/* endpoints whose port the system chose, and the link */
	const char *claim;		/* secret of the link for the first administrator; NULL: there is one */
};

static enum log_level level_of(const char *word)
{
	static const char *const words[] = { "debug", "info", "warn", "error" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_equal_nocase(words[i], word))
			return (enum log_level)i;
	return LOG_INFO;
}

static void start_log(const struct settings *s)
{
	bool json = text_equal_nocase(s->log_format, "json") ||
		    (!text_equal_nocase(s->log_format, "human") && !isatty(STDERR_FILENO));

	log_start(level_of(s->log_level), json);
	(void)log_detach();	/* without a thread each line is written at once */
}

/* Blocks the signals that watch() waits for; ignores SIGPIPE of clients that go away. */
static void hold_signals(sigset_t *awaited)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* a file that may not grow is a write that fails */
	sigemptyset(awaited);
	sigaddset(awaited, SIGTERM);
	sigaddset(awaited, SIGINT);
	sigaddset(awaited, SIGHUP);
	pthread_sigmask(SIG_BLOCK, awaited, NULL);
}

static int processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 64 ? 64 : (int)n;
}

static int threads_of(const struct settings *s)
{
	return s->threads > 0 ? (int)s->threads : processors();
}

/* Threads of the pool on PostgreSQL: as set; otherwise two for each processor, four at least. */
static int db_threads_of(const struct settings *s)
{
	int n = s->db_connections > 0 ? (int)s->db_connections : 2 * processors();

	return n < 4 && !s->db_connections ? 4 : n;
}

/* Scans compute, here or in the database, so more of them at once than processors would only hold up what is short. */
static int scan_threads(void)
{
	int n = processors();

	return n < 2 ? 2 : n > SCAN_THREADS ? SCAN_THREADS : n;
}

/* The program that reads SAML: where the settings say, else beside the file that this process runs. */
static const char *saml_program(const struct settings *s)
{
	static const char name[] = "guildhall-saml";
	static char path[4096];
	ssize_t n;
	char *last;

	if (*s->saml_program)
		return s->saml_program;
	n = readlink("/proc/self/exe", path, sizeof(path) - sizeof(name));
	path[n > 0 ? n : 0] = '\0';
	last = strrchr(path, '/');
	if (!last)
		return name;
	memcpy(last + 1, name, sizeof(name));
	return path;
}

static err_t start_lanes(struct server_parts *r, const struct settings *s)
{
	struct lanes_options o = {
		.store = r->store, .db_threads = db_threads_of(s), .scan_threads = scan_threads(),
		.work_threads = processors(), .queue = (int)s->queue, .step_seconds = (int)s->step_seconds,
		.scan_seconds = (int)s->scan_seconds,
	};
	struct client_options calls;
	err_t e;

	client_options_init(&calls, s);
	calls.helper = saml_program(s);
	e = client_start(&calls);
	if (!e)
		e = lanes_start(&o);
	r->lanes = e == OK;
	return e ? e : workers_start();
}

/*
 * How many client connections each port takes: as many as set, where the system lets the process have so many files
 * open. Otherwise each port has its half, so that connections to one never keep the other from taking any.
 */
static int connections_of(const struct settings *s)
{
	rlim_t other = OTHER_FILES + (rlim_t)s->calls, wanted = 2 * (rlim_t)s->max_connections + other;
	struct rlimit r;
	int room;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= wanted)
		return (int)s->max_connections;
	r.rlim_cur = wanted < r.rlim_max ? wanted : r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur == wanted)
		return (int)s->max_connections;
	getrlimit(RLIMIT_NOFILE, &r);
	room = r.rlim_cur > 2 * other ? (int)((r.rlim_cur - other) / 2) : (int)(r.rlim_cur / 4);
	return room < s->max_connections ? room : (int)s->max_connections;
}

/* Listens on one port; sets `*endpoint` when the system chose the port and the settings name no endpoint. */
static err_t listen_on(struct server_parts *r, const struct settings *s, int64_t wanted, bool endpoint_given,
		       const char **endpoint, struct http_server **out)
{
	struct http_options o = {
		.listen = s->listen, .threads = threads_of(s),
		.max_connections = connections_of(s),
		/* behind a proxy all connections are its own */
		.max_per_address = s->trust_proxy ? 0 : (int)s->max_per_address,
		.header_seconds = (int)s->header_seconds, .body_seconds = (int)s->body_seconds,
		.idle_seconds = (int)s->idle_seconds, .answer_seconds = (int)s->answer_seconds,
		.tls = certificate_is_set(s), .proxies = s->trust_proxy ? (int)s->trusted_proxies : 0,
		.admit = dispatch_admit, .dispatch = dispatch, .on_end = dispatch_end,
		.id_header = "Logto-Core-Request-Id",
	};
	int port = (int)wanted;
	err_t e = http_listen(&o, &port, out);

	if (!e && wanted == 0 && !endpoint_given)
		*endpoint =
			arena_printf(r->arena, "%s://localhost:%d", certificate_is_set(s) ? "https" : "http", port);
	return e;
}

/* Sets what requests may hold, and how large an answer may be. */
static void set_limits(const struct settings *s)
{
	size_t ceiling = MIB((size_t)s->memory);

	budget_start(ceiling, ceiling / 100 * (size_t)s->memory_share);
	reply_limit(MIB((size_t)s->answer_size));
}

static err_t read_claim(struct server_parts *r, struct conn *c, bool *open)
{
	struct txn *tx;
	err_t e = txn_begin(c, "admin", false, &tx);

	if (e)
		return e;
	e = claim_is_open(tx, r->arena, open);
	txn_rollback(&tx);
	return e;
}

static err_t make_claim(struct server_parts *r, struct conn *c)
{
	struct txn *tx;
	err_t e = txn_begin(c, "admin", true, &tx);

	if (e)
		return e;
	e = claim_offer(tx, r->arena, &r->claim);
	if (!e)
		return txn_commit(&tx);
	txn_rollback(&tx);
	return e;
}

/* While nobody administers the installation, makes a link for whoever will; writes only then. */
static err_t offer_claim(struct server_parts *r)
{
	bool open = false;
	struct conn *c;
	err_t e = conn_open(r->store, true, &c);

	if (e)
		return e;
	e = read_claim(r, c, &open);
	if (!e && open)
		e = make_claim(r, c);
	conn_close(c);
	return e;
}

/* Starts everything in order. An error has its line on standard error; stop() ends what has begun. */
static err_t start(struct server_parts *r, struct settings *s)
{
	err_t e = environment_open(s, &r->store);

	if (e)
		return e;
	set_limits(s);
	e = offer_claim(r);
	if (!e)
		e = routes_start();
	if (!e)
		e = start_lanes(r, s);
	if (!e)
		e = listen_on(r, s, s->port, *s->endpoint != '\0', &context.core_endpoint, &r->core);
	if (!e)
		e = listen_on(r, s, s->admin_port, *s->admin_endpoint != '\0', &context.admin_endpoint, &r->admin);
	if (!e)
		cache_trust_until(context.cache, store_hears_until_us(r->store));
	if (!e)
		e = http_begin(r->core);	/* only now, with both endpoints known */
	if (!e)
		e = http_begin(r->admin);
	if (!e)
		e = store_check(r->store);	/* beside the first requests: it takes as long as all the rest */
	if (e)
		fprintf(stderr, "guildhall: %s\n", err_fault()->detail);
	return e;
}

/* -- the end -- */

/* The thread: ends the process when its time is over. What was answered is in the database already. */
static void *end_process(void *of)
{
	const int64_t *at_us = of;
	struct timespec at = { .tv_sec = *at_us / 1000000, .tv_nsec = *at_us % 1000000 * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
	log_error("the end took longer than shutdown-seconds; what still runs is given up");
	log_attach(LOG_END_MS);
	_exit(1);
}

/* Makes sure that the process ends at `*at_us`, which stays. */
static void set_last_deadline(int64_t *at_us)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, end_process, at_us) != 0)
		log_warn("no thread for the last deadline");
	else
		pthread_detach(thread);
}

/* -- a signal while start() runs, which looks at none for as long as another copy migrates the database -- */

static struct {
	atomic_bool over;
	int64_t seconds;	/* shutdown-seconds */
} starting;

/* The thread: gives start() the time that stop() would have. */
static void *watch_start(void *unused)
{
	const struct timespec nap = { .tv_nsec = START_LOOK_MS * 1000000L };
	int64_t at_us = 0;

	(void)unused;
	while (!atomic_load(&starting.over)) {
		if (!at_us && end_is_asked())
			at_us = clock_monotonic_us() + starting.seconds * 1000000;
		if (at_us && clock_monotonic_us() >= at_us)
			end_process(&at_us);
		nanosleep(&nap, NULL);
	}
	return NULL;
}

static err_t start_watched(struct server_parts *r, struct settings *s)
{
	pthread_t thread;
	err_t e;

	starting.seconds = s->shutdown_seconds;
	if (pthread_create(&thread, NULL, watch_start, NULL) == 0)
		pthread_detach(thread);
	e = start(r, s);
	atomic_store(&starting.over, true);
	return e;
}

/* Waits until open requests are answered, at most until `at_us`. */
static void drain(struct http_server *s, int64_t at_us)
{
	int64_t left_us = at_us - clock_monotonic_us();

	if (s)
		http_drain(s, left_us > 0 ? (int)(left_us / 1000000) : 0);
}

/* Writes the entries of the audit log that wait in memory, now that nobody adds to them. */
static void flush_audit(const struct server_parts *r)
{
	if (audit_rows_flush(r->store))
		log_error("entries of the audit log are lost: %s", err_fault()->detail);
}

/* All requests are over: what still counts as held was never given back, which is a fault of ours. */
static void check_account(void)
{
	size_t held = budget_held();

	if (held)
		log_error("all requests are over, and %zu bytes still count as held", held);
}

/*
 * Stops what start() began, also when it failed halfway: requests first, then calls, workers, lanes, store. Requests
 * have two thirds of the time. What steps do after a call that was stopped has until five sixths; then whatever still
 * runs is given up, as at its own deadline, and so is what workers do.
 */
static void stop(struct server_parts *r, int64_t seconds)
{
	static int64_t last_us;
	int64_t begun_us = clock_monotonic_us();

	last_us = begun_us + seconds * 1000000;
	set_last_deadline(&last_us);
	drain(r->core, begun_us + seconds * 1000000 * 2 / 3);
	drain(r->admin, begun_us + seconds * 1000000 * 2 / 3);
	if (r->core)
		http_stop(r->core);
	if (r->admin)
		http_stop(r->admin);
	client_stop();		/* steps that wait for a transfer go on, with an error, and write what became of it */
	if (r->lanes) {
		lanes_wait(begun_us + seconds * 1000000 * 5 / 6);
		lanes_give_up();
	}
	workers_stop();
	if (r->lanes) {
		lanes_stop();
		flush_audit(r);
	}
	http_forget();		/* after the answers that came too late, which lanes_stop() has waited for */
	check_account();
	environment_close(&r->store);
	tls_done();
	arena_free(r->arena);
}

/* Says until when the memory may be trusted, and turns it off while changes of other copies cannot be heard. */
static void watch_hearing(const struct server_parts *r, bool *hears)
{
	bool now = store_is_listening(r->store);

	cache_trust_until(context.cache, store_hears_until_us(r->store));
	if (now == *hears)
		return;		/* cache_switch() forgets everything */
	log_warn("changes of other copies are %s", now ? "heard again" : "not heard: the memory is off");
	*hears = now;
	cache_switch(context.cache, now);
}

/* Until a signal ends the server: looks at what may change meanwhile. SIGHUP asks for the certificate's files. */
static void watch(const struct server_parts *r, const struct settings *s, const sigset_t *awaited)
{
	const struct timespec quarter = { .tv_nsec = 250000000 };
	bool hears = true;
	int got;

	while ((got = sigtimedwait(awaited, NULL, &quarter)) < 0 || got == SIGHUP) {
		watch_hearing(r, &hears);
		certificate_watch(s, got == SIGHUP);
	}
}

/* On standard output alone: the link is a secret, so that the log does not have it. */
static void print_addresses(const struct server_parts *r)
{
	printf("core %s\nadmin %s\nconsole %s/console\n", context.core_endpoint, context.admin_endpoint,
	       context.admin_endpoint);
	if (r->claim)
		printf("claim %s/claim/%s\n", context.admin_endpoint, r->claim);
	if (fflush(stdout) != 0)
		log_warn("the addresses cannot be written to standard output: %s", strerror(errno));
	clearerr(stdout);
}

int serve(struct settings *settings)
{
	struct server_parts r = {0};
	sigset_t awaited;
	err_t e;

	if (certificate_load(settings)) {	/* before anything is made */
		fprintf(stderr, "guildhall: %s\n", err_fault()->detail);
		return 2;
	}
	r.arena = arena_new();
	hold_signals(&awaited);
	start_log(settings);
	secret_memory_check();
	e = start_watched(&r, settings);
	if (!e) {
		print_addresses(&r);
		watch(&r, settings, &awaited);
		log_info("draining: requests under way hold %zu bytes", budget_held());
	}
	stop(&r, settings->shutdown_seconds);
	log_attach(LOG_END_MS);
	return e ? 1 : 0;
}
