// PEP 440 versions.
#pragma once
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pipit::pep {

/// One PEP 440 version: an immutable value, cheap to copy and to compare (a packed key where it
/// fits, and always a shared body). Numbers may be of any size (up to 4300 digits each). Those of
/// 2^63 and more compare and print correctly, but the accessors return a substitute that is at
/// least 2^63 and means no more than that.
class Version {
 public:
  /// "0".
  Version();
  /// Accepts any spelling of PEP 440, with white space around it; nullopt for anything else.
  static std::optional<Version> parse(std::string_view text);
  /// The normal form; trailing zeros of the release stay.
  const std::string& str() const;

  std::uint64_t epoch() const;
  std::span<const std::uint64_t> release() const;  // as written, at least one number
  enum class Pre : std::uint8_t { none, a, b, rc };
  Pre pre_kind() const;
  std::uint64_t pre_number() const;
  std::optional<std::uint64_t> post() const;
  std::optional<std::uint64_t> dev() const;
  bool has_local() const;
  std::string_view local() const;  // normal form without "+", "" if none
  bool is_prerelease() const { return pre_kind() != Pre::none || dev().has_value(); }

  /// Without the local part.
  Version public_version() const;
  /// Epoch and release only.
  Version base_version() const;
  /// From parts (for bounds such as the upper end of "==1.2.*"); release must not be empty.
  static Version from_release(std::uint64_t epoch, std::vector<std::uint64_t> release);

  /// The order without local parts on both sides.
  std::strong_ordering compare_public(const Version& other) const;
  /// Compares epoch and release only; "1.0" and "1" are equal.
  bool same_release(const Version& other) const;
  /// Compares only the kind and number of the pre-release, or the number of the post-release; both
  /// may be absent.
  bool same_pre(const Version& other) const;
  bool same_post(const Version& other) const;
  /// Whether epoch and the first `count` numbers of the release are those of `prefix`; missing
  /// numbers are 0.
  bool has_prefix(const Version& prefix, std::size_t count) const;

  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }

 private:
  struct Body;
  explicit Version(Body&& body);
  std::uint64_t key_ = 0;  // 0: does not fit, compare bodies
  std::shared_ptr<const Body> body_;
};

}  // namespace pipit::pep
