// What earlier resolutions have taught: which projects will be needed, and where their files are.
// A wrong guess costs requests, never a result.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "operation/session.h"
#include "pep/specifier.h"
#include "resolve/learned_tree.h"
#include "resolve/problem.h"
#include "resolve/resolution.h"

namespace pipit::operation {

class Prediction {
 public:
  /// `wanted`: false: nothing is predicted (--no-predict), but connections. `trees`: files with
  /// further tables; one that cannot be used is told with -v.
  Prediction(Session& session, bool wanted, std::vector<std::string> trees)
      : session_(session), wanted_(wanted), trees_(std::move(trees)) {}
  /// Guesses what these projects may come to. With the first request connections are opened to
  /// where the files of the indexes are known to be.
  void guess_from(const std::set<std::string>& roots);
  /// Requests the pages of the projects of the guess that `want` lets through.
  void request_pages(const std::function<bool(const std::string&, const pep::SpecifierSet&)>& want);
  /// For the resolution.
  const std::map<std::string, pep::SpecifierSet>& guess() const { return guess_; }
  /// Keeps what a resolution has taught, for finish(); -v says how good the guess was.
  void learn(const resolve::Problem& problem, const resolve::Resolution& answer);
  /// At the end of the run, when all origins that it needed have answered: writes what is new.
  void finish();

 private:
  const std::vector<resolve::LearnedTree>& tables();
  void connect() const;
  void learn_origins(std::map<std::string, std::vector<std::string>>& learned) const;
  Session& session_;
  const bool wanted_;
  const std::vector<std::string> trees_;
  std::vector<resolve::LearnedTree> tables_;  // our own first
  bool read_ = false;
  std::map<std::string, pep::SpecifierSet> guess_;
  std::map<std::string, std::vector<std::string>> learned_;
  std::map<std::string, std::set<std::string>> keepers_;  // index -> origins of its files
};

/// The key of our own table in the cache (Bucket::trees).
inline constexpr const char* kLearnedKey = "learned";

}  // namespace pipit::operation
