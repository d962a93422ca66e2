// What dist asks when a file is a source distribution. Implemented by room build, handed down by
// cli::Session.
#pragma once
#include <stop_token>
#include <string>

#include "base/result.h"
#include "index/page.h"
#include "pep/metadata.h"

namespace pipit::dist {

class Builder {
 public:
  virtual ~Builder() = default;
  /// The unpacked source tree's core metadata, by hook or by building.
  virtual Result<pep::Metadata> metadata(const std::string& source_tree, const index::File& file,
                                         std::stop_token stop) = 0;
  /// Builds a wheel file into `directory`; its path.
  virtual Result<std::string> wheel(const std::string& source_tree, const index::File& file,
                                    const std::string& directory, std::stop_token stop) = 0;
};

}  // namespace pipit::dist
