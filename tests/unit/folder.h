/*
 * folder.h - where tests keep files: in a folder of the program below TMPDIR, which is removed when the program ends,
 * also when a test of it failed.
 */
#ifndef TESTS_UNIT_FOLDER_H
#define TESTS_UNIT_FOLDER_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FOLDER_SIZE 128			/* of an array for the path of a folder */
#define PATH_SIZE (FOLDER_SIZE + 64)	/* and of one for the path of a file in it */

static struct {
	char path[FOLDER_SIZE];
	pid_t owner;
} folder__all;

static inline void folder__remove(void)
{
	char command[PATH_SIZE];

	if (getpid() != folder__all.owner)
		return;		/* a child of fork() */
	snprintf(command, sizeof(command), "rm -rf '%s'", folder__all.path);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", folder__all.path);
}

static inline bool folder__make(void)
{
	const char *below = getenv("TMPDIR");
	int length = snprintf(folder__all.path, FOLDER_SIZE, "%s/guildhall-XXXXXX", below && *below ? below : "/tmp");

	if (length >= FOLDER_SIZE || !mkdtemp(folder__all.path))
		return false;
	folder__all.owner = getpid();
	return atexit(folder__remove) == 0;
}

/* Writes the path that a name has there. Whether it could. */
static inline bool folder_place(char path[static FOLDER_SIZE], const char *name)
{
	return (folder__all.owner || folder__make()) &&
	       snprintf(path, FOLDER_SIZE, "%s/%s", folder__all.path, name) < FOLDER_SIZE;
}

/* The path of a new folder, or NULL. */
static inline char *folder_new(char path[static FOLDER_SIZE])
{
	return folder_place(path, "XXXXXX") ? mkdtemp(path) : NULL;
}

/* A new file, open for writing, or NULL. The caller closes it. */
static inline FILE *file_new(char path[static FOLDER_SIZE])
{
	return folder_place(path, "XXXXXX") ? fdopen(mkstemp(path), "w") : NULL;
}

#endif
