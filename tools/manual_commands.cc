// flopaudit man, flopaudit completions: what `cmake --install` installs beside the program.
#include "analyzer/support/files.h"
#include "tools/command.h"
#include "tools/manual.h"

namespace flopaudit {

Run add_man_command(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("man", "the manual page, in roff: `flopaudit man | man -l -`");
  auto output = std::make_shared<std::string>();
  command.add_option("-o,--output", *output, "the file; - is stdout")->type_name("FILE");
  return [output, &app]() -> Result<int> {
    FA_TRY(write_output(*output, manual_page(app)));
    return kDone;
  };
}

Run add_completions_command(CLI::App& app) {
  struct Options {
    std::string shell, output;
  };
  CLI::App& command = *app.add_subcommand("completions", "completions for a shell");
  auto options = std::make_shared<Options>();
  command.add_option("SHELL", options->shell, "bash, zsh or fish")->required();
  command.add_option("-o,--output", options->output, "the file; - is stdout")->type_name("FILE");
  return [options, &app]() -> Result<int> {
    FA_ASSIGN(const std::string text, completions(app, options->shell));
    FA_TRY(write_output(options->output, text));
    return kDone;
  };
}

}  // namespace flopaudit
