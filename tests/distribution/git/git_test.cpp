// Repositories as sources, with the real git: on files, and from a daemon on the loopback.
#include "distribution/git/git.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "base/environ.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/process.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "distribution/git/command.h"
#include "sched/gate.h"

namespace pipit::distribution {
namespace {

using base::join_path;

class GitSpans : public base::NoEvents {
 public:
  void started(const base::SpanRecord& span) override {
    const std::lock_guard lock(mu_);
    names_.push_back(span.name);
  }
  void note(std::string_view text) override {
    const std::lock_guard lock(mu_);
    notes_.append(text).append("\n");
  }
  std::size_t count(std::string_view start) {
    const std::lock_guard lock(mu_);
    std::size_t n = 0;
    for (const std::string& name : names_) n += name.starts_with(start) ? 1 : 0;
    return n;
  }
  std::string notes() {
    const std::lock_guard lock(mu_);
    return notes_;
  }

 private:
  std::mutex mu_;
  std::vector<std::string> names_;
  std::string notes_;
};

/// An environment variable of the test's.
class GitSetting {
 public:
  GitSetting(const char* name, const std::string& value)
      : name_(name), before_(base::environment_variable(name)) {
    ::setenv(name, value.c_str(), 1);
  }
  ~GitSetting() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  GitSetting(const GitSetting&) = delete;
  GitSetting& operator=(const GitSetting&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

/// A folder with repositories, a home without any configuration, and a cache.
struct Workshop {
  base::TempDir dir = *base::TempDir::create("/tmp", "pipit-git-");
  GitSetting home{"HOME", path("home")};
  GitSetting no_system{"GIT_CONFIG_NOSYSTEM", "1"};
  GitSpans events;
  cache::Store store{{path("cache"), ""}, events};
  GitOptions options;

  Workshop() { REQUIRE(base::make_directories(path("home")).has_value()); }
  std::string path(std::string_view name) const {
    return join_path(base::real_path(dir.path()), name);
  }

  /// What a shell script prints; it starts in the workshop's folder.
  std::string run(const std::string& script) const {
    base::Command command;
    command.argv = {"sh", "-e", "-c", script};
    command.directory = path("");
    for (const char* who : {"AUTHOR", "COMMITTER"}) {
      command.environment.push_back(cat("GIT_", who, "_NAME=n"));
      command.environment.push_back(cat("GIT_", who, "_EMAIL=e@example.org"));
    }
    command.unset = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"};
    const auto outcome = base::run_process(command, {});
    REQUIRE(outcome.has_value());
    REQUIRE_MESSAGE(outcome->exit_code == 0, script << "\n" << outcome->errors);
    return std::string(base::trim(outcome->output));
  }
  /// A repository with two commits, tags, branches.
  void make_project(const std::string& name = "r") const {
    run(cat("git init -q -b main ", name, "; cd ", name,
            "; echo one > a; mkdir d; echo two > d/b; chmod +x d/b; ln -s a link; git add -A;"
            "git commit -qm 1; git tag -a v1 -m v1; git tag light; git branch both;"
            "echo three > a; git commit -qam 2; git tag both; git branch feature/x"));
  }
  DirectReference source(const std::string& text) const {
    auto parsed = parse_source(text);
    REQUIRE_MESSAGE(parsed.has_value(), text);
    return *parsed;
  }
  DirectReference local(const std::string& tail = "") const {
    return source(cat("git+file://", path("r"), tail));
  }
  Result<std::string> commit(const DirectReference& wanted) {
    return git_commit(wanted, store, options, events, {});
  }
  Result<void> checkout(DirectReference wanted, const std::string& name) {
    if (wanted.commit.empty()) {
      PIPIT_TRY(wanted.commit, commit(wanted));
    }
    return git_checkout(wanted, store, path(name), options, events, {});
  }
  std::string must_checkout(const DirectReference& wanted, const std::string& name) {
    const auto done = checkout(wanted, name);
    REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().message));
    return path(name);
  }
  std::string repository() const {
    const auto entries = base::list_directory(store.bucket_path(cache::Bucket::git));
    REQUIRE(entries.has_value());
    for (const base::DirEntry& entry : *entries) {
      if (entry.name != "named" && !entry.name.starts_with('.'))
        return join_path(store.bucket_path(cache::Bucket::git), entry.name);
    }
    return {};
  }
};

/// git daemon on a free port, for everything in the workshop's folder.
class Daemon {
 public:
  explicit Daemon(const Workshop& shop) {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(probe);
    port_ = ntohs(address.sin_port);
    base::Command command;
    command.argv = {"git",
                    "daemon",
                    "--export-all",
                    "--listen=127.0.0.1",
                    "--reuseaddr",
                    cat("--port=", port_),
                    cat("--base-path=", shop.path("")),
                    cat("--pid-file=", shop.path("daemon.pid"))};
    thread_ =
        std::jthread([command](std::stop_token stop) { (void)base::run_process(command, stop); });
    for (int i = 0; i < 500 && !base::exists(shop.path("daemon.pid")); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::string url(std::string_view name) const {
    return cat("git+git://127.0.0.1:", port_, "/", name);
  }

 private:
  int port_ = 0;
  std::jthread thread_;
};

TEST_CASE("git commit: branches, tags, refs, shortened and full names") {
  Workshop shop;
  shop.make_project();
  const std::string first = shop.run("git -C r rev-parse main~1"),
                    second = shop.run("git -C r rev-parse main");
  shop.run("git -C r update-ref refs/pull/7/head main~1");
  const std::pair<std::string, std::string> cases[] = {
      {"", second},
      {"@HEAD", second},
      {"@main", second},
      {"@feature/x", second},
      {"@v1", first},
      {"@light", first},
      {"@both", first},  // a branch and a tag: the branch
      {"@refs/tags/both", second},
      {"@refs/pull/7/head", first},
      {"@pull/7/head", first},
      {cat("@", first.substr(0, 8)), first},
      {cat("@", first), first},
  };
  for (const auto& [revision, expected] : cases) {
    INFO(revision);
    const auto commit = shop.commit(shop.local(revision));
    REQUIRE_MESSAGE(commit.has_value(), (commit ? "" : commit.error().message));
    CHECK(*commit == expected);
  }
  // A full name asks nobody.
  const std::size_t asked = shop.events.count("git ");
  CHECK(shop.commit(shop.local(cat("@", first))) == first);
  CHECK(shop.events.count("git ") == asked);
}

TEST_CASE("git commit: what is not there is said with place and name") {
  Workshop shop;
  shop.make_project();
  for (const std::string revision : {"nope", "v1~1", "0123456", "a..b", "x.lock"}) {
    INFO(revision);
    const auto commit = shop.commit(shop.local(cat("@", revision)));
    REQUIRE_FALSE(commit.has_value());
    CHECK(commit.error().code == Code::not_found);
    CHECK(commit.error().message.find(revision) != std::string::npos);
    CHECK(commit.error().message.find(shop.path("r")) != std::string::npos);
  }
  const std::string absent(40, 'a');
  const auto done = shop.checkout(shop.local(cat("@", absent)), "w");
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().code == Code::not_found);
  CHECK(done.error().message.find(absent) != std::string::npos);
  shop.run("git init -q --bare empty");
  CHECK(shop.commit(shop.source(cat("git+file://", shop.path("empty")))).error().code ==
        Code::not_found);
  const auto none = shop.commit(shop.source(cat("git+file://", shop.path("none"))));
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == Code::network);
  CHECK(none.error().message.find("does not appear to be a git repository") != std::string::npos);
}

TEST_CASE("git checkout: the files, and a tree in which git works") {
  Workshop shop;
  shop.make_project();
  const std::string tree = shop.must_checkout(shop.local(), "w");
  CHECK(*base::read_file(join_path(tree, "a"), 99) == "three\n");
  CHECK(*base::read_file(join_path(tree, "d/b"), 99) == "two\n");
  CHECK(((*base::file_info(join_path(tree, "d/b")))->mode & 0111) != 0);
  CHECK((*base::file_info(join_path(tree, "link")))->kind == base::FileInfo::Kind::symlink);
  CHECK(shop.run("cd w; git status --porcelain; git rev-parse HEAD") ==
        shop.run("git -C r rev-parse HEAD"));
  for (const std::string question :
       {"describe --tags --long --dirty", "describe --long --match 'v*'", "rev-list --count HEAD",
        "tag --points-at HEAD", "log --format=%H%s", "ls-files", "archive HEAD | cksum"}) {
    INFO(question);
    const auto answer = [&](const std::string& folder) {
      return shop.run(cat("git -C ", folder, " ", question));
    };
    CHECK(answer("w") == answer("r"));
  }
  // Another commit of the same repository, then the first again: neither clone nor question.
  shop.must_checkout(shop.local("@v1"), "w1");
  CHECK(*base::read_file(shop.path("w1/a"), 99) == "one\n");
  CHECK(shop.run("git -C w1 describe --exact-match") == "v1");
  const std::size_t before = shop.events.count("git fetch");
  CHECK(before == 2);
  shop.options.offline = true;
  shop.must_checkout(shop.local(), "w2");
  CHECK(shop.events.count("git fetch") == before);
  CHECK(shop.run("diff -r --exclude=.git w w2; git -C w2 status --porcelain").empty());
}

TEST_CASE("git offline: what is known is used, the rest is refused") {
  Workshop shop;
  shop.make_project();
  shop.must_checkout(shop.local("@main"), "w");
  const std::string old = shop.run("git -C r rev-parse main~1");
  shop.options.offline = true;
  CHECK(shop.commit(shop.local("@main")) == shop.run("git -C r rev-parse main"));
  CHECK(shop.commit(shop.local("@v1")).error().code == Code::offline);
  CHECK(shop.commit(shop.local()).error().code == Code::offline);
  // In the history, but without its files: git must not get them by itself.
  const auto done = shop.checkout(shop.local(cat("@", old)), "w1");
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().code == Code::offline);
  CHECK(shop.run("git -C w config --get remote.origin.promisor || echo none") == "true");
  shop.must_checkout(shop.local("@main"), "w2");
  CHECK(shop.run("git -C w2 config --get remote.origin.promisor || echo none") == "none");
}

TEST_CASE("git checkout: from a server that filters only what is wanted comes") {
  Workshop shop;
  shop.run(
      "git init -q -b main r; cd r; git config uploadpack.allowFilter true;"
      "for i in 1 2 3 4 5 6; do mkdir -p d$i; echo $i > d$i/same; echo $i > changing;"
      "git add -A; git commit -qm $i; git tag t$i; done");
  const Daemon daemon(shop);
  const DirectReference wanted = shop.source(daemon.url("r"));
  shop.must_checkout(wanted, "w");
  CHECK(*base::read_file(shop.path("w/changing"), 99) == "6\n");
  CHECK(shop.run("git -C w describe --tags") == "t6");
  const auto missing = [&] {
    return shop.run(cat("git --git-dir=", shop.repository(),
                        " rev-list --objects --all --missing=print | grep -c '^?' || true"));
  };
  CHECK(missing() == "5");  // the root trees of five older commits; what is below is not even known
  shop.run("cd r; echo 7 > changing; git commit -qam 7; git tag t7");
  shop.must_checkout(wanted, "w7");
  CHECK(*base::read_file(shop.path("w7/changing"), 99) == "7\n");
  CHECK(shop.run("git -C w7 describe --tags") == "t7");
  CHECK(missing() == "5");
  // An old commit, whose trees are not there.
  shop.must_checkout(shop.source(cat(daemon.url("r"), "@t2")), "w2");
  CHECK(*base::read_file(shop.path("w2/changing"), 99) == "2\n");
  CHECK(missing() == "4");
}

TEST_CASE("git checkout: a branch that moved or was rewritten, a tag that moved") {
  Workshop shop;
  shop.make_project();
  shop.must_checkout(shop.local("@main"), "w1");
  shop.run(
      "cd r; echo four > a; git commit -q --amend -am other; git tag -f light; git tag -d v1;"
      "git tag v1/x");
  shop.must_checkout(shop.local("@main"), "w2");
  CHECK(*base::read_file(shop.path("w2/a"), 99) == "four\n");
  shop.must_checkout(shop.local("@light"), "w3");
  CHECK(*base::read_file(shop.path("w3/a"), 99) == "four\n");
  CHECK(shop.run("git -C w2 rev-parse light") == shop.run("git -C r rev-parse light"));
}

TEST_CASE("git checkout: many at once fetch once") {
  Workshop shop;
  shop.make_project();
  DirectReference wanted = shop.local();
  wanted.commit = *shop.commit(wanted);
  sched::Gate gate(2);
  shop.options.downloads = &gate;
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, i] {
        if (git_checkout(wanted, shop.store, shop.path(cat("w", i)), shop.options, shop.events, {}))
          ++good;
      });
  }
  CHECK(good == 8);
  CHECK(shop.events.count("git fetch") == 1);
  for (int i = 0; i < 8; ++i)
    CHECK(shop.run(cat("diff -r --exclude=.git r w", i, "; git -C w", i, " status --porcelain"))
              .empty());
}

