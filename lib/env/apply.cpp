// The transaction.
//
//   check     every wheel is laid out and checked, the files of every removal are listed; both are
//             compared with the disk
//   stage     every new file is linked or written beside its destination
//   rename    old entries into the trash, staged ones into place: a list of steps
//   commit    nothing; the sweep of the trash follows
//
// Before the first rename nothing existing is touched. From then on the Runner knows how to go
// back, and does so on an error or a stop. What is in the way of a wheel's file decides what
// happens:
//   a file of a removed distribution       replaced
//   a file of one that is kept             replaced with a warning naming both, as every installer
//                                          does (strict: refused)
//   a file that no RECORD lists            the same content: adopted; else refused, since nobody
//                                          could bring it back (on request: replaced)
//   an interpreter, pyvenv.cfg             refused, whatever owns it
#include "env/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "env/change_tree.h"
#include "env/file_owners.h"
#include "env/install_order.h"
#include "env/legacy_files.h"
#include "env/site_scan.h"
#include "env/stage.h"
#include "env/steps.h"
#include "env/uninstall.h"
#include "env/wheel_files.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxCompared = 1u << 30;
constexpr std::uint64_t kMaxPth = 4u << 20;
constexpr std::size_t kLayoutGroups = 8;  // of wheels that are laid out one after the other

Result<base::Sha256Digest> digest_of_file(const std::string& path) {
  PIPIT_TRY(const std::string content, base::read_file(path, kMaxCompared));
  return base::sha256(content);
}

// One environment, one change at a time. The site directory itself is locked, so that no lock file
// is left in it.
Result<base::Fd> lock_site(const std::string& site, base::Events& events, std::stop_token stop) {
  base::Fd fd = base::open_path(site, O_RDONLY | O_DIRECTORY);
  if (!fd) return fail(base::system_error(site, errno));
  bool said = false;
  while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return fd;  // a file system without locks
    if (stop.stop_requested()) return fail_cancelled();
    if (!said) events.note(cat(site, ": waiting for another change to end"));
    said = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return fd;
}

// What a line of a .pth file names.
std::string named_folder(const std::string& pth, std::string_view line) {
  if (line.starts_with('/')) return base::absolute_path(line);
  return base::absolute_path(base::join_path(base::parent_path(pth), line));
}

class Transaction {
 public:
  Transaction(const Layout& layout, const Change& change, const ApplyOptions& options,
              base::Events& events)
      : layout_(layout),
        change_(change),
        options_(options),
        events_(events),
        paths_(layout),
        tree_(paths_),
        own_program_(options.own_program) {}
  Result<Applied> run(sched::Pool& pool, std::stop_token stop);

 private:
  Result<void> lay_out_wheels(sched::Pool& pool, const std::stop_token& stop);
  Result<void> lay_out_once(sched::Pool& pool, const std::stop_token& stop);
  bool forget_removed_links();
  bool is_new_info(std::string_view entry) const;
  bool forget_links_in_the_way(bool any_kind);
  Result<void> remove_forgotten_links();
  Result<void> make_roots();
  Result<void> sort_installed();
  const WheelFiles* wheel_named(const std::string& name) const;
  std::string way_over(const WheelFiles& wheel) const;
  Result<std::vector<std::string>> files_of_removal(const Installed& dist);
  Result<void> collect_removals();
  Result<void> collect_additions();
  void edit_easy_install();
  Result<void> check_overlap(const NewFile& file, const WheelFiles& wheel,
                             const ChangeTree::Put& before);
  std::size_t place_in_order(const WheelFiles& wheel);
  Result<void> check_unowned(const UnownedFile& unowned);
  Result<void> judge_strays();
  void report_collisions();
  void report_own_scripts();
  Result<std::vector<Step>> make_steps(const std::vector<EntryChange>& units, StagingArea& staging);
  Result<void> execute(StagingArea& staging, sched::Pool& pool, std::stop_token stop);
  Result<void> roll_back(Error error, Runner& runner, StagingArea& staging);

