// The weights of a family as shares of 100 %: what one gains, the others lose.
// A family is those who share: the characteristics, the factors of one, the groups, the drivers
// of one. A share is a multiple of 0.1, except where it is still as in force.

const STEP = 10; // steps in one point
const NEAR = 1e-7;

/** The families of a methodology, each with the total of its weights and its shares in force. */
export function families(rules) {
  const under = (parts) => parts.map((part) => ({
    key: part.key, name: part.name, hint: part.hint,
    weight: part.parts && !("weight" in part) ? total(part.parts) : part.weight,
  }));
  const family = (key, parts, parent) => {
    const members = under(parts), sum = total(members);
    const shares = members.map(({ weight }) => (sum > 0 ? (100 * weight) / sum : 100 / members.length));
    return { key, members, total: sum, inForce: shares, parent };
  };
  return [
    family("characteristics", rules.characteristics),
    ...rules.characteristics.map((c) => family(`of ${c.key}`, c.parts, "characteristics")),
    family("groups", rules.groups),
    ...rules.groups.map((g) => family(`in ${g.key}`, g.parts, "groups")),
  ];
}

/** Family -> shares, from the weights that a proposal changes (key -> weight). */
export function sharesOf(all, weights) {
  const shares = {};
  for (const family of all) {
    const inside = (key) => all.find((other) => other.key === `in ${key}`);
    const now = family.members.map(({ key, weight }) =>
      family.key === "groups"
        ? inside(key).members.reduce((sum, m) => sum + (weights[m.key] ?? m.weight), 0)
        : weights[key] ?? weight);
    const sum = now.reduce((a, b) => a + b, 0);
    shares[family.key] = sum > 0 ? now.map((weight, n) => tidy((100 * weight) / sum, family.inForce[n]))
      : [...family.inForce];
  }
  return shares;
}

/** The weights that shares change (key -> weight), {} where all is as in force. */
export function weightsOf(all, shares) {
  const weights = {};
  const groups = all.find((family) => family.key === "groups");
  const moved = (family) => shares[family.key].some((s, n) => Math.abs(s - family.inForce[n]) > NEAR);
  for (const family of all) {
    if (family === groups) continue;
    const group = groups.members.findIndex(({ key }) => family.key === `in ${key}`);
    const whole = group < 0 ? family.total : (groups.total * shares.groups[group]) / 100;
    if (moved(family) || (group >= 0 && moved(groups)))
      family.members.forEach(({ key }, n) => (weights[key] = undusted((whole * shares[family.key][n]) / 100)));
  }
  return weights;
}

/** The shares with member `n` at `value`; who is not locked shares the rest as in `base`. */
export function shifted(base, n, value, locked) {
  const free = base.map((_, m) => m).filter((m) => m !== n && !locked[m]);
  if (!free.length) return [...base];
  const held = base.reduce((sum, share, m) => sum + (locked[m] && m !== n ? share : 0), 0);
  const room = 100 - held;
  const own = Math.min(Math.max(step(value), 0), room);
  const before = free.reduce((sum, m) => sum + base[m], 0);
  const parts = free.map((m) => (before > 0 ? base[m] / before : 1 / free.length));
  const shares = [...base];
  shares[n] = own;
  spread(room - own, parts).forEach((share, f) => (shares[free[f]] = share));
  return shares;
}

/** `whole` in parts that are multiples of 0.1, but for what the largest takes up. */
function spread(whole, parts) {
  const shares = parts.map((part) => Math.floor(whole * part * STEP + NEAR) / STEP);
  const byLoss = parts.map((_, n) => n)
    .sort((a, b) => (whole * parts[b] - shares[b]) - (whole * parts[a] - shares[a]) || a - b);
  let left = Math.floor((whole - shares.reduce((a, b) => a + b, 0)) * STEP + NEAR);
  for (const n of byLoss) if (left-- > 0) shares[n] = step(shares[n] + 1 / STEP);
  const largest = shares.indexOf(Math.max(...shares));
  const rest = shares.reduce((sum, share, n) => sum + (n === largest ? 0 : share), 0);
  shares[largest] = tidy(whole - rest);
  return shares;
}

/** A share without the dust of floating point. */
function tidy(share, inForce = share) {
  if (Math.abs(share - inForce) < NEAR) return inForce;
  return Math.abs(share - step(share)) < NEAR ? step(share) : share;
}

function undusted(weight) {
  return Number(weight.toPrecision(12));
}

function step(share) {
  return Math.round(share * STEP) / STEP;
}

function total(parts) {
  return parts.reduce((sum, { weight }) => sum + weight, 0);
}