TEST_CASE("git checkout: what a killed process left behind does not matter") {
  Workshop shop;
  shop.make_project();
  shop.must_checkout(shop.local("@v1"), "w0");
  const std::string repository = shop.repository();
  shop.run(cat("cd ", repository, "; touch shallow.lock packed-refs.lock config.lock HEAD.lock;",
               "mkdir -p refs/tags; touch refs/tags/v1.lock objects/pack/tmp_pack_x;",
               "mkdir ../.staging-1-1-x; touch ../.staging-1-1-x/HEAD"));
  shop.run("cd r; git tag -f v1");
  shop.must_checkout(shop.local("@main"), "w1");
  CHECK(shop.run("git -C w1 describe --tags --exact-match --match 'v*'") == "v1");
  CHECK_FALSE(base::exists(join_path(repository, "objects/pack/tmp_pack_x")));
  CHECK(shop.events.notes().find("made again") == std::string::npos);
}

TEST_CASE("git checkout: a damaged repository is made again") {
  const char* const damages[] = {
      "find objects -type f -name '*.pack' -exec truncate -s 20 {} +",
      "rm -r objects; mkdir objects",
      "find objects -type f -size -9k ! -name '*.pack' ! -name '*.idx' -exec rm -f {} +; rm -f "
      "objects/pack/*.pack",
      "echo rubbish > config; rm HEAD",
      "rm HEAD",
  };
  for (const std::string damage : damages) {
    INFO(damage);
    Workshop shop;
    shop.make_project();
    shop.must_checkout(shop.local(), "w1");
    shop.run(cat("cd ", shop.repository(), "; chmod -R u+w .; ", damage));
    shop.must_checkout(shop.local(), "w2");
    CHECK(shop.run("diff -r --exclude=.git r w2; git -C w2 status --porcelain").empty());
    CHECK(shop.run("git -C w2 describe --tags") == shop.run("git -C r describe --tags"));
  }
}

