// The order of PEP 440, and how to compute it cheaply.
//
// A page of an index has thousands of versions and a solver compares them all the time, yet nearly
// all of them are three small numbers and perhaps an "rc1". Such a version is packed into one
// 64-bit key whose numeric order is PEP 440's:
//
//   63..48   47..38   37..26   25..18   17..15   14..1    0
//   first    second   third    fourth   kind     number   always 1
//
// with the kinds dev < a < b < rc < final < post. The release is packed without trailing zeros, so
// "1.0" and "1" have one key. Two suffixes at once ("1.0a1.dev2"), an epoch, a local part or a big
// number do not fit: the key is 0 and the bodies are compared part by part.
#include "pep/version.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "pep/version_scan.h"

namespace pipit::pep {
namespace {

// How pre-release, post-release and development release rank among versions of one release.
int pre_rank(const VersionParts& v) {
  if (v.pre != Version::Pre::none) return static_cast<int>(v.pre);
  return v.dev && !v.post ? 0 : 4;
}

std::strong_ordering compare_wide(const VersionParts& a, std::uint64_t x, const VersionParts& b,
                                  std::uint64_t y) {
  const std::string& left = a.wide[x & ~kWideNumber];
  const std::string& right = b.wide[y & ~kWideNumber];
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

std::strong_ordering compare_numbers(const VersionParts& a, std::uint64_t x, const VersionParts& b,
                                     std::uint64_t y) {
  if ((x & y & kWideNumber) == 0) return x <=> y;
  return compare_wide(a, x, b, y);
}

std::uint64_t release_at(const VersionParts& v, std::size_t i) {
  return i < v.release.size() ? v.release[i] : 0;
}

std::strong_ordering compare_releases(const VersionParts& a, const VersionParts& b) {
  if (auto order = compare_numbers(a, a.epoch, b, b.epoch); order != 0) return order;
  const std::size_t count = std::max(a.release.size(), b.release.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (auto order = compare_numbers(a, release_at(a, i), b, release_at(b, i)); order != 0)
      return order;
  }
  return std::strong_ordering::equal;
}

std::strong_ordering compare_suffixes(const VersionParts& a, const VersionParts& b) {
  if (auto order = pre_rank(a) <=> pre_rank(b); order != 0) return order;
  if (auto order = compare_numbers(a, a.pre_number, b, b.pre_number); order != 0) return order;
  if (auto order = a.post.has_value() <=> b.post.has_value(); order != 0) return order;
  if (a.post) {
    if (auto order = compare_numbers(a, *a.post, b, *b.post); order != 0) return order;
  }
  if (auto order = b.dev.has_value() <=> a.dev.has_value(); order != 0) return order;
  return a.dev ? compare_numbers(a, *a.dev, b, *b.dev) : std::strong_ordering::equal;
}

// One segment of a local version: numbers follow words, and compare as numbers of any length.
std::strong_ordering compare_segments(std::string_view a, std::string_view b) {
  const auto is_number = [](std::string_view s) { return std::ranges::all_of(s, base::is_digit); };
  const bool number = is_number(a);
  if (number != is_number(b))
    return number ? std::strong_ordering::greater : std::strong_ordering::less;
  if (number && a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::strong_ordering compare_locals(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return !a.empty() <=> !b.empty();
  const std::vector<std::string_view> left = base::split(a, '.');
  const std::vector<std::string_view> right = base::split(b, '.');
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (auto order = compare_segments(left[i], right[i]); order != 0) return order;
  }
  return left.size() <=> right.size();
}

// The packed key (see the top of this file).

struct Suffix {
  std::uint64_t kind, number;
};

std::optional<Suffix> only_suffix(const VersionParts& v) {
  const int count = (v.pre != Version::Pre::none) + v.post.has_value() + v.dev.has_value();
  if (count > 1) return std::nullopt;
  if (v.pre != Version::Pre::none) return Suffix{static_cast<std::uint64_t>(v.pre), v.pre_number};
  if (v.post) return Suffix{5, *v.post};
  if (v.dev) return Suffix{0, *v.dev};
  return Suffix{4, 0};
}

std::uint64_t pack_key(const VersionParts& v) {
  static constexpr std::array<unsigned, 4> kBits = {16, 10, 12, 8};
  if (v.epoch != 0 || !v.local.empty()) return 0;
  const std::optional<Suffix> suffix = only_suffix(v);
  if (!suffix || suffix->number >= 1u << 14) return 0;
  for (std::size_t i = kBits.size(); i < v.release.size(); ++i) {
    if (v.release[i] != 0) return 0;
  }
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < kBits.size(); ++i) {
    const std::uint64_t number = release_at(v, i);
    if (number >> kBits[i] != 0) return 0;
    key = key << kBits[i] | number;
  }
  return (key << 3 | suffix->kind) << 15 | suffix->number << 1 | 1;
}

// The normal form.

void append_number(std::string& out, const VersionParts& v, std::uint64_t number) {
  if (number & kWideNumber)
    out += v.wide[number & ~kWideNumber];
  else
    base_detail::append_unsigned(out, number);
}

std::string normal_form(const VersionParts& v) {
  static constexpr std::array<std::string_view, 4> kPre = {"", "a", "b", "rc"};
  std::string out;
  if (v.epoch != 0) {
    append_number(out, v, v.epoch);
    out += '!';
  }
  for (std::size_t i = 0; i < v.release.size(); ++i) {
    if (i != 0) out += '.';
    append_number(out, v, v.release[i]);
  }
  const auto suffix = [&](std::string_view word, std::uint64_t number) {
    out += word;
    append_number(out, v, number);
  };
  if (v.pre != Version::Pre::none) suffix(kPre[static_cast<std::size_t>(v.pre)], v.pre_number);
  if (v.post) suffix(".post", *v.post);
  if (v.dev) suffix(".dev", *v.dev);
  if (!v.local.empty()) out.append("+").append(v.local);
  return out;
}

// Numbers of 2^63 and more, given as such, become digits.
std::uint64_t keep_number(VersionParts& parts, std::uint64_t number) {
  if ((number & kWideNumber) == 0) return number;
  parts.wide.push_back(cat(number));
  return kWideNumber | (parts.wide.size() - 1);
}

VersionParts zero_parts() {
  VersionParts parts;
  parts.release = {0};
  return parts;
}

}  // namespace

struct Version::Body {
  VersionParts parts;
  std::string text;
};

Version::Version(Body&& body)
    : key_(pack_key(body.parts)), body_(std::make_shared<const Body>(std::move(body))) {}
Version::Version() : Version(Body{zero_parts(), "0"}) {}

std::optional<Version> Version::parse(std::string_view text) {
  std::optional<VersionParts> parts = scan_version(text);
  if (!parts) return std::nullopt;
  std::string normal = normal_form(*parts);
  return Version(Body{std::move(*parts), std::move(normal)});
}

const std::string& Version::str() const { return body_->text; }
std::uint64_t Version::epoch() const { return body_->parts.epoch; }
std::span<const std::uint64_t> Version::release() const { return body_->parts.release; }
Version::Pre Version::pre_kind() const { return body_->parts.pre; }
std::uint64_t Version::pre_number() const { return body_->parts.pre_number; }
std::optional<std::uint64_t> Version::post() const { return body_->parts.post; }
std::optional<std::uint64_t> Version::dev() const { return body_->parts.dev; }
bool Version::has_local() const { return !body_->parts.local.empty(); }
std::string_view Version::local() const { return body_->parts.local; }

Version Version::public_version() const {
  if (!has_local()) return *this;
  VersionParts parts = body_->parts;
  parts.local.clear();
  std::string normal = normal_form(parts);
  return Version(Body{std::move(parts), std::move(normal)});
}

Version Version::base_version() const {
  VersionParts parts;
  parts.epoch = body_->parts.epoch;
  parts.release = body_->parts.release;
  parts.wide = body_->parts.wide;
  std::string normal = normal_form(parts);
  return Version(Body{std::move(parts), std::move(normal)});
}

Version Version::from_release(std::uint64_t epoch, std::vector<std::uint64_t> release) {
  VersionParts parts;
  parts.epoch = keep_number(parts, epoch);
  for (std::uint64_t& number : release) number = keep_number(parts, number);
  parts.release = std::move(release);
  std::string normal = normal_form(parts);
  return Version(Body{std::move(parts), std::move(normal)});
}

std::strong_ordering Version::compare_public(const Version& other) const {
  if (key_ != 0 && other.key_ != 0) return key_ <=> other.key_;
  if (body_ == other.body_) return std::strong_ordering::equal;
  const VersionParts& a = body_->parts;
  const VersionParts& b = other.body_->parts;
  if (auto order = compare_releases(a, b); order != 0) return order;
  return compare_suffixes(a, b);
}

bool Version::same_release(const Version& other) const {
  return compare_releases(body_->parts, other.body_->parts) == 0;
}

bool Version::same_pre(const Version& other) const {
  const VersionParts& a = body_->parts;
  const VersionParts& b = other.body_->parts;
  return a.pre == b.pre && compare_numbers(a, a.pre_number, b, b.pre_number) == 0;
}

bool Version::same_post(const Version& other) const {
  const VersionParts& a = body_->parts;
  const VersionParts& b = other.body_->parts;
  if (!a.post || !b.post) return a.post.has_value() == b.post.has_value();
  return compare_numbers(a, *a.post, b, *b.post) == 0;
}

bool Version::has_prefix(const Version& prefix, std::size_t count) const {
  const VersionParts& a = body_->parts;
  const VersionParts& b = prefix.body_->parts;
  if (compare_numbers(a, a.epoch, b, b.epoch) != 0) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (compare_numbers(a, release_at(a, i), b, release_at(b, i)) != 0) return false;
  }
  return true;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (auto order = compare_public(other); order != 0) return order;
  if (key_ != 0 && other.key_ != 0) return std::strong_ordering::equal;
  return compare_locals(body_->parts.local, other.body_->parts.local);
}

}  // namespace pipit::pep
