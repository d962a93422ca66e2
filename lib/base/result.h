// Errors are values: a code for the machine and one line for the user that names the thing.
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pipit {

/// What went wrong, as far as a caller may decide by it. The exit code follows from it (cli).
enum class Code {
  usage,            // the command line itself; exit 2
  parse,            // a text that a person wrote (requirements, version, marker) is not valid
  not_found,        // a named thing does not exist: package, version, file, interpreter
  no_solution,      // the requirements contradict each other
  network,          // no connection, time-out, broken connection, retries used up
  tls,              // certificate or handshake
  http_status,      // the server answered, with an error
  offline,          // the network was needed but is forbidden
  hash_mismatch,    // bytes are not the promised ones
  unchecked,        // bytes that no hash vouches for cannot be used: maybe they are something else
  bad_archive,      // a zip, tar or gzip that breaks the rules
  bad_wheel,        // an archive that is not a valid wheel
  bad_metadata,     // METADATA, PKG-INFO or .metadata that cannot be used
  bad_index,        // an index page that cannot be used
  build_failed,     // a source distribution could not be built
  io,               // the file system refused
  no_space,         // disk or inodes used up
  bad_environment,  // the target cannot be used (not found, externally managed, read-only)
  not_virtual,      // no virtual environment, and the user allows no other; exit 3, as pip's
  unsupported,      // valid, but not supported
  cycle,            // a wait that would never end
  cancelled,        // SIGINT, SIGTERM, or the result is not needed any more
  internal,         // a defect in pipit
};

struct Error {
  Code code = Code::internal;
  std::string message;                  // one line, lower case, the thing first, no full stop
  std::vector<std::string> hints = {};  // what to try, each printed as a `hint:` line
  /// How many characters of the message are the place that in() or at_line() prepended. Kept here,
  /// because an error is moved a hundred times before its place is needed.
  std::uint32_t place_length = 0;
  bool place_is_line = false;  // only a line is known: in() adds its file

  /// Prepends the place to the message ("requirements.in: ..."), unless it is there already, so
  /// callers that add context need not know what was added before. After at_line() it becomes
  /// "requirements.in:3: ...". An empty place changes nothing.
  Error& in(std::string_view where) &;
  Error&& in(std::string_view where) && { return std::move(in(where)); }
  /// The message without its place.
  std::string_view cause() const {
    return std::string_view(message).substr(place_length == 0 ? 0 : place_length + 2);
  }
  /// "line 3: ...", for a text whose file the caller knows. Line 0 changes nothing.
  Error& at_line(std::size_t line) &;
  Error&& at_line(std::size_t line) && { return std::move(at_line(line)); }

  Error& with_hint(std::string hint) & {
    hints.push_back(std::move(hint));
    return *this;
  }
  Error&& with_hint(std::string hint) && { return std::move(with_hint(std::move(hint))); }
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(Code::io, cat(path, ": ", reason));`
inline std::unexpected<Error> fail(Code code, std::string message) {
  return std::unexpected<Error>(Error{code, std::move(message)});
}
/// `return fail_at_line(7, Code::parse, "...");` for a text whose file the caller knows.
inline std::unexpected<Error> fail_at_line(std::size_t line, Code code, std::string message) {
  return std::unexpected<Error>(Error{code, std::move(message)}.at_line(line));
}
/// The work was stopped. The one who stopped it knows why, so there is one text for all.
inline std::unexpected<Error> fail_cancelled() { return fail(Code::cancelled, "cancelled"); }
inline std::unexpected<Error> fail(Error error) { return std::unexpected<Error>(std::move(error)); }

}  // namespace pipit

// PIPIT_TRY(expr);        returns the error upwards, drops the value
// PIPIT_TRY(decl, expr);  PIPIT_TRY(std::string raw, read_file(path, limit));
#define PIPIT_CONCAT_INNER(a, b) a##b
#define PIPIT_CONCAT(a, b) PIPIT_CONCAT_INNER(a, b)
#define PIPIT_TRY_DO(tmp, expr) \
  if (auto tmp = (expr); !tmp) return std::unexpected<::pipit::Error>(std::move(tmp.error()))
#define PIPIT_TRY_DECL(tmp, decl, expr)                                     \
  auto tmp = (expr);                                                        \
  if (!tmp) return std::unexpected<::pipit::Error>(std::move(tmp.error())); \
  decl = std::move(*tmp)
#define PIPIT_TRY_1(expr) PIPIT_TRY_DO(PIPIT_CONCAT(pipit_try_, __LINE__), expr)
#define PIPIT_TRY_2(decl, expr) PIPIT_TRY_DECL(PIPIT_CONCAT(pipit_try_, __LINE__), decl, expr)
#define PIPIT_TRY_PICK(a, b, name, ...) name
#define PIPIT_TRY(...) PIPIT_TRY_PICK(__VA_ARGS__, PIPIT_TRY_2, PIPIT_TRY_1, )(__VA_ARGS__)
