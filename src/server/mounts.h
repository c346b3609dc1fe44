/*
 * mounts.h - the mounts of all rooms, put together.
 */
#ifndef SERVER_MOUNTS_H
#define SERVER_MOUNTS_H

/* Once, before the route tables. */
void mounts_start(void);

#endif
