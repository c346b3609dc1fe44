#include "saml/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "base/banned.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1 /* its shadow memory is larger than any limit, and its reports need files */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static bool limit(int what, rlim_t most)
{
	return setrlimit(what, &(struct rlimit){ most, most }) == 0;
}

/* Calls of memory, time and random numbers; reading and writing of what is open, which is one socket. */
static const int allowed[] = {
	SCMP_SYS(read),   SCMP_SYS(write),        SCMP_SYS(recvfrom),       SCMP_SYS(sendto),
	SCMP_SYS(brk),    SCMP_SYS(munmap),       SCMP_SYS(mremap),         SCMP_SYS(madvise),
	SCMP_SYS(futex),  SCMP_SYS(getrandom),    SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday),
	SCMP_SYS(time),   SCMP_SYS(setitimer),    SCMP_SYS(getpid),         SCMP_SYS(gettid),
	SCMP_SYS(tgkill), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),   SCMP_SYS(exit_group),
};

/* Memory may be asked for, but none that can be run. */
static bool allow_data_memory(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

static bool filter_calls(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool good = filter && allow_data_memory(filter);

	for (size_t i = 0; good && i < ARRAY_LEN(allowed); i++) {
		int e = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);

		good = e == 0 || e == -EDOM; /* -EDOM: this processor has no such call */
	}
	good = good && seccomp_load(filter) == 0;
	seccomp_release(filter);
	return good;
}

bool sandbox_enter(void)
{
	bool good = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
		    limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0);

	if (SANITIZED)
		return good;
	return good && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, 0) && limit(RLIMIT_AS, SANDBOX_MEMORY) &&
	       filter_calls();
}

static void set_timer(int ms)
{
	const struct itimerval once = { .it_value = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000L } };

	setitimer(ITIMER_PROF, &once, NULL); /* SIGPROF ends the process */
}

void sandbox_begin(void)
{
	set_timer(SANDBOX_CPU_MS);
}

void sandbox_rest(void)
{
	set_timer(0);
}
