// What a Content-Encoding field says. Pure.
#pragma once
#include <span>
#include <string>

#include "net/transport.h"

namespace pipit::net {

struct ContentCoding {
  enum class Kind { none, gzip, unread };
  Kind kind = Kind::none;
  std::string name;  // of one that is not read here: "br"
};
/// Object stores send whatever the uploader said ("utf-8", "aws-chunked", "binary"): a word that is
/// no known coding stands for none.
ContentCoding content_coding(std::span<const Header> headers);

}  // namespace pipit::net
