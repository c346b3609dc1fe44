/*
 * pool.h - inside of the lanes: threads that run each step in a transaction of its own, or several reads that share
 * round trips to PostgreSQL; and those of WORK, which have no transaction.
 */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H

/* Main functions of threads, which get their struct thread: they serve its queue until that is closed. */
void *pool_main(void *thread);	/* READ and WRITE on PostgreSQL */
void *scan_main(void *thread);	/* SCAN; on SQLite also reads for which an event loop has no time */
void *work_main(void *thread);

#endif
