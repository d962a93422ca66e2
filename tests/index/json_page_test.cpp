#include "index/json_page.h"

#include <random>
#include <string>
#include <vector>

#include "tests/index/pages.h"

namespace pipit::index {
namespace {

/// A page with one wheel that has these fields besides its name and link.
PagePtr wheel_with(std::string_view fields) {
  return read_page(cat(R"({"files":[{"filename":"foo_bar-1.0-py3-none-any.whl",)",
                       R"("url":"foo_bar-1.0-py3-none-any.whl")", fields.empty() ? "" : ",", fields,
                       "}]}"));
}

std::string refused(std::string_view body) {
  const PageSource source{"foo-bar", "", url_of("https://u:secret@index.example/simple/foo-bar/")};
  PageBuilder builder("foo-bar", "");
  const auto done = parse_json_page(body, source, builder);
  if (done) return "";
  const bool is_new = done.error().message.ends_with("is not supported");
  CHECK_EQ(done.error().code, is_new ? Code::unsupported : Code::bad_index);
  return done.error().message;
}

TEST_CASE("json page: every field of PEP 691, 592, 658, 700, 714 and 792") {
  const PagePtr page = read_page(cat(
      R"({"meta":{"api-version":"1.4"},"name":"foo-bar","versions":["1.0"],"project-status":{"status":"archived","reason":"old"},
    "files":[{"filename":"foo_bar-1.0-py3-none-any.whl","url":"https://files.example/foo_bar-1.0-py3-none-any.whl","hashes":{"md5":"00000000000000000000000000000000","sha256":")",
      kSha,
      R"("},"requires-python":">=3.9","size":123,"upload-time":"2024-05-01T12:30:00.123456Z","yanked":"bad",
    "core-metadata":{"sha256":")",
      kSha, R"("},"dist-info-metadata":true,"provenance":null},
    {"filename":"foo_bar-0.9.tar.gz","url":"../../foo_bar-0.9.tar.gz","hashes":{},"yanked":false,"requires-python":null}]})"));
  CHECK_EQ(listing(*page), "1.0:w 0.9:s");
  const File file = all_files(*page)[0];
  CHECK_EQ(file.sha256, kSha);
  check_all_is_told(file);
  // The second file has none of what the first one had.
  const File bare = all_files(*page)[1];
  CHECK_EQ(bare.url, "https://index.example/foo_bar-0.9.tar.gz");
  CHECK_FALSE(bare.yanked);
  CHECK_EQ(bare.yanked_reason, "");
  CHECK_EQ(bare.sha256, "");
  CHECK_EQ(bare.requires_python, "");
  CHECK_EQ(bare.size, 0);
  CHECK_EQ(bare.upload_time, 0);
  CHECK(bare.sidecar == Sidecar::none);
  CHECK_EQ(page->status, "archived");
  CHECK_EQ(page->status_reason, "old");
}

TEST_CASE("json page: yanked is true or a reason") {
  struct Row {
    std::string_view field;
    bool yanked;
    std::string_view reason;
  };
  const std::vector<Row> rows = {
      {"", false, ""},
      {R"("yanked":false)", false, ""},
      {R"("yanked":null)", false, ""},
      {R"("yanked":true)", true, ""},
      {R"("yanked":"")", false, ""},  // PEP 691: "present and truthy"
      {R"("yanked":"oops")", true, "oops"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.field);
    const PagePtr page = wheel_with(row.field);
    CHECK_EQ(all_files(*page).at(0).yanked, row.yanked);
    CHECK_EQ(all_files(*page).at(0).yanked_reason, row.reason);
  }
}

TEST_CASE("json page: the sidecar, by its two names in any order") {
  const std::string hash = cat(R"({"sha256":")", kSha, R"("})");
  struct Row {
    std::string fields;
    Sidecar sidecar;
  };
  const std::vector<Row> rows = {
      {R"("core-metadata":false)", Sidecar::none},
      {R"("core-metadata":"true")", Sidecar::none},  // a text is no boolean
      {R"("core-metadata":true)", Sidecar::announced},
      {R"("dist-info-metadata":true)", Sidecar::announced},
      {R"("core-metadata":{})", Sidecar::announced},
      {R"("core-metadata":{"sha99":"00"})", Sidecar::announced},
      {R"("provenance":{"sha256":"00"})", Sidecar::none},
      {cat(R"("core-metadata":)", hash), Sidecar::hashed},
      {cat(R"("dist-info-metadata":)", hash), Sidecar::hashed},
      {cat(R"("core-metadata":)", hash, R"(,"dist-info-metadata":true)"), Sidecar::hashed},
      {cat(R"("dist-info-metadata":true,"core-metadata":)", hash), Sidecar::hashed},
  };
  for (const Row& row : rows) {
    CAPTURE(row.fields);
    const PagePtr page = wheel_with(row.fields);
    CHECK(all_files(*page).at(0).sidecar == row.sidecar);
    CHECK_EQ(all_files(*page).at(0).sidecar_sha256,
             row.sidecar == Sidecar::hashed ? kSha : std::string_view());
  }
  // Two hashes: that of core-metadata counts, wherever it stands.
  const std::string other = cat(R"({"sha256":")", std::string(64, 'f'), R"("})");
  for (const std::string& fields :
       {cat(R"("core-metadata":)", hash, R"(,"dist-info-metadata":)", other),
        cat(R"("dist-info-metadata":)", other, R"(,"core-metadata":)", hash)})
    CHECK_EQ(all_files(*wheel_with(fields)).at(0).sidecar_sha256, kSha);
}

TEST_CASE("json page: a hash in the link serves where the file has none") {
  const auto hash_of = [](std::string_view hashes) {
    const PagePtr page =
        read_page(cat(R"({"files":[{"filename":"foo_bar-1.0.zip","url":"foo_bar-1.0.zip#sha256=)",
                      kSha, R"(","hashes":)", hashes, "}]}"));
    CHECK_EQ(urls_of(*page), "https://index.example/simple/foo-bar/foo_bar-1.0.zip");
    return cat(all_files(*page).at(0).sha256, "/", all_files(*page).at(0).other_hash);
  };
  const std::string other(64, 'f');
  CHECK_EQ(hash_of("{}"), cat(kSha, "/"));
  CHECK_EQ(hash_of(cat(R"({"sha256":")", other, R"("})")), cat(other, "/"));
  CHECK_EQ(hash_of(cat(R"({"md5":")", other.substr(32), R"("})")), cat("/md5=", other.substr(32)));
}

