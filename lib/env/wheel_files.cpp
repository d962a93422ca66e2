// From a wheel to its files (binary distribution format, "installing a wheel"; recording installed
// projects).
//
// Everything is decided here, before the environment is touched: which scheme a member belongs to,
// what the launchers contain, what RECORD will list. Members that speak for the installer
// (INSTALLER, REQUESTED, direct_url.json, RECORD) are dropped and written again.
#include "env/wheel_files.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "env/launcher.h"
#include "pep/dist_name.h"
#include "pep/entry_points.h"
#include "pep/metadata.h"
#include "pep/record.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxWheelText = 16u << 20;
constexpr std::array<std::string_view, 4> kWrittenByInstallers = {"RECORD", "INSTALLER",
                                                                  "REQUESTED", "direct_url.json"};

/// For what is mostly sorted: members come by path, only what is added does not.
template <class Item>
void sort_by_path(std::vector<Item>& items) {
  const auto by_path = [](const Item& a, const Item& b) { return a.path < b.path; };
  const auto rest = std::is_sorted_until(items.begin(), items.end(), by_path);
  std::sort(rest, items.end(), by_path);
  std::inplace_merge(items.begin(), rest, items.end(), by_path);
}

class Expander {
 public:
  Expander(const Addition& addition, const Layout& layout, LayoutPaths& paths,
           const OwnProgram& own)
      : addition_(addition), wheel_(*addition.wheel), layout_(layout), paths_(paths), own_(own) {}
  Result<WheelFiles> expand(const std::string& installer);

 private:
  std::unexpected<Error> bad(std::string_view what) const {
    return fail(Code::bad_wheel, cat(wheel_.file_name, ": ", what));
  }
  Result<std::string> member_text(std::string_view name) const;
  Result<void> read_identity();
  Result<void> read_wheel_file();
  Result<void> add_launchers();
  Result<void> add_member(const cache::WheelFile& member);
  Result<void> add_data_member(const cache::WheelFile& member, std::string_view rest);
  Result<void> add_script(const cache::WheelFile& member, std::string_view name);
  Result<void> add_linked(const cache::WheelFile& member, const std::string& root,
                          std::string_view rest);
  void set_place(NewFile& file, const std::string& named);
  void set_place(NewFile& file, const std::string& root, std::string_view rest);
  Result<void> add(NewFile file, std::string_view said);
  Result<void> add_text(const std::string& root, std::string_view name, std::string content,
                        bool executable);
  Result<void> join_equal_files();
  void finish_record();

  const Addition& addition_;
  const cache::Wheel& wheel_;
  const Layout& layout_;
  LayoutPaths& paths_;
  const OwnProgram& own_;
  const Scheme& scheme_ = paths_.named_scheme();
  std::string library_;       // purelib or platlib
  std::string headers_;       // the wheel's own
  std::string written_name_;  // as dist-info spells it
  std::set<std::string, std::less<>> launchers_;
  // Where the last member came: members of one folder come together.
  struct Folder {
    const std::string* root = nullptr;
    std::string_view rest;
    std::string named, path;
  } folder_;
  WheelFiles out_;
};

Result<std::string> Expander::member_text(std::string_view name) const {
  return base::read_file(cat(wheel_.directory, "/", wheel_.dist_info, "/", name), kMaxWheelText);
}

Result<void> Expander::read_identity() {
  PIPIT_TRY(const pep::WheelName name, pep::parse_wheel_name(wheel_.file_name));
  out_.wheel = &wheel_;
  out_.name = name.name;
  out_.version = name.version.str();
  out_.label = cat(out_.name, " ", out_.version);
  const auto stem = base::split_once(wheel_.dist_info, '-');
  if (!stem || !wheel_.dist_info.ends_with(".dist-info"))
    return bad("no usable .dist-info directory");
  written_name_ = std::string(stem->first);
  headers_ = base::join_path(scheme_.headers, written_name_);
  return {};
}

Result<void> Expander::read_wheel_file() {
  PIPIT_TRY(const std::string text, member_text("WHEEL"));
  const auto versions = pep::metadata_field(text, "Wheel-Version");
  if (versions.empty()) return bad("WHEEL has no Wheel-Version");
  const std::string_view major = base::split(versions.front(), '.').front();
  if (major != "1" && major != "0") {
    return bad(cat("Wheel-Version ", base::printable(versions.front()), " is not supported"));
  }
  const auto pure = pep::metadata_field(text, "Root-Is-Purelib");
  const bool is_pure = !pure.empty() && base::equals_ignoring_case(pure.front(), "true");
  library_ = is_pure ? scheme_.purelib : scheme_.platlib;
  return {};
}