  const Layout& layout_;
  const Change& change_;
  const ApplyOptions& options_;
  base::Events& events_;
  LayoutPaths paths_;
  ChangeTree tree_;
  std::vector<WheelFiles> wheels_;
  std::vector<Installed> removed_, kept_;  // of what is installed now
  std::optional<FileOwners> owners_;
  WheelFiles edits_;  // files of other tools that are rewritten: easy-install.pth
  std::map<std::pair<std::string, std::string>, std::vector<std::string>>
      collisions_;  // loser, winner -> paths
  std::vector<std::string> forgotten_links_;  // in whose place new folders come
  std::set<std::string> stray_links_;         // those of them that are nobody's
  std::vector<UnownedFile> strays_;  // in the way, of other content, and nobody's
  std::map<std::string_view, std::size_t> places_;  // place_in_order() by name
  const OwnProgram own_program_;
  std::set<std::string> own_scripts_;  // its links and copies, which stay
  Runner roots_;    // directories that had to be made first
  Applied applied_;
};

// New files are judged as if what the change removes were gone: a link to a directory that a former
// distribution owns is no way out of the environment.
bool Transaction::forget_removed_links() {
  const auto links = paths_.links();
  bool any = false;
  for (const Installed& dist : links.empty() ? std::vector<Installed>() : change_.remove) {
    const auto files = files_to_remove(layout_, dist, paths_, events_);
    if (!files) continue;
    for (const std::string& path : *files) {
      if (!links.contains(path) || !paths_.forget_link(path)) continue;
      forgotten_links_.push_back(path);
      any = true;
    }
  }
  return any;
}

bool Transaction::is_new_info(std::string_view entry) const {
  return std::ranges::any_of(change_.add, [&](const Addition& addition) {
    return addition.wheel->dist_info == base::base_name(entry);
  });
}

// A link in the place of a new dist-info folder is nobody else's. Any other link in the site is
// like a file that is in the way, and goes where that goes.
bool Transaction::forget_links_in_the_way(bool any_kind) {
  const auto links = paths_.links();
  bool any = false;
  for (const std::string& link : links) {
    if (paths_.link_in_site(base::join_path(link, "x")) != link) continue;
    if (!any_kind && !is_new_info(link)) continue;
    if (!paths_.forget_link(link)) continue;
    forgotten_links_.push_back(link);
    if (!is_new_info(link)) stray_links_.insert(link);
    any = true;
  }
  return any;
}

Result<void> Transaction::lay_out_wheels(sched::Pool& pool, const std::stop_token& stop) {
  auto done = lay_out_once(pool, stop);
  // Each time at least one link more, behind which there may be others.
  while (forget_removed_links() || forget_links_in_the_way(!done && options_.overwrite_unowned)) {
    wheels_.clear();
    done = lay_out_once(pool, stop);
  }
  return done;
}

// Several at a time, each with paths of its own; the first error by order counts.
Result<void> Transaction::lay_out_once(sched::Pool& pool, const std::stop_token& stop) {
  const std::size_t count = change_.add.size();
  const std::size_t groups = std::min(count, kLayoutGroups);
  std::vector<Result<WheelFiles>> laid_out(count);
  std::vector<LayoutPaths> paths(groups, paths_);
  const bool all =
      sched::for_each_index(pool, base::Lane::disk, groups, stop, [&](std::size_t group) {
        for (std::size_t i = group; i < count; i += groups)
          laid_out[i] =
              wheel_files(change_.add[i], layout_, options_.installer, paths[group], own_program_);
      });
  for (LayoutPaths& copy : paths) paths_.learn_from(std::move(copy));
  if (!all) return fail_cancelled();
  wheels_.reserve(count);  // the tree points into it
  for (Result<WheelFiles>& files : laid_out) {
    if (!files) return fail(std::move(files.error()));
    own_scripts_.insert(files->own_scripts.begin(), files->own_scripts.end());
    wheels_.push_back(std::move(*files));
  }
  std::set<std::string_view> names;
  for (const WheelFiles& wheel : wheels_) {
    if (!names.insert(wheel.name).second)
      return fail(Code::internal,
                  cat(wheel.name, ": two wheels of one distribution in one change"));
  }
  return {};
}

// Scheme directories may be missing (--target, --prefix): they are made, and unmade on failure.
Result<void> Transaction::make_roots() {
  std::set<std::string_view> roots;
  for (const WheelFiles& wheel : wheels_) {
    std::string_view folder;  // files of one folder come together
    for (const NewFile& file : wheel.files) {
      const std::string_view parent = base::parent_path(file.path);
      if (parent != folder) roots.insert(paths_.root_of(file.path));
      folder = parent;
    }
  }
  for (const std::string_view root : roots) {
    auto made = roots_.make_directories(std::string(root));
    if (made) continue;
    const bool full = made.error().code == Code::no_space;
    return fail(full ? Code::no_space : Code::bad_environment,
                cat("cannot be changed: ", made.error().message));
  }
  return {};
}

