#include "passes/pass_manager.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "analyzer/ir/printer.h"
#include "analyzer/ir/verifier.h"
#include "analyzer/support/log.h"

namespace flopaudit {
namespace {

constexpr const char* kLower = "lower";  // the front end's result, before any pass

#ifdef NDEBUG
constexpr bool kAlwaysVerify = false;
#else
constexpr bool kAlwaysVerify = true;
#endif

Result<void> check_pass_name(const std::string& name, bool lower_is_allowed) {
  std::string known = lower_is_allowed ? kLower : "";
  if (lower_is_allowed && name == kLower) return {};
  for (const PassInfo& pass : all_passes()) {
    if (name == pass.name) return {};
    known += (known.empty() ? "" : ", ") + std::string(pass.name);
  }
  return usage_error("there is no pass '" + name + "'; the passes are " + known);
}

Result<void> check_options(const PipelineOptions& options) {
  if (!options.stop_after.empty()) FA_TRY(check_pass_name(options.stop_after, true));
  for (const std::string& name : options.skip) FA_TRY(check_pass_name(name, false));
  return {};
}

// Whole or not at all: written beside its place, then renamed.
Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path unfinished = path.string() + ".part";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  std::error_code error;
  if (file) {
    std::filesystem::rename(unfinished, path, error);
    if (!error) return {};
  }
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
  return environment_error("cannot write '" + path.string() +
                           "': check that the directory of --dump-passes is writable");
}

// "03-propagate-shapes.ir": the position in the pipeline, also where passes before it are skipped.
Result<void> dump(const Program& program, const PipelineOptions& options, std::size_t position, const char* name) {
  if (options.dump_directory.empty()) return {};
  std::error_code error;
  std::filesystem::create_directories(options.dump_directory, error);
  char number[24];
  std::snprintf(number, sizeof number, "%02zu-", position);
  return write_file(std::filesystem::path(options.dump_directory) / (number + std::string(name) + ".ir"),
                    print(program));
}

Result<void> check_program(const Program& program, const PipelineOptions& options, const char* after) {
  if (!options.verify && !kAlwaysVerify) return {};
  const Result<void> verified = verify(program);
  if (verified) return {};
  return input_error("the program is not well formed after '" + std::string(after) + "': " + verified.error().message);
}

Result<void> run_pass(const PassInfo& info, Program& program, PassContext& context) {
  const auto start = std::chrono::steady_clock::now();
  const Result<Changed> changed = info.make()->run(program, context);
  if (!changed) return changed.error();
  if (log::enabled(log::Level::debug)) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    log::debug("pass " + std::string(info.name) + ": " + std::to_string(micros.count()) + " us, " +
               (*changed == Changed::yes ? "changed" : "nothing to do"));
  }
  return {};
}

}  // namespace

Result<void> run_pipeline(Program& program, PassContext& context, const PipelineOptions& options) {
  FA_TRY(check_options(options));
  FA_TRY(check_program(program, options, kLower));
  FA_TRY(dump(program, options, 0, kLower));
  if (options.stop_after == kLower) return {};
  std::size_t position = 0;
  for (const PassInfo& info : all_passes()) {
    ++position;
    const bool skipped = std::find(options.skip.begin(), options.skip.end(), info.name) != options.skip.end();
    if (!skipped) {
      FA_TRY(run_pass(info, program, context));
      FA_TRY(check_program(program, options, info.name));
      FA_TRY(dump(program, options, position, info.name));
    }
    if (options.stop_after == info.name) break;
  }
  return {};
}

}  // namespace flopaudit
