// Two documents per source. metadata.json is for everybody: which wheels there are, what they need.
// source.json is ours: what they were made from. They are two files and cannot change at once, so
// source.json records which metadata belongs to each wheel; where the two disagree, as after a
// crash between the two writes, the wheel counts as absent and is built again.
#include "distribution/source/built_cache.h"

#include <algorithm>

#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "distribution/metadata/json.h"
#include "pep/dist_name.h"

namespace pipit::distribution {
namespace {

constexpr std::uint64_t kMaxDocument = 64u << 20;
/// Wheels that were replaced stay unpacked for a while: another process may be linking them.
constexpr std::size_t kMaxReplaced = 8;
constexpr std::size_t kMaxComponent = 200;

using Object = base::Json::Object;

void put_text(Object& out, const char* key, const std::string& value) {
  if (!value.empty()) out[key] = value;
}

Object validators_json(const net::Validators& validators) {
  Object out;
  put_text(out, "etag", validators.etag);
  put_text(out, "last-modified", validators.last_modified);
  if (validators.stored_at != 0) out["stored-at"] = validators.stored_at;
  if (validators.max_age >= 0) out["max-age"] = validators.max_age;
  if (validators.no_store) out["no-store"] = true;
  return out;
}

net::Validators validators_of_json(const base::Json* json) {
  net::Validators out;
  if (!json) return out;
  out.etag = json->text("etag");
  out.last_modified = json->text("last-modified");
  const base::Json *stored = json->find("stored-at"), *age = json->find("max-age"),
                   *no_store = json->find("no-store");
  if (stored && stored->integer()) out.stored_at = *stored->integer();
  if (age && age->integer()) out.max_age = *age->integer();
  out.no_store = no_store && no_store->boolean() && *no_store->boolean();
  return out;
}

/// Any name as a component of a cache key.
std::string key_component(std::string_view name, std::string_view otherwise) {
  std::string out;
  for (char c : name.substr(0, kMaxComponent)) {
    bool plain = base::is_alnum(c) || c == '.' || c == '_' || c == '+' || c == '-' || c == '@';
    out += plain && !(out.empty() && c == '.') ? c : '_';
  }
  return out.empty() ? std::string(otherwise) : out;
}

std::string metadata_digest(const base::Json& metadata) {
  return base::sha256_hex(base::to_json(metadata));
}

std::string without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

}  // namespace

bool SourceRecord::same_content(const SourceRecord& other) const {
  if (!commit.empty() || !other.commit.empty()) return commit == other.commit;
  return !sha256.empty() && sha256 == other.sha256;
}

std::string encode_source_record(const SourceRecord& record) {
  Object out;
  put_text(out, "url", record.url);
  put_text(out, "name", record.name);
  put_text(out, "version", record.version);
  put_text(out, "sha256", record.sha256);
  put_text(out, "commit", record.commit);
  put_text(out, "stamp", record.stamp);
  if (Object validators = validators_json(record.validators); !validators.empty())
    out["validators"] = std::move(validators);
  Object wheels, prepared;
  for (const auto& [name, wheel] : record.wheels)
    wheels[name] = Object{{"sha256", wheel.sha256}, {"metadata", wheel.metadata}};
  for (const auto& [interpreter, metadata] : record.prepared) prepared[interpreter] = metadata;
  if (!wheels.empty()) out["wheels"] = std::move(wheels);
  if (!prepared.empty()) out["prepared"] = std::move(prepared);
  if (!record.replaced.empty()) {
    base::Json::Array replaced(record.replaced.begin(), record.replaced.end());
    out["replaced"] = std::move(replaced);
  }
  return base::to_json(std::move(out), 1) + "\n";
}

Result<SourceRecord> decode_source_record(std::string_view text) {
  PIPIT_TRY(const base::Json json, base::parse_json(text, kMaxDocument));
  if (!json.object()) return fail(Code::parse, "source.json: not an object");
  SourceRecord record;
  record.url = json.text("url");
  record.name = json.text("name");
  record.version = json.text("version");
  record.sha256 = json.text("sha256");
  record.commit = json.text("commit");
  record.stamp = json.text("stamp");
  record.validators = validators_of_json(json.find("validators"));
  if (const base::Json* wheels = json.find("wheels"); wheels && wheels->object())
    for (const auto& [name, wheel] : *wheels->object())
      record.wheels[name] = {std::string(wheel.text("sha256")),
                             std::string(wheel.text("metadata"))};
  if (const base::Json* prepared = json.find("prepared"); prepared && prepared->object())
    for (const auto& [interpreter, metadata] : *prepared->object())
      record.prepared[interpreter] = metadata;
  if (const base::Json* replaced = json.find("replaced"); replaced && replaced->array())
    for (const base::Json& one : *replaced->array())
      if (one.string()) record.replaced.push_back(*one.string());
  return record;
}

std::string index_shard(const index::File& file, std::string_view default_index) {
  std::string name = base::printable(file.name);
  if (const auto sdist = pep::parse_sdist_name(file.name)) {
    const std::size_t dash = file.name.rfind('-');
    name = cat(sdist->name, file.name.substr(dash));
  }
  const std::string index(file.index_url);
  const bool is_default = without_slash(index) == without_slash(default_index);
  return cat(is_default ? "pypi" : base::sha256_hex(index), "/", key_component(name, "sdist"));
}

std::string direct_shard(const DirectReference& source) {
  const std::string place = base::sha256_hex(canonical_place(source));
  if (source.kind == DirectReference::Kind::git)
    return cat("git/", place, "/", key_component(source.commit, "unknown"));
  const auto url = base::parse_url(source.url);
  std::string path = url ? url->path : std::string();
  while (path.ends_with('/')) path.pop_back();
  const std::string name = base::percent_decode(base::base_name(path));
  return cat("url/", place, "/", key_component(name, "source"), source.editable ? "/editable" : "");
}

BuiltCache::BuiltCache(cache::Store& store, std::string shard, std::string_view settings)
    : store_(store), shard_(std::move(shard)) {
  if (!settings.empty()) shard_ += cat("/", key_component(settings, "settings"));
}

std::optional<SourceRecord> BuiltCache::record() const {
  const auto text =
      store_.read(cache::Bucket::built_wheel_metadata, cat(shard_, "/source.json"), kMaxDocument);
  if (!text) return std::nullopt;
  auto record = decode_source_record(*text);
  if (!record) return std::nullopt;
  return std::move(*record);
}

void BuiltCache::write_record(const SourceRecord& record) {
  store_.write(cache::Bucket::built_wheel_metadata, cat(shard_, "/source.json"),
               encode_source_record(record));
}

std::optional<base::Json> BuiltCache::metadata_document() const {
  const auto text =
      store_.read(cache::Bucket::built_wheel_metadata, cat(shard_, "/metadata.json"), kMaxDocument);
  if (!text) return std::nullopt;
  auto json = base::parse_json(*text, kMaxDocument);
  if (!json || !json->find("data") || !json->find("data")->object()) return std::nullopt;
  return std::move(*json);
}

std::optional<BuiltCache::Found> BuiltCache::find(const SourceRecord& record,
                                                  const pep::Target& target) const {
  if (record.wheels.empty()) return std::nullopt;
  const auto document = metadata_document();
  if (!document) return std::nullopt;
  std::optional<std::uint32_t> best;
  Found found;
  const base::Json* chosen = nullptr;
  for (const auto& [name, wheel] : record.wheels) {
    const base::Json* metadata = document->find("data")->find(name);
    const auto parsed = pep::parse_wheel_name(name);
    if (!metadata || !parsed || metadata_digest(*metadata) != wheel.metadata) continue;
    const auto rank = target.tags.rank(*parsed);
    if (!rank || (best && *rank >= *best)) continue;
    best = rank;
    chosen = metadata;
    found.file_name = name;
    found.sha256 = wheel.sha256;
  }
  if (!chosen) return std::nullopt;
  auto metadata = metadata_of_json(*chosen);
  if (!metadata) return std::nullopt;
  found.metadata = std::make_shared<const pep::Metadata>(std::move(*metadata));
  return found;
}

std::string BuiltCache::disk_name(std::string_view file_name) {
  return key_component(file_name, "wheel");
}

std::string BuiltCache::wheel_path(std::string_view file_name) const {
  return store_.entry_path(cache::Bucket::built_wheels, cat(shard_, "/", disk_name(file_name)));
}

void BuiltCache::retire(SourceRecord& record, const std::string& sha256) {
  std::erase(record.replaced, sha256);
  record.replaced.push_back(sha256);
  while (record.replaced.size() > kMaxReplaced) {
    store_.remove(cache::Bucket::wheels, record.replaced.front());
    record.replaced.erase(record.replaced.begin());
  }
}

Result<void> BuiltCache::add_wheel(SourceRecord& record, const std::string& path,
                                   const std::string& sha256, base::Json metadata) {
  const std::string name(base::base_name(path));
  PIPIT_TRY(
      store_.place_file(cache::Bucket::built_wheels, path, cat(shard_, "/", disk_name(name))));
  const auto old = record.wheels.find(name);
  if (old != record.wheels.end() && old->second.sha256 != sha256)
    retire(record, old->second.sha256);
  std::erase(record.replaced, sha256);
  record.wheels[name] = {sha256, metadata_digest(metadata)};
  Object data;
  if (auto document = metadata_document()) data = *document->find("data")->object();
  std::erase_if(data, [&](const auto& member) { return !record.wheels.contains(member.first); });
  data[name] = std::move(metadata);
  write_record(record);
  store_.write(cache::Bucket::built_wheel_metadata, cat(shard_, "/metadata.json"),
               base::to_json(Object{{"data", std::move(data)}}, 1) + "\n");
  return {};
}

void BuiltCache::replace(const SourceRecord& stale, SourceRecord& fresh) {
  fresh.replaced = stale.replaced;
  for (const auto& [name, wheel] : stale.wheels) {
    retire(fresh, wheel.sha256);
    store_.remove(cache::Bucket::built_wheels, cat(shard_, "/", disk_name(name)));
  }
  fresh.wheels.clear();
  write_record(fresh);
  store_.remove(cache::Bucket::built_wheel_metadata, cat(shard_, "/metadata.json"));
}

}  // namespace pipit::distribution
