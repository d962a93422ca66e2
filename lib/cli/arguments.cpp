// The command line taken apart by the table of options, and the order in which its layers count.
#include "cli/arguments.h"

#include <algorithm>

#include "base/redact.h"
#include "base/text.h"
#include "cli/suggest.h"

namespace pipit::cli {
namespace {

/// What follows these is for others, whose options may look like ours.
constexpr OptionKey kForOthers[] = {opt("config-settings"), opt("config-settings-package"),
                                    opt("pip-args"), opt("custom-compile-command")};

class ArgumentParser {
 public:
  ArgumentParser(const std::vector<std::string>& words, std::uint32_t command, bool as_pip)
      : words_(words), command_(command), as_pip_(as_pip) {}

  Result<Arguments> parse() {
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      if (word == "--") {
        out_.positional.insert(out_.positional.end(),
                               words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
        break;
      }
      if (word.starts_with("--")) {
        PIPIT_TRY(take_long(std::string_view(word).substr(2)));
      } else if (word.size() > 1 && word[0] == '-') {
        PIPIT_TRY(take_letters(std::string_view(word).substr(1)));
      } else {
        out_.positional.push_back(word);
      }
    }
    return std::move(out_);
  }

 private:
  Result<const Option*> find_long(std::string_view name) const {
    // What is an option of another command stands for none of this one.
    if (const Option* option = find_option(name)) {
      if ((option->commands & command_) != 0) return option;
      return fail(unknown_option(cat("--", name), command_));
    }
    const Option* only = nullptr;
    for (const Option& option : kOptions) {
      if ((option.commands & command_) == 0 || !option.name.starts_with(name)) continue;
      if (only)
        return fail(Code::usage, cat("--", base::printable(name), ": ambiguous (--", only->name,
                                     ", --", option.name, ")"));
      only = &option;
    }
    if (!only || name.empty()) return fail(unknown_option(cat("--", name), command_));
    return only;
  }

  Result<void> take_long(std::string_view text) {
    std::optional<std::string> value;
    if (const auto parts = base::split_once(text, '=')) {
      value = std::string(parts->second);
      text = parts->first;
    }
    PIPIT_TRY(const Option* option, find_long(text));
    if (option->takes == Takes::nothing) {
      if (value) return fail(Code::usage, cat("--", option->name, " takes no value"));
      out_.options[OptionKey(*option)].emplace_back("");
      return {};
    }
    const bool is_short = text.size() < option->name.size() && option->name.starts_with(text);
    if (!value && is_short && at_ < words_.size() && words_[at_].size() > 1 &&
        words_[at_][0] == '-')
      return fail(Code::usage,
                  cat("--", text, " stands for --", option->name, ", which needs a value (",
                      option->metavar, "), and got ", base::printable(words_[at_])));
    return take_value(*option, std::move(value), cat("--", option->name));
  }

  Result<void> take_letters(std::string_view letters) {
    while (!letters.empty()) {
      const Option* option = find_option(letters.front(), command_);
      if (!option) return fail(unknown_option(cat("-", letters.substr(0, 1)), command_));
      const std::string spelled = cat("-", letters.front());
      letters.remove_prefix(1);
      if (option->takes == Takes::nothing) {
        out_.options[OptionKey(*option)].emplace_back("");
        continue;
      }
      std::optional<std::string> value;
      if (!letters.empty())
        value = std::string(letters.starts_with("=") ? letters.substr(1) : letters);
      return take_value(*option, std::move(value), spelled);
    }
    return {};
  }

  Result<void> take_value(const Option& option, std::optional<std::string> value,
                          const std::string& spelled) {
    if (!value) {
      if (at_ == words_.size())
        return fail(Code::usage, cat(spelled, " needs a value (", option.metavar, ")"));
      value = words_[at_++];
      if (is_swallowed(option, *value)) {
        // Behind "=" there may be a password.
        const std::string got =
            base::redact_text(base::printable(value->substr(0, value->find('='))));
        return fail(Error{Code::usage, cat(spelled, " needs a value (", option.metavar,
                                           "), and got the option ", got)}
                        .with_hint(cat(spelled, "=", got, " takes it for the value")));
      }
    }
    auto& values = out_.options[OptionKey(option)];
    if (option.takes == Takes::value) values.clear();
    values.push_back(std::move(*value));
    return {};
  }