TEST_CASE("git checkout: a repository of SHA-256") {
  Workshop shop;
  shop.run(
      "git init -q -b main --object-format=sha256 r; cd r; echo x > a; git add a;"
      "git commit -qm 1");
  const std::string commit = shop.run("git -C r rev-parse HEAD");
  CHECK(commit.size() == 64);
  CHECK(shop.commit(shop.local()) == commit);
  shop.must_checkout(shop.local(cat("@", commit.substr(0, 9))), "w");
  CHECK(shop.run("git -C w rev-parse HEAD") == commit);
}

TEST_CASE("git checkout: submodules and theirs") {
  Workshop shop;
  const std::string add = "git -c protocol.file.allow=always submodule --quiet add ";
  shop.run(
      cat("for m in m n; do git init -q -b main $m; (cd $m; echo $m > f; git add f; git commit "
          "-qm 1); done; cd m; ",
          add, "../n deep/n; git commit -qm 2"));
  shop.make_project();
  shop.run(cat("cd r; ", add, "../m libs/m; ", add, shop.path("n"),
               " other; git config -f .gitmodules submodule.other.update none; git commit -q "
               "--allow-empty -am 3"));
  // git wants a URL for what it clones; ours are relative to the parent's.
  shop.run(
      "cd m; git config -f .gitmodules submodule.deep/n.url ../n; git commit -q --allow-empty -am "
      "3;"
      "cd ../r; git -C libs/m pull -q; git config -f .gitmodules submodule.libs/m.url ../m;"
      "git commit -q --allow-empty -am 4");
  const std::string tree = shop.must_checkout(shop.local(), "w");
  CHECK(*base::read_file(join_path(tree, "libs/m/f"), 99) == "m\n");
  CHECK(*base::read_file(join_path(tree, "libs/m/deep/n/f"), 99) == "n\n");
  CHECK_FALSE(base::exists(join_path(tree, "other/f")));
  CHECK(shop.run("git -C w/libs/m rev-parse HEAD") == shop.run("git -C m rev-parse HEAD"));
  shop.options.offline = true;
  shop.must_checkout(shop.local(), "w2");
  CHECK(shop.run("diff -r --exclude=.git w w2").empty());
}

