/* over_and_over.h - how often a second a library does something when all processors do nothing else. */
#ifndef BENCH_OVER_AND_OVER_H
#define BENCH_OVER_AND_OVER_H

/* As many threads as processors call `once` until so many seconds are over. Prints how many calls a second ended. */
void over_and_over(unsigned seconds, void (*once)(void));
/* Says what is wrong, in the name of the program, and ends it. */
void die(const char *what);

#endif