  /// Whether the value was forgotten, so that an option stands in its place. pip takes anything.
  bool is_swallowed(const Option& option, std::string_view value) const {
    if (as_pip_ || std::ranges::count(kForOthers, OptionKey(option)) != 0) return false;
    return value.starts_with("--") || (value.size() > 1 && value[0] == '-' && are_letters(value));
  }

  /// Whether a word such as "-qn" or "-rFILE" is made of this command's letters.
  bool are_letters(std::string_view word) const {
    for (const char letter : word.substr(1)) {
      const Option* const option = find_option(letter, command_);
      if (!option) return false;
      if (option->takes != Takes::nothing) return true;
    }
    return true;
  }

  const std::vector<std::string>& words_;
  const std::uint32_t command_;
  const bool as_pip_;
  std::size_t at_ = 0;
  Arguments out_;
};

/// Proxies may be written without a scheme.
std::string without_secrets(const std::string& text) {
  if (base::is_meant_as_url(text)) return base::redact_url(text);
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos || text.find(':') > at) return text;
  return text.substr(at + 1);
}

}  // namespace

std::string shown(OptionKey key, const Given& given) {
  const std::string value = base::printable(without_secrets(given.text));
  return given.is_typed() ? cat("--", key.name(), " ", value) : cat(given.said, given.joint, value);
}

const Option* option_meant_by(std::string_view word) {
  if (!word.starts_with("--")) {
    // Of "-qf x" the first letter that takes something ends the letters.
    const Option* option = nullptr;
    for (std::size_t i = 1; i < word.size(); ++i) {
      option = find_option(word[i], kAny);
      if (option && option->takes != Takes::nothing) break;
    }
    return option;
  }
  const std::string_view name = word.substr(2, word.find('=') - 2);
  if (const Option* option = find_option(name)) return option;
  const Option* only = nullptr;
  for (const Option& option : kOptions) {
    if (!option.name.starts_with(name)) continue;
    if (only) return nullptr;
    only = &option;
  }
  return only;
}

bool takes_next_word(std::string_view word) {
  const Option* const option = option_meant_by(word);
  if (!option || option->takes == Takes::nothing) return false;
  if (word.starts_with("--")) return word.find('=') == std::string_view::npos;
  return word.back() == option->letter;
}

Result<Arguments> parse_arguments(const std::vector<std::string>& words, std::uint32_t command,
                                  bool as_pip) {
  return ArgumentParser(words, command, as_pip).parse();
}

void Layers::insert_files_layer(Values layer) {
  layers_.insert(layers_.begin() + 1, std::move(layer));
}

void Layers::add_typed(Values more) {
  for (const auto& [key, values] : more) {
    std::vector<Given>& own = layers_.front()[key];
    if (own.empty() || key.row().takes == Takes::values)
      own.insert(own.end(), values.begin(), values.end());
  }
}

const std::vector<Given>* Layers::find(OptionKey key, std::size_t* layer) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto it = layers_[i].find(key);
    if (it == layers_[i].end()) continue;
    if (layer) *layer = i;
    return &it->second;
  }
  return nullptr;
}

std::span<const Given> Layers::givens(OptionKey key) const {
  const auto* values = find(key);
  return values ? std::span(*values) : std::span<const Given>();
}

std::size_t Layers::layer_of(OptionKey key) const {
  std::size_t layer = 0;
  find(key, &layer);
  return layer;
}

void Layers::forget(OptionKey key) {
  for (Values& layer : layers_) layer.erase(key);
}

std::string Layers::said(OptionKey key) const {
  const auto values = givens(key);
  return values.empty() || values.back().is_typed() ? cat("--", key.name()) : values.back().said;
}

int Layers::count(FlagKey flag) const { return static_cast<int>(givens(flag).size()); }

std::optional<std::string> Layers::value(ValueKey key) const {
  const auto values = givens(key);
  return values.empty() ? std::nullopt : std::optional(values.back().text);
}

std::vector<std::string> Layers::values(ListKey key) const {
  std::vector<std::string> texts;
  for (const Given& given : givens(key)) texts.push_back(given.text);
  return texts;
}

bool Layers::either(FlagKey yes, FlagKey no, bool otherwise) const {
  std::size_t yes_layer = layers_.size(), no_layer = layers_.size();
  const auto* const said_yes = find(yes, &yes_layer);
  const auto* const said_no = find(no, &no_layer);
  if (!said_yes && !said_no) return otherwise;
  if (yes_layer < no_layer) return !said_yes->empty();
  if (no_layer < yes_layer) return said_no->empty();
  return said_no->empty() && !said_yes->empty();
}

}  // namespace pipit::cli
