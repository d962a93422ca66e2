// Which wheels an interpreter accepts, best first: its own ABI, the stable ABI, no ABI, then pure
// Python.
#include "pep/tags.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/text.h"
#include "pep/dist_name.h"

namespace pipit::pep {
namespace {

class TagWriter {
 public:
  explicit TagWriter(const TagTarget& target) : target_(target) {}

  std::vector<Tag> run() {
    if (target_.implementation == "cp")
      add_cpython();
    else
      add_other();
    add_compatible();
    return std::move(tags_);
  }

 private:
  std::string version(std::string_view prefix, unsigned minor) const {
    return cat(prefix, target_.python_major, minor);
  }
  std::string interpreter() const { return version(target_.implementation, target_.python_minor); }

  void add(const std::string& python, const std::string& abi) {
    for (const std::string& platform : target_.platforms)
      tags_.push_back(Tag{python, abi, platform});
  }

  // PEP 384 came with 3.2; a free-threaded build has a stable ABI of its own (PEP 803).
  void add_cpython() {
    const std::string own = interpreter();
    const bool has_stable =
        target_.python_major > 3 || (target_.python_major == 3 && target_.python_minor >= 2);
    const std::string stable = target_.free_threaded ? "abi3t" : "abi3";
    for (const std::string& abi : own_abis(cat(own, target_.free_threaded ? "t" : ""))) {
      if (abi != "abi3" && abi != "abi3t" && abi != "none") add(own, abi);
    }
    if (has_stable) add(own, stable);
    add(own, "none");
    for (unsigned minor = target_.python_minor; has_stable && minor-- > 2;)
      add(version("cp", minor), stable);
  }

  void add_other() {
    std::vector<std::string> abis = own_abis("");
    if (std::ranges::find(abis, "none") == abis.end()) abis.emplace_back("none");
    for (const std::string& abi : abis) add(interpreter(), abi);
  }

  std::vector<std::string> own_abis(const std::string& derived) const {
    if (!target_.abis.empty() || derived.empty()) return target_.abis;
    return {derived};
  }

  // "py312", "py3", then the older minor versions.
  std::vector<std::string> generic_pythons() const {
    std::vector<std::string> pythons = {version("py", target_.python_minor),
                                        cat("py", target_.python_major)};
    for (unsigned minor = target_.python_minor; minor-- > 0;)
      pythons.push_back(version("py", minor));
    return pythons;
  }

  void add_compatible() {
    const std::vector<std::string> pythons = generic_pythons();
    for (const std::string& python : pythons) add(python, "none");
    if (target_.implementation == "cp") tags_.push_back(Tag{interpreter(), "none", "any"});
    if (target_.implementation == "pp")
      tags_.push_back(Tag{cat("pp", target_.python_major), "none", "any"});
    for (const std::string& python : pythons) tags_.push_back(Tag{python, "none", "any"});
  }

  const TagTarget& target_;
  std::vector<Tag> tags_;
};

}  // namespace

std::string Tag::str() const { return cat(python, "-", abi, "-", platform); }

Tags::Tags(std::vector<Tag> ordered) : tags_(std::move(ordered)) {
  ranks_.resize(std::bit_ceil(tags_.size() * 2 + 1));
  for (std::uint32_t i = 0; i < tags_.size(); ++i) {
    std::uint32_t& rank = ranks_[slot_of({tags_[i].python, tags_[i].abi, tags_[i].platform})];
    if (rank == 0) rank = i + 1;
    platforms_.insert(tags_[i].platform);
  }
}

/// Where the tag is, or would be: half of the places are free.
std::size_t Tags::slot_of(const Parts& tag) const {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const std::string_view part : {tag.python, tag.abi, tag.platform}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ 0xff) * 0x100000001b3;
  }
  std::size_t at = (hash ^ hash >> 32) & (ranks_.size() - 1);
  for (; ranks_[at] != 0; at = (at + 1) & (ranks_.size() - 1)) {
    const Tag& here = tags_[ranks_[at] - 1];
    if (here.platform == tag.platform && here.python == tag.python && here.abi == tag.abi) break;
  }
  return at;
}

Tags Tags::for_target(const TagTarget& target) { return Tags(TagWriter(target).run()); }

std::optional<std::uint32_t> Tags::rank(const Parts& tag) const {
  const std::uint32_t rank = ranks_.empty() ? 0 : ranks_[slot_of(tag)];
  return rank == 0 ? std::nullopt : std::optional(rank - 1);
}

std::optional<std::uint32_t> Tags::rank(const Tag& tag) const {
  return rank(Parts{tag.python, tag.abi, tag.platform});
}

std::optional<std::uint32_t> Tags::rank(const WheelName& wheel) const {
  std::optional<std::uint32_t> best;
  for (const std::string& python : wheel.pythons) {
    for (const std::string& abi : wheel.abis) {
      for (const std::string& platform : wheel.platforms) {
        const std::optional<std::uint32_t> found = rank(Parts{python, abi, platform});
        if (found && (!best || *found < *best)) best = found;
      }
    }
  }
  return best;
}

}  // namespace pipit::pep
