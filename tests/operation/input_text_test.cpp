#include "operation/input_text.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <thread>

#include "tests/net/loopback_server.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

Result<std::string> no_network(const base::Url& url) {
  return fail(Code::network, cat("asked for ", base::to_string(url)));
}

TEST_CASE("input text: paths, file URLs, and what a URL leads to") {
  World world;
  const std::string file = world.write("r.txt", "a\n");
  CHECK_EQ(*read_input(file, no_network, {}), "a\n");
  CHECK_EQ(*read_input(cat("file://", file), no_network, {}), "a\n");
  CHECK_EQ(read_input("https://h/r.txt", no_network, {}).error().message,
           "asked for https://h/r.txt");
  CHECK_EQ(read_input(world.at("absent"), no_network, {}).error().code, Code::not_found);
}

TEST_CASE("input text: what is too long for requirements is refused") {
  World world;
  const std::string file = world.write("big", "");
  REQUIRE(::truncate(file.c_str(), (16 << 20) + 1) == 0);
  CHECK_FALSE(read_input(file, no_network, {}));
}

TEST_CASE("input text: the file that tells of a project in a folder") {
  World world;
  CHECK_EQ(project_file(world.at("none")), world.at("none/pyproject.toml"));
  world.write("old/setup.cfg", "");
  CHECK_EQ(project_file(world.at("old")), world.at("old/setup.cfg"));
  world.write("old/setup.py", "");
  CHECK_EQ(project_file(world.at("old")), world.at("old/setup.py"));
  world.write("old/pyproject.toml", "");
  CHECK_EQ(project_file(world.at("old")), world.at("old/pyproject.toml"));
}

TEST_CASE("input text: file URLs are paths") {
  CHECK_EQ(local_place("file:///a%20b"), "/a b");
  CHECK_EQ(local_place("file://far/x"), "file://far/x");
  CHECK_EQ(local_place("x.txt"), "x.txt");
}

TEST_CASE("input text: without a network, files of the network cannot be had") {
  World world;
  const FetchText fetch = fetch_with(world.options.network, world.heard, {});
  const auto text = read_input("https://h/r.txt", fetch, {});
  REQUIRE_FALSE(text);
  CHECK(text.error().message.find("--offline") != std::string::npos);
}

TEST_CASE("input text: a pipe with a name is read to its end") {
  World world;
  const std::string pipe = world.at("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const std::string text(100'000, 'a');  // more than a pipe holds
  std::jthread writer([&] { (void)base::write_file(pipe, text); });
  CHECK_EQ(*read_input(pipe, no_network, {}), text);
}

TEST_CASE("input text: a pipe that nobody writes to is waited for until a stop") {
  World world;
  const std::string pipe = world.at("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop.request_stop();
  });
  CHECK_EQ(read_input(pipe, no_network, stop.get_token()).error().code, Code::cancelled);
}

TEST_CASE("input text: of the network, with logins that no message shows") {
  ::setenv("NO_PROXY", "127.0.0.1", 1);
  World world;
  world.options.network.offline = false;
  world.options.network.read_netrc = false;
  net::LoopbackServer server([](const net::Asked& asked, net::LoopbackServer::Peer& peer) {
    if (asked.target == "/r.txt") return peer.answer("a\n");
    return peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  });
  const FetchText fetch = fetch_with(world.options.network, world.heard, {});
  base::Url url = server.url("/r.txt");
  url.userinfo = "u:secret";
  CHECK_EQ(*read_input(base::to_string(url), fetch, {}), "a\n");
  CHECK(server.asked().at(0).head.find("Basic dTpzZWNyZXQ=") != std::string::npos);
  url.path = "/gone.txt";
  CHECK_EQ(read_input(base::to_string(url), fetch, {}).error().message,
           cat("requirements file: ", base::to_string(server.url("/gone.txt")),
               " answered 404 (not found)"));
  ::unsetenv("NO_PROXY");
}

}  // namespace
}  // namespace pipit::operation
