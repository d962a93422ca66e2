#include "resolve/present.h"

#include <doctest/doctest.h>

namespace pipit::resolve {

TEST_CASE("present: metadata is read when it is first wanted, once for all copies") {
  int reads = 0;
  const Present one(*pep::Version::parse("1"), [&] {
    ++reads;
    return std::make_shared<const pep::Metadata>();
  });
  const Present copy = one;
  CHECK_EQ(reads, 0);
  CHECK_EQ(one.metadata(), copy.metadata());
  CHECK_EQ(reads, 1);
  CHECK_EQ(copy.version().str(), "1");
}

TEST_CASE("present: what cannot be read is null, and not tried again") {
  int reads = 0;
  const Present one(*pep::Version::parse("1"), [&]() -> pep::MetadataPtr {
    ++reads;
    return nullptr;
  });
  CHECK_FALSE(one.metadata());
  CHECK_FALSE(one.metadata());
  CHECK_EQ(reads, 1);
  CHECK_FALSE(Present(*pep::Version::parse("1"), nullptr).metadata());
}

}  // namespace pipit::resolve
