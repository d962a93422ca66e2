// A command line taken apart, and the layers below it: requirements files, environment, pip.conf.
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/option_key.h"

namespace pipit::cli {

/// A value, and where it was written.
struct Given {
  Given(const char* value) : text(value) {}
  Given(std::string value, std::string place = {}, std::string_view joining = {})
      : text(std::move(value)), said(std::move(place)), joint(joining) {}

  std::string text;
  /// "PIP_TIMEOUT", "/etc/pip.conf:3 [global]: timeout", "r.txt:3: --timeout"; "" : typed.
  std::string said;
  std::string_view joint;  // what stands between them; a literal
  bool is_typed() const { return said.empty(); }
};

/// Option -> values, in order. A flag's values are "" each time it was given, none at all when it
/// was turned off; any other text is a word that is neither yes nor no.
using Values = std::map<OptionKey, std::vector<Given>>;

/// An option with its value as its user wrote them, without secrets: "--timeout soon",
/// "PIP_TIMEOUT=soon", "/etc/pip.conf:3 [global]: timeout = soon".
std::string shown(OptionKey key, const Given& given);

struct Arguments {
  Values options;
  std::vector<std::string> positional;
};

/// getopt_long's rules: --name value, --name=value, -x value, -xvalue, -xy for flags, "--" ends
/// options; unambiguous prefixes of long names are accepted, as by pip. Code::usage otherwise.
/// A word behind an option that needs a value is an error when it is an option itself, but not
/// `as_pip`.
Result<Arguments> parse_arguments(const std::vector<std::string>& words, std::uint32_t command,
                                  bool as_pip = false);

/// The option that is meant before the command is known: any command may have it; nullptr for none
/// or several.
const Option* option_meant_by(std::string_view word);
/// Whether it takes the word behind it.
bool takes_next_word(std::string_view word);

/// Where values come from, strongest first. A list (find-links, …) is taken from the strongest
/// layer that has it.
class Layers {
 public:
  explicit Layers(Values command_line) { layers_.push_back(std::move(command_line)); }
  /// Below everything pushed so far.
  void push(Values layer) { layers_.push_back(std::move(layer)); }
  /// Index options of requirements files: below the command line, above the rest.
  void insert_files_layer(Values layer);
  /// As if typed behind the command line, which wins where there can be but one value.
  void add_typed(Values more);
  /// Above everything.
  void push_front(Values layer) { layers_.insert(layers_.begin(), std::move(layer)); }

  bool has(FlagKey flag) const { return given(flag); }
  /// How often a flag was given in its strongest layer.
  int count(FlagKey flag) const;
  /// Whether any layer has it, whatever it takes.
  bool given(OptionKey key) const { return !givens(key).empty(); }
  /// The values of its strongest layer; none when it is not given.
  std::span<const Given> givens(OptionKey key) const;
  /// The strongest layer that has it; only of one that is given.
  std::size_t layer_of(OptionKey key) const;
  /// As if no layer had it.
  void forget(OptionKey key);
  /// How its user calls an option that is given: "--abi", "PIPIT_ABI".
  std::string said(OptionKey key) const;
  std::optional<std::string> value(ValueKey key) const;
  std::vector<std::string> values(ListKey key) const;
  /// Of two flags that undo each other the one in the stronger layer, also when it is turned off
  /// there; `otherwise` when none is given, false when one layer has both.
  bool either(FlagKey yes, FlagKey no, bool otherwise) const;

 private:
  const std::vector<Given>* find(OptionKey key, std::size_t* layer = nullptr) const;
  std::vector<Values> layers_;
};

}  // namespace pipit::cli
