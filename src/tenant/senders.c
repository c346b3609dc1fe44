/* A table of those who send, under a lock. */
#include "tenant/senders.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/ids.h"
#include "base/json.h"
#include "base/log.h"

#include "base/banned.h"

struct sender {
	const void *owner;	/* NULL: nobody */
	const char *tenant;
};

static struct {
	pthread_mutex_t lock;
	struct sender busy[SENDERS_MOST];
	char last[ID_LONG + 1];
} senders = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* -- called with the lock -- */

static int held_by(const char *tenant)
{
	int n = 0;

	for (size_t i = 0; i < SENDERS_MOST; i++)
		n += senders.busy[i].owner && !strcmp(senders.busy[i].tenant, tenant);
	return n;
}

static struct sender *find(const void *owner)
{
	for (size_t i = 0; i < SENDERS_MOST; i++)
		if (senders.busy[i].owner == owner)
			return &senders.busy[i];
	return NULL;
}

static bool release(const void *owner)
{
	struct sender *s = find(owner);
	bool was_full = s && held_by(s->tenant) == SENDERS_OF_TENANT_MOST;

	if (s)
		*s = (struct sender){0};
	return was_full;
}

static bool hold(const void *owner, const char *tenant)
{
	struct sender *s;

	if (held_by(tenant) >= SENDERS_OF_TENANT_MOST)
		return false;
	s = find(NULL);
	if (!s)
		log_fatal("more senders than there are");
	*s = (struct sender){ owner, tenant };
	snprintf(senders.last, sizeof(senders.last), "%s", tenant);
	return true;
}

static json_t *list_full(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < SENDERS_MOST; i++)
		if (senders.busy[i].owner && held_by(senders.busy[i].tenant) >= SENDERS_OF_TENANT_MOST)
			json_array_append_new(list, json_string(senders.busy[i].tenant));
	return list;
}

/* -- what others call -- */

bool sender_hold(const void *owner, const char *tenant)
{
	bool held;

	pthread_mutex_lock(&senders.lock);
	release(owner);
	held = hold(owner, tenant);
	pthread_mutex_unlock(&senders.lock);
	return held;
}

bool sender_release(const void *owner)
{
	bool was_full;

	pthread_mutex_lock(&senders.lock);
	was_full = release(owner);
	pthread_mutex_unlock(&senders.lock);
	return was_full;
}

const char *senders_full(struct arena *a)
{
	json_auto_t *list = NULL;

	pthread_mutex_lock(&senders.lock);
	list = list_full();
	pthread_mutex_unlock(&senders.lock);
	return json_to_text(a, list);
}

const char *senders_last(struct arena *a)
{
	const char *last;

	pthread_mutex_lock(&senders.lock);
	last = arena_copy(a, senders.last);
	pthread_mutex_unlock(&senders.lock);
	return last;
}
