// Where the packages of one fork's answer are needed.
#pragma once
#include <map>
#include <set>
#include <string>

#include "resolve/fork_answer.h"
#include "resolve/provider.h"

namespace pipit::resolve {

/// Carries environments along the requirements of one fork's answer.
class Reachability {
 public:
  /// One package of the answer.
  struct Node {
    pep::Version version;
    pep::MarkerSet where;  // none() where no path of requirements leads to it
    pep::MetadataPtr metadata;
  };

  /// Both outlive it.
  Reachability(Provider& provider, const ForkAnswer& answer);

  /// The metadata of a project's file; for each project, before run(). Without it nothing is passed
  /// on.
  void set_metadata(const std::string& name, const pep::MetadataPtr& metadata);
  void run();

  const std::map<solve::Package, Node>& nodes() const { return nodes_; }
  /// Which projects need the project.
  const std::set<std::string>& via(const std::string& name) { return via_[name]; }

 private:
  bool pass(const pep::Requirement& requirement, const pep::MarkerSet& where);
  void reach(const solve::Package& package, const pep::MarkerSet& where);

  Provider& provider_;
  const Scope& scope_;
  std::map<solve::Package, Node> nodes_;
  std::set<solve::Package> waiting_;  // have something new to pass on
  std::map<std::string, std::set<std::string>> via_;
};

}  // namespace pipit::resolve
