// RECORD is CSV as Python's csv module writes it: fields in double quotes may contain commas and
// line ends, and a quote inside is doubled. It is untrusted and decides what uninstalling removes,
// so what is not clearly a row is an error; what a row may name is checked by the code that acts on
// it.
#include "pep/record.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace pipit::pep {
namespace {

class RecordReader {
 public:
  explicit RecordReader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }

  // Reads the fields of the next row and its line end. False when a quoted field never ends or
  // continues after its closing quote.
  bool next_row(std::vector<std::string>& fields) {
    fields.clear();
    while (true) {
      std::string field;
      if (!read_field(field)) return false;
      fields.push_back(std::move(field));
      if (at_end()) return true;
      const char c = text_[at_++];
      if (c == ',') continue;
      if (c == '\r' && !at_end() && text_[at_] == '\n') ++at_;
      return true;
    }
  }

 private:
  bool read_field(std::string& field) {
    if (at_end() || text_[at_] != '"') {
      const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
      field = std::string(text_.substr(at_, end - at_));
      at_ = end;
      return true;
    }
    return read_quoted(field);
  }

  bool read_quoted(std::string& field) {
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] != '"') {
        field += text_[at_];
        continue;
      }
      if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        field += '"';
        ++at_;
        continue;
      }
      ++at_;
      return at_end() || text_[at_] == ',' || text_[at_] == '\r' || text_[at_] == '\n';
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Result<RecordRow> record_row(std::vector<std::string>& fields) {
  RecordRow row;
  row.path = std::move(fields[0]);
  if (row.path.empty()) return fail(Code::parse, "RECORD: a row without a path");
  if (row.path.find('\0') != std::string::npos)
    return fail(Code::parse, "RECORD: a path with a null byte");
  if (fields.size() > 1 && !fields[1].empty()) {
    const auto hash = base::split_once(fields[1], '=');
    if (hash && hash->first.empty())
      return fail(Code::parse, cat("RECORD: ", base::printable(row.path), ": invalid hash"));
    row.hash_algorithm = hash ? base::to_lower(hash->first) : "";
    row.hash = hash ? std::string(hash->second) : fields[1];
  }
  if (fields.size() > 2 && !fields[2].empty()) {
    row.size = base::parse_uint(fields[2]);
    if (!row.size)
      return fail(Code::parse,
                  cat("RECORD: ", base::printable(row.path), ": size is not a number"));
  }
  return row;
}

constexpr std::size_t kUsualRow = 128;

void append_field(std::string& out, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += field;
    return;
  }
  out += '"';
  for (char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

Result<std::vector<RecordRow>> parse_record(std::string_view text, std::size_t max_rows) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<RecordRow> rows;
  RecordReader reader(text);
  std::vector<std::string> fields;
  while (!reader.at_end()) {
    if (!reader.next_row(fields))
      return fail(Code::parse, cat("RECORD: row ", rows.size() + 1, " is not valid CSV"));
    if (fields.size() == 1 && base::trim(fields[0]).empty()) continue;
    if (rows.size() == max_rows)
      return fail(Code::parse, cat("RECORD: more than ", max_rows, " rows"));
    PIPIT_TRY(RecordRow row, record_row(fields));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string write_record(const std::vector<RecordRow>& rows) {
  std::string out, field;
  out.reserve(rows.size() * kUsualRow);
  for (const RecordRow& row : rows) {
    append_field(out, row.path);
    out += ',';
    if (!row.hash.empty()) {
      field.clear();
      if (!row.hash_algorithm.empty()) field.append(row.hash_algorithm) += '=';
      append_field(out, field.append(row.hash));
    }
    out += ',';
    if (row.size) out += std::to_string(*row.size);
    out += '\n';
  }
  return out;
}

}  // namespace pipit::pep
