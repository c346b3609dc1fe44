/*
 * crowd.h - how many connections each client has, so that a few clients cannot take all there may be.
 *
 * A quarter of the connections is for clients that have few. What counts as one client: address_network().
 * The caller has a lock.
 */
#ifndef HTTP_CROWD_H
#define HTTP_CROWD_H

#include "http/address.h"

#define CROWD_FEW 8	/* connections, that a client gets of the last quarter */

struct crowd;

/*
 * At most `most` connections in all, and `most_each` of one client; 0: one client may have all. NULL: no memory.
 * crowd_free() after the last connection.
 */
struct crowd *crowd_new(int most, int most_each);
void crowd_free(struct crowd *c);
/* Whether a client gets one more connection. */
bool crowd_admits(const struct crowd *c, const struct address *from);
/* A connection begins. False: no memory, and nothing is counted. */
bool crowd_add(struct crowd *c, const struct address *from);
/* One that was counted ends. */
void crowd_remove(struct crowd *c, const struct address *from);

#endif
