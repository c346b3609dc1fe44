/* Counts connections by client: a table of lists, one entry for each client that has a connection. */
#include "http/crowd.h"

#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "base/banned.h"

#define BUCKETS 512

struct client {
	struct client *next;	/* of the bucket */
	struct address network;
	int connections;
};

struct crowd {
	int most, most_each, open;
	uint64_t seed;		/* so that nobody can choose networks of one bucket */
	struct client *buckets[BUCKETS];
};

struct crowd *crowd_new(int most, int most_each)
{
	struct crowd *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->most = most;
	c->most_each = most_each;
	random_bytes(&c->seed, sizeof(c->seed));
	return c;
}

void crowd_free(struct crowd *c)
{
	struct client *client, *next;

	for (size_t i = 0; c && i < BUCKETS; i++)
		for (client = c->buckets[i]; client; client = next) {
			next = client->next;
			free(client);
		}
	free(c);
}

/* Where the client's entry hangs, or would be hung. */
static struct client **place_of(const struct crowd *c, const struct address *network)
{
	struct client *const *at;
	uint64_t h = c->seed;

	for (size_t i = 0; i < sizeof(network->bytes); i++)
		h = (h ^ network->bytes[i]) * UINT64_C(0x100000001b3);
	at = &c->buckets[(h >> 32) % BUCKETS];
	while (*at && memcmp(&(*at)->network, network, sizeof(*network)) != 0)
		at = &(*at)->next;
	return (struct client **)at;
}

bool crowd_admits(const struct crowd *c, const struct address *from)
{
	struct address network = address_network(from);
	const struct client *client = *place_of(c, &network);
	int has = client ? client->connections : 0;

	if (c->most_each == 0)
		return true;
	return has < c->most_each && (has < CROWD_FEW || c->open < c->most - c->most / 4);
}

bool crowd_add(struct crowd *c, const struct address *from)
{
	struct address network = address_network(from);
	struct client **at = place_of(c, &network);

	if (!*at) {
		*at = calloc(1, sizeof(**at));
		if (!*at)
			return false;
		(*at)->network = network;
	}
	(*at)->connections++;
	c->open++;
	return true;
}

void crowd_remove(struct crowd *c, const struct address *from)
{
	struct address network = address_network(from);
	struct client **at = place_of(c, &network), *gone = *at;

	c->open--;
	if (--gone->connections > 0)
		return;
	*at = gone->next;
	free(gone);
}
