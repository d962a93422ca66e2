#pragma once
// nghttp2, a C library: HTTP/2's framing, header compression and flow control, without a socket.
// Included by net/http2_session.cpp and its test only.
#include <sys/types.h>  // before nghttp2.h: ssize_t

#define NGHTTP2_STATICLIB
#include <nghttp2/nghttp2.h>
