// A build front end without Python: a source tree's file "build" says what comes of it.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "distribution/builder.h"
#include "tests/archive/tar_maker.h"
#include "tests/archive/zip_maker.h"
#include "tests/distribution/wheel_maker.h"

namespace pipit::test {

/// Files of a source, below one folder.
using SourceFiles = std::vector<std::pair<std::string, std::string>>;

inline std::string source_tar(const std::string& folder, const SourceFiles& files) {
  std::string tar = tar_member(folder + "/", "", '5');
  for (const auto& [name, content] : files) tar += tar_member(folder + "/" + name, content);
  return gzip_bytes(tar + std::string(1024, '\0'));
}
inline std::string source_zip(const std::string& folder, const SourceFiles& files) {
  ZipMaker zip;
  for (const auto& [name, content] : files)
    zip.add({.name = folder + "/" + name, .content = content});
  return zip.bytes();
}
/// PKG-INFO of old: has to be built to be known.
inline std::string old_pkg_info(const std::string& name, const std::string& version) {
  return cat("Metadata-Version: 2.1\nName: ", name, "\nVersion: ", version, "\n\n");
}

class FakeBuilder final : public distribution::Builder {
 public:
  FakeBuilder() { retarget("cp312"); }

  /// Another Python: "cp313".
  void retarget(const std::string& python) {
    target_.tags = pep::Tags({{python, python, "linux_x86_64"}, {"py3", "none", "any"}});
    target_.python = *pep::Version::parse(cat("3.", python.substr(3)));
    key = cat("cpython-3.", python.substr(3), "-test");
    tag = cat(python, "-", python, "-linux_x86_64");
  }

  const pep::Target& target() const override { return target_; }
  std::string interpreter_key() const override { return key; }
  std::string settings_digest(const std::string& project) const override {
    return project == "demo" || project.empty() ? settings : "";
  }
  Result<std::unique_ptr<distribution::BuildTree>> open(
      const distribution::BuildOrder& order) override {
    ++opened;
    return std::make_unique<Tree>(*this, order);
  }

  std::string key, tag, settings;
  bool has_prepare = true;
  bool pure = false;  // the wheel suits every Python
  std::string name = "demo", version = "1.0";
  std::vector<std::string> requirements = {"leaf>=1"};
  std::string wheel_version = {};              // another than `version`
  std::string salt = {};                       // goes into the wheel
  std::function<Result<void>()> on_hook = {};  // before each hook, in its thread
  std::function<void(const distribution::BuildOrder&)> on_order = {};
  std::atomic<int> opened{0}, prepared{0}, built{0}, closed{0};

 private:
  class Tree final : public distribution::BuildTree {
   public:
    Tree(FakeBuilder& builder, distribution::BuildOrder order)
        : builder_(builder), order_(std::move(order)) {
      if (builder_.on_order) builder_.on_order(order_);
    }
    ~Tree() override { ++builder_.closed; }
    Result<std::optional<std::string>> prepare_metadata(std::stop_token) override {
      if (builder_.on_hook) PIPIT_TRY(builder_.on_hook());
      if (!builder_.has_prepare) return std::nullopt;
      ++builder_.prepared;
      return maker().metadata_text();
    }
    Result<std::string> build_wheel(const std::string& directory, std::stop_token) override {
      if (builder_.on_hook) PIPIT_TRY(builder_.on_hook());
      ++builder_.built;
      const std::string path = base::join_path(directory, file_name());
      PIPIT_TRY(base::write_file(path, maker().bytes()));
      return path;
    }

   private:
    WheelMaker maker() const {
      WheelMaker maker;
      maker.name = builder_.name;
      maker.version = builder_.wheel_version.empty() ? builder_.version : builder_.wheel_version;
      maker.requirements = builder_.requirements;
      const std::string content =
          base::read_file(cat(order_.tree, "/content"), 1 << 20).value_or("");
      maker.files = {{.name = "demo/__init__.py",
                      .content = cat(content, builder_.salt, order_.editable ? " editable" : "")}};
      return maker;
    }
    std::string file_name() const {
      const WheelMaker made = maker();
      return cat(made.name, "-", made.version, "-", builder_.pure ? "py3-none-any" : builder_.tag,
                 ".whl");
    }
    FakeBuilder& builder_;
    distribution::BuildOrder order_;
  };
  pep::Target target_;
};

}  // namespace pipit::test
