// An environment is made for one build, so its modules come without bytecode, and compiling a
// backend takes longer than all else in a small build. So what the hooks of one build have compiled
// serves all later builds with the same wheel and the same Python.
//
// Bytecode identifies its source by time and size, which another environment's copy does not share.
// But here the source is known: a member of this very wheel. So cached bytecode is marked as
// unchecked (PEP 552). Only bytecode that Python compiled from the unmodified installed file is
// cached: a build may change files in its environment, and other builds must not see that.
//
// Whoever can write to the cache can change what builds run; that is true of its wheels, too.
#include "build_frontend/bytecode.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::build_frontend {
namespace {

constexpr std::string_view kPackMark = "pipit-pack 1\n";
constexpr std::uint64_t kMaxPack = 64u << 20;
constexpr std::uint64_t kMaxCode = 8u << 20;
constexpr std::size_t kWorthwhile = 8;  // modules
constexpr std::size_t kHeader = 16;     // magic, flags, time and size of the source

void append_number(std::string& out, std::uint64_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>((value >> shift) & 0xff);
}

std::uint64_t number_at(std::string_view text, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t n = 0; n < 4; ++n)
    value |= std::uint64_t{static_cast<unsigned char>(text[at + n])} << (8 * n);
  return value;
}

bool is_plain_path(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  for (const std::string_view part : base::split(path, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

std::int64_t wall_clock_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

}  // namespace

std::string pack_files(const std::vector<PackedFile>& files) {
  std::string out(kPackMark);
  for (const PackedFile& file : files) {
    append_number(out, file.path.size());
    append_number(out, file.content.size());
    out.append(file.path).append(file.content);
  }
  return out;
}

Result<std::vector<PackedFile>> unpack_files(std::string_view text) {
  std::vector<PackedFile> files;
  if (!text.starts_with(kPackMark)) return fail(Code::parse, "not a pack of files");
  text.remove_prefix(kPackMark.size());
  while (!text.empty()) {
    if (text.size() < 8) return fail(Code::parse, "a pack of files that breaks off");
    const std::uint64_t path = number_at(text, 0), content = number_at(text, 4);
    text.remove_prefix(8);
    if (path > text.size() || content > text.size() - path)
      return fail(Code::parse, "a pack of files that breaks off");
    files.push_back({text.substr(0, path), text.substr(path, content)});
    if (!is_plain_path(files.back().path))
      return fail(Code::parse, "a pack of files with a path that leads elsewhere");
    text.remove_prefix(path + content);
  }
  return files;
}

Bytecode::Bytecode(cache::Store& store, const env::Interpreter& python)
    : store_(store), site_(python.scheme.purelib), tag_(python.cache_tag) {
  // Python 3.6 does not have unchecked bytecode.
  if (python.tag_target.python_minor < 7) tag_.clear();
}

/// Relative to the site directory: "a/b.py" -> "a/__pycache__/b.cpython-312.pyc".
std::string Bytecode::place_of(std::string_view module) const {
  const std::string_view stem = base::base_name(module.substr(0, module.size() - 3));
  const std::string cached = cat("__pycache__/", stem, ".", tag_, ".pyc");
  return module.find('/') == std::string_view::npos
             ? cached
             : base::join_path(base::parent_path(module), cached);
}

std::string Bytecode::key_of(const cache::Wheel& wheel) const {
  return tag_.empty() ? "" : cat(wheel.sha256, "/", tag_);
}

void Bytecode::restore(const cache::Wheel& wheel) {
  ready_ns_ = wall_clock_ns();
  const std::string key = key_of(wheel);
  if (!cache::is_valid_key(key)) return;
  const auto text = store_.read(cache::Bucket::bytecode, key, kMaxPack);
  if (!text) return;
  const auto files = unpack_files(*text);
  if (!files) return;
  std::string made;
  for (const PackedFile& file : *files) {
    const std::string path = base::join_path(site_, file.path);
    const std::string directory(base::parent_path(path));
    if (directory != made && !base::make_directories(directory)) return;
    made = directory;
    if (!base::write_file(path, file.content)) return;
    known_.emplace(file.path);
  }
}

/// Whether there is bytecode that Python compiled from this module as it was installed; `code` is
/// then set to it, marked as unchecked.
bool Bytecode::fits(const std::string& module, const cache::WheelFile& file,
                    std::string& code) const {
  auto text = base::read_file(base::join_path(site_, place_of(module)), kMaxCode);
  if (!text || text->size() <= kHeader || number_at(*text, 4) != 0) return false;
  const auto source = base::file_info(base::join_path(site_, module));
  if (!source || !*source || (*source)->size != file.size || (*source)->mtime_ns > ready_ns_)
    return false;
  const auto seconds = static_cast<std::uint64_t>((*source)->mtime_ns / 1'000'000'000);
  if (number_at(*text, 8) != (seconds & 0xffffffff) || number_at(*text, 12) != file.size)
    return false;
  code = std::move(*text);
  code[4] = 1;
  return true;
}

void Bytecode::keep(const cache::Wheel& wheel) {
  const std::string key = key_of(wheel);
  if (!cache::is_valid_key(key)) return;
  std::map<std::string, std::string> kept;
  std::size_t there = 0;  // of this wheel, restored or kept before
  for (const cache::WheelFile& file : wheel.files) {
    if (!file.path.ends_with(".py")) continue;
    std::string place = place_of(file.path), code;
    if (known_.contains(place))
      ++there;
    else if (fits(file.path, file, code))
      kept.emplace(std::move(place), std::move(code));
  }
  if (kept.empty() || (there > 0 && kept.size() < kWorthwhile)) return;
  // Keeps what other builds have cached meanwhile.
  const auto before = store_.read(cache::Bucket::bytecode, key, kMaxPack);
  const auto old = unpack_files(before ? *before : std::string_view(kPackMark));
  std::map<std::string_view, std::string_view> all;
  if (old)
    for (const PackedFile& file : *old) all.emplace(file.path, file.content);
  for (const auto& [place, code] : kept) all.insert_or_assign(place, code);
  std::vector<PackedFile> files;
  for (const auto& [path, content] : all) files.push_back({path, content});
  (void)store_.write(cache::Bucket::bytecode, key, pack_files(files));
  for (const auto& [place, code] : kept) known_.insert(place);
}

}  // namespace pipit::build_frontend
