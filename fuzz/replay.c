/*
 * replay.c - gives a fuzz target the seeds of a folder, with an ordinary compiler: `replay-NAME FOLDER`.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The seed lies in a block of exactly its size, so that reading past its end is seen. */
static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *seed;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET)) {
		perror(path);
		return 1;
	}
	seed = malloc(size ? (size_t)size : 1);
	if (!seed || fread(seed, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		return 1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(seed, (size_t)size);
	free(seed);
	return 0;
}

int main(int argc, char **argv)
{
	char path[4096];
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	dir = argc == 2 ? opendir(argv[1]) : NULL;
	if (!dir) {
		fprintf(stderr, "usage: %s FOLDER-OF-SEEDS\n", argv[0]);
		return 2;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name) >= (int)sizeof path || replay(path))
			return 1;
		count++;
	}
	closedir(dir);
	printf("%d seeds\n", count);
	return count ? 0 : 1;	/* a target without a seed is a mistake */
}
