// A made-up package index for the resolver's tests, described in lines (README.md here explains
// them), and resolutions against it. No process, no network.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolve/problem.h"

namespace pipit::test {
class FakeIndex;
}

namespace pipit::resolve {

/// What came of a resolution.
struct WorldAnswer {
  std::vector<std::string> gives;  // "a[x]==1 ; sys_platform == 'win32'"; none: there was an error
  std::vector<std::string> says;   // the lines of the error; of a question why not, of the answer
  std::vector<std::string> hints, warns;
  std::map<std::string, std::string> needed_by;  // project -> "a, -r need.in"
  std::set<std::string> pages, metadata;         // asked for: projects, file names
  std::size_t forks = 0;
};

class World {
 public:
  /// False: not understood.
  bool add_line(std::string_view line);
  WorldAnswer solve(bool prefetch) const;
  /// Sends a scout alone on what is wanted and waits until it has asked for these pages (ten seconds
  /// at most), and then for the time in which it would ask for more.
  WorldAnswer scout(const std::set<std::string>& pages) const;
  /// Why `version` of `project` is not in the answer; the rest of the answer is empty.
  WorldAnswer why_not(const std::string& project, std::string_view version) const;

  /// Linux, macOS or Windows on a common machine.
  static std::shared_ptr<const pep::Target> target_of(std::string_view python,
                                                      std::string_view system);

 private:
  struct File {
    std::string name, project, version;
    std::vector<std::string> fields;  // of METADATA, after name and version
    std::string requires_python, uploaded;
    std::optional<std::string> yanked;
    bool is_listed = true;   // on its project's page
    bool is_broken = false;  // its metadata is none
    bool fails = false;      // a source distribution whose build fails
    std::string metadata() const;
    std::string bytes() const;
  };
  struct Line {
    std::string text, origin, hash_of;
  };
  struct Run;

  bool add_release(std::string_view words, bool is_listed);
  static bool read_clause(std::string_view clause, File& file, std::vector<std::string>& tags);
  bool set_option(std::string_view text);
  bool set_place(std::string_view word, std::string_view rest);
  Result<Problem> problem(test::FakeIndex& index, bool prefetch) const;
  Result<UserRequirement> requirement_of(test::FakeIndex& index, const Line& line,
                                         bool is_root) const;
  std::string page_of(const std::string& project) const;

  std::map<std::string, std::vector<File>> files_;                     // by project
  std::map<std::string, std::pair<std::string, std::string>> status_;  // by project
  std::vector<Line> wants_, constraints_, overrides_, preferred_, required_, only_;
  std::map<std::string, Present> installed_;
  std::set<std::string> excluded_;
  Policy policy_;
  std::string python_ = "3.12", system_ = "linux";
  bool is_universal_ = false, no_deps_ = false;
};

}  // namespace pipit::resolve
