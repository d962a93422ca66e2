#pragma once
// BearSSL, a C library. Included by net/tls.cpp (and its neighbours in net that hold its types) and
// base/hash.cpp only.

extern "C" {
#include <bearssl.h>
}