void Expander::set_place(NewFile& file, const std::string& named) {
  file.path = paths_.canonical(named);
  if (file.path != named) file.named = named;
}

/// The same for a plain relative path below a directory of the scheme.
void Expander::set_place(NewFile& file, const std::string& root, std::string_view rest) {
  const std::size_t slash = rest.rfind('/');
  const std::string_view above = slash == std::string_view::npos ? "" : rest.substr(0, slash);
  if (folder_.root != &root || folder_.rest != above) {
    folder_ = {&root, above, base::join_path(root, above), {}};
    folder_.path = base::parent_path(paths_.canonical(base::join_path(folder_.named, "x")));
  }
  const std::string_view name = rest.substr(slash + 1);
  file.path = base::join_path(folder_.path, name);
  if (folder_.path != folder_.named) file.named = base::join_path(folder_.named, name);
}

Result<void> Expander::add(NewFile file, std::string_view said) {
  if (!paths_.inside(file.path)) {
    const std::string& named = file.named.empty() ? file.path : file.named;
    const std::string link = paths_.link_outwards(named);
    auto refused = bad(cat(base::printable(said), ": leaves the environment",
                           link.empty() ? "" : cat(" (", base::printable(link), ")")));
    if (!paths_.link_in_site(named).empty())
      refused.error().with_hint(
          "to put a folder in the place of the link: run again with --force-reinstall");
    return refused;
  }
  if (paths_.is_protected(file.path)) {
    return bad(cat(base::printable(said), ": would replace ", base::base_name(file.path),
                   " of the environment"));
  }
  if (own_.is_at(file.path))
    out_.own_scripts.push_back(std::move(file.path));
  else
    out_.files.push_back(std::move(file));
  return {};
}

Result<void> Expander::add_text(const std::string& root, std::string_view name, std::string content,
                                bool executable) {
  NewFile file;
  set_place(file, base::join_path(root, name));
  file.size = content.size();
  file.sha256 = base::sha256(content);
  file.content = std::move(content);
  file.executable = executable;
  return add(std::move(file), name);
}

Result<void> Expander::add_launchers() {
  const auto text = member_text("entry_points.txt");
  if (!text && text.error().code == Code::not_found) return {};
  if (!text) return fail(text.error());
  auto entries = pep::parse_entry_points(*text);
  if (!entries) return bad(entries.error().message);
  for (const pep::EntryPoint& entry :
       versioned_entry_points(std::move(*entries), layout_.python_version)) {
    if (entry.attribute.empty()) return bad(cat("entry point ", entry.name, " names no function"));
    if (is_reserved_script(entry.name)) {
      return bad(
          cat("entry point ", entry.name, ": would replace ", entry.name, " of the environment"));
    }
    if (!launchers_.insert(entry.name).second) continue;  // console and GUI alike: the first wins
    PIPIT_TRY(add_text(scheme_.scripts, entry.name, launcher_text(layout_.python, entry), true));
  }
  return {};
}

Result<void> Expander::add_linked(const cache::WheelFile& member, const std::string& root,
                                  std::string_view rest) {
  NewFile file;
  set_place(file, root, rest);
  file.source = &member;
  file.size = member.size;
  file.sha256 = member.sha256;
  file.executable = member.executable;
  return add(std::move(file), member.path);
}

Result<void> Expander::add_script(const cache::WheelFile& member, std::string_view name) {
  // Old builds ship their own launcher beside the entry point; ours replaces it.
  if (launchers_.contains(name)) return {};
  const std::string source = base::join_path(wheel_.directory, member.path);
  if (member.size <= kMaxWheelText) {
    PIPIT_TRY(const std::string content, base::read_file(source, kMaxWheelText));
    if (auto changed = rewrite_script(layout_.python, content)) {
      return add_text(scheme_.scripts, name, std::move(*changed), true);
    }
  }
  PIPIT_TRY(add_linked(member, scheme_.scripts, name));
  if (out_.files.empty() || out_.files.back().source != &member) return {};
  out_.files.back().executable = true;
  out_.files.back().copied = true;
  return {};
}

