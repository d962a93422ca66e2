// What is put into an environment, file by file.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "cache/wheel.h"

namespace pipit::env {

/// One file to be made, from the cache (`source`) or from `content`.
struct NewFile {
  std::string path;                          // canonical destination
  std::string named;                         // the same by the layout's names, where they differ
  const cache::WheelFile* source = nullptr;  // owned by the wheel
  std::string content;                       // when there is no source
  std::uint64_t size = 0;
  base::Sha256Digest sha256{};
  bool executable = false;
  bool copied = false;  // never linked: scripts
};

struct WheelFiles {
  const cache::Wheel* wheel = nullptr;
  std::string name, version;             // of the distribution: normal form, normal form
  std::string label;                     // "black 26.1.0", for messages
  std::vector<NewFile> files;            // sorted by path, RECORD and the like included
  std::vector<std::string> own_scripts;  // left out: the program that runs stands there
};

}  // namespace pipit::env