const WheelFiles* Transaction::wheel_named(const std::string& name) const {
  for (const WheelFiles& wheel : wheels_)
    if (wheel.name == name) return &wheel;
  return nullptr;
}

// What is removed: what the change names, and every local copy of a distribution that is installed
// again, with what is left of former ones.
Result<void> Transaction::sort_installed() {
  removed_ = change_.remove;
  std::set<std::string> gone;
  for (const Installed& dist : removed_) gone.insert(paths_.canonical(dist.info_path()));
  PIPIT_TRY(SiteContents found, scan_sites(layout_, events_));
  for (Installed& dist : found.installed) {
    if (!dist.local || gone.contains(paths_.canonical(dist.info_path()))) continue;
    (wheel_named(dist.name) ? removed_ : kept_).push_back(std::move(dist));
  }
  for (Installed& husk : found.husks) {
    if (husk.local && wheel_named(husk.name) && !gone.contains(paths_.canonical(husk.info_path())))
      removed_.push_back(std::move(husk));
  }
  owners_.emplace(kept_, paths_);
  return {};
}

// Of a wheel from a path or URL no requirement can be written here.
std::string Transaction::way_over(const WheelFiles& wheel) const {
  for (const Addition& addition : change_.add) {
    if (addition.wheel.get() == wheel.wheel && addition.origin)
      return "run again with --force-reinstall";
  }
  return cat("--force-reinstall --no-deps ", wheel.name, "==", wheel.version);
}

Result<std::vector<std::string>> Transaction::files_of_removal(const Installed& dist) {
  auto files = files_to_remove(layout_, dist, paths_, events_);
  if (files) return files;
  const WheelFiles* wheel = wheel_named(dist.name);
  if (!wheel) return fail(with_way_out(std::move(files.error()), dist));
  if (!options_.write_over)
    return fail(with_way_out(std::move(files.error()), dist, way_over(*wheel)));
  events_.warn(cat(dist.name, " ", dist.version_text, ": has no list of its files; those that ",
                   wheel->label, " does not replace are left"));
  return files_of_entry(dist, paths_);
}

Result<void> Transaction::remove_forgotten_links() {
  for (const std::string& link : forgotten_links_) {
    if (const Installed* owner = owners_->owner(link)) {
      return fail(
          Error{Code::bad_environment, cat(link, ": is a link to ", base::real_path(link),
                                           ", outside the environment, and files of ", owner->name,
                                           " ", owner->version_text, " are behind it, too")}
              .with_hint("put a copy of that folder in its place and run again"));
    }
    tree_.remove(link);
    if (stray_links_.contains(link))
      events_.warn(cat(link, ": a link that no installed package owns; a folder takes its place"));
  }
  return {};
}

Result<void> Transaction::collect_removals() {
  for (const Installed& dist : removed_) {
    PIPIT_TRY(const std::vector<std::string> files, files_of_removal(dist));
    for (const std::string& path : files) {
      if (own_program_.is_at(path))
        own_scripts_.insert(path);
      else if (owners_->owner(path))
        applied_.kept.push_back(path);
      else
        tree_.remove(path);
    }
  }
  PIPIT_TRY(remove_forgotten_links());
  edit_easy_install();
  return {};
}

// setup.py develop and easy_install put their directories into easy-install.pth, which others use,
// too: the line is removed, the file is kept.
void Transaction::edit_easy_install() {
  std::map<std::string, std::set<std::string, std::less<>>> lines;  // file -> folders to remove
  for (const Installed& dist : removed_) {
    std::string entry = easy_install_entry(dist);
    if (entry.empty()) continue;
    lines[base::join_path(dist.site, "easy-install.pth")].insert(std::move(entry));
  }
  edits_.label = "easy-install.pth";
  edits_.files.reserve(lines.size());  // the tree points into it
  for (const auto& [path, drop] : lines) {
    const auto text = base::read_file(path, kMaxPth);
    if (!text) continue;
    NewFile file;
    file.path = paths_.canonical(path);
    for (const std::string_view line : base::split(*text, '\n')) {
      const std::string folder = named_folder(path, base::trim(line));
      if (!line.empty() && !drop.contains(folder)) file.content += cat(line, "\n");
    }
    if (file.content == *text) continue;
    tree_.remove(file.path);
    if (file.content.empty()) continue;
    edits_.files.push_back(std::move(file));
    (void)tree_.put(edits_.files.back(), edits_);
  }
}

