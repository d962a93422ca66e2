// pipit debug: plumbing for tests and bug reports.
#include <unistd.h>

#include "base/json.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/debug_pep440.h"
#include "cli/output.h"
#include "cli/version.h"
#include "gen/default_index.h"
#include "operation/install_target.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kMaxLine = 1u << 20;

/// Cuts standard input into lines and answers each. A line that never ends is not kept: it gets its
/// one answer when it does end.
class LineAnswerer {
 public:
  void feed(std::string_view bytes) {
    for (;;) {
      const std::size_t end = bytes.find('\n');
      keep(bytes.substr(0, end));
      if (end == std::string_view::npos) return;
      finish_line();
      bytes.remove_prefix(end + 1);
    }
  }
  void finish_line() {
    if (too_long_)
      answers += R"({"ok":false,"error":"the line is too long"})";
    else if (!line_.empty())
      answers += answer_pep440(line_);
    if (too_long_ || !line_.empty()) answers += '\n';
    line_.clear();
    too_long_ = false;
  }
  std::string answers;

 private:
  void keep(std::string_view bytes) {
    too_long_ = too_long_ || line_.size() + bytes.size() > kMaxLine;
    if (!too_long_) line_ += bytes;
  }
  std::string line_;
  bool too_long_ = false;
};

Result<int> answer_lines(std::stop_token stop) {
  const base::StopFd stop_fd(std::move(stop));
  LineAnswerer lines;
  char buffer[65536];
  for (;;) {
    PIPIT_TRY(const std::size_t got,
              base::read_some(STDIN_FILENO, buffer, "standard input", stop_fd));
    if (got == 0) break;
    lines.feed(std::string_view(buffer, got));
    PIPIT_TRY(write_stdout(lines.answers));
    lines.answers.clear();
  }
  lines.finish_line();
  PIPIT_TRY(write_stdout(lines.answers));
  return 0;
}

Result<int> show_environment(Context& context) {
  cache::Store store(cache_options(context.layers()), context.reporter);
  base::Json::Object out{{"pipit", std::string(kVersion)},
                         {"default_index", std::string(kDefaultIndexUrl)},
                         {"cache", store.directory()}};
  auto target = operation::find_resolution_target(
      target_options(context.layers(), context.settings.invoked_as), store, context.reporter,
      context.stop);
  if (target && target->interpreter) {
    out["python"] = base::Json::Object{{"executable", target->interpreter->executable},
                                       {"version", target->interpreter->version.str()},
                                       {"prefix", target->interpreter->prefix},
                                       {"base_prefix", target->interpreter->base_prefix},
                                       {"purelib", target->interpreter->scheme.purelib},
                                       {"platlib", target->interpreter->scheme.platlib},
                                       {"scripts", target->interpreter->scheme.scripts},
                                       {"virtual", target->interpreter->is_virtual}};
  }
  if (target) {
    base::Json::Object markers;
    for (const std::string_view name :
         {"os_name", "sys_platform", "platform_system", "platform_machine",
          "platform_python_implementation", "platform_release", "platform_version",
          "implementation_name", "implementation_version", "python_version", "python_full_version"})
      markers[std::string(name)] = *pep::marker_variable(target->resolved_for->markers, name);
    out["markers"] = std::move(markers);
    base::Json::Array tags;
    for (const pep::Tag& tag : target->resolved_for->tags.ordered()) tags.emplace_back(tag.str());
    out["tags"] = std::move(tags);
  } else {
    out["python"] = target.error().message;
  }
  PIPIT_TRY(write_stdout(base::to_json(out, 2) + "\n"));
  return 0;
}

}  // namespace

Result<int> run_debug(Context& context) {
  const std::string what = context.words.empty() ? "" : context.words.front();
  if (what == "pep440") return answer_lines(context.stop);
  if (what == "env") return show_environment(context);
  return fail(Code::usage, "debug: say env or pep440");
}

}  // namespace pipit::cli
