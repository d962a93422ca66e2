// Questions and answers in JSON, one function per operation. The operations are thin on purpose:
// what is compared with other implementations must be what the rest of the program uses.
#include "cli/debug_pep440.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/debug_files.h"
#include "pep/dist_name.h"
#include "pep/marker/marker.h"
#include "pep/name.h"
#include "pep/platform.h"
#include "pep/requirement.h"
#include "pep/specifier.h"
#include "pep/tags.h"
#include "pep/version.h"

namespace pipit::cli {
namespace {

using base::Json;
using Answer = Json::Object;

constexpr std::size_t kMaxQuestion = 16u << 20;

Result<pep::Version> version_field(const Json& question, std::string_view key) {
  PIPIT_TRY(std::string text, text_field(question, key));
  std::optional<pep::Version> version = pep::Version::parse(text);
  if (!version) return fail(Code::parse, cat("invalid version: '", base::printable(text), "'"));
  return std::move(*version);
}

std::vector<std::string> tag_texts(const std::vector<pep::Tag>& tags) {
  std::vector<std::string> texts;
  for (const pep::Tag& tag : tags) texts.push_back(tag.str());
  return texts;
}

Result<Answer> answer_version(const Json& question) {
  PIPIT_TRY(pep::Version version, version_field(question, "a"));
  return Answer{{"norm", version.str()}};
}

Result<Answer> answer_compare(const Json& question) {
  PIPIT_TRY(pep::Version a, version_field(question, "a"));
  PIPIT_TRY(pep::Version b, version_field(question, "b"));
  return Answer{{"cmp", a < b ? -1 : a > b ? 1 : 0}};
}

Result<Answer> answer_specifier(const Json& question) {
  PIPIT_TRY(std::string text, text_field(question, "spec"));
  PIPIT_TRY(pep::SpecifierSet set, pep::SpecifierSet::parse(text));
  PIPIT_TRY(pep::Version version, version_field(question, "version"));
  const Json* pre = question.find("pre");
  if (!pre || (!pre->boolean() && !pre->is_null()))
    return fail(Code::parse, "field 'pre' must be true, false or null");
  const bool allow_prereleases = pre->is_null() || *pre->boolean();
  return Answer{{"contains", set.contains(version, allow_prereleases)}};
}

Result<Answer> answer_requirement(const Json& question) {
  PIPIT_TRY(std::string text, text_field(question, "s"));
  PIPIT_TRY(pep::Requirement requirement, pep::parse_requirement(text));
  Answer answer{{"name", requirement.name}, {"extras", string_array(requirement.extras)}};
  answer["specifier"] = requirement.specifier.str();
  answer["url"] = requirement.url ? Json(*requirement.url) : Json();
  answer["marker"] = requirement.marker.is_true() ? Json() : Json(requirement.marker.str());
  return answer;
}

Result<pep::MarkerEnvironment> marker_environment(const Json& question) {
  static constexpr std::array<std::string_view, 11> kVariables = {"os_name",
                                                                  "sys_platform",
                                                                  "platform_system",
                                                                  "platform_machine",
                                                                  "platform_python_implementation",
                                                                  "platform_release",
                                                                  "platform_version",
                                                                  "implementation_name",
                                                                  "implementation_version",
                                                                  "python_version",
                                                                  "python_full_version"};
  const Json* given = question.find("env");
  if (!given || !given->object()) return fail(Code::parse, "field 'env' must be an object");
  pep::MarkerEnvironment env;
  for (std::string_view name : kVariables) {
    PIPIT_TRY(*pep::marker_variable(env, name), text_field(*given, name));
  }
  return env;
}

Result<Answer> answer_marker(const Json& question) {
  PIPIT_TRY(std::string text, text_field(question, "s"));
  PIPIT_TRY(pep::Marker marker, pep::Marker::parse(text));
  PIPIT_TRY(pep::MarkerEnvironment env, marker_environment(question));
  std::vector<std::string> extras;
  if (question.find("extra")) {
    PIPIT_TRY(std::string extra, text_field(question, "extra"));
    extras.push_back(std::move(extra));
  }
  PIPIT_TRY(bool value, marker.evaluate_strictly(env, extras));
  return Answer{{"value", value}};
}

Result<Answer> answer_wheel(const Json& question) {
  PIPIT_TRY(std::string text, text_field(question, "s"));
  PIPIT_TRY(pep::WheelName wheel, pep::parse_wheel_name(text));
  std::vector<std::string> tags = tag_texts(wheel.tags());
  std::ranges::sort(tags);
  return Answer{{"name", wheel.name},
                {"version", wheel.version.str()},
                {"build", wheel.build()},
                {"tags", string_array(tags)}};
}

Result<Answer> answer_sdist(const Json& question) {
  PIPIT_TRY(std::string text, text_field(question, "s"));
  PIPIT_TRY(pep::SdistName sdist, pep::parse_sdist_name(text));
  return Answer{{"name", sdist.name}, {"version", sdist.version.str()}};
}

// "3.12" or, free-threaded, "3.13t".
Result<pep::TagTarget> tag_target(std::string_view python) {
  pep::TagTarget target;
  target.free_threaded = python.ends_with('t');
  if (target.free_threaded) python.remove_suffix(1);
  const auto parts = base::split_once(python, '.');
  const auto major = parts ? base::parse_uint(parts->first) : std::nullopt;
  const auto minor = parts ? base::parse_uint(parts->second) : std::nullopt;
  if (!major || !minor || *major > 99 || *minor > 99)
    return fail(Code::parse, "field 'python' must be like '3.12'");
  target.python_major = static_cast<unsigned>(*major);
  target.python_minor = static_cast<unsigned>(*minor);
  return target;
}

Result<Answer> answer_tags(const Json& question) {
  PIPIT_TRY(std::string python, text_field(question, "python"));
  PIPIT_TRY(std::string platform, text_field(question, "platform"));
  PIPIT_TRY(pep::TagTarget target, tag_target(python));
  PIPIT_TRY(target.platforms, pep::expand_platform(platform));
  return Answer{{"tags", string_array(tag_texts(pep::Tags::for_target(target).ordered()))}};
}

Result<Answer> answer_normalize(const Json& question) {
  PIPIT_TRY(std::string name, text_field(question, "s"));
  if (!pep::is_valid_name(name))
    return fail(Code::parse, cat("invalid name: '", base::printable(name), "'"));
  return Answer{{"norm", pep::normalize_name(name)}};
}

struct Operation {
  std::string_view name;
  Result<Answer> (*answer)(const Json& question);
};
constexpr std::array<Operation, 12> kOperations = {{{"version", answer_version},
                                                    {"compare", answer_compare},
                                                    {"specifier", answer_specifier},
                                                    {"requirement", answer_requirement},
                                                    {"marker", answer_marker},
                                                    {"wheel", answer_wheel},
                                                    {"sdist", answer_sdist},
                                                    {"tags", answer_tags},
                                                    {"normalize", answer_normalize},
                                                    {"lenient", answer_lenient},
                                                    {"metadata", answer_metadata},
                                                    {"requirements", answer_requirements}}};

// One UTF-16 unit as \uXXXX.
void append_unit(std::string& out, std::uint32_t unit) {
  const std::array<std::uint8_t, 2> bytes = {static_cast<std::uint8_t>(unit >> 8),
                                             static_cast<std::uint8_t>(unit & 0xFF)};
  out.append("\\u").append(base::hex(bytes));
}

void append_escape(std::string& out, std::uint32_t point) {
  if (point < 0x10000) return append_unit(out, point);
  append_unit(out, 0xD800 + ((point - 0x10000) >> 10));
  append_unit(out, 0xDC00 + ((point - 0x10000) & 0x3FF));
}

// Beyond ASCII all is escaped: some readers see line ends in U+0085 and U+2028.
std::string in_ascii(std::string_view json) {
  std::string out;
  for (std::size_t at = 0; at < json.size();) {
    const auto lead = static_cast<std::uint8_t>(json[at]);
    if (lead < 0x80) {
      out += json[at++];
      continue;
    }
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (!base::is_utf8(json.substr(at, length))) {
      out += "\\ufffd";
      ++at;
      continue;
    }
    std::uint32_t point = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i)
      point = point << 6 | (static_cast<std::uint8_t>(json[at + i]) & 0x3Fu);
    append_escape(out, point);
    at += length;
  }
  return out;
}

Result<Answer> answer_question(std::string_view line) {
  PIPIT_TRY(Json question, base::parse_json(line, kMaxQuestion));
  if (!question.object()) return fail(Code::parse, "a question must be a JSON object");
  PIPIT_TRY(std::string op, text_field(question, "op"));
  for (const Operation& operation : kOperations) {
    if (operation.name == op) return operation.answer(question);
  }
  return fail(Code::parse, cat("unknown op '", base::printable(op), "'"));
}

}  // namespace

Result<std::string> text_field(const Json& question, std::string_view key) {
  const Json* value = question.find(key);
  if (!value || !value->string())
    return fail(Code::parse, cat("field '", key, "' must be a string"));
  return *value->string();
}

Json string_array(const std::vector<std::string>& texts) {
  Json::Array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

std::string answer_pep440(std::string_view line) {
  Result<Answer> answer = answer_question(line);
  if (!answer)
    return in_ascii(
        base::to_json(Json::Object{{"ok", false}, {"error", std::move(answer.error().message)}}));
  answer->emplace("ok", true);
  return in_ascii(base::to_json(std::move(*answer)));
}

}  // namespace pipit::cli