TEST_CASE("git checkout: a repository from the network cannot name files of this machine") {
  Workshop shop;
  shop.make_project();
  shop.make_project("secret");
  shop.run(cat("cd r; git -c protocol.file.allow=always submodule --quiet add ",
               shop.path("secret"), " m; git commit -qm 3"));
  const Daemon daemon(shop);
  for (const std::string& url : {shop.path("secret"), cat("file://", shop.path("secret")),
                                 std::string("ext::sh -c 'touch /tmp/pipit-git-ext'")}) {
    shop.run(cat("cd r; git config -f .gitmodules submodule.m.url \"", url,
                 "\"; git commit -q --allow-empty -am x"));
    const auto done = shop.checkout(shop.source(daemon.url("r")), "w");
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Code::unsupported);
    CHECK(done.error().message.find("submodule m") != std::string::npos);
  }
  CHECK_FALSE(base::exists("/tmp/pipit-git-ext"));
}

TEST_CASE("git checkout: no hook runs, no variable of ours leads astray") {
  Workshop shop;
  shop.make_project();
  shop.run(
      "mkdir -p hooks home t/hooks; for h in post-checkout reference-transaction post-merge; do "
      "printf '#!/bin/sh\\ntouch \"$HOME/ran-$0\"\\n' > hooks/$h; chmod +x hooks/$h;"
      "cp hooks/$h t/hooks; done");
  shop.run(cat("HOME=$PWD/home git config --global core.hooksPath ", shop.path("hooks"),
               "; HOME=$PWD/home git config --global init.templateDir ", shop.path("t")));
  const GitSetting git_dir("GIT_DIR", shop.path("nowhere")), index("GIT_INDEX_FILE", "/nowhere/i"),
      tree("GIT_WORK_TREE", "/nowhere/w"), objects("GIT_OBJECT_DIRECTORY", "/nowhere/o");
  shop.must_checkout(shop.local(), "w");
  CHECK(base::list_directory(shop.path("home"))->size() == 1);  // .gitconfig
  CHECK(shop.run("env -u GIT_DIR -u GIT_INDEX_FILE -u GIT_WORK_TREE -u GIT_OBJECT_DIRECTORY "
                 "git -C w status --porcelain")
            .empty());
}

