#include "tools/manual.h"

#include <map>
#include <vector>

#include "analyzer/support/version.h"
#include "tools/examples.h"

namespace flopaudit {
namespace {

// What an option takes where it is one of a few words, for completion. Files and numbers complete by themselves.
const std::map<std::string, std::string>& words_of_options() {
  static const std::map<std::string, std::string> words = {
      {"--format", "text json csv md html speedscope chrome-trace"},
      {"--by", "op module source dtype node"},
      {"--counters", "auto hardware preset software none"},
      {"--path", "standard avx2 native"},
      {"--dtype", "f32 f64"},
      {"--front-end", "torchscript libtorch"},
      {"--dot-color", "flops bytes discrepancy none"},
  };
  return words;
}

std::string words_of(const std::string& option) {
  const auto entry = words_of_options().find(option);
  return entry == words_of_options().end() ? "" : entry->second;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<const CLI::Option*> options_of(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->nonpositional(); });
}

std::vector<const CLI::Option*> arguments_of(const CLI::App& command) {
  return command.get_options([](const CLI::Option* option) { return option->get_positional(); });
}

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

// "-o", "--output"
std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

// --- the manual page ---
// A backslash and a dash are roff's own; a line must not begin with a dot or a quotation mark.
std::string roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    const bool begins_line = escaped.empty() || escaped.back() == '\n';
    if (begins_line && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\')
      escaped += "\\e";
    else if (c == '-')
      escaped += "\\-";
    else
      escaped += c;
  }
  return escaped;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

std::string option_entry(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : names_of(option)) names += (names.empty() ? "" : ", ") + bold(name);
  if (!is_flag(option)) names += " " + italic(option.get_type_name());
  return ".TP\n" + names + "\n" + roff(option.get_description()) + "\n";
}

std::string command_section(const CLI::App& command) {
  std::string synopsis = bold("flopaudit " + command.get_name());
  for (const CLI::Option* argument : arguments_of(command)) synopsis += " " + italic(argument->get_name(true));
  std::string text = ".SS " + synopsis + " [OPTION]...\n" + roff(command.get_description()) + ".\n";
  for (const CLI::Option* argument : arguments_of(command)) {
    text += ".TP\n" + italic(argument->get_name(true)) + "\n" + roff(argument->get_description()) + "\n";
  }
  for (const CLI::Option* option : options_of(command)) text += option_entry(*option);
  return text;
}

std::string examples_section() {
  std::string text = ".SH EXAMPLES\n";
  for (const Example& example : all_examples()) {
    text += ".TP\n" + bold(std::string("flopaudit ") + example.arguments) + "\n" + roff(example.what) + "\n";
  }
  return text;
}

constexpr const char* kEnd = R"(.SH EXIT STATUS
.TP
.B 0
done, and all is good
.TP
.B 1
done, with findings: mismatches, a budget that is broken, a difference, gaps under \-\-strict
.TP
.B 2
wrong usage: an option, convention or method that does not exist; inputs that are missing, extra or unreadable
.TP
.B 3
the file cannot be read or analysed
.TP
.B 4
the environment cannot do it: no counters, no Valgrind
.SH ENVIRONMENT
.TP
.B NO_COLOR
no colours on a terminal
)";

// --- completions ---
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string command_words(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* command : commands_of(app)) words.push_back(command->get_name());
  return joined(words);
}

std::string option_words(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::Option* option : options_of(command)) {
    for (const std::string& name : names_of(*option)) words.push_back(name);
  }
  return joined(words);
}

std::string bash_completions(const CLI::App& app) {
  std::string text =
      "# bash completion of flopaudit, made by `flopaudit completions bash`\n_flopaudit() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\" words=\"\"\n"
      "  COMPREPLY=()\n  case \"$before\" in\n";
  for (const auto& [option, words] : words_of_options()) {
    text += "    " + option + ") mapfile -t COMPREPLY < <(compgen -W \"" + words + "\" -- \"$word\"); return ;;\n";
  }
  text += "  esac\n  case \"${COMP_WORDS[1]}\" in\n";
  for (const CLI::App* command : commands_of(app)) {
    text += "    " + command->get_name() + ") words=\"" + option_words(*command) + "\" ;;\n";
  }
  text += "  esac\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    mapfile -t COMPREPLY < <(compgen -W \"" +
          command_words(app) +
          "\" -- \"$word\"; compgen -f -- \"$word\")\n"
          "  elif [[ \"$word\" == -* ]]; then\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
          "  else\n    mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n  fi\n}\n"
          "complete -o filenames -F _flopaudit flopaudit\n";
  return text;
}

