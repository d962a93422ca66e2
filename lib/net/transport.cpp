// What every transport has in common.
#include "net/transport.h"

namespace pipit::net {

std::string_view find_header(std::span<const Header> headers, std::string_view name) {
  for (const Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace pipit::net
