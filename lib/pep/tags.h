// PEP 425 compatibility tags, with PEP 600 (manylinux), PEP 656 (musllinux), PEP 703/803
// (free-threaded, abi3t).
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pipit::pep {

struct WheelName;

struct Tag {
  std::string python, abi, platform;
  std::string str() const;
  auto operator<=>(const Tag&) const = default;
};

/// The interpreter and platforms to make tags for.
struct TagTarget {
  std::string implementation = "cp";  // "cp", "pp", …
  unsigned python_major = 3, python_minor = 0;
  bool free_threaded = false;
  std::vector<std::string> abis;       // empty: derived ("cp312"); given for PyPy and others
  std::vector<std::string> platforms;  // best first, already expanded (expand_platform)
};
/// The tags a target supports, best first.
class Tags {
 public:
  Tags() = default;
  explicit Tags(std::vector<Tag> ordered);
  static Tags for_target(const TagTarget& target);
  const std::vector<Tag>& ordered() const { return tags_; }
  /// 0 is the best; nullopt: not supported.
  std::optional<std::uint32_t> rank(const Tag& tag) const;
  /// The best rank among a wheel's tags.
  std::optional<std::uint32_t> rank(const WheelName& wheel) const;
  /// Whether some tag is for this platform.
  bool has_platform(std::string_view platform) const { return platforms_.contains(platform); }

 private:
  struct Parts {
    std::string_view python, abi, platform;
  };
  std::size_t slot_of(const Parts& tag) const;
  std::optional<std::uint32_t> rank(const Parts& tag) const;

  std::vector<Tag> tags_;
  /// Ranks and 1, 0 for none, each at the hash of its tag or at the next place that was free: there
  /// are a thousand tags, and each run looks up a few.
  std::vector<std::uint32_t> ranks_;
  std::set<std::string, std::less<>> platforms_;
};

}  // namespace pipit::pep
