/* A table of those who send, under a lock. */
#include "tenant/senders.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"

#include "base/banned.h"

/* -- called with the lock -- */

static int held_by(const struct senders *s, const char *whose)
{
	int n = 0;

	for (size_t i = 0; i < SENDERS_MOST; i++)
		n += s->busy[i].owner && !strcmp(s->busy[i].whose, whose);
	return n;
}

static struct sender *find(struct senders *s, const void *owner)
{
	for (size_t i = 0; i < SENDERS_MOST; i++)
		if (s->busy[i].owner == owner)
			return &s->busy[i];
	return NULL;
}

static bool release(struct senders *s, const void *owner)
{
	struct sender *held = find(s, owner);
	bool was_full = held && held_by(s, held->whose) == s->share;

	if (held)
		*held = (struct sender){0};
	return was_full;
}

static bool hold(struct senders *s, const void *owner, const char *whose)
{
	struct sender *place;

	if (held_by(s, whose) >= s->share)
		return false;
	place = find(s, NULL);
	if (!place)
		log_fatal("more senders than there are");
	*place = (struct sender){ owner, whose };
	snprintf(s->last, sizeof(s->last), "%s", whose);
	return true;
}

static json_t *list_full(const struct senders *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < SENDERS_MOST; i++)
		if (s->busy[i].owner && held_by(s, s->busy[i].whose) >= s->share)
			json_array_append_new(list, json_string(s->busy[i].whose));
	return list;
}

/* -- what others call -- */

bool sender_hold(struct senders *s, const void *owner, const char *whose)
{
	bool held;

	pthread_mutex_lock(&s->lock);
	release(s, owner);
	held = hold(s, owner, whose);
	pthread_mutex_unlock(&s->lock);
	return held;
}

bool sender_release(struct senders *s, const void *owner)
{
	bool was_full;

	pthread_mutex_lock(&s->lock);
	was_full = release(s, owner);
	pthread_mutex_unlock(&s->lock);
	return was_full;
}

const char *senders_full(struct senders *s, struct arena *a)
{
	json_auto_t *list = NULL;

	pthread_mutex_lock(&s->lock);
	list = list_full(s);
	pthread_mutex_unlock(&s->lock);
	return json_to_text(a, list);
}

const char *senders_last(struct senders *s, struct arena *a)
{
	const char *last;

	pthread_mutex_lock(&s->lock);
	last = arena_copy(a, s->last);
	pthread_mutex_unlock(&s->lock);
	return last;
}
