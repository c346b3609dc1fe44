/* Counting what was sent to whom. */
#include "tenant/message_limit.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "entity/expiry.h"
#include "store/store.h"

#include "base/banned.h"

STATEMENT(message_begin_count,
	  "INSERT INTO message_sends (tenant_id, kind, recipient, times, last_at) VALUES ($1, $2, $3, '[]', $4)"
	  " ON CONFLICT (tenant_id, kind, recipient) DO NOTHING");
STATEMENT(message_times,
	  "SELECT times FROM message_sends WHERE tenant_id = $1 AND kind = $2 AND recipient = $3 {lock}");
STATEMENT(message_set_times,
	  "UPDATE message_sends SET times = $2, last_at = $3 WHERE tenant_id = $1 AND kind = $4 AND recipient = $5");
/* All kinds, so that the key finds the rows. */
STATEMENT(message_forget_all,
	  "DELETE FROM message_sends WHERE tenant_id = $1 AND kind IN ('" MESSAGE_CODE "', '" MESSAGE_INVITATION "')"
	  " AND recipient = $2");
EXPIRING_BY(message_send, "message_sends", "kind, recipient", "last_at", MESSAGES_WITHIN_MS);

/* The times since `after_ms`, but `without`; json_decref(). Locks the row. */
static err_t load_times(struct txn *tx, struct arena *a, const char *kind, const char *key, int64_t after_ms,
			int64_t without, json_t **out)
{
	json_auto_t *stored = NULL;
	const char *text;
	json_t *time;
	size_t i;
	err_t e = store_text(tx, &message_times, ARGS(T(kind), T(key)), a, &text);

	*out = json_array();
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	stored = json_loads(text, 0, NULL);
	json_array_foreach(stored, i, time)
		if (json_integer_value(time) > after_ms && json_integer_value(time) != without)
			json_array_append(*out, time);
	return OK;
}

static err_t store_times(struct txn *tx, struct arena *a, const char *kind, const char *key, const json_t *times,
			 int64_t now)
{
	return store_exec(tx, &message_set_times, ARGS(T(json_to_text(a, times)), N(now), T(kind), T(key)), NULL);
}

/* A time of its own for each message, since the time is also the name of its place. */
static int64_t own_time(const json_t *times, int64_t now)
{
	int64_t last = json_integer_value(json_array_get(times, json_array_size(times) - 1));

	return last >= now ? last + 1 : now;
}

err_t message_take_place(struct txn *tx, struct arena *a, const char *kind, const char *recipient, int64_t *place)
{
	json_auto_t *times = NULL;
	const char *key = text_fold(a, recipient);
	int64_t now = clock_ms();
	err_t e = store_exec(tx, &message_begin_count, ARGS(T(kind), T(key), N(now)), NULL);

	if (!e)
		e = load_times(tx, a, kind, key, now - MESSAGES_WITHIN_MS, 0, &times);
	if (e)
		return e;
	if (json_array_size(times) >= MESSAGES_MOST)
		return ERR_MESSAGE_LIMIT;
	*place = own_time(times, now);
	json_array_append_new(times, json_integer(*place));
	return store_times(tx, a, kind, key, times, now);
}

err_t message_give_back(struct txn *tx, struct arena *a, const char *kind, const char *recipient, int64_t place)
{
	json_auto_t *times = NULL;
	const char *key = text_fold(a, recipient);
	err_t e = load_times(tx, a, kind, key, 0, place, &times);

	return e ? e : store_times(tx, a, kind, key, times, clock_ms());
}

err_t message_forget(struct txn *tx, struct arena *a, const char *recipient)
{
	return store_exec(tx, &message_forget_all, ARGS(T(text_fold(a, recipient))), NULL);
}
