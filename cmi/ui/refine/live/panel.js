// The controls beside the plane: presets, A and B, undo, a slider for each weight, the cuts.

import { make, percent } from "./words.js";

const ICONS = {
  open: "M7 10V7a5 5 0 0 1 9.6-2M5 10h14v10H5z",
  lock: "M7 10V7a5 5 0 0 1 10 0v3M5 10h14v10H5z",
  undo: "M9 14 4 9l5-5M4 9h9a6 6 0 0 1 0 12h-3",
  redo: "M15 14l5-5-5-5M20 9h-9a6 6 0 0 0 0 12h3",
  more: "M9 5l7 7-7 7",
};
const KEYS = {
  ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -100, End: 100,
};
const AXES = { cmi: "Maturity", chs: "Health" };

export function panel(block, families, open, on) {
  const rows = new Map();
  const of = (key) => families.find((family) => family.key === key);
  const presets = block.presets.map((preset) => {
    const button = make("button", { className: "pill", title: preset.hint }, preset.name);
    button.onclick = () => on.preset(preset);
    return { button, preset };
  });
  const slots = ["A", "B"].map((slot) => {
    const button = make("button", { className: "pill slot", title: `Proposal ${slot}: switch to compare` }, slot);
    button.onclick = () => on.slot(slot);
    return button;
  });
  const undo = tool("undo", "Undo", on.undo), redo = tool("redo", "Redo", on.redo);
  const cuts = ["cmi", "chs"].flatMap((axis) =>
    block.rules.cuts[block.grid][axis].map((_, n) => cutField(block, axis, n, on)));
  const root = make("div", { className: "panel" },
    make("div", { className: "tools" }, ...presets.map((p) => p.button), make("span", { className: "stretch" }),
      make("span", { className: "slots" }, ...slots), undo, redo),
    ...section("Maturity (CMI) is made of", of("characteristics")),
    ...section("Health (CHS) is made of", of("groups")),
    make("h4", {}, "The plane is cut at"),
    make("div", { className: "cuts" }, ...["cmi", "chs"].map((axis) =>
      make("span", {}, AXES[axis], ...cuts.filter((c) => c.axis === axis).map((c) => c.field)))));

  function section(words, family) {
    const inner = family.key === "groups" ? "in" : "of";
    return [make("h4", {}, words), ...family.members.flatMap((member, n) => {
      const within = of(`${inner} ${member.key}`);
      const line = row(family, n, within.members.length > 1 || within.members[0].name !== member.name);
      const nested = make("div", { className: "nested", hidden: !open.has(within.key) },
        ...within.members.map((_, m) => row(within, m).root));
      line.more?.setAttribute("aria-expanded", String(!nested.hidden));
      if (line.more) line.more.onclick = () => {
        nested.hidden = !nested.hidden;
        open[nested.hidden ? "delete" : "add"](within.key);
        line.more.setAttribute("aria-expanded", String(!nested.hidden));
      };
      return [line.root, nested];
    })];
  }

  function row(family, n, opens = false) {
    const { name, hint } = family.members[n];
    const slider = make("input", { type: "range", min: "0", max: "100", step: "0.1", title: hint });
    const number = make("input", { type: "text", inputMode: "decimal", className: "number" });
    const was = make("span", { className: "was" });
    const lock = tool("open", `Hold ${name}`, () => on.lock(family, n));
    const more = opens ? tool("more", `What ${name} is made of`) : null;
    slider.setAttribute("aria-label", `${name}, share in %`);
    number.setAttribute("aria-label", `${name}, share in %, as a number`);
    slider.style.setProperty("--f", family.inForce[n] / 100);
    slider.oninput = () => on.share(family, n, Math.round(slider.value * 2) / 2, false);
    slider.onchange = () => on.commit();
    slider.onkeydown = (event) => {
      const by = KEYS[event.key];
      if (!by) return;
      event.preventDefault();
      on.share(family, n, on.now(family, n) + (event.shiftKey ? by / 10 : by), Math.abs(by) > 1);
      on.commit(`${family.key} ${n}`);
    };
    typed(number, () => on.now(family, n), (value) => (on.share(family, n, value, true), on.commit()));
    const title = make("span", { className: "name", title: hint }, name);
    const root = make("div", { className: `row ${family.parent ? "inner" : ""}` },
      more ?? make("span", { className: "tool" }), title, was, number, make("span", { className: "unit" }, "%"), lock, slider);
    const found = { root, slider, number, lock, was, more, share: NaN, held: null };
    rows.set(`${family.key} ${n}`, found);
    return found;
  }

  /** Put everything as it is; only what changed is touched. */
  function show({ shares, locks, cuts: placed, slot, preset, canUndo, canRedo }) {
    for (const family of families)
      shares[family.key].forEach((share, n) => set(rows.get(`${family.key} ${n}`), share, family, n, locks));
    for (const field of cuts) field.to(placed[field.axis][field.n]);
    slots.forEach((button, n) => button.setAttribute("aria-pressed", String("AB"[n] === slot)));
    for (const p of presets) p.button.setAttribute("aria-pressed", String(p.preset === preset));
    undo.disabled = !canUndo;
    redo.disabled = !canRedo;
  }

  function set(found, share, family, n, locks) {
    const held = locks.includes(`${family.key} ${n}`);
    if (found.share !== share) {
      found.share = share;
      found.slider.value = share;
      found.slider.style.setProperty("--v", share / 100);
      if (found.number !== found.number.getRootNode().activeElement) found.number.value = percent(share);
      const more = share - family.inForce[n];
      found.was.textContent = Math.abs(more) < 0.05 ? "" : `${more > 0 ? "+" : "−"}${percent(Math.abs(more))}`;
    }
    if (found.held === held) return;
    found.held = held;
    const alone = family.members.length === 1;
    found.slider.disabled = found.number.disabled = held || alone;
    found.lock.hidden = alone;
    found.lock.setAttribute("aria-pressed", String(held));
    found.lock.replaceChildren(icon(held ? "lock" : "open"));
  }

  return { root, show };
}

function cutField(block, axis, n, on) {
  const which = block.grid === "3x3" ? [" low", " high"][n] : "";
  const field = make("input", { type: "text", inputMode: "decimal", className: "number" });
  field.setAttribute("aria-label", `${AXES[axis]} cut${which}, as a number`);
  typed(field, () => on.cutNow(axis, n), (value) => on.cut(axis, n, value, true));
  const to = (cut) => {
    if (field !== field.getRootNode().activeElement) field.value = percent(cut);
  };
  return { axis, n, to, field };
}

/** A field for a number: Enter or leaving it says it, Escape and what is no number take it back. */
function typed(field, now, say) {
  const back = () => (field.value = percent(now()));
  field.onfocus = () => field.select();
  field.onblur = () => {
    const value = Number(field.value.replace(",", ".").replace("%", "").trim() || NaN);
    if (Number.isFinite(value) && percent(value) !== percent(now())) say(value);
    back();
  };
  field.onkeydown = (event) => {
    if (event.key === "Escape") back();
    if (event.key === "Escape" || event.key === "Enter") field.blur();
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    say(now() + by);
    requestAnimationFrame(back); // once it is scored
  };
}

function tool(name, words, press) {
  const button = make("button", { className: "tool", title: words, onclick: press ?? null }, icon(name));
  button.setAttribute("aria-label", words);
  return button;
}

function icon(name) {
  const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