// A text in single quotes, for zsh and fish.
std::string quoted(const std::string& text, const char* quote) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'')
      result += quote;
    else
      result += c;
  }
  return result + "'";
}

// Brackets and colons end parts of a specification.
std::string zsh_text(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string zsh_option(const CLI::Option& option) {
  std::string lines;
  for (const std::string& name : names_of(option)) {
    std::string specification = name + "[" + zsh_text(option.get_description()) + "]";
    if (!is_flag(option)) {
      const std::string words = words_of(name);
      specification += ":" + zsh_text(option.get_type_name()) + ":" + (words.empty() ? "_files" : "(" + words + ")");
    }
    lines += " \\\n        " + quoted("*" + specification, "'\\''");
  }
  return lines;
}

std::string zsh_completions(const CLI::App& app) {
  std::string text =
      "#compdef flopaudit\n# zsh completion of flopaudit, made by `flopaudit completions zsh`\n"
      "_flopaudit() {\n  local -a commands\n  commands=(\n";
  for (const CLI::App* command : commands_of(app)) {
    text += "    " + quoted(command->get_name() + ":" + zsh_text(command->get_description()), "'\\''") + "\n";
  }
  text +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    _files\n    return\n  fi\n"
      "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n";
  for (const CLI::App* command : commands_of(app)) {
    text += "    " + command->get_name() + ")\n      _arguments";
    for (const CLI::Option* option : options_of(*command)) text += zsh_option(*option);
    text += " \\\n        '*:file:_files'\n      ;;\n";
  }
  return text + "    *) _files ;;\n  esac\n}\n_flopaudit \"$@\"\n";
}

std::string fish_completions(const CLI::App& app) {
  std::string text = "# fish completion of flopaudit, made by `flopaudit completions fish`\n";
  for (const CLI::App* command : commands_of(app)) {
    text += "complete -c flopaudit -n __fish_use_subcommand -a " + command->get_name() + " -d " +
            quoted(command->get_description(), "\\'") + "\n";
    for (const CLI::Option* option : options_of(*command)) {
      std::string line = "complete -c flopaudit -n '__fish_seen_subcommand_from " + command->get_name() + "'";
      for (const std::string& name : option->get_snames()) line += " -s " + name;
      for (const std::string& name : option->get_lnames()) line += " -l " + name;
      const std::string words = option->get_lnames().empty() ? "" : words_of("--" + option->get_lnames().front());
      if (!is_flag(*option)) line += words.empty() ? " -r" : " -x -a " + quoted(words, "\\'");
      text += line + " -d " + quoted(option->get_description(), "\\'") + "\n";
    }
  }
  return text;
}

}  // namespace

std::string manual_page(const CLI::App& app) {
  std::string text =
      ".TH FLOPAUDIT 1 \"\" \"flopaudit " + std::string(kVersion) + "\" \"User Commands\"\n.SH NAME\n" +
      roff("flopaudit - every FLOP of a TorchScript model counted twice, once from the graph, once by the counters") +
      "\n.SH SYNOPSIS\n" + bold("flopaudit") + " " + italic("COMMAND") + " [" + italic("OPTION") + "]... " +
      italic("FILE") + "...\n.br\n" + bold("flopaudit") + " " + italic("MODEL.pt") + " is " +
      bold("flopaudit analyze") + " " + italic("MODEL.pt") + "\n.SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app)) text += command_section(*command);
  return text + examples_section() + kEnd;
}

Result<std::string> completions(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash_completions(app);
  if (shell == "zsh") return zsh_completions(app);
  if (shell == "fish") return fish_completions(app);
  return usage_error("completions " + shell + ": expected bash, zsh or fish");
}

}  // namespace flopaudit
