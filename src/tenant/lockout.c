/* Counts failures. A row is locked from the report's first statement on. */
#include "tenant/lockout.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "entity/expiry.h"
#include "tenant/experience.h"

#include "base/banned.h"

#define WINDOW_MINUTES 60
#define DEFAULT_ATTEMPTS 100
#define DEFAULT_MINUTES 60
#define DEVICE_FAULTS_MOST 20	/* an office behind one address mistypes, but not so often */
#define DEVICE_MINUTES 10

/* Makes the row where it is missing, for a success too: so reports wait for each other from the first one on. */
STATEMENT(open_lockout,
	  "INSERT INTO lockouts (tenant_id, hash, pool, failures, blocked_until, expires_at)"
	  " VALUES ($1, $2, $3, '[]', 0, $4)"
	  " ON CONFLICT (tenant_id, hash, pool) DO UPDATE SET pool = excluded.pool"
	  " RETURNING failures, blocked_until");
COLUMNS(open_lockout, failures, blocked_until);
STATEMENT(save_lockout,
	  "UPDATE lockouts SET failures = $2, blocked_until = $3, expires_at = $4"
	  " WHERE tenant_id = $1 AND hash = $5 AND pool = $6");
STATEMENT(forget_lockouts, "DELETE FROM lockouts WHERE tenant_id = $1 AND hash = $2");
EXPIRING(lockout, "lockouts", "hash, pool", 0);

struct limits {
	int64_t attempts, minutes;	/* how long it is blocked */
};

static const struct pool {
	const char *name;
	int64_t window_minutes;		/* how long a failure counts */
	struct limits fixed;		/* all 0: the tenant's policy has them */
} pools[] = {
	[LOCKOUT_IDENTIFIER] = { .name = "identifier", .window_minutes = WINDOW_MINUTES },
	[LOCKOUT_TOTP] = { .name = "totp", .window_minutes = WINDOW_MINUTES },
	[LOCKOUT_PASSKEY] = { .name = "passkey", .window_minutes = WINDOW_MINUTES },
	[LOCKOUT_BACKUP_CODE] = { .name = "backup-code", .window_minutes = WINDOW_MINUTES },
	[LOCKOUT_DEVICE_CODE] = { .name = "device-code", .window_minutes = DEVICE_MINUTES,
				  .fixed = { DEVICE_FAULTS_MOST, DEVICE_MINUTES } },
};

struct lockout {
	const char *hash;
	const struct pool *pool;
	json_t *failures;	/* [[minute, number], …], the oldest first */
	int64_t blocked_until;	/* 0: has not been blocked */
};

static void lockout_done(struct lockout *l)
{
	json_decref(l->failures);
}

/* Not to hide it, but for a key of one size. */
static const char *hash_of(struct arena *a, const char *value)
{
	return digest_of(a, text_fold(a, value));
}

static err_t open_row(struct txn *tx, struct lockout *out)
{
	CLEANUP(rows_close) struct rows row = {0};
	err_t e = store_first(tx, &open_lockout, ARGS(T(out->hash), T(out->pool->name), N(clock_ms())), &row);

	if (e)
		return e;
	out->failures = json_loads(rows_text(&row, open_lockout_failures), 0, NULL);
	out->blocked_until = rows_int(&row, open_lockout_blocked_until);
	return rows_end(&row);
}

/* Drops what is older than the window. */
static void forget_old(json_t *failures, int64_t first_minute)
{
	while (json_array_size(failures) > 0 &&
	       json_integer_value(json_array_get(json_array_get(failures, 0), 0)) < first_minute)
		json_array_remove(failures, 0);
}

/* Adds one, and returns how many there are in the window. */
static int64_t count_failure(json_t *failures, int64_t minute, int64_t window_minutes)
{
	json_t *last;
	int64_t all = 0;

	forget_old(failures, minute - window_minutes);
	last = json_array_get(failures, json_array_size(failures) - 1);
	if (last && json_integer_value(json_array_get(last, 0)) >= minute)
		json_array_set_new(last, 1, json_integer(json_integer_value(json_array_get(last, 1)) + 1));
	else
		json_array_append_new(failures, json_pack("[I, i]", (json_int_t)minute, 1));
	for (size_t i = 0; i < json_array_size(failures); i++)
		all += json_integer_value(json_array_get(json_array_get(failures, i), 1));
	return all;
}

static int64_t number_or(const json_t *policy, const char *member, int64_t otherwise)
{
	const json_t *value = json_object_get(policy, member);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static err_t load_limits(struct txn *tx, const struct pool *pool, struct limits *out)
{
	CLEANUP(setting_release) const json_t *value = NULL;
	const json_t *policy;
	err_t e;

	*out = pool->fixed;
	if (out->attempts > 0)
		return OK;
	e = setting_load(tx, &sign_in_experience, &value);
	policy = e ? NULL : json_object_get(value, "sentinelPolicy");
	*out = (struct limits){ .attempts = number_or(policy, "maxAttempts", DEFAULT_ATTEMPTS),
				.minutes = number_or(policy, "lockoutDuration", DEFAULT_MINUTES) };
	return e;
}

static err_t locked_error(struct arena *a, int64_t left_ms)
{
	int64_t minutes = (left_ms + MINUTE_MS / 2) / MINUTE_MS;

	err_clear();	/* nothing of what the verification found */
	return err_arg(ERR_LOCKED, "minutes", arena_printf(a, "%lld", (long long)(minutes > 0 ? minutes : 1)));
}

static err_t report_failure(struct txn *tx, struct arena *a, struct lockout *l)
{
	int64_t now = clock_ms(), window = l->pool->window_minutes, expires = now + (window + 1) * MINUTE_MS;
	struct limits limits;
	err_t e = load_limits(tx, l->pool, &limits);
	bool blocks;

	if (e)
		return e;
	blocks = count_failure(l->failures, now / MINUTE_MS, window) >= limits.attempts;
	if (blocks)
		l->blocked_until = now + limits.minutes * MINUTE_MS;
	e = store_exec(tx, &save_lockout,
		       ARGS(T(json_to_text(a, l->failures)), N(l->blocked_until),
			    N(l->blocked_until > expires ? l->blocked_until : expires), T(l->hash), T(l->pool->name)),
		       NULL);
	return e || !blocks ? e : locked_error(a, l->blocked_until - now);
}

err_t lockout_report(struct txn *tx, struct arena *a, enum lockout_pool pool, const char *value, bool success)
{
	CLEANUP(lockout_done) struct lockout l = { .hash = hash_of(a, value), .pool = &pools[pool] };
	int64_t now;
	err_t e = open_row(tx, &l);

	if (e)
		return e;
	now = clock_ms();
	if (l.blocked_until > now)
		return locked_error(a, l.blocked_until - now);
	return success ? OK : report_failure(tx, a, &l);
}

err_t lockout_forget(struct txn *tx, struct arena *a, const char *value)
{
	return store_exec(tx, &forget_lockouts, ARGS(T(hash_of(a, value))), NULL);
}
