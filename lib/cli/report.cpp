// Results for programs, as JSON. An installation is reported in pip's format, so that what reads
// pip's reads ours.
#include "cli/report.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/version.h"
#include "operation/origin.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kMaxDownloadInfo = 1u << 20;

base::Json::Array texts(const auto& from) {
  base::Json::Array out;
  for (const auto& text : from) out.emplace_back(std::string(text));
  return out;
}

/// Of a direct reference its direct_url.json, word for word, as in pip's reports.
Result<base::Json> download_info(const resolve::Chosen& chosen) {
  if (chosen.source)
    return base::parse_json(env::write_direct_url(operation::origin_of(chosen)), kMaxDownloadInfo);
  base::Json::Object hashes;
  const index::File& file = *chosen.file;
  if (!file.sha256.empty()) hashes["sha256"] = base::Json(file.sha256);
  return base::Json(base::Json::Object{
      {"url", base::Json(file.url)},
      {"archive_info", base::Json::Object{{"hashes", base::Json(std::move(hashes))}}}});
}

/// pip's installation report, version "1".
Result<base::Json> report_json(const env::Plan& plan, const resolve::Resolution& resolution,
                               const pep::Target& target) {
  base::Json::Array install;
  for (const env::Plan::Add& add : plan.add) {
    const resolve::Chosen& chosen = resolution.chosen[add.wanted];
    base::Json::Object metadata{
        {"name", chosen.metadata ? chosen.metadata->written_name : chosen.name},
        {"version", chosen.version.str()}};
    if (chosen.metadata) {
      metadata["metadata_version"] = chosen.metadata->metadata_version;
      base::Json::Array needs;
      for (const pep::Requirement& need : chosen.metadata->requires_dist)
        needs.emplace_back(need.str());
      if (!needs.empty()) metadata["requires_dist"] = std::move(needs);
      if (!chosen.metadata->requires_python_text.empty())
        metadata["requires_python"] = chosen.metadata->requires_python_text;
    }
    PIPIT_TRY(base::Json download, download_info(chosen));
    base::Json::Object row{{"metadata", std::move(metadata)},
                           {"download_info", std::move(download)},
                           {"is_direct", chosen.direct},
                           {"is_yanked", chosen.file->yanked},
                           {"requested", chosen.requested}};
    if (chosen.requested && !chosen.extras.empty()) {
      base::Json::Array extras;
      for (const std::string& extra : chosen.extras) extras.emplace_back(extra);
      row["requested_extras"] = std::move(extras);
    }
    install.emplace_back(std::move(row));
  }
  base::Json::Object environment;
  for (const std::string_view name :
       {"os_name", "sys_platform", "platform_system", "platform_machine",
        "platform_python_implementation", "platform_release", "platform_version",
        "implementation_name", "implementation_version", "python_version", "python_full_version"})
    if (const std::string* value = pep::marker_variable(target.markers, name))
      environment[std::string(name)] = *value;
  return base::Json(base::Json::Object{{"version", "1"},
                                       {"pipit_version", std::string(kVersion)},
                                       {"install", std::move(install)},
                                       {"environment", std::move(environment)}});
}

/// What a direct reference adds to its row.
void add_source(const resolve::Chosen& chosen, base::Json::Object& row) {
  if (!chosen.source) return;
  const distribution::DirectReference& source = *chosen.source;
  row["url"] = distribution::shown_source(source);
  row["editable"] = source.editable || chosen.in_place;
  if (!source.revision.empty()) row["requested_revision"] = source.revision;
  if (!source.commit.empty()) row["commit_id"] = source.commit;
}

}  // namespace

std::string resolution_json(const resolve::Resolution& resolution,
                            const operation::ReleaseHashes& hashes) {
  base::Json::Array packages;
  for (std::size_t i = 0; i < resolution.chosen.size(); ++i) {
    const resolve::Chosen& chosen = resolution.chosen[i];
    base::Json::Object row{
        {"name", chosen.name}, {"version", chosen.version.str()}, {"via", texts(chosen.via)}};
    if (!chosen.extras.empty()) row["extras"] = texts(chosen.extras);
    if (!chosen.marker.is_true()) row["marker"] = chosen.marker.str();
    add_source(chosen, row);
    if (i < hashes.size()) row["hashes"] = texts(hashes[i]);
    packages.emplace_back(std::move(row));
  }
  return base::to_json(base::Json::Object{{"packages", std::move(packages)}}, 2) + "\n";
}

std::string uninstall_json(const std::vector<env::Installed>& removed,
                           const std::vector<env::Installed>& outside,
                           const std::vector<std::string>& not_installed, bool dry_run) {
  const auto rows = [](const std::vector<env::Installed>& list) {
    base::Json::Array out;
    for (const env::Installed& dist : list)
      out.emplace_back(base::Json::Object{
          {"name", dist.name}, {"version", dist.version_text}, {"location", dist.site}});
    return out;
  };
  return base::to_json(base::Json::Object{{"removed", rows(removed)},
                                          {"outside", rows(outside)},
                                          {"not_installed", texts(not_installed)},
                                          {"dry_run", dry_run}},
                       2) +
         "\n";
}

std::string collection_json(const resolve::Resolution& resolution,
                            const std::vector<std::string>& paths, bool dry_run) {
  base::Json::Array files;
  for (std::size_t i = 0; i < resolution.chosen.size(); ++i) {
    const resolve::Chosen& chosen = resolution.chosen[i];
    base::Json::Object row{{"name", chosen.name}, {"version", chosen.version.str()}};
    if (i < paths.size()) row["path"] = paths[i];
    files.emplace_back(std::move(row));
  }
  return base::to_json(base::Json::Object{{"files", std::move(files)}, {"dry_run", dry_run}}, 2) +
         "\n";
}

Result<void> write_install_report(const OutputOptions& output, const env::Plan& plan,
                                  const resolve::Resolution& resolution,
                                  const pep::Target& target) {
  if (!output.report && !output.json) return {};
  PIPIT_TRY(const base::Json report, report_json(plan, resolution, target));
  const std::string text = base::to_json(report, 2) + "\n";
  if (output.report && *output.report != "-")
    PIPIT_TRY(base::write_output_file(*output.report, text));
  if (output.json || output.report == "-") return write_stdout(text);
  return {};
}

}  // namespace pipit::cli
