// The command line taken apart by the table of options, and the order in which its layers count.
#include "cli/arguments.h"

#include "base/redact.h"
#include "base/text.h"

namespace pipit::cli {
namespace {

class ArgumentParser {
 public:
  ArgumentParser(const std::vector<std::string>& words, std::uint32_t command)
      : words_(words), command_(command) {}

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
    if (const Option* option = find_option(name); option && (option->commands & command_) != 0)
      return option;
    const Option* only = nullptr;
    for (const Option& option : kOptions) {
      if ((option.commands & command_) == 0 || !option.name.starts_with(name)) continue;
      if (only)
        return fail(Code::usage, cat("--", base::printable(name), ": ambiguous (--", only->name,
                                     ", --", option.name, ")"));
      only = &option;
    }
    if (!only || name.empty())
      return fail(Code::usage, cat("no such option: --", base::printable(name)));
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
    return take_value(*option, std::move(value), cat("--", option->name));
  }

  Result<void> take_letters(std::string_view letters) {
    while (!letters.empty()) {
      const Option* option = find_option(letters.front(), command_);
      if (!option)
        return fail(Code::usage, cat("no such option: -", base::printable(letters.substr(0, 1))));
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
    }
    auto& values = out_.options[OptionKey(option)];
    if (option.takes == Takes::value) values.clear();
    values.push_back(std::move(*value));
    return {};
  }

  const std::vector<std::string>& words_;
  const std::uint32_t command_;
  std::size_t at_ = 0;
  Arguments out_;
};

/// Proxies may be written without a scheme.
std::string without_secrets(const std::string& text) {
  if (text.find("://") != std::string::npos) return base::redact_url(text);
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos || text.find(':') > at) return text;
  return text.substr(at + 1);
}

}  // namespace

std::string shown(OptionKey key, const Given& given) {
  const std::string value = base::printable(without_secrets(given.text));
  return given.is_typed() ? cat("--", key.name(), " ", value) : cat(given.said, given.joint, value);
}

Result<Arguments> parse_arguments(const std::vector<std::string>& words, std::uint32_t command) {
  return ArgumentParser(words, command).parse();
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
