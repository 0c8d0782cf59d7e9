// Colour scales that keep their order for the colour-blind; the corners are those of the DOT drawing.

const fromZero = [[255, 255, 229], [254, 217, 118], [253, 141, 60], [227, 26, 28], [128, 0, 38]];
const aroundZero = [[5, 80, 174], [116, 173, 224], [246, 248, 250], [240, 164, 76], [149, 61, 0]];

function along(corners, place) {
  const at = Math.min(Math.max(place, 0), 1) * (corners.length - 1);
  const low = Math.min(Math.floor(at), corners.length - 2);
  return corners[low].map((from, i) => Math.round(from + (corners[low + 1][i] - from) * (at - low)));
}

function paint(rgb) {
  const bright = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
  return { fill: `rgb(${rgb.join(",")})`, text: bright < 130 ? "#ffffff" : "#1f2328" };
}

// 0 to 1: nothing to most.
export const heat = (share) => paint(along(fromZero, share));
// Measured over annotated: 1 is neutral, a quarter apart is as far as the scale goes.
export const discrepancy = (quotient) => paint(along(aroundZero, (quotient - 1) / 0.25 / 2 + 0.5));
export const heatSteps = [0, 0.25, 0.5, 0.75, 1].map((share) => heat(share).fill);
export const discrepancySteps = [0.75, 0.875, 1, 1.125, 1.25].map((quotient) => discrepancy(quotient).fill);

// Kinds of op, the heaviest first: Okabe and Ito's palette, then grey for all others.
const palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c7a00"];
export function kindColors(kinds) {
  const colors = new Map(kinds.slice(0, palette.length).map((kind, i) => [kind, palette[i]]));
  return (kind) => colors.get(kind) ?? "#8c959f";
}
