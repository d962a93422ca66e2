// The layers of options, and the groups that are filled from them. Only this room knows how options
// are spelt: what stands below it gets plain structs.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.h"
#include "operation/options.h"

namespace pipit::cli {

/// Called as pip, pip3, pip3.x: pip's rules apply where they differ.
struct InvokedAs {
  bool pip = false;
  std::string python;     // "3" or "3.12", for pip3.12
  std::string directory;  // of the link
  std::string program = {};  // what it leads to
};

struct Settings {
  Layers layers;
  InvokedAs invoked_as;
  int verbosity = 0;  // -q is negative
  bool color = false, progress = false, json = false;
  std::string trace;  // file, "" : none
};

/// What is written, and where to.
struct OutputOptions {
  bool json = false;                                // the result on standard output
  std::optional<std::string> report;                // of an installation; "-" is standard output
  std::optional<std::string> output_file;           // of compile and lock; none: standard output
  std::string format;                               // as given, "" : none
  std::string wheel_directory, download_directory;  // absolute
};

/// What reading requirements needs; `words`: as typed, requirements. Before anything is read. Here
/// and below check_values() has looked at the layers.
operation::InputOptions input_options(const Layers& layers, std::vector<std::string> words);
/// Code::usage for a value that means nothing, for commands that need the network only in some
/// cases, and pass wrong ones over in the others.
Result<net::Options> network_options(const Layers& layers);
cache::StoreOptions cache_options(const Layers& layers);
/// For a command that reads no more than the facts of a Python there.
cache::StoreOptions optional_cache(const Layers& layers);
operation::TargetOptions target_options(const Layers& layers, const InvokedAs& invoked_as);
OutputOptions output_options(const Layers& layers);
/// All groups, once the options that requirements files hold have joined the layers. Code::usage:
/// a value that means nothing.
Result<operation::Options> operation_options(const Layers& layers, const InvokedAs& invoked_as);

/// A whole number of at least `least`; `otherwise` when it is not given.
std::uint64_t number_setting(const Layers& layers, ValueKey key, std::uint64_t otherwise,
                             std::uint64_t least);
/// The names in the values of a list, which may be separated by commas, too; in normal form.
std::vector<std::string> name_list(const Layers& layers, ListKey key);
/// --upgrade, unless --no-upgrade takes it back.
bool wants_upgrade(const Layers& layers);
/// What follows --upgrade-package: names, with versions if need be.
std::vector<pep::Requirement> upgrade_list(const Layers& layers);

}  // namespace pipit::cli
