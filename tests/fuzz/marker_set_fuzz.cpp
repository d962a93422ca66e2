// Sets of environments: two markers, one a line. What is computed agrees with evaluation, texts
// read back as the same set, and a hostile marker costs no more than the bound allows.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "pep/marker/node.h"
#include "pep/marker/set.h"

using pipit::pep::Marker;
using pipit::pep::MarkerEnvironment;
using pipit::pep::MarkerOperator;
using pipit::pep::MarkerSet;

namespace {

// CPU time of one input; far above what the bounds of the sets allow, sanitizers included.
constexpr double kMaxSeconds = 20;

std::vector<MarkerEnvironment> environments() {
  MarkerEnvironment linux_env, windows_env;
  linux_env.os_name = "posix";
  linux_env.sys_platform = "linux";
  linux_env.platform_system = "Linux";
  linux_env.platform_machine = "x86_64";
  linux_env.platform_release = "6.1.0-22-amd64";
  linux_env.platform_version = "#1 SMP";
  linux_env.platform_python_implementation = "CPython";
  linux_env.implementation_name = "cpython";
  linux_env.implementation_version = linux_env.python_full_version = "3.12.4";
  linux_env.python_version = "3.12";
  windows_env.os_name = "nt";
  windows_env.sys_platform = "win32";
  windows_env.platform_system = "Windows";
  windows_env.platform_machine = "AMD64";
  windows_env.platform_release = "10";
  windows_env.platform_version = "10.0.1";
  windows_env.platform_python_implementation = "PyPy";
  windows_env.implementation_name = "pypy";
  windows_env.implementation_version = "7.3.11";
  windows_env.python_version = "3.9";
  windows_env.python_full_version = "3.9.0rc1";
  return {linux_env, windows_env};
}

void check(bool holds) {
  if (!holds) std::abort();
}

void check_agreement(const MarkerSet& a, const MarkerSet& b, const Marker& x, const Marker& y) {
  const MarkerSet both = a & b, either = a | b, without = a - b, outside = ~a;
  if (!both.is_known() || !either.is_known() || !without.is_known() || !outside.is_known()) return;
  check(both.is_subset_of(a) && a.is_subset_of(either));
  check((a & outside).is_none() && ~outside == a && both == (b & a) && either == (b | a));
  for (const MarkerEnvironment& env : environments()) {
    for (const std::vector<std::string>& extras : {std::vector<std::string>{}, {"a"}}) {
      const bool in_a = x.evaluate(env, extras), in_b = y.evaluate(env, extras);
      check(a.contains(env, extras) == in_a && outside.contains(env, extras) != in_a);
      check(both.contains(env, extras) == (in_a && in_b));
      check(either.contains(env, extras) == (in_a || in_b));
      check(without.contains(env, extras) == (in_a && !in_b));
      check(MarkerSet::of(x, extras).contains(env) == in_a || !MarkerSet::of(x, extras).is_known());
    }
  }
}

// Whether markers have words for the contrary of every comparison.
bool has_contraries(const Marker::NodePtr& node) {
  if (!node) return true;
  const std::string& variable = node->left.variable ? node->left.text : node->right.text;
  const bool none = variable == "platform_release" || node->op == MarkerOperator::arbitrary ||
                    (!node->left.variable && pipit::pep::is_version_variable(variable));
  if (node->kind == Marker::Node::Kind::comparison) return !none;
  return std::ranges::all_of(node->children, has_contraries);
}

// Texts read back as the same set.
void check_text(const MarkerSet& set, const MarkerSet& given) {
  const auto whole = set.simplified(), part = set.simplified(given);
  if (whole) {
    const MarkerSet again = MarkerSet::of(*whole);
    check(!again.is_known() || again == set);
    if (again.is_known()) check(again.str() == whole->str());
  }
  if (!part) return;
  const MarkerSet left = MarkerSet::of(*part) & given, right = set & given;
  check(left == right || !left.is_known() || !right.is_known());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = text.find('\n');
  const auto x = Marker::parse(text.substr(0, line));
  const auto y = Marker::parse(line == text.npos ? "os_name == \"nt\"" : text.substr(line + 1));
  if (!x || !y) return 0;
  const std::clock_t begin = std::clock();
  const MarkerSet a = MarkerSet::of(*x), b = MarkerSet::of(*y);
  if (a.is_known() && b.is_known()) {
    check_agreement(a, b, *x, *y);
    if (has_contraries(x->node()) && has_contraries(y->node())) check_text(a, b);
  }
  const MarkerSet decided = a.without_extras();
  if (decided.is_known()) check(!decided.mentions_extra());
  a.python_hull();
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  check(seconds < kMaxSeconds);
  return 0;
}
