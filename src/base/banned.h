/*
 * banned.h - calls that we do not make. The last include of each .c file.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H
#pragma GCC poison strcpy strcat sprintf vsprintf strtok gmtime localtime atoi atol rand srand gets
#endif
