// The digests. A text that a new release changes gets a row more: test_python_facts.py (e2e) and
// file_facts_test.cpp tell, of every Python of a machine, whether all of its texts are here.
#include "env/python/known_texts.h"

#include <algorithm>
#include <string>

#include "base/hash.h"

namespace pipit::env {

namespace {

constexpr std::size_t kDigits = 16;

// _get_default_scheme() of 3.8 and 3.9, _get_preferred_schemes() of the later ones; Debian's.
constexpr KnownTexts::Function kChoices[] = {
    {"9540a2b66ba1c3fd"}, {"77fca21f17e307cf"}, {"3423c6b2cda4cfab", true}};

// getsitepackages() of 3.8, 3.9 and 3.10, 3.11 and 3.12, 3.13 to 3.15; Debian's of 3.11 and 3.13 to
// 3.15.
constexpr KnownTexts::Function kSites[] = {{"e18ee98db289c447"},       {"aedf138bf8899cb0"},
                                           {"546cf08170b5bc54"},       {"5353c6043cbe840c"},
                                           {"3b8e320019574d35", true}, {"814fd5d3bda4c2f2", true}};

// All that sysconfig does with the table of schemes, but for its beginning.
constexpr std::string_view kUses[] = {"ba0dcfef5d2f45dd", "be636669d77604ae", "e8404bede0cb7378",
                                      "052f836926f6e3eb", "7c69b0632d03e2c6", "e471c25677f37333",
                                      "ae50b4ada1344224", "3b06c60d68381d2f", "f3fe339867a6cc40",
                                      "67223797b817caac"};

// The line of setuptools' distutils-precedence.pth, since 60 and before.
constexpr std::string_view kHooks[] = {"2f70c2fa9227e9db", "792f1e64bdbc639b"};

// Debian's hook for crash reports.
constexpr std::string_view kStarts[] = {"43d81125d92376b1"};

constexpr KnownTexts kBuiltIn{kChoices, kSites, kUses, kHooks, kStarts};

std::string digest_of(std::string_view text) {
  std::string digits = base::sha256_hex(text);
  digits.resize(kDigits);
  return digits;
}

}  // namespace

const KnownTexts& KnownTexts::built_in() { return kBuiltIn; }

bool is_known(std::string_view text, std::span<const std::string_view> digests) {
  return std::ranges::find(digests, std::string_view(digest_of(text))) != digests.end();
}

const KnownTexts::Function* known_function(std::string_view text,
                                           std::span<const KnownTexts::Function> functions) {
  const std::string digest = digest_of(text);
  const auto found =
      std::ranges::find(functions, std::string_view(digest), &KnownTexts::Function::digest);
  return found == functions.end() ? nullptr : &*found;
}

}  // namespace pipit::env
