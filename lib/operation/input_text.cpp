// Requirements come from files, pipes, standard input and the network; what is read is bounded.
#include "operation/input_text.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/file.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/stop.h"
#include "base/text.h"
#include "net/answer_error.h"
#include "net/client.h"
#include "sched/pool.h"

namespace pipit::operation {
namespace {

constexpr std::uint64_t kMaxFileBytes = 16u << 20;
constexpr std::uint64_t kMaxRemoteFile = 16u << 20;

Result<std::string> read_stream(int fd, const std::string& shown, std::stop_token stop) {
  const base::StopFd stop_fd(std::move(stop));
  std::string text;
  char buffer[16384];
  for (;;) {
    PIPIT_TRY(const std::size_t got, base::read_some(fd, buffer, shown, stop_fd));
    if (got == 0) return text;
    text.append(buffer, got);
    if (text.size() > kMaxFileBytes)
      return fail(Code::parse, cat(shown, ": too long for a requirements file"));
  }
}

/// "<(command)" of a shell is a pipe with a name. One that nobody writes to yet is opened without
/// waiting, as nothing could end that.
Result<std::string> read_local(const std::string& path, std::stop_token stop) {
  PIPIT_TRY(const auto info, base::file_info(path, true));
  if (!info || info->kind != base::FileInfo::Kind::other)
    return base::read_file(path, kMaxFileBytes);
  const base::Fd fd = base::open_path(path, O_RDONLY | O_NONBLOCK);
  if (!fd) return fail(base::system_error(path, errno));
  return read_stream(fd.get(), path, std::move(stop));
}

Result<std::string> fetch_requirements(const net::Options& options, const base::Url& url,
                                       base::Events& events, std::stop_token stop) {
  sched::Pool pool(sched::LaneLimits{});
  net::Client client(options, pool, events);
  net::Exchange exchange{url,
                         net::Kind::page,
                         {},
                         sched::make_priority(sched::Priority::blocking),
                         "requirements file"};
  auto answer = client.fetch_now(std::move(exchange), kMaxRemoteFile, stop);
  pool.shutdown();
  client.shutdown();
  if (!answer) return fail(std::move(answer.error()));
  if (answer->status != 200)
    return fail(net::status_error(answer->from, answer->status, answer->headers));
  return std::move(answer->body);
}

}  // namespace

FetchText fetch_with(const net::Options& options, base::Events& events, std::stop_token stop) {
  return [&options, &events, stop](const base::Url& url) {
    return fetch_requirements(options, url, events, stop);
  };
}

std::string local_place(const std::string& place) {
  const auto url = base::parse_url(place);
  if (!url || !url->is_file()) return place;
  const auto path = base::file_url_to_path(*url);
  return path ? *path : place;
}

std::string project_file(const std::string& folder) {
  const std::string beside = folder == "." ? "" : folder;
  for (const std::string_view name : {"pyproject.toml", "setup.py", "setup.cfg"})
    if (base::exists(base::join_path(folder, name))) return base::join_path(beside, name);
  return base::join_path(beside, "pyproject.toml");
}

Result<std::string> read_input(const std::string& place, const FetchText& fetch,
                               std::stop_token stop) {
  if (place == "-") return read_stream(STDIN_FILENO, "standard input", std::move(stop));
  if (!base::is_meant_as_url(place)) return read_local(local_place(place), std::move(stop));
  const auto parsed = base::parse_url(place);
  if (!parsed) return fail(Code::usage, parsed.error().message);
  const base::Url& url = *parsed;
  if (url.is_file()) return read_local(local_place(place), std::move(stop));
  return fetch(url);
}

}  // namespace pipit::operation