Result<void> Transaction::check_overlap(const NewFile& file, const WheelFiles& wheel,
                                        const ChangeTree::Put& before) {
  if (before.file->sha256 == file.sha256 && before.file->size == file.size) return {};
  if (options_.strict_collisions) {
    return fail(Code::bad_environment,
                cat(before.wheel->label, " and ", wheel.label, " both install ", file.path));
  }
  const bool stays = place_in_order(*before.wheel) > place_in_order(wheel);
  const WheelFiles& winner = stays ? *before.wheel : wheel;
  collisions_[{(stays ? wheel : *before.wheel).label, winner.label}].push_back(file.path);
  if (!stays) (void)tree_.put(file, wheel, true);
  return {};
}

// From 1; 0 for what is no wheel. Metadata is read only where two wheels have one file.
std::size_t Transaction::place_in_order(const WheelFiles& wheel) {
  if (places_.empty()) {
    const auto order = install_order(change_.add, options_.markers);
    for (std::size_t i = 0; i < order.size(); ++i) places_[wheels_[order[i]].name] = i + 1;
  }
  const auto found = places_.find(wheel.name);
  return found == places_.end() ? 0 : found->second;
}

Result<void> Transaction::collect_additions() {
  for (const WheelFiles& wheel : wheels_) {
    for (const NewFile& file : wheel.files) {
      const ChangeTree::Put before = tree_.put(file, wheel);
      if (before.file) PIPIT_TRY(check_overlap(file, wheel, before));
    }
  }
  return {};
}

Result<void> Transaction::check_unowned(const UnownedFile& unowned) {
  const NewFile& file = *unowned.file;
  PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(file.path));
  if (info && info->kind == base::FileInfo::Kind::file && info->size == file.size) {
    const auto digest = digest_of_file(file.path);
    if (digest && *digest == file.sha256) return {};
  }
  if (const Installed* owner = owners_->owner(file.path)) {
    const std::string label = cat(owner->name, " ", owner->version_text);
    if (options_.strict_collisions) {
      return fail(Code::bad_environment,
                  cat(label, " and ", unowned.wheel->label, " both install ", file.path));
    }
    collisions_[{label, unowned.wheel->label}].push_back(file.path);
    return {};
  }
  strays_.push_back(unowned);
  return {};
}

Result<void> Transaction::judge_strays() {
  if (strays_.empty()) return {};
  const UnownedFile& first = strays_.front();
  const std::string& path = first.file->path;
  const bool one = strays_.size() == 1;
  if (options_.overwrite_unowned) {
    const std::string more = one ? "" : cat(" and ", strays_.size() - 1, " more files");
    events_.warn(cat(path, more, ": not owned by any installed package; replaced by ",
                     first.wheel->label, one ? "" : " and the like"));
    return {};
  }
  std::string text = cat(path, ": is in the way of ", first.wheel->label,
                         ", and no installed distribution owns it");
  if (!one) {
    text = cat(strays_.size(), " files are in the way, and no installed distribution owns them:");
    for (const UnownedFile& stray : strays_)
      text += cat("\n  ", stray.file->path, " (of ", stray.wheel->label, ")");
  }
  const char* them = one ? "it" : "them";
  return fail(Error{Code::bad_environment, std::move(text)}
                  .with_hint(cat("to overwrite ", them, ": run again with --force-reinstall"))
                  .with_hint(cat("to keep ", them, ": move ", them, " away and run again")));
}

void Transaction::report_own_scripts() {
  if (own_scripts_.empty()) return;
  std::string names;
  for (const std::string& path : own_scripts_)
    names += cat(names.empty() ? "" : ", ", base::base_name(path));
  events_.say(cat("Left as they are, as they are pipit: ", names, " in ",
                  base::parent_path(*own_scripts_.begin())));
}

void Transaction::report_collisions() {
  for (const auto& [who, paths] : collisions_) {
    const std::string more =
        paths.size() > 1 ? cat(" and ", paths.size() - 1, " more") : std::string();
    events_.warn(cat(who.first, " and ", who.second, " both install ", paths.front(), more,
                     "; the one of ", who.second, " is there now"));
  }
}

