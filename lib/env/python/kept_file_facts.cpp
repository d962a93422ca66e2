// Reading the files takes a millisecond: half of what a command takes that only looks. Asking
// whether they are as they were takes a hundredth of it.
#include "env/python/kept_file_facts.h"

#include <sys/utsname.h>

#include "base/environ.h"
#include "base/hash.h"
#include "base/text.h"
#include "env/python/file_facts.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxEntry = 1u << 20;
constexpr std::string_view kForm = "files 1";  // raised when the meaning of an entry changes
constexpr std::string_view kEndOfLines = "\n\n";

std::string key_of(const std::string& executable, const std::string& program) {
  utsname kernel{};
  const bool known = ::uname(&kernel) == 0;
  return base::sha256_hex(
      cat(kForm, "\n", executable, "\n", program, "\n", known ? kernel.machine : "", "\n"));
}

std::optional<base::Json> read_kept(const cache::Store& store, const std::string& key) {
  const auto entry = store.read(cache::Bucket::interpreter, key, kMaxEntry);
  if (!entry) return std::nullopt;
  const std::string_view text = *entry;
  const std::size_t end = text.find(kEndOfLines);
  if (end == std::string_view::npos || !is_unchanged(text.substr(0, end + 1))) return std::nullopt;
  auto facts = base::parse_json(text.substr(end + kEndOfLines.size()), kMaxEntry);
  return facts ? std::optional(std::move(*facts)) : std::nullopt;
}

}  // namespace

std::optional<base::Json> kept_file_facts(const std::string& executable, cache::Store& store,
                                          const KnownTexts& known, std::int64_t now) {
  const bool is_kept = !store.temporary() && tells_by_files() &&
                       base::environment_variable("LD_LIBRARY_PATH").value_or("").empty();
  const std::string program = is_kept ? program_behind(executable) : std::string();
  if (program.empty()) return facts_from_files(executable, known);
  const std::string key = key_of(executable, program);
  if (auto facts = read_kept(store, key)) return facts;
  Witness seen;
  auto facts = facts_from_files(executable, known, &seen);
  const auto lines = facts ? seen.lines(now) : std::nullopt;
  if (lines)
    (void)store.write(cache::Bucket::interpreter, key, cat(*lines, "\n", base::to_json(*facts)));
  return facts;
}

}  // namespace pipit::env
