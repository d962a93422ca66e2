// Makes wheels for tests: good ones, and ones that lie in one chosen way.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/text.h"
#include "tests/archive/zip_maker.h"

namespace pipit::test {

struct WheelMaker {
  std::string name = "demo", version = "1.0";
  std::vector<ZipMember> files = {{.name = "demo/__init__.py", .content = "demo = 1\n"}};
  std::string metadata = {};  // "" : made of name, version and requirements
  std::vector<std::string> requirements = {};
  std::string wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
  std::string entry_points = {};
  bool metadata_first = false;
  int dist_info_method = 8;
  std::function<void(std::string& record)> change_record = {};
  std::function<void(std::vector<ZipMember>& members)> change_members = {};
  std::string dist_info_name = {};  // "" : <name>-<version>.dist-info

  std::string file_name() const { return cat(name, "-", version, "-py3-none-any.whl"); }
  std::string dist_info() const {
    return dist_info_name.empty() ? cat(name, "-", version, ".dist-info") : dist_info_name;
  }
  std::string metadata_text() const {
    if (!metadata.empty()) return metadata;
    std::string text = cat("Metadata-Version: 2.1\nName: ", name, "\nVersion: ", version, "\n");
    for (const std::string& requirement : requirements) {
      text += cat("Requires-Dist: ", requirement, "\n");
    }
    return text + "\nA demonstration.\n";
  }

  ZipMaker zip() const {
    std::vector<ZipMember> info;
    auto add = [&](const char* base, const std::string& content) {
      info.push_back(
          {.name = cat(dist_info(), "/", base), .content = content, .method = dist_info_method});
    };
    add("METADATA", metadata_text());
    add("WHEEL", wheel);
    if (!entry_points.empty()) add("entry_points.txt", entry_points);
    std::vector<ZipMember> members = metadata_first ? info : files;
    const std::vector<ZipMember>& rest = metadata_first ? files : info;
    members.insert(members.end(), rest.begin(), rest.end());
    std::string record;
    for (const ZipMember& member : members) {
      if (member.name.ends_with('/')) continue;
      record += cat(member.name, ",sha256=", base::base64url(base::sha256(member.content)), ",",
                    member.content.size(), "\n");
    }
    record += cat(dist_info(), "/RECORD,,\n");
    if (change_record) change_record(record);
    members.push_back(
        {.name = cat(dist_info(), "/RECORD"), .content = record, .method = dist_info_method});
    if (change_members) change_members(members);
    ZipMaker zip;
    for (ZipMember& member : members) zip.add(std::move(member));
    return zip;
  }
  std::string bytes() const { return zip().bytes(); }
};

}  // namespace pipit::test
