// Keys of files and sources.
#include "distribution/keys.h"

namespace pipit::distribution {

FileKey key_of(const index::File& file) {
  if (file.kind == index::FileKind::sdist && is_direct(file))
    return {FileKey::Kind::direct, std::string(file.url)};
  return {FileKey::Kind::listed, index::file_key(file)};
}

FileKey key_of(const DirectReference& source) {
  return {FileKey::Kind::direct, source_text(source)};
}

}  // namespace pipit::distribution