TEST_CASE("json page: a digest that no file can have is not the same as none") {
  const auto sound = [](std::string_view fields) {
    return check_hashes(all_files(*wheel_with(fields)).at(0)).has_value();
  };
  const std::string good = cat(R"("sha256":")", kSha, R"(")");
  CHECK(sound(R"("hashes":{"blake9":"zz"})"));
  CHECK(sound(cat(R"("hashes":{"md5":"zz",)", good, "}")));
  CHECK(sound(R"("core-metadata":{},"dist-info-metadata":{"sha256":null})"));
  CHECK(sound(R"("core-metadata":true,"dist-info-metadata":{"sha256":"zz"})"));
  for (const std::string_view torn :
       {R"("hashes":{"sha256":""})", R"("hashes":{"sha256":"zz"})", R"("hashes":{"SHA256":"zz"})",
        R"("hashes":{"sha256":5})", R"("hashes":{"sha256":true})", R"("hashes":{"sha256":["ab"]})",
        R"("hashes":{"sha256":null})", R"("hashes":{"sha256":{"a":"b"}})",
        R"("hashes":{"md5":"","sha1":null})", R"("hashes":"ab")", R"("hashes":["ab"])",
        R"("hashes":7)", R"("core-metadata":{"sha256":"zz"})",
        R"("dist-info-metadata":{"sha256":""})", R"("core-metadata":{"sha512":"zz"})",
        R"("core-metadata":{"sha256":5})"}) {
    CAPTURE(torn);
    CHECK_FALSE(sound(torn));
  }
}

TEST_CASE("json page: fields of another kind are passed over, the file stays") {
  const PagePtr page = wheel_with(
      R"("requires-python":3,"size":"123","upload-time":1714566600,"hashes":null,"gpg-sig":[true,{"yanked":"x"}])");
  const File file = all_files(*page).at(0);
  CHECK_EQ(file.requires_python, "");
  CHECK_EQ(file.size, 0);
  CHECK_EQ(file.upload_time, 0);
  CHECK_FALSE(file.yanked);
  CHECK_EQ(all_files(*wheel_with(R"("size":-1,"upload-time":"yesterday")")).at(0).size, 0);
}