Result<void> Expander::add_data_member(const cache::WheelFile& member, std::string_view rest) {
  const auto parts = base::split_once(rest, '/');
  if (!parts) return bad(cat(base::printable(member.path), ": stands in no scheme"));
  const Scheme& scheme = scheme_;
  if (parts->first == "purelib") return add_linked(member, scheme.purelib, parts->second);
  if (parts->first == "platlib") return add_linked(member, scheme.platlib, parts->second);
  if (parts->first == "data") return add_linked(member, scheme.data, parts->second);
  if (parts->first == "headers") return add_linked(member, headers_, parts->second);
  if (parts->first == "scripts") return add_script(member, parts->second);
  return bad(
      cat(base::printable(member.path), ": there is no scheme ", base::printable(parts->first)));
}

Result<void> Expander::add_member(const cache::WheelFile& member) {
  if (!is_plain_relative(member.path))
    return bad(cat(base::printable(member.path), ": not a plain relative path"));
  const std::string_view path = member.path;
  if (is_below(path, wheel_.dist_info)) {
    const std::string_view rest = path.substr(wheel_.dist_info.size() + 1);
    const auto& dropped = kWrittenByInstallers;
    if (std::find(dropped.begin(), dropped.end(), rest) != dropped.end()) return {};
  }
  if (!wheel_.data_dir.empty() && is_below(path, wheel_.data_dir)) {
    return add_data_member(member, path.substr(wheel_.data_dir.size() + 1));
  }
  return add_linked(member, library_, path);
}

void Expander::finish_record() {
  std::vector<pep::RecordRow> rows;
  rows.reserve(out_.files.size() + 1);
  std::string_view folder;
  std::string below;  // `folder`, as RECORD names it
  for (const NewFile& file : out_.files) {
    const std::string& named = file.named.empty() ? file.path : file.named;
    if (const std::string_view parent = base::parent_path(named); parent != folder) {
      folder = parent;
      below = folder == library_ ? "" : base::relative_path(library_, folder);
    }
    rows.push_back({base::join_path(below, base::base_name(named)), "sha256",
                    base::base64url(file.sha256), file.size});
  }
  const std::string own = cat(wheel_.dist_info, "/RECORD");
  rows.push_back({own, "", "", std::nullopt});
  sort_by_path(rows);
  NewFile record;
  record.path = paths_.canonical(base::join_path(library_, own));
  record.content = pep::write_record(rows);
  record.size = record.content.size();
  record.sha256 = base::sha256(record.content);
  out_.files.push_back(std::move(record));
}

/// A wheel may have one file twice, at its top and in its .data folder, if the two are equal.
Result<void> Expander::join_equal_files() {
  const auto same_path = [](const NewFile& a, const NewFile& b) { return a.path == b.path; };
  if (std::ranges::adjacent_find(out_.files, same_path) == out_.files.end()) return {};
  std::vector<NewFile> joined;
  joined.reserve(out_.files.size());
  for (NewFile& file : out_.files) {
    if (joined.empty() || joined.back().path != file.path) {
      joined.push_back(std::move(file));
      continue;
    }
    NewFile& first = joined.back();
    if (first.size != file.size || first.sha256 != file.sha256)
      return bad(cat(base::printable(file.path), ": would be written twice, with two contents"));
    if (file.executable && !first.executable) first = std::move(file);
  }
  out_.files = std::move(joined);
  return {};
}

Result<WheelFiles> Expander::expand(const std::string& installer) {
  PIPIT_TRY(read_identity());
  PIPIT_TRY(read_wheel_file());
  PIPIT_TRY(add_launchers());
  out_.files.reserve(wheel_.files.size() + 4);
  for (const cache::WheelFile& member : wheel_.files) PIPIT_TRY(add_member(member));
  const auto say = [&](std::string_view name, std::string text) {
    return add_text(library_, cat(wheel_.dist_info, "/", name), std::move(text), false);
  };
  PIPIT_TRY(say("INSTALLER", cat(installer, "\n")));
  if (addition_.requested) PIPIT_TRY(say("REQUESTED", ""));
  if (addition_.origin) PIPIT_TRY(say("direct_url.json", write_direct_url(*addition_.origin)));
  sort_by_path(out_.files);
  PIPIT_TRY(join_equal_files());
  finish_record();
  return std::move(out_);
}

}  // namespace

Result<WheelFiles> wheel_files(const Addition& addition, const Layout& layout,
                               const std::string& installer, LayoutPaths& paths,
                               const OwnProgram& own) {
  auto files = Expander(addition, layout, paths, own).expand(installer);
  if (files || files.error().code == Code::bad_wheel) return files;
  return fail(std::move(files.error()).in(addition.wheel->file_name));
}

}  // namespace pipit::env
