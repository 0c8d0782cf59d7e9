// Programs for the tests of the page, as IR text: one as large as a page must bear, one with names that mean harm.

const head = (file, method = "forward") => `flopaudit.ir/1
program file=${JSON.stringify(file)} kind="scripted" method="${method}" libtorch="2.13.0" parameters=0 parameter_bytes=0

object "" class="__torch__.Net" module {
}

`;

// The IR of a test of DOT, which has no object for the model.
export const withModel = (text) => text.replace(/^graph /m, 'object "" class="__torch__.Net" module {\n}\n\ngraph ');

// A residual network of `nodes` ops: stages of blocks of layers, as real ones are.
export function largeProgram(nodes) {
  const lines = [];
  let value = "x", shortcut = "x";
  const parameters = [];
  for (let i = 0; i < nodes; ++i) {
    const block = Math.floor(i / 10);
    const module = `stage${Math.floor(i / 500)}.${block % 50}`;
    const place = `"network.py":${100 + (i % 400)}`;
    const next = `v${i}`;
    if (i % 10 === 9) {
      lines.push(`  n${i}: %${next}: Tensor {f32[1,16,32,32]} = aten::add.Tensor(%${value}, %${shortcut}, 1) in "${module}" at ${place}`);
      shortcut = next;
    } else if (i % 3 === 0) {
      parameters.push(`  parameter "${module}.conv${i % 10}.weight": Tensor {f32[16,16,3,3]}`);
      lines.push(`  n${i}: %${next}: Tensor {f32[1,16,32,32]} = aten::conv2d(%${value}, param "${module}.conv${i % 10}.weight", none: Optional[Tensor], [1, 1]: List[int], [1, 1]: List[int], [1, 1]: List[int], 1) in "${module}.conv${i % 10}" at ${place}`);
    } else {
      lines.push(`  n${i}: %${next}: Tensor {f32[1,16,32,32]} = aten::relu(%${value}) in "${module}.act${i % 10}" at ${place}`);
    }
    value = next;
  }
  return `${head("large.pt")}graph "__torch__.Net.forward"(%self: __torch__.Net {object("")}, %x: Tensor {f32[1,16,32,32]}) -> (Tensor) {
${parameters.join("\n")}
${lines.join("\n")}
  return (%${value})
}
`;
}

export const hostileNames = [
  `</script><script>window.harmed = 1</script>`,
  `<img src=x onerror='window.harmed = 2'>`,
  `<!-- <script>`,
  `"onmouseover="window.harmed = 3`,
  `https:/${"/"}example.invalid/\u2028`,
  "__proto__",
];

// Modules, sources and the file itself under such names.
export function hostileProgram() {
  const lines = hostileNames.map((name, i) => `  n${i}: %v${i}: Tensor {f32[1,8]} = aten::tanh(%${i === 0 ? "x" : `v${i - 1}`}) in ${JSON.stringify(name)} at ${JSON.stringify(name)}:${i + 1}`);
  return `${head(hostileNames[0])}graph "f"(%self: __torch__.Net {object("")}, %x: Tensor {f32[1,8]}) -> (Tensor) {
${lines.join("\n")}
  return (%v${hostileNames.length - 1})
}
`;
}
