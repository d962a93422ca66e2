// Files that a server compressed on the way, unasked.
#pragma once
#include "net/transport.h"

namespace pipit::net {

/// A sink that undoes Content-Encoding: gzip before `sink` sees anything of a whole response (200)
/// with an archive inside. Many servers put that field on a .tar.gz as it is: there no archive is
/// inside, and the bytes pass on as they came. A decoded response can be neither measured nor
/// resumed, so its head has no length and no validator for ranges.
Sink decoding(Sink sink);

}  // namespace pipit::net