TEST_CASE("json page: files that cannot be followed or named are left out") {
  CHECK(read_page(R"({"files":[{"filename":"foo_bar-1.0.zip","url":"file:///etc/foo_bar-1.0.zip"},
                      {"filename":"foo_bar-2.0.zip","url":"http://index.example/foo_bar-2.0.zip"},
                      {"url":"foo_bar-3.0.zip"},
                      {"filename":"other-1.0.zip","url":"other-1.0.zip"}]})")
            ->releases.empty());
}

TEST_CASE("json page: only the array files has files, only meta has the version") {
  const PagePtr page = read_page(
      R"({"alternate":{"api-version":"7"},"old":[{"filename":"foo_bar-1.0.zip","url":"x"}],
          "files":[],"more":[{"filename":"foo_bar-2.0.zip","url":"x"}],
          "extra":{"status":"quarantined"}})");
  CHECK(page->found);
  CHECK(page->releases.empty());
  CHECK_EQ(page->status, "");
}

TEST_CASE("json page: what is refused, and in which words") {
  CHECK_EQ(refused(R"({"meta":{"api-version":"1.99"},"files":[]})"), "");
  for (const char* version : {"2.0", "next"})
    CHECK_EQ(refused(cat(R"({"meta":{"api-version":")", version, R"("},"files":[]})")),
             cat("https://index.example/simple/foo-bar/: index API version ", version,
                 " is not supported"));
  CHECK_EQ(refused(R"({"meta":{"api-version":3},"files":[]})"),
           "https://index.example/simple/foo-bar/: index API version 3 is not supported");
  for (const char* body : {"", "{", R"({"files":[)", R"({"files":[]}x)", R"({"files":[{]})"}) {
    CAPTURE(body);
    CHECK(refused(body).starts_with("https://index.example/simple/foo-bar/: "));
  }
  CHECK_NE(refused(std::string(100'000, '[')), "");
}

/// The stored page of a body that comes in pieces, or why there is none.
std::string read_in_pieces(std::string_view body, std::size_t piece) {
  const PageSource source{"foo-bar", "", url_of("https://index.example/simple/foo-bar/")};
  PageBuilder builder("foo-bar", "");
  JsonPageParser parser(source, builder);
  Result<void> outcome;
  for (std::size_t at = 0; at < body.size() && outcome; at += piece)
    outcome = parser.feed(body.substr(at, piece));
  if (outcome) outcome = parser.finish();
  return outcome ? builder.encode() : outcome.error().message;
}

TEST_CASE("json page: in pieces it is the same page, whole or damaged") {
  const std::string body = cat(
      R"({"meta":{"api-version":"1.4"},"project-status":{"status":"archived","reason":"\u00e4"},)",
      R"("files":[{"filename":"foo_bar-2.0-py3-none-any.whl","url":"../../f/foo_bar-2.0-py3-none-any.whl",)",
      R"("hashes":{"sha256":")", kSha, R"("},"core-metadata":{"sha256":")", kSha,
      R"("},"size":12,"yanked":"b\"ad","upload-time":"2024-05-01T12:30:00Z","requires-python":">=3"},)",
      R"({"filename":"foo-bar-1.0.tar.gz","url":"https://f.example/foo-bar-1.0.tar.gz#sha256=torn"}]})");
  CHECK_EQ(listing(*read_back(read_in_pieces(body, body.size()))), "2.0:w 1.0:s");
  std::mt19937 random(691);
  for (int i = 0; i < 300; ++i) {
    std::string text = body;
    if (i % 3 == 1) text.resize(random() % text.size());
    if (i % 3 == 2) text[random() % text.size()] = "{}[]\",:\\x"[random() % 9];
    CAPTURE(text);
    const std::string whole = read_in_pieces(text, text.size() + 1);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, 1 + random() % 200})
      CHECK_EQ(read_in_pieces(text, piece), whole);
  }
}

}  // namespace
}  // namespace pipit::index
