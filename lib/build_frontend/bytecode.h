// Caches the bytecode of the modules that builds load, by wheel.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cache/store.h"
#include "cache/wheel.h"
#include "env/python/interpreter.h"

namespace pipit::build_frontend {

/// For one environment. One thread at a time.
class Bytecode {
 public:
  /// `python`: the environment's. `store` outlives this.
  Bytecode(cache::Store& store, const env::Interpreter& python);
  /// To be called after a wheel was installed: puts its cached bytecode beside its modules. A
  /// failure only costs time.
  void restore(const cache::Wheel& wheel);
  /// To be called after hooks have run: caches what they compiled of this wheel's modules, if it is
  /// worth it.
  void keep(const cache::Wheel& wheel);

 private:
  std::string place_of(std::string_view module) const;
  std::string key_of(const cache::Wheel& wheel) const;
  bool fits(const std::string& module, const cache::WheelFile& file, std::string& code) const;

  cache::Store& store_;
  std::string site_, tag_;
  std::int64_t ready_ns_ = 0;    // when the last wheel was installed
  std::set<std::string> known_;  // places that were restored or kept
};

/// Files in one text, for the cache: a name (relative, plain) and the content of each.
struct PackedFile {
  std::string_view path, content;
};
std::string pack_files(const std::vector<PackedFile>& files);
/// The result points into `text`. Code::parse when the text has another form or a path is not
/// plain.
Result<std::vector<PackedFile>> unpack_files(std::string_view text);

}  // namespace pipit::build_frontend
