/*
 * mounts.h - puts the mounts of all rooms together.
 */
#ifndef SERVER_MOUNTS_H
#define SERVER_MOUNTS_H

/* Call once, before the route tables are built. */
void mounts_start(void);

#endif
