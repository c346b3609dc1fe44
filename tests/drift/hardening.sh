#!/usr/bin/env bash
# The program is built so that a fault in memory is hard to use: what meson.build asks for is what the file has.
set -eu
program=${GUILDHALL_BIN:-build/guildhall}
bad=0
# needs WHAT PATTERN READELF-OPTION...
needs() {
	if ! readelf -W "${@:3}" "$program" | grep -qE -- "$2"; then
		echo "$program: $1"
		bad=1
	fi
}
needs 'its address is not random (PIE)' 'Type: +DYN' -h
needs 'its tables stay writable (RELRO)' 'GNU_RELRO' -l
needs 'functions of libraries are looked up late (BIND_NOW)' '\((FLAGS|FLAGS_1)\).*NOW' -d
needs 'its stack can be run' 'GNU_STACK.* RW +0x' -l
needs 'it has no stack protector' '__stack_chk_fail' --dyn-syms
needs 'calls of the C library are not checked (_FORTIFY_SOURCE)' '__(snprintf|vsnprintf|memcpy|memmove|printf|fprintf)_chk' --dyn-syms
# Debian's own start files are not made for CET, so the file as a whole is not marked; our functions begin as it asks.
if [ "$(uname -m)" = x86_64 ] && [ "$(objdump -d "$program" | grep -c endbr64)" -lt 400 ]; then
	echo "$program: jumps are not protected (CET)"
	bad=1
fi
exit "$bad"
