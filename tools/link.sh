#!/bin/sh
# Runs a link command without one warning that is known: getaddrinfo of a static glibc may load the
# system's own name services. (A release is linked with musl, which does not.) Everything else that
# the linker says is shown, and its exit status is ours. No linker option does this: --no-warnings
# would let undefined symbols pass as well.
said=$("$@" 2>&1)
status=$?
if [ $status -ne 0 ]; then
  printf '%s\n' "$said" >&2
elif [ -n "$said" ]; then
  printf '%s\n' "$said" | grep -v -e ': in function `' \
    -e 'statically linked applications requires at runtime the shared libraries' >&2
fi
exit $status
