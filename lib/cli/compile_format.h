// How a compiled file is written: the options of compile that decide nothing but that.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/arguments.h"
#include "operation/options.h"
#include "operation/requirements_output.h"

namespace pipit::cli {

struct CompileFormat {
  bool header = true;
  std::string custom_command;  // in the header, instead of the command; "" : none
  bool hashes = false, reuse_hashes = true;
  bool index_urls = false, find_links = false, trusted_hosts = false, build_options = false;
  operation::PinFormat pins;
  std::string newline;  // "lf", "crlf", "native", "preserve"
};

CompileFormat compile_format(const Layers& layers);
/// Below the header: options that an installation from the file needs too, as far as they are
/// asked for, without secrets; an empty line ends them. Folders are named relative to that of
/// `output` ("" : the working directory).
std::string emitted_options(const operation::Options& options, const CompileFormat& format,
                            const std::string& output);
/// The text with the line ends that are asked for. preserve: those of the first of these files that
/// can be read.
std::string with_line_ends(std::string text, const CompileFormat& format,
                           const std::vector<std::string>& files);

}  // namespace pipit::cli
