// A folder to work in, with a wheelhouse, a cache and a target directory of its own: operations run
// in it without a network and without any Python.
#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/events.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/mutex.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "operation/inputs.h"
#include "operation/operation.h"
#include "operation/options.h"
#include "tests/distribution/wheel_maker.h"

namespace pipit::operation_test {

/// What was told, one line each; times of summaries are left out.
class Heard : public base::NoEvents {
 public:
  void warn(std::string_view message) override { add(warnings_, message); }
  void note(std::string_view message) override { add(notes_, message); }
  void say(std::string_view line) override {
    if (line.starts_with("Target: ")) return;  // another folder in each run
    const std::size_t time = line.rfind(" in ");
    const bool timed = time != std::string_view::npos && line.find('\n') == std::string_view::npos;
    add(said_, timed ? line.substr(0, time) : line);
  }
  std::string warnings() { return take(warnings_); }
  std::string notes() { return take(notes_); }
  std::string said() { return take(said_); }

 private:
  void add(std::string& to, std::string_view line) {
    base::Lock lock(mu_);
    to += cat(line, "\n");
  }
  std::string take(std::string& from) {
    base::Lock lock(mu_);
    return std::exchange(from, "");
  }
  base::Mutex mu_;
  std::string warnings_, notes_, said_;
};

class World {
 public:
  World() : directory_(made()) {
    REQUIRE(base::make_directories(at("wheelhouse")));
    options.cache.directory = at("cache");
    options.network.offline = true;
    options.index.no_index = true;
    options.index.catalog.find_links = {at("wheelhouse")};
    options.target.directory = at("target");
    options.target.foreign.python_version = "3.12";
    options.target.foreign.platforms = {"linux"};
  }

  std::string at(std::string_view path) const { return base::join_path(directory_.path(), path); }
  std::string write(std::string_view path, std::string_view text) const {
    const std::string file = at(path);
    REQUIRE(base::make_directories(std::string(base::parent_path(file))));
    REQUIRE(base::write_file(file, text));
    return file;
  }
  std::string text_of(std::string_view path) const {
    return base::read_file(at(path), 1u << 20).value_or("");
  }
  /// Names in the target directory, but for those that pip leaves out, too.
  bool has(std::string_view path) const { return base::exists(at(path)); }

  /// Puts a wheel into the wheelhouse; gives its path.
  std::string add(const std::string& name, const std::string& version,
                  std::vector<std::string> requirements = {}) const {
    test::WheelMaker wheel{.name = name,
                           .version = version,
                           .files = {{.name = name + "/__init__.py", .content = "x = 1\n"}},
                           .requirements = std::move(requirements)};
    return write(cat("wheelhouse/", wheel.file_name()), wheel.bytes());
  }

  operation::Inputs read(const operation::InputOptions& what) const {
    const auto fetch = [](const base::Url& url) -> Result<std::string> {
      return fail(Code::network, cat(url.host, ": no network in a test"));
    };
    auto inputs = operation::read_inputs(what, fetch, {});
    if (!inputs) FAIL(inputs.error().message);
    return std::move(*inputs);
  }
  operation::Inputs read(std::vector<std::string> words) const {
    operation::InputOptions what;
    what.requirements = std::move(words);
    return read(what);
  }

  /// An operation that is resolved; null after an error, whose message is in `failure`.
  std::unique_ptr<operation::Operation> resolve(operation::Inputs inputs,
                                                operation::Differences differences = {}) {
    auto operation = std::make_unique<operation::Operation>(
        options, std::move(inputs), std::move(differences), heard, std::stop_token());
    auto done = operation->resolve();
    failure = done ? "" : done.error().message;
    if (!done) operation.reset();
    return operation;
  }
  std::unique_ptr<operation::Operation> resolve(std::vector<std::string> words) {
    return resolve(read(std::move(words)));
  }

  /// "a==1 b==2", or the error's message.
  std::string answer(operation::Inputs inputs, operation::Differences differences = {}) {
    const auto operation = resolve(std::move(inputs), std::move(differences));
    if (!operation) return failure;
    std::vector<std::string> names;
    for (const resolve::Chosen& chosen : operation->resolution().chosen)
      names.push_back(cat(chosen.name, "==", chosen.version.str(),
                          chosen.marker.is_true() ? "" : cat(" ; ", chosen.marker.str())));
    return base::join(names, " ");
  }
  std::string answer(std::vector<std::string> words) { return answer(read(std::move(words))); }

  operation::Options options;
  Heard heard;
  std::string failure;

 private:
  static base::TempDir made() {
    auto made = base::TempDir::create("/tmp", "pipit-operation-test-");
    REQUIRE(made);
    return std::move(*made);
  }
  base::TempDir directory_;
};

}  // namespace pipit::operation_test