Result<std::vector<Step>> Transaction::make_steps(const std::vector<EntryChange>& units,
                                                  StagingArea& staging) {
  std::vector<Step> steps;
  for (const EntryChange& unit : units) {
    PIPIT_TRY(staging.open_for(unit.path));
    if (unit.removed)
      steps.push_back({Step::Kind::move_away, unit.path, staging.trash(unit.path, steps.size())});
    if (unit.added) steps.push_back({Step::Kind::place, staging.staged(unit.path), unit.path});
  }
  return steps;
}

Result<void> Transaction::roll_back(Error error, Runner& runner, StagingArea& staging) {
  const auto undone = runner.undo();
  if (undone) return fail(std::move(error));
  const std::string where = staging.keep();
  return fail(Error{error.code, cat(error.message, "; and ", undone.error().message),
                    std::move(error.hints)}
                  .with_hint(cat("what was moved is still in ", where)));
}

Result<void> Transaction::execute(StagingArea& staging, sched::Pool& pool, std::stop_token stop) {
  std::vector<EntryChange> units;
  PIPIT_TRY(units,
            tree_.units([this](const UnownedFile& unowned) { return check_unowned(unowned); }));
  if (stop.stop_requested()) return fail_cancelled();
  PIPIT_TRY(judge_strays());
  // The first working directory is the one in the site directory, if there is any.
  const std::string& site = paths_.scheme().purelib;
  if (base::is_directory(site)) PIPIT_TRY(staging.open_for(base::join_path(site, "x")));
  PIPIT_TRY(const std::vector<Step> steps, make_steps(units, staging));
  std::vector<StageJob> jobs;
  std::string_view opened;
  for (const ChangeTree::Put& put : tree_.files()) {
    const std::string_view root = paths_.root_of(put.file->path);
    if (opened.empty() || root != opened) PIPIT_TRY(staging.open_for(put.file->path));
    opened = root;
    jobs.push_back({put.file, put.wheel->wheel});
  }
  if (stop.stop_requested()) return fail_cancelled();
  PIPIT_TRY(
      stage_files(jobs, staging, {options_.link_mode, options_.take_fresh}, pool, events_, stop));

  Runner runner;
  auto span = events_.span(base::Lane::disk, cat("rename ", steps.size(), " entries"));
  auto ran = run_steps(runner, steps, options_.before_step, stop);
  if (!ran) {
    span.set_outcome(cat("error: ", ran.error().message));
    return roll_back(std::move(ran.error()), runner, staging);
  }
  runner.commit();
  applied_.files = jobs.size();
  applied_.steps = steps.size();
  return {};
}

Result<Applied> Transaction::run(sched::Pool& pool, std::stop_token stop) {
  for (const Installed& dist : change_.remove) {
    if (!dist.local)
      return fail(Code::bad_environment,
                  cat(dist.name, ": not in this environment but in ", dist.site));
  }
  PIPIT_TRY(lay_out_wheels(pool, stop));
  PIPIT_TRY(make_roots());
  std::string site = paths_.scheme().purelib;
  if (!base::is_directory(site)) site = paths_.scheme().platlib;
  base::Fd held;
  if (base::is_directory(site)) {
    PIPIT_TRY(held, lock_site(site, events_, stop));
  }
  // Tens of thousands of files take their time: a stop is heeded in between.
  for (const auto step : {&Transaction::sort_installed, &Transaction::collect_removals,
                          &Transaction::collect_additions}) {
    if (stop.stop_requested()) return fail_cancelled();
    PIPIT_TRY((this->*step)());
  }
  StagingArea staging(paths_, options_.aside, stop);
  PIPIT_TRY(execute(staging, pool, stop));
  roots_.commit();
  report_collisions();
  report_own_scripts();
  return std::move(applied_);
}

}  // namespace

Result<Applied> apply(const Layout& layout, const Change& change, const ApplyOptions& options,
                      sched::Pool& pool, base::Events& events, std::stop_token stop) {
  if (change.add.empty() && change.remove.empty()) return Applied();
  auto span = events.span(base::Lane::disk,
                          cat("install ", change.add.size(), ", remove ", change.remove.size()));
  Transaction transaction(layout, change, options, events);
  auto applied = transaction.run(pool, std::move(stop));
  if (!applied) span.set_outcome(cat("error: ", applied.error().message));
  return applied;
}

}  // namespace pipit::env
