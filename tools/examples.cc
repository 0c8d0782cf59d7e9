#include "tools/examples.h"

namespace flopaudit {

// The files are those that a reader would have: model.pt with its weights, run.json made by measure, and so on.
const std::vector<Example>& all_examples() {
  static const std::vector<Example> all = {
      {"analyze", "analyze model.pt --input 'f32[1,3,224,224]'", "what the model costs"},
      {"analyze", "analyze model.pt --input 'f32[N,3,H,W]'", "the same as a formula"},
      {"analyze", "analyze model.pt --input 'f32[N,3,H,W]' --at N=8,H=224,W=224", "the formula at these sizes"},
      {"analyze", "analyze model.pt --input 'f32[1,3,224,224]' --by source --top 10", "the lines that cost most"},
      {"analyze", "analyze model.pt --input 'f32[1,3,224,224]' --convention fvcore --convention thop-2",
       "as other tools count"},
      {"analyze", "analyze model.pt --input 'f32[1,3,224,224]' --format json -o report.json",
       "for programs, and for diff and check"},
      {"analyze", "analyze model.pt --input 'f32[1,3,224,224]' --cite", "the sentence for a paper"},
      {"analyze", "analyze model.pt --input 'f32[N,3,224,224]' --sweep N=1..64:x2", "the cost over a size, a row each"},
      {"analyze", "analyze model.pt --input 'f32[N,3,224,224]' --sweep N=1..64:x2 --format svg -o sweep.svg",
       "the same as a plot"},
      {"measure", "measure model.pt --input 'f32[1,3,224,224]' -o run.json",
       "runs it under a counter, keeps what was read"},
      {"report", "report run.json", "annotated against expected against measured"},
      {"report", "report run.json --by module --depth 1", "by module"},
      {"report", "report report.json --format md", "a report, printed another way"},
      {"audit", "audit model.pt --input 'f32[1,3,224,224]'", "analyze, measure and report in one"},
      {"audit", "audit model.pt --input 'f32[1,3,224,224]' --dtype f64 --record run.json --dot graph.dot",
       "in double precision; keeps record and graph"},
      {"diff", "diff old.pt new.pt --input 'f32[1,3,224,224]'", "what changed between two models"},
      {"diff", "diff report.json report.json", "between two reports; exit 0, as nothing did"},
      {"check", "check model.pt budget.txt --input 'f32[1,3,224,224]' --update",
       "writes the present figures as the budget"},
      {"check", "check model.pt budget.txt --input 'f32[1,3,224,224]'", "exit 1 when the model costs more"},
      {"counters", "counters", "what this machine can count"},
      {"list", "list conventions", "what each convention counts"},
      {"list", "list ops --format csv", "every op that has a rule"},
      {"list", "list ops --format html -o ops.html", "the same in a page that sorts and filters"},
      {"methods", "methods model.pt", "methods, modules, parameters"},
      {"validate", "validate --list", "the ops that can be validated, and what is drawn for each"},
      {"validate", "validate aten::relu --draws 2", "expected counts against measured ones at drawn shapes"},
      {"completions", "completions bash", "for ~/.local/share/bash-completion/completions/flopaudit"},
      {"man", "man", "the manual page, in roff"},
  };
  return all;
}

std::string examples_text(std::string_view command) {
  std::string text;
  for (const Example& example : all_examples()) {
    if (example.command != command) continue;
    text += std::string(text.empty() ? "Examples:\n" : "") + "  flopaudit " + example.arguments + "\n      " +
            example.what + "\n";
  }
  return text;
}

}  // namespace flopaudit
