/*
 * base.h - the types and macros that every file of this program uses.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF(string, first) __attribute__((format(printf, string, first)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define KIB(n) ((size_t)(n) * 1024)
#define MIB(n) ((size_t)(n) * 1024 * 1024)

/* EACH(f, of, a, b, c) is f(of, a) f(of, b) f(of, c). Of twenty at most. */
#define EACH(f, of, a, ...) f(of, a) __VA_OPT__(EACH19_(f, of, __VA_ARGS__))
#define EACH19_(f, of, a, ...) f(of, a) __VA_OPT__(EACH18_(f, of, __VA_ARGS__))
#define EACH18_(f, of, a, ...) f(of, a) __VA_OPT__(EACH17_(f, of, __VA_ARGS__))
#define EACH17_(f, of, a, ...) f(of, a) __VA_OPT__(EACH16_(f, of, __VA_ARGS__))
#define EACH16_(f, of, a, ...) f(of, a) __VA_OPT__(EACH15_(f, of, __VA_ARGS__))
#define EACH15_(f, of, a, ...) f(of, a) __VA_OPT__(EACH14_(f, of, __VA_ARGS__))
#define EACH14_(f, of, a, ...) f(of, a) __VA_OPT__(EACH13_(f, of, __VA_ARGS__))
#define EACH13_(f, of, a, ...) f(of, a) __VA_OPT__(EACH12_(f, of, __VA_ARGS__))
#define EACH12_(f, of, a, ...) f(of, a) __VA_OPT__(EACH11_(f, of, __VA_ARGS__))
#define EACH11_(f, of, a, ...) f(of, a) __VA_OPT__(EACH10_(f, of, __VA_ARGS__))
#define EACH10_(f, of, a, ...) f(of, a) __VA_OPT__(EACH9_(f, of, __VA_ARGS__))
#define EACH9_(f, of, a, ...) f(of, a) __VA_OPT__(EACH8_(f, of, __VA_ARGS__))
#define EACH8_(f, of, a, ...) f(of, a) __VA_OPT__(EACH7_(f, of, __VA_ARGS__))
#define EACH7_(f, of, a, ...) f(of, a) __VA_OPT__(EACH6_(f, of, __VA_ARGS__))
#define EACH6_(f, of, a, ...) f(of, a) __VA_OPT__(EACH5_(f, of, __VA_ARGS__))
#define EACH5_(f, of, a, ...) f(of, a) __VA_OPT__(EACH4_(f, of, __VA_ARGS__))
#define EACH4_(f, of, a, ...) f(of, a) __VA_OPT__(EACH3_(f, of, __VA_ARGS__))
#define EACH3_(f, of, a, ...) f(of, a) __VA_OPT__(EACH2_(f, of, __VA_ARGS__))
#define EACH2_(f, of, a, ...) f(of, a) __VA_OPT__(EACH1_(f, of, __VA_ARGS__))
#define EACH1_(f, of, a) f(of, a)

/* Bytes that another object owns: not ended by a NUL, never freed through this struct. */
struct slice {
	const char *at;
	size_t len;
};

#endif
