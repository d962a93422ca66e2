#include "index/catalog.h"

#include <atomic>
#include <thread>

#include "sched/wait_graph.h"
#include "tests/index/shop.h"

namespace pipit::index {
namespace {

constexpr const char* kOne = "https://one.example/simple";
constexpr const char* kTwo = "https://two.example/simple/";

CatalogOptions asking(std::vector<const char*> indexes, Strategy strategy = Strategy::first_index) {
  CatalogOptions options;
  for (const char* url : indexes) options.indexes.push_back(url_of(url));
  options.strategy = strategy;
  return options;
}

/// A run with a catalog.
struct CatalogRun {
  CatalogRun(Shop& shop, CatalogOptions options, bool offline = false)
      : run(shop, offline),
        catalog(std::move(options), run.client, run.store, run.pool, graph, shop.events, {}) {}
  ~CatalogRun() { run.pool.shutdown(); }  // its jobs come back to the catalog

  Result<PagePtr> page(const std::string& name = "demo") { return catalog.page(name, {}); }
  /// URLs of the page's files, "missing", or "error: …".
  std::string files(const std::string& name = "demo") {
    const auto got = page(name);
    if (!got) return cat("error: ", got.error().message);
    return (*got)->found ? urls_of(**got) : "missing";
  }

  ShopRun run;
  sched::WaitGraph graph;
  Catalog catalog;
};

std::string files_of(Shop& shop, CatalogOptions options, bool offline = false) {
  return CatalogRun(shop, std::move(options), offline).files();
}

TEST_CASE("catalog: the first index that has the name serves it, the next is not asked") {
  Shop shop;
  shop.put("https://two.example/simple/demo/", R"(<a href="demo-2.0.zip">)");
  CHECK_EQ(files_of(shop, asking({kOne, kTwo})), "https://two.example/simple/demo/demo-2.0.zip");
  CHECK_EQ(shop.requests(), "https://one.example/simple/demo/ https://two.example/simple/demo/");
  shop.put_status("https://one.example/simple/demo/", 410);
  CHECK_EQ(files_of(shop, asking({kOne, kTwo})), "https://two.example/simple/demo/demo-2.0.zip");
  shop.requests();
  shop.put("https://one.example/simple/demo/", R"(<a href="demo-1.0.zip">)");
  CHECK_EQ(files_of(shop, asking({kOne, kTwo})), "https://one.example/simple/demo/demo-1.0.zip");
  CHECK_EQ(shop.requests(), "https://one.example/simple/demo/");
  // A page without files is one all the same.
  shop.put("https://one.example/simple/demo/", "<html></html>");
  CHECK_EQ(files_of(shop, asking({kOne, kTwo})), "");
}

TEST_CASE("catalog: an index that fails ends the search, nobody else gets to serve the name") {
  Shop shop;
  shop.put("https://two.example/simple/demo/", R"(<a href="demo-2.0.zip">)");
  shop.put_status("https://one.example/simple/demo/", 403);
  CHECK_EQ(files_of(shop, asking({kOne, kTwo})),
           "error: page demo: https://one.example/simple/demo/ answered 403 (forbidden)");
  CHECK_EQ(shop.requests(), "https://one.example/simple/demo/");
  shop.replies["https://one.example/simple/demo/"] = net::refused();
  CHECK(files_of(shop, asking({kOne, kTwo})).starts_with("error: "));
  shop.put("https://one.example/simple/demo/", R"({"files":[)");
  CatalogRun run(shop, asking({kOne, kTwo}));
  const auto page = run.page();
  REQUIRE_FALSE(page);
  CHECK_EQ(page.error().code, Code::bad_index);
}

TEST_CASE("catalog: a name that no index has, and no index at all") {
  Shop shop;
  CatalogRun run(shop, asking({kOne, kTwo}));
  const auto page = run.page();
  REQUIRE(page);
  CHECK_FALSE((*page)->found);
  CHECK_EQ((*page)->project, "demo");
  CHECK_EQ(files_of(shop, asking({})), "missing");
}

TEST_CASE("catalog: a page is asked for once, whoever wants it") {
  Shop shop;
  shop.put("https://one.example/simple/demo/", R"(<a href="demo-1.0.zip">)");
  CatalogRun run(shop, asking({kOne}));
  run.catalog.request("demo", sched::Priority::speculative);
  const auto page = run.page();
  REQUIRE(page);
  CHECK_EQ(*run.page(), *page);
  PagePtr told;
  run.catalog.then("demo", sched::Priority::soon, [&told](const Result<PagePtr>& got) {
    if (got) told = *got;
  });
  CHECK_EQ(told, *page);  // at once, as it is there
  std::atomic<bool> came = false;
  run.catalog.then("other", sched::Priority::soon, [&came](const Result<PagePtr>& got) {
    CHECK_FALSE((*got)->found);
    came = true;
  });
  CHECK(run.page("other"));
  while (!came) std::this_thread::yield();
  CHECK_EQ(shop.requests(), "https://one.example/simple/demo/ https://one.example/simple/other/");
}

TEST_CASE("catalog: an index is asked for JSON first, and logs in without telling") {
  Shop shop;
  shop.put("https://one.example/simple/demo/", R"(<a href="demo-1.0.zip">)");
  CatalogRun run(shop, asking({"https://u:secret@one.example/simple#part"}));
  const auto page = run.page();
  REQUIRE(page);
  CHECK_EQ((*page)->index_url, "https://one.example/simple");
  REQUIRE_EQ(shop.asked.size(), 1);
  CHECK_EQ(net::find_header(shop.asked[0].headers, "authorization"), "Basic dTpzZWNyZXQ=");
  CHECK(net::find_header(shop.asked[0].headers, "accept")
            .starts_with("application/vnd.pypi.simple.v1+json, "));
  // Files of the same origin get it, too.
  CHECK_EQ(run.run.client.userinfo(url_of("https://one.example/f/demo-1.0.zip")), "u:secret");
}

TEST_CASE("catalog: links of a page that was redirected are seen from where it was found") {
  Shop shop;
  shop.replies["https://one.example/simple/demo/"] = {
      301, {{"location", "https://mirror.example/x/demo/"}}, "", {}};
  shop.put("https://mirror.example/x/demo/", R"(<a href="../f/demo-1.0.zip">)");
  CatalogRun run(shop, asking({kOne}));
  CHECK_EQ(run.files(), "https://mirror.example/x/f/demo-1.0.zip");
  CHECK_EQ((*run.page())->index_url, kOne);
}

TEST_CASE("catalog: best-match merges the pages of all indexes, in their order") {
  Shop shop;
  shop.put("https://one.example/simple/demo/", R"(<a href="demo-1.0.zip">)");
  shop.put("https://two.example/simple/demo/", R"(<a href="demo-1.0.zip"><a href="demo-2.0.zip">)");
  CatalogOptions options = asking({kOne, kTwo}, Strategy::best_match);
  CatalogRun run(shop, options);
  CHECK_EQ(run.files(),
           "https://two.example/simple/demo/demo-2.0.zip "
           "https://one.example/simple/demo/demo-1.0.zip");
  CHECK((*run.page())->also_at.empty());
  CHECK_EQ(run.files("other"), "missing");

  SUBCASE("where else the name is, if that is to be told") {
    options.tell_merges = true;
    CatalogRun teller(shop, options);
    const auto page = teller.page();
    REQUIRE(page);
    CHECK_EQ((*page)->index_url, kOne);
    CHECK_EQ(base::join((*page)->also_at, " "), kTwo);
    CHECK_EQ(urls_of(**page), run.files());
    shop.replies.erase("https://one.example/simple/demo/");
    CatalogRun alone(shop, options);
    CHECK((*alone.page())->also_at.empty());
  }
  SUBCASE("one that fails is not passed over") {
    shop.put_status("https://two.example/simple/demo/", 403);
    CHECK_EQ(files_of(shop, options),
             "error: page demo: https://two.example/simple/demo/ answered 403 (forbidden)");
  }
  SUBCASE("of one index it is that one's page") {
    CHECK_EQ(files_of(shop, asking({kOne}, Strategy::best_match)),
             "https://one.example/simple/demo/demo-1.0.zip");
  }
}

TEST_CASE("catalog: files of find-links compete with the index's, local copies first") {
  Shop shop;
  shop.write("house/demo-1.0.zip", "");
  shop.write("house/demo-3.0.zip", "");
  shop.put("https://one.example/simple/demo/", R"(<a href="demo-1.0.zip"><a href="demo-2.0.zip">)");
  shop.put("https://links.example/", R"(<a href="demo-3.0.zip"><a href="demo-4.0.zip">)");
  CatalogOptions options = asking({kOne});
  options.find_links = {shop.sandbox.path("house"), "https://links.example/"};
  const std::string house = base::path_to_file_url(shop.sandbox.path("house"));
  CatalogRun run(shop, options);
  CHECK_EQ(run.files(),
           cat("https://links.example/demo-4.0.zip ", house, "/demo-3.0.zip ",
               "https://one.example/simple/demo/demo-2.0.zip ", house, "/demo-1.0.zip"));
  CHECK_EQ(run.files("other"), "missing");
  // The place of links was read once, for both names.
  CHECK_EQ(shop.requests(),
           "https://one.example/simple/demo/ https://links.example/ "
           "https://one.example/simple/other/");

  SUBCASE("alone, without an index") {
    options.indexes.clear();
    CHECK_EQ(files_of(shop, options), cat("https://links.example/demo-4.0.zip ", house,
                                          "/demo-3.0.zip ", house, "/demo-1.0.zip"));
  }
  SUBCASE("with an index that fails") {
    shop.put_status("https://one.example/simple/demo/", 403);
    CHECK_EQ(files_of(shop, options),
             "error: page demo: https://one.example/simple/demo/ answered 403 (forbidden)");
  }
  SUBCASE("a place that is not there") {
    options.find_links.push_back(shop.sandbox.path("gone"));
    CatalogRun broken(shop, options);
    const std::string error =
        cat("error: --find-links ", shop.sandbox.path("gone"), ": no such file or directory");
    CHECK_EQ(broken.files(), error);
    CHECK_EQ(broken.files("other"), error);
  }
  SUBCASE("merges of indexes are told all the same") {
    shop.put("https://two.example/simple/demo/", R"(<a href="demo-5.0.zip">)");
    options.indexes.push_back(url_of(kTwo));
    options.strategy = Strategy::best_match;
    options.tell_merges = true;
    CatalogRun teller(shop, options);
    const auto page = teller.page();
    REQUIRE(page);
    CHECK_EQ(base::join((*page)->also_at, " "), kTwo);
    CHECK_EQ(all_files(**page).size(), 5);
  }
}

TEST_CASE("catalog: a second run asks whether the page changed, another login finds it, too") {
  Shop shop;
  shop.put("https://one.example/simple/demo/", R"(<a href="demo-1.0.zip">)", {{"etag", "\"1\""}});
  shop.put("https://one.example/simple/other/", R"(<a href="other-1.0.zip">)", {{"etag", "\"1\""}});
  {
    CatalogRun first(shop, asking({"https://u:old@one.example/simple"}));
    first.files();
    first.files("other");
  }
  const auto sent = [&shop](const char* header) {
    std::string out;
    for (const net::Request& request : shop.asked)
      out += cat(net::find_header(request.headers, header), ";");
    shop.asked.clear();
    return out;
  };
  sent("");
  CatalogOptions options = asking({"https://u:new@one.example/simple"});
  const std::string demo = "https://one.example/simple/demo/demo-1.0.zip";
  CHECK_EQ(files_of(shop, options), demo);
  CHECK_EQ(sent("if-none-match"), "\"1\";");
  // Named packages are read anew, others are not.
  options.refresh_packages = {"demo"};
  CatalogRun partly(shop, options);
  CHECK_EQ(partly.files(), demo);
  CHECK_EQ(partly.files("other"), "https://one.example/simple/other/other-1.0.zip");
  CHECK_EQ(sent("if-none-match"), ";\"1\";");
  options.refresh_packages.clear();
  options.refresh = net::Refresh::reload;
  CHECK_EQ(files_of(shop, options), demo);
  CHECK_EQ(sent("cache-control"), "no-cache;");
}

TEST_CASE("catalog: offline what was seen before is served, all else is an error") {
  Shop shop;
  shop.put("https://one.example/simple/demo/", R"(<a href="demo-1.0.zip">)");
  {
    CatalogRun none(shop, asking({kOne}), true);
    const auto page = none.page();
    REQUIRE_FALSE(page);
    CHECK_EQ(page.error().code, Code::offline);
  }
  const std::string demo = files_of(shop, asking({kOne}));
  shop.requests();
  CHECK_EQ(files_of(shop, asking({kOne}), true), demo);
  CHECK_EQ(shop.requests(), "");
}

TEST_CASE("catalog: an index that is a folder is read, not asked") {
  Shop shop;
  shop.write("simple/demo/demo-1.0.zip", "");
  const std::string folder = base::path_to_file_url(shop.sandbox.path("simple"));
  CatalogRun run(shop, asking({folder.c_str(), kOne}));
  CHECK_EQ(run.files(), cat(folder, "/demo/demo-1.0.zip"));
  CHECK_EQ(shop.requests(), "");
  CHECK_EQ(run.files("other"), "missing");
  CHECK_EQ(shop.requests(), "https://one.example/simple/other/");
}

TEST_CASE("catalog: connections are opened ahead to indexes of the network, without a login") {
  Shop shop;
  CatalogRun run(shop, asking({"file:///srv/simple", "https://u:secret@one.example/simple", kTwo}));
  CHECK(run.catalog.preconnect("demo"));
  CHECK_EQ(base::join(shop.connected, " "), cat(kOne, " ", kTwo));
  CHECK_EQ(run.catalog.options().indexes.size(), 3);
}

TEST_CASE("catalog: none is opened to an index whose page is stored, which may be fresh") {
  Shop shop;
  shop.put("https://one.example/simple/demo/", R"(<a href="demo-1.0.zip">)");
  files_of(shop, asking({kOne}));
  CatalogRun again(shop, asking({kOne}));
  CHECK_FALSE(again.catalog.preconnect("demo"));
  CHECK(shop.connected.empty());
  CHECK(again.catalog.preconnect("other"));
  CHECK_EQ(base::join(shop.connected, " "), kOne);
}

}  // namespace
}  // namespace pipit::index
