#!/usr/bin/env bash
# C is laid out as ./dev fmt lays it out.
exec tools/format.sh --check
