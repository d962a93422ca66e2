#pragma once
// cpp-httplib with our settings. Included by net/http.cpp only: one inclusion costs about eight
// seconds of compile time.
// It has no TLS of its own here; net gives it a stream that speaks through BearSSL.

#include <cstddef>
#include <exception>  // before httplib.h: some standard libraries need current_exception complete

// One TLS record. The larger socket buffer for wheel bodies is ours, below the library.
#define CPPHTTPLIB_RECV_BUFSIZ std::size_t(16384u)
// A request is one small packet; waiting for an acknowledgement before it would cost a round trip.
#define CPPHTTPLIB_TCP_NODELAY true

#include <httplib.h>
