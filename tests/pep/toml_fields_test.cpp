#include "pep/toml_fields.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::pep {
namespace {

base::Toml document() {
  return *base::parse_toml(
      "text = 'a'\nempty = ''\nflag = true\nsize = 7\nminus = -1\ntime = 2024-01-02T03:04:05Z\n"
      "texts = ['a', 'b']\nmixed = ['a', 1]\n[table]\nx = 1\n[[tables]]\ny = 1\n[[tables]]\n");
}

/// What the first refusal says when `read` asks for something.
template <class Read>
std::string refusal_of(Read read) {
  const base::Toml table = document();
  TomlFields fields(table, "part");
  read(fields);
  const Result<void> done = fields.done();
  return done ? "" : done.error().message;
}

}  // namespace

TEST_CASE("toml fields: members of the right kind, and absent ones") {
  const base::Toml table = document();
  TomlFields fields(table, "part");
  CHECK(fields.has("text"));
  CHECK_FALSE(fields.has("none"));
  CHECK_EQ(fields.text("text"), "a");
  CHECK_EQ(fields.text("none"), "");
  CHECK_EQ(fields.required_text("text"), "a");
  CHECK_EQ(fields.texts("texts").size(), 2);
  CHECK(fields.texts("none").empty());
  CHECK(fields.flag("flag"));
  CHECK_FALSE(fields.flag("none"));
  CHECK_EQ(fields.size("size"), 7);
  CHECK_FALSE(fields.size("none"));
  CHECK_EQ(fields.date_time("time"), "2024-01-02T03:04:05Z");
  CHECK_EQ(fields.date_time("none"), "");
  CHECK(fields.table("table"));
  CHECK_FALSE(fields.table("none"));
  CHECK_EQ(fields.tables("tables").size(), 2);
  CHECK(fields.tables("none").empty());
  CHECK(fields.done());
}

TEST_CASE("toml fields: a wrong kind is refused with its line") {
  const std::string wrong = "line 4: part: size must be ";
  CHECK_EQ(refusal_of([](auto& f) { f.text("size"); }), wrong + "a string, not an integer");
  CHECK_EQ(refusal_of([](auto& f) { f.texts("size"); }),
           wrong + "an array of strings, not an integer");
  CHECK_EQ(refusal_of([](auto& f) { f.flag("size"); }), wrong + "a boolean, not an integer");
  CHECK_EQ(refusal_of([](auto& f) { f.date_time("size"); }),
           wrong + "a date and time, not an integer");
  CHECK_EQ(refusal_of([](auto& f) { f.table("size"); }), wrong + "a table, not an integer");
  CHECK_EQ(refusal_of([](auto& f) { f.tables("size"); }),
           wrong + "an array of tables, not an integer");
  CHECK_EQ(refusal_of([](auto& f) { f.size("minus"); }),
           "line 5: part: minus must be a size in bytes, not an integer");
  CHECK_EQ(refusal_of([](auto& f) { f.texts("mixed"); }),
           "line 8: part: mixed must be a string, not an integer");
  CHECK_EQ(refusal_of([](auto& f) { f.tables("texts"); }),
           "line 7: part: texts must be a table, not a string");
}

TEST_CASE("toml fields: what is required, and the first refusal stays") {
  CHECK(refusal_of([](auto& f) { f.required_text("none"); }).ends_with("part: none is missing"));
  CHECK_EQ(refusal_of([](auto& f) { f.required_text("empty"); }), "line 2: part: empty: is empty");
  CHECK_EQ(refusal_of([](auto& f) {
             f.text("flag");
             f.text("size");
           }),
           "line 3: part: flag must be a string, not a boolean");
  CHECK_EQ(refusal_of([](auto& f) { f.refuse(9, "is odd"); }), "line 9: part: is odd");
  CHECK_EQ(refusal_of([](auto& f) {
             f.template take<int>("text", Result<int>(fail(Code::parse, "is no number")));
           }),
           "line 1: part: text: is no number");
}

}  // namespace pipit::pep
