// Texts of Python's and of its installers that pipit knows by their digests.
#pragma once
#include <span>
#include <string_view>

namespace pipit::env {

/// Each text is known by the first 16 digits of its SHA-256.
struct KnownTexts {
  struct Function {
    std::string_view digest;
    bool is_debian = false;
  };
  /// Of sysconfig: what chooses among its schemes. Functions count without comments at lines'
  /// beginnings and without white space.
  std::span<const Function> choices;
  std::span<const Function> sites;           // site.getsitepackages()
  std::span<const std::string_view> uses;    // lines of sysconfig that do something with its table
  std::span<const std::string_view> hooks;   // lines of .pth files that change no fact
  std::span<const std::string_view> starts;  // whole modules sitecustomize that change none

  /// Those of CPython 3.8 to 3.15 and Debian's, of setuptools, and of apport.
  static const KnownTexts& built_in();
};

/// Whether `text` is one of those.
bool is_known(std::string_view text, std::span<const std::string_view> digests);
/// The function that `text` is; nullptr when it is not known.
const KnownTexts::Function* known_function(std::string_view text,
                                           std::span<const KnownTexts::Function> functions);

}  // namespace pipit::env
