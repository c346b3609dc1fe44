/*
 * writer.h - inside of the lanes: SQLite's writer. It takes all tasks that wait into one transaction, each in a
 * savepoint, commits once, and then lets them go on or be answered.
 */
#ifndef SERVER_WRITER_H
#define SERVER_WRITER_H

/* Main function of the thread, which gets its struct thread: commits batches of tasks until its queue is closed. */
void *writer_main(void *thread);

#endif
