// Scout and solver may want the same metadata at the same time.
#include "resolve/present.h"

#include "base/mutex.h"

namespace pipit::resolve {

struct Present::Lazy {
  explicit Lazy(Read r) : read(std::move(r)) {}
  base::Mutex mu;
  Read read PIPIT_GUARDED_BY(mu);  // null once it was called
  pep::MetadataPtr metadata PIPIT_GUARDED_BY(mu);
};

Present::Present(pep::Version version, Read read)
    : version_(std::move(version)), lazy_(std::make_shared<Lazy>(std::move(read))) {}

pep::MetadataPtr Present::metadata() const {
  base::Lock lock(lazy_->mu);
  if (lazy_->read) lazy_->metadata = std::exchange(lazy_->read, nullptr)();
  return lazy_->metadata;
}

}  // namespace pipit::resolve