TEST_CASE("git commit: a silent server is left when stopped") {
  Workshop shop;
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener, 5) == 0);
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  const DirectReference wanted =
      shop.source(cat("git+git://127.0.0.1:", int{ntohs(address.sin_port)}, "/r"));
  std::stop_source stop;
  const std::jthread stopper([&stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const auto commit = git_commit(wanted, shop.store, shop.options, shop.events, stop.get_token());
  REQUIRE_FALSE(commit.has_value());
  CHECK(commit.error().code == Code::cancelled);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  ::close(listener);
}

TEST_CASE("git command: without a git, without a git-lfs") {
  Workshop shop;
  shop.make_project();
  shop.run("mkdir bin; for p in git sh; do ln -s \"$(command -v $p)\" bin/$p; done; mkdir none");
  {
    const GitSetting search("PATH", shop.path("bin"));
    DirectReference wanted = shop.local("#lfs=true");
    CHECK(wanted.lfs);
    const auto done = shop.checkout(wanted, "w");
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Code::not_found);
    CHECK(done.error().message.find("git-lfs is needed for this and was not found") !=
          std::string::npos);
    shop.must_checkout(shop.local(), "w");
  }
  const GitSetting search("PATH", shop.path("none"));
  const auto commit = shop.commit(shop.local("@main"));
  REQUIRE_FALSE(commit.has_value());
  CHECK(commit.error().code == Code::not_found);
  CHECK(commit.error().message.ends_with("r@main: git is needed for this and was not found"));
}

