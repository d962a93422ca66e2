// Where the packages of one fork's answer are needed.
#pragma once
#include <map>
#include <set>
#include <string>

#include "resolve/fork_answer.h"
#include "resolve/sources.h"

namespace pipit::resolve {

/// Carries environments along the requirements of one fork's answer.
class Reach {
 public:
  /// One package of the answer.
  struct Node {
    pep::Version version;
    pep::MarkerSet where;  // none() where no path of requirements leads to it
    pep::MetadataPtr metadata;
  };

  /// Both outlive it.
  Reach(Sources& sources, const ForkAnswer& answer);

  /// What a project's file says; before run(), of each project. Without it nothing is passed on.
  void set_metadata(const std::string& name, const pep::MetadataPtr& metadata);
  void run();

  const std::map<solve::Package, Node>& nodes() const { return nodes_; }
  /// Which projects need the project.
  const std::set<std::string>& via(const std::string& name) { return via_[name]; }

 private:
  bool pass(const pep::Requirement& requirement, const pep::MarkerSet& where);
  void reach(const solve::Package& package, const pep::MarkerSet& where);

  Sources& sources_;
  const Scope& scope_;
  std::map<solve::Package, Node> nodes_;
  std::set<solve::Package> waiting_;  // to pass on what they have
  std::map<std::string, std::set<std::string>> via_;
};

}  // namespace pipit::resolve
