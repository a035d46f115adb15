// The live plane: what the reader moves is scored and painted at the next frame, the newest wins.
// Python hears of it when the reader lets go: { proposal: { slot, A, B, locks } }, where A and B
// have weights (key -> number) and cuts (grid -> axis -> numbers), only what is not in force.

import { NOWHERE, health, inForce, maturity, place, read } from "./block.js";
import { crossed, plane } from "./plane.js";
import { panel } from "./panel.js";
import { families, sharesOf, shifted, weightsOf } from "./shares.js";
import { count, make, money } from "./words.js";

const GLIDE = 260; // milliseconds that a jump takes
const STEPS = 100; // that can be undone
const APART = 1; // points between two cuts, and between a cut and the edge

export default function ({ data, parentElement, setStateValue }) {
  const live = (parentElement.live ??= start(parentElement));
  live.take(data, (proposal) => setStateValue("proposal", proposal));
}

function start(parent) {
  const home = parent.querySelector(".live"), host = parent.host ?? parent;
  const open = new Set(), history = { back: [], forth: [], by: "", when: 0 };
  let block = null, chart = null, controls = null, all = [], state = null, shares = null, base = null;
  let then = null, now = null, at = null, from = null, tellers = {};
  let send = () => {}, told = "", held = false, pending = 0, stale = false, glideFrom = 0, committed = "", grounded = "";
  const headline = make("div", { className: "headline" });
  headline.setAttribute("aria-live", "polite");

  /** What Python gives: at the start, and again whenever the page runs anew. */
  function take(bytes, sender) {
    send = sender;
    const given = read(bytes);
    const fresh = !block || !same(inPlay(given.rules), inPlay(block.rules));
    if (block?.content === given.content && !fresh) return repaint();
    block = given;
    all = families(block.rules);
    if (fresh) {
      state = structuredClone(block.proposal);
      committed = told = JSON.stringify(state);
      history.back.length = history.forth.length = 0;
    }
    build();
  }

  function build() {
    const cutNow = (axis, n) => cutsNow()[axis][n], shareNow = (family, n) => shares[family.key][n];
    chart = plane(block, { cut: moveCut, cutNow });
    controls = panel(block, all, open,
      { share: moveShare, now: shareNow, lock, preset, slot, undo, redo, cut: moveCut, cutNow, commit });
    home.replaceChildren(make("div", { className: "stage" }, headline, chart.root), controls.root);
    const empty = () => ({ cmi: new Float64Array(block.rows), chs: new Float64Array(block.rows), place: new Uint8Array(block.rows) });
    [then, now] = [empty(), empty()];
    at = empty();
    from = null;
    scored(inForce(block.rules), block.rules.cuts[block.grid], then);
    tellers.then = tally(then);
    load();
    tellers.watch?.disconnect();
    tellers.watch = new ResizeObserver(repaint);
    tellers.watch.observe(chart.root);
    refresh(false);
  }

  /** Scores and places into `out`; an axis whose weights are the same is left as it is. */
  function scored(weights, cuts, out) {
    const of = (parts) => String(parts.map(({ key }) => weights[key]));
    const { characteristics, groups } = block.rules;
    const by = {
      cmi: of([...characteristics, ...characteristics.flatMap((c) => c.parts)]),
      chs: of(groups.flatMap((group) => group.parts)),
    };
    if (out.by?.cmi !== by.cmi) maturity(block, weights, out.cmi);
    if (out.by?.chs !== by.chs) health(block, weights, out.chs);
    place(block, cuts, out.cmi, out.chs, out.place);
    out.by = by;
  }

  const mine = () => state[state.slot];
  const cutsNow = () => mine().cuts[block.grid] ?? block.rules.cuts[block.grid];
  const load = () => (shares = sharesOf(all, mine().weights));

  /** Something is another way: score and paint it at the next frame. */
  function refresh(glide) {
    stale = true;
    if (glide && at && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      from = { cmi: at.cmi.slice(), chs: at.chs.slice() };
      glideFrom = performance.now();
    } else if (!glide) from = null;
    ask();
  }

  function ask() {
    pending ||= requestAnimationFrame(frame);
  }

  function frame() {
    pending = 0;
    if (stale) {
      stale = false;
      const cuts = cutsNow();
      scored({ ...inForce(block.rules), ...mine().weights }, cuts, now);
      if (JSON.stringify(cuts) !== grounded) repaintGround(cuts);
      announce();
      const { back, forth } = history;
      controls.show({ shares, locks: state.locks, cuts, slot: state.slot, preset: chosen(), canUndo: back.length, canRedo: forth.length });
    }
    const part = from ? Math.min((performance.now() - glideFrom) / GLIDE, 1) : 1;
    if (part < 1) {
      between(from.cmi, now.cmi, at.cmi, part);
      between(from.chs, now.chs, at.chs, part);
      ask();
    } else {
      from = null;
      at.cmi.set(now.cmi);
      at.chs.set(now.chs);
    }
    chart.drawMarks(now, then, at);
    host.dispatchEvent(new CustomEvent("painted"));
  }

  function between(start, end, out, part) {
    const eased = 1 - (1 - part) ** 3;
    for (let i = 0; i < out.length; i++) {
      const first = start[i] === start[i] ? start[i] : end[i];
      out[i] = first + (end[i] - first) * eased;
    }
  }

  function repaintGround(cuts) {
    chart.drawGround(cuts);
    grounded = JSON.stringify(cuts);
  }

  function repaint() {
    chart.theme(isDark(host));
    chart.fit();
    repaintGround(cutsNow());
    if (stale) return ask();
    chart.drawMarks(now, then, at);
  }

  function tally(of) {
    const found = block.rules.scenarios.map(() => ({ customers: 0, arr: 0, known: false }));
    for (let i = 0; i < block.rows; i++) {
      if (of.place[i] === NOWHERE) continue;
      const cell = found[of.place[i]], arr = block.arr[i];
      cell.customers++;
      if (arr === arr) {
        cell.arr += arr;
        cell.known = true;
      }
    }
    return found;
  }

  function announce() {
    const cells = tally(now);
    let moved = 0, worth = 0, known = false;
    for (let i = 0; i < block.rows; i++) {
      if (now.place[i] === then.place[i]) continue;
      moved++;
      const arr = block.arr[i];
      if (arr === arr) [worth, known] = [worth + arr, true];
    }
    cells.forEach((cell, s) => chart.say(s, {
      customers: cell.customers,
      arr: cell.known ? money(cell.arr, block.currency) : "",
      more: cell.customers - tellers.then[s].customers,
    }));
    const scoredNow = cells.reduce((sum, cell) => sum + cell.customers, 0);
    const changed = Object.keys(mine().weights).length || mine().cuts[block.grid];
    const words = !scoredNow ? "Nobody has both scores under these weights."
      : moved ? `${count(moved, "customer")} ${moved === 1 ? "changes" : "change"} scenario${known ? `: ${money(worth, block.currency)} ARR` : ""}`
      : changed ? "Nobody changes scenario"
      : "Drag a weight, or a cut on the plane: everybody moves with it";
    if (headline.textContent !== words) headline.textContent = words;
    chart.describe(`Plane of maturity and health with ${count(scoredNow, "customer")}. ${words}.`);
  }

  // What the reader does

  function moveShare(family, n, value, glide) {
    const held = family.members.map((_, m) => state.locks.includes(`${family.key} ${m}`));
    const control = `${state.slot} ${family.key} ${n} ${held}`;
    if (base?.control !== control) base = { control, shares: [...shares[family.key]] };
    shares[family.key] = shifted(base.shares, n, value, held);
    mine().weights = weightsOf(all, shares);
    refresh(glide);
  }

  function moveCut(axis, n, value, last) {
    if (value !== null) {
      const cuts = structuredClone(cutsNow()), line = cuts[axis];
      const low = (n > 0 ? line[n - 1] : 0) + APART, high = (n < line.length - 1 ? line[n + 1] : 100) - APART;
      line[n] = Math.min(Math.max(Math.round(value * 10) / 10, low), high);
      if (same(cuts, block.rules.cuts[block.grid])) delete mine().cuts[block.grid];
      else mine().cuts[block.grid] = cuts;
      refresh(false);
    }
    if (last) commit(`cut ${axis} ${n}`);
  }

  function lock(family, n) {
    const key = `${family.key} ${n}`;
    state.locks = state.locks.includes(key) ? state.locks.filter((k) => k !== key) : [...state.locks, key];
    base = null;
    refresh(false);
    commit();
  }

  function preset({ weights, cuts }) {
    Object.assign(mine(), { weights: { ...weights }, cuts: structuredClone(cuts ?? mine().cuts) });
    jump();
  }

  function slot(chosenSlot) {
    state[chosenSlot] ??= structuredClone(mine());
    state.slot = chosenSlot;
    jump();
  }

  function jump() {
    base = null;
    load();
    refresh(true);
    commit();
  }

  const chosen = () => block.presets.find((p) => same(p.weights, mine().weights) && same(p.cuts ?? mine().cuts, mine().cuts));

  function undo() {
    back_to(history.back, history.forth);
  }

  function redo() {
    back_to(history.forth, history.back);
  }

  function back_to(here, there) {
    if (!here.length) return;
    there.push(committed);
    committed = here.pop();
    state = JSON.parse(committed);
    history.by = "";
    base = null;
    load();
    refresh(true);
    tell();
  }

  /** A step is done: it can be undone, and Python is told. Quick steps of one control are one. */
  function commit(by = "") {
    const text = JSON.stringify(state);
    if (text === committed) return;
    const again = by && by === history.by && performance.now() - history.when < 800;
    if (!again) history.back.push(committed);
    if (history.back.length > STEPS) history.back.shift();
    history.forth.length = 0;
    Object.assign(history, { by, when: performance.now() });
    committed = text;
    stale = true; // the buttons that undo
    ask();
    tell();
  }

  /** Never later than what the reader does: the page may be another one by then. */
  function tell() {
    if (held || committed === told) return;
    told = committed;
    send(JSON.parse(committed));
  }

  function released() {
    held = false;
    tell();
  }

  home.addEventListener("keyup", released);
  home.addEventListener("focusout", released);
  home.addEventListener("keydown", (event) => {
    held = event.target.tagName !== "BUTTON"; // a key that is held down is one step
    if (!(event.ctrlKey || event.metaKey) || event.target.type === "text") return;
    const what = { z: event.shiftKey ? redo : undo, Z: redo, y: redo }[event.key];
    if (what) event.preventDefault();
    what?.();
  });

  return { take };
}

/** What a proposal is a change of, whatever the grid. */
function inPlay({ characteristics, groups, cuts, minimum }) {
  return [characteristics, groups, cuts, minimum];
}

/** Whether two values say the same, whatever the order of their keys. */
function same(one, other) {
  const sorted = (_, value) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

function isDark(element) {
  const paper = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  const [r, g, b] = paper.startsWith("#")
    ? [1, 3, 5].map((n) => parseInt(paper.slice(n, n + 2), 16))
    : (paper.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  return r * 0.3 + g * 0.6 + b * 0.1 < 128;
}