TEST_CASE("git command: a login is for one origin, and on no command line") {
  Workshop shop;
  shop.run(
      "mkdir bin; cat > bin/git <<'END'\n#!/bin/sh\n"
      "for a; do printf '%s\\n' \"$a\"; done > \"$HOME/argv\"; env > \"$HOME/env\"\n"
      "echo \"fatal: unable to access 'https://user:s3cr3t@h.org/r': s3cr3t refused\" >&2\n"
      "exit 128\nEND\nchmod +x bin/git");
  const GitSetting search("PATH", cat(shop.path("bin"), ":", *base::environment_variable("PATH")));
  const GitRemote remote{"https://h.org:8443/r", "git+https://h.org:8443/r", "git+https://h.org/r",
                         "h.org/r", "us%65r:s3cr3t"};
  GitCall call;
  call.arguments = {"ls-remote", "--", remote.url};
  call.network = true;
  const auto said = run_git(call, remote, {});
  REQUIRE_FALSE(said.has_value());
  CHECK(said.error().message.find("s3cr3t") == std::string::npos);
  CHECK(said.error().message.find("**** refused") != std::string::npos);
  const std::string argv = *base::read_file(shop.path("home/argv"), 1 << 20),
                    env = *base::read_file(shop.path("home/env"), 1 << 20);
  CHECK(argv.find("s3cr3t") == std::string::npos);
  CHECK(argv.find("credential.https://h.org:8443.helper=\n") != std::string::npos);
  CHECK(env.find("PIPIT_GIT_USERNAME=user\n") != std::string::npos);
  CHECK(env.find("PIPIT_GIT_PASSWORD=s3cr3t\n") != std::string::npos);
  CHECK(env.find("GIT_TERMINAL_PROMPT=0\n") != std::string::npos);
  CHECK(env.find("GIT_ALLOW_PROTOCOL=https:http:ssh:git:file\n") != std::string::npos);
  call.network = false;
  CHECK_FALSE(run_git(call, remote, {}).has_value());
  const std::string quiet = *base::read_file(shop.path("home/env"), 1 << 20);
  CHECK(quiet.find("PIPIT_GIT_PASSWORD") == std::string::npos);
  CHECK(quiet.find("GIT_ALLOW_PROTOCOL=none\n") != std::string::npos);
}

TEST_CASE("git command: git's reason is one printable line") {
  const GitRemote remote{"", "", "", "", "tok%65nX:"};
  CHECK(git_reason("warning: x\nfatal: a\x1b[31m\nhint: y\nremote: no\n", remote) ==
        "fatal: a\\x1b[31m; remote: no");
  CHECK(git_reason("something\nelse\n\n", remote) == "else");
  CHECK(git_reason("fatal: https://tokenX@h/r and tokenX", remote) ==
        "fatal: https://h/r and ****");
  CHECK(git_reason("", remote).empty());
  CHECK(git_reason(cat("fatal: ", std::string(9000, 'x')), remote).size() <= 400);
}

}  // namespace
}  // namespace pipit::distribution
