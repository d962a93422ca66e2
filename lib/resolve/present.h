// A distribution that is installed already and may stay: it needs no page.
#pragma once
#include <functional>
#include <memory>
#include <utility>

#include "pep/metadata.h"
#include "pep/version.h"

namespace pipit::resolve {

/// Of hundreds that are installed, a resolution comes to a few: the metadata of the others is never
/// read. Copies share what was read.
class Present {
 public:
  using Read = std::function<pep::MetadataPtr()>;

  /// `read` is called once at most, by any thread; it may be null, and so may what it gives.
  Present(pep::Version version, Read read);
  const pep::Version& version() const { return version_; }
  /// Null: unreadable, its dependencies are not known.
  pep::MetadataPtr metadata() const;

 private:
  struct Lazy;
  pep::Version version_;
  std::shared_ptr<Lazy> lazy_;
};

}  // namespace pipit::resolve
