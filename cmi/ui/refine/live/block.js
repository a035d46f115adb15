// The block that Python made (see block.py), and the scores made of it.
// The rule is that of cmi/scoring.py and cmi/scenarios.py: tests hold both to 1e-9.

export const NOWHERE = 255; // the place of who is not scored

const HALF = 2 ** 52; // adding and taking it away rounds to whole numbers, halves to even ones
const KINDS = { f8: Float64Array, u1: Uint8Array, u2: Uint16Array };

export function read(bytes) {
  const copy = bytes.slice().buffer; // so that it begins on a multiple of eight
  const length = Number(new DataView(copy).getBigUint64(0, true));
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(copy, 8, length)));
  const array = ({ at, of, kind }) => new KINDS[kind](copy, 8 + length + at, of);
  const column = (name) => {
    const { codes, values } = head.columns[name];
    const found = array(values);
    return codes ? Float64Array.from(array(codes), (code) => found[code]) : found;
  };
  const points = {};
  for (const part of parts(head.rules)) points[part.key] = column(part.key);
  return { ...head, points, arr: column("arr"), kind: Uint16Array.from(column("kind")) };
}

/** Every factor and driver, in order. */
export function parts(rules) {
  return [...rules.characteristics, ...rules.groups].flatMap((family) => family.parts);
}

/** A key -> weight for each characteristic, factor and driver in force. */
export function inForce(rules) {
  const all = [...rules.characteristics, ...parts(rules)];
  return Object.fromEntries(all.map(({ key, weight }) => [key, weight]));
}

/** CMI of every customer into `out`, NaN where too little is known. */
export function maturity(block, weights, out) {
  const least = round(block.rules.minimum);
  const kinds = block.kinds.map((kind) => {
    const of = { ...weights, ...kind.weights };
    return block.rules.characteristics.map(({ key, parts }) => {
      const each = Float64Array.from(parts, (part) => of[part.key]);
      return { weight: of[key], each, total: each.reduce((a, b) => a + b, 0) };
    });
  });
  const totals = kinds.map((sides) => sides.reduce((sum, side) => sum + side.weight, 0));
  const columns = block.rules.characteristics.map((c) => c.parts.map((p) => block.points[p.key]));
  for (let i = 0; i < block.rows; i++) {
    const kind = block.kind[i], sides = kinds[kind];
    let sum = 0, seen = 0, known = 0;
    for (let c = 0; c < sides.length; c++) {
      const side = sides[c], of = columns[c];
      let some = 0, answered = 0;
      for (let f = 0; f < of.length; f++) {
        const value = of[f][i];
        if (value === value) {
          some += value * side.each[f];
          answered += side.each[f];
        }
      }
      if (side.total > 0) known += (answered / side.total) * side.weight;
      if (answered > 0) {
        sum += clip(some / answered) * side.weight;
        seen += side.weight;
      }
    }
    const covered = totals[kind] > 0 ? known / totals[kind] : 0;
    out[i] = seen > 0 && round(covered) >= least ? clip(sum / seen) : NaN;
  }
}

/** CHS of every customer into `out`, NaN where too little is known. */
export function health(block, weights, out) {
  const least = round(block.rules.minimum);
  const drivers = block.rules.groups.flatMap((group) => group.parts);
  const columns = drivers.map((driver) => block.points[driver.key]);
  const kinds = block.kinds.map((kind) => {
    const of = { ...weights, ...kind.weights };
    return Float64Array.from(drivers, (driver) => of[driver.key]);
  });
  const totals = kinds.map((each) => each.reduce((a, b) => a + b, 0));
  for (let i = 0; i < block.rows; i++) {
    const kind = block.kind[i], each = kinds[kind];
    let sum = 0, seen = 0;
    for (let d = 0; d < columns.length; d++) {
      const value = columns[d][i];
      if (value === value) {
        sum += value * each[d];
        seen += each[d];
      }
    }
    const covered = totals[kind] > 0 ? seen / totals[kind] : 0;
    out[i] = seen > 0 && round(covered) >= least ? clip(sum / seen) : NaN;
  }
}

/** The number of each customer's scenario into `out`; a score equal to a cut is above it. */
export function place(block, cuts, cmi, chs, out) {
  const bands = cuts.cmi.length + 1;
  const cells = new Uint8Array(bands * bands);
  block.rules.scenarios.forEach(({ column, row }, s) => (cells[row * bands + column] = s));
  const kinds = block.kinds.map((kind) => ({
    cmi: (kind.cuts.cmi ?? cuts.cmi).map(decimal),
    chs: (kind.cuts.chs ?? cuts.chs).map(decimal),
  }));
  for (let i = 0; i < block.rows; i++) {
    const x = cmi[i], y = chs[i], own = kinds[block.kind[i]];
    out[i] = x === x && y === y ? cells[band(y, own.chs) * bands + band(x, own.cmi)] : NOWHERE;
  }
}

function band(score, cuts) {
  const rounded = round(score);
  let above = 0;
  while (above < cuts.length && rounded >= cuts[above]) above++;
  return above;
}

/** To six decimals, as numpy rounds. */
function round(value) {
  return (value * 1e6 + HALF - HALF) / 1e6;
}

/** To six decimals, as Python rounds a number that somebody wrote. */
function decimal(value) {
  return Number(value.toFixed(6));
}

function clip(value) {
  return value < 0 ? 0 : value > 100 ? 100 : value;
}
