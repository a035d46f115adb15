// The plane on canvas, in the look of cmi/charts/plane.py: cells, cuts, marks, and the trails from
// where each customer stands under the methodology in force.

import { NOWHERE } from "./block.js";
import { count, make, money } from "./words.js";

const LEFT = 62, RIGHT = 38, TOP = 30, BOTTOM = 52;
const LOW = -3, HIGH = 103;
const MANY = 1500; // more customers than this are dots, with the largest as marks on top
const DRAWN = 150;
const SMALLEST = 8, LARGEST = 46, CROWD = 200; // diameters; more customers make marks smaller
const FONT = '"Source Sans", "Source Sans Pro", sans-serif';
const GRASP = 14; // pixels around a mark that still mean it
const LEAST = 2; // pixels that deserve a trail

export function plane(block, on) {
  const ground = make("canvas"), marks = make("canvas");
  const tip = make("div", { className: "tip", hidden: true }), ring = make("div", { className: "ring", hidden: true });
  const labels = block.rules.scenarios.map((scenario) => label(scenario, block.grid));
  const handles = ["cmi", "chs"].flatMap((axis) => block.rules.cuts[block.grid][axis].map((_, n) => handle(axis, n)));
  const root = make("div", { className: "plane" }, ground, marks, ...labels.map((l) => l.root),
    ...handles.flatMap((h) => [h.strip, h.knob]), ring, tip);
  marks.setAttribute("role", "img");
  const sizes = diameters(block), order = byRevenue(block);
  const many = block.rows > MANY;
  const drawn = many ? order.subarray(0, DRAWN) : order;
  const pixels = { x: new Float32Array(block.rows), y: new Float32Array(block.rows) };
  let width = 0, height = 0, scale = 1, look = block.looks.light, dark = false, image = null;
  let shown = null;

  const x = (score) => LEFT + ((score - LOW) / (HIGH - LOW)) * (width - LEFT - RIGHT);
  const y = (score) => height - BOTTOM - ((score - LOW) / (HIGH - LOW)) * (height - TOP - BOTTOM);
  const colour = (scenario) => (dark ? scenario.colour_dark : scenario.colour);

  function fit() {
    const box = root.getBoundingClientRect();
    width = Math.max(box.width, 320);
    height = Math.max(box.height, 240);
    scale = Math.min(window.devicePixelRatio || 1, 2);
    for (const canvas of [ground, marks]) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
    }
    image = null;
  }

  function theme(isDark) {
    dark = isDark;
    look = block.looks[dark ? "dark" : "light"];
    root.style.setProperty("--paper", look.paper);
    root.style.setProperty("--veil", look.veil);
    root.style.setProperty("--quiet", look.quiet);
  }

  function drawGround(cuts) {
    const pen = ground.getContext("2d");
    pen.clearRect(0, 0, width, height);
    const xs = [0, ...cuts.cmi, 100], ys = [0, ...cuts.chs, 100];
    block.rules.scenarios.forEach((scenario, s) => {
      const box = [xs[scenario.column], xs[scenario.column + 1], ys[scenario.row], ys[scenario.row + 1]];
      const [x0, x1, y0, y1] = [x(box[0]), x(box[1]), y(box[2]), y(box[3])];
      pen.globalAlpha = dark ? 0.14 : 0.1;
      pen.fillStyle = colour(scenario);
      pen.fillRect(x0, y1, x1 - x0, y0 - y1);
      labels[s].to(x0, x1, y0, y1, width, height);
    });
    pen.globalAlpha = 1;
    pen.strokeStyle = look.quiet;
    pen.setLineDash([1.5, 3]);
    pen.beginPath();
    for (const cut of cuts.cmi) line(pen, x(cut), y(HIGH), x(cut), y(LOW));
    for (const cut of cuts.chs) line(pen, x(LOW), y(cut), x(HIGH), y(cut));
    pen.stroke();
    pen.setLineDash([]);
    axes(pen);
    for (const h of handles) h.to(cuts[h.axis][h.n]);
  }

  function axes(pen) {
    pen.fillStyle = look.quiet;
    pen.font = `12px ${FONT}`;
    pen.textAlign = "center";
    for (const tick of [0, 25, 50, 75, 100]) pen.fillText(String(tick), x(tick), height - BOTTOM + 18);
    pen.textAlign = "right";
    for (const tick of [0, 25, 50, 75, 100]) pen.fillText(String(tick), LEFT - 8, y(tick) + 4);
    title(pen, ["ad hoc   ←   ", "Maturity (CMI)", "   →   managed"], (LEFT + width - RIGHT) / 2, height - 12);
    pen.save();
    pen.translate(16, (TOP + height - BOTTOM) / 2);
    pen.rotate(-Math.PI / 2);
    title(pen, ["struggling   ←   ", "Health (CHS)", "   →   thriving"], 0, 0);
    pen.restore();
  }

  function title(pen, words, middle, base) {
    const fonts = ["13px", "bold 13px", "13px"].map((f) => `${f} ${FONT}`);
    const widths = words.map((word, n) => ((pen.font = fonts[n]), pen.measureText(word).width));
    let at = middle - widths.reduce((a, b) => a + b, 0) / 2;
    pen.textAlign = "left";
    pen.fillStyle = look.ink;
    words.forEach((word, n) => {
      pen.font = fonts[n];
      pen.fillText(word, at, base);
      at += widths[n];
    });
  }

  /** `now` and `then` have cmi, chs, place; `at` has the cmi and chs where marks are drawn. */
  function drawMarks(now, then, at) {
    shown = { now, then, at };
    const pen = marks.getContext("2d");
    pen.clearRect(0, 0, width, height);
    const wide = (width - LEFT - RIGHT) / (HIGH - LOW), high = (height - TOP - BOTTOM) / (HIGH - LOW);
    const left = LEFT - LOW * wide, low = height - BOTTOM + LOW * high;
    for (let i = 0; i < block.rows; i++) {
      pixels.x[i] = left + at.cmi[i] * wide;
      pixels.y[i] = low - at.chs[i] * high;
    }
    if (many) dots(pen, now, then);
    trails(pen, now, then);
    for (let s = block.rules.scenarios.length - 1; s >= 0; s--) {
      const scenario = block.rules.scenarios[s], shape = SHAPES[scenario.symbol] ?? null;
      pen.fillStyle = colour(scenario);
      pen.strokeStyle = look.paper;
      pen.lineWidth = 1;
      each(pen, (i) => now.place[i] === s && outline(pen, shape, pixels.x[i], pixels.y[i], sizes[i] / 2), () => {
        pen.globalAlpha = 0.82;
        pen.fill();
        pen.globalAlpha = 1;
        pen.stroke();
      });
    }
    pen.strokeStyle = look.ink;
    pen.lineWidth = 1.6;
    const symbol = (i) => SHAPES[block.rules.scenarios[now.place[i]].symbol] ?? null;
    each(pen, (i) => crossed(now, then, i) &&
      outline(pen, symbol(i), pixels.x[i], pixels.y[i], sizes[i] / 2 + 1), () => pen.stroke());
  }

  /** A path for each of the drawn that has one: as fast as one path of all, and they overlap well. */
  function each(pen, trace, paint) {
    for (const i of drawn) {
      pen.beginPath();
      if (trace(i) !== false) paint();
    }
  }

  /** A tail from where it stands in force, stronger for who changes scenario. */
  function trails(pen, now, then) {
    for (const strong of [false, true]) {
      pen.fillStyle = strong ? look.ink : look.quiet;
      pen.globalAlpha = strong ? 0.4 : 0.28;
      each(pen, (i) => {
        if (now.place[i] === NOWHERE || then.place[i] === NOWHERE || crossed(now, then, i) !== strong) return false;
        const x0 = x(then.cmi[i]), y0 = y(then.chs[i]);
        const dx = pixels.x[i] - x0, dy = pixels.y[i] - y0, far = Math.hypot(dx, dy);
        if (far < LEAST) return false;
        const half = Math.min(sizes[i] / 4, 4), nx = (-dy / far) * half, ny = (dx / far) * half;
        pen.moveTo(x0, y0);
        pen.lineTo(pixels.x[i] + nx, pixels.y[i] + ny);
        pen.lineTo(pixels.x[i] - nx, pixels.y[i] - ny);
        return true;
      }, () => pen.fill());
    }
    pen.globalAlpha = 1;
  }

  /** Everybody as a dot: denser where many stand, and where somebody changes scenario. */
  function dots(pen, now, then) {
    const across = marks.width, down = marks.height;
    image ??= pen.createImageData(across, down);
    const buffer = new Uint32Array(image.data.buffer);
    buffer.fill(0);
    const colours = block.rules.scenarios.map((s) => abgr(colour(s)));
    const dense = block.rows > 30000;
    const faint = dense ? 36 : 110, strong = dense ? 150 : 220, side = Math.round((dense ? 2 : 3) * scale);
    for (let i = 0; i < block.rows; i++) {
      const place = now.place[i];
      if (place === NOWHERE) continue;
      const more = place === then.place[i] ? faint : strong;
      const px = (pixels.x[i] * scale - side / 2) | 0, py = (pixels.y[i] * scale - side / 2) | 0;
      for (let r = 0; r < side; r++) {
        const start = (py + r) * across + px;
        for (let c = 0; c < side; c++) {
          const deep = (buffer[start + c] >>> 24) + more;
          buffer[start + c] = colours[place] | ((deep > 230 ? 230 : deep) << 24);
        }
      }
    }
    pen.putImageData(image, 0, 0);
  }

  function handle(axis, n) {
    const name = `${axis === "cmi" ? "Maturity" : "Health"} cut${block.grid === "3x3" ? [" low", " high"][n] : ""}`;
    const knob = make("div", { className: `knob ${axis}`, tabIndex: 0, title: `${name}: drag, or use the arrow keys` });
    const strip = make("div", { className: `strip ${axis}` });
    knob.setAttribute("role", "slider");
    knob.setAttribute("aria-label", name);
    knob.setAttribute("aria-orientation", axis === "cmi" ? "horizontal" : "vertical");
    knob.setAttribute("aria-valuemin", "0");
    knob.setAttribute("aria-valuemax", "100");
    const at = (event) => {
      const box = root.getBoundingClientRect();
      const part = axis === "cmi"
        ? (event.clientX - box.left - LEFT) / (width - LEFT - RIGHT)
        : (height - BOTTOM - (event.clientY - box.top)) / (height - TOP - BOTTOM);
      return Math.round((LOW + part * (HIGH - LOW)) * 2) / 2;
    };
    for (const grip of [knob, strip]) {
      grip.addEventListener("pointerdown", (event) => {
        grip.setPointerCapture(event.pointerId);
        knob.focus();
        event.preventDefault();
      });
      grip.addEventListener("pointermove", (event) => {
        if (grip.hasPointerCapture(event.pointerId)) on.cut(axis, n, at(event), false);
      });
      grip.addEventListener("lostpointercapture", () => on.cut(axis, n, null, true));
    }
    knob.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
      if (!by) return;
      event.preventDefault();
      on.cut(axis, n, on.cutNow(axis, n) + by, true);
    });
    const to = (cut) => {
      knob.textContent = Number(cut.toFixed(1));
      knob.setAttribute("aria-valuenow", String(cut));
      const [left, top] = axis === "cmi" ? [x(cut), TOP - 14] : [width - RIGHT + 17, y(cut)];
      knob.style.transform = `translate(${left}px, ${top}px) translate(-50%, -50%)`;
      strip.style.transform = axis === "cmi" ? `translate(${x(cut) - 5}px, ${TOP}px)` : `translate(${LEFT}px, ${y(cut) - 5}px)`;
      strip.style[axis === "cmi" ? "height" : "width"] =
        `${axis === "cmi" ? height - TOP - BOTTOM : width - LEFT - RIGHT}px`;
    };
    return { axis, n, knob, strip, to };
  }

  function nearest(px, py) {
    let found = -1, best = GRASP * GRASP;
    for (let i = 0; i < block.rows; i++) {
      if (shown.now.place[i] === NOWHERE) continue;
      const dx = pixels.x[i] - px, dy = pixels.y[i] - py;
      const edge = Math.max(0, Math.hypot(dx, dy) - (many ? 0 : sizes[i] / 2)), far = edge * edge;
      if (far < best) [found, best] = [i, far];
    }
    return found;
  }

  function hover(event) {
    const box = root.getBoundingClientRect();
    const px = event.clientX - box.left, py = event.clientY - box.top;
    const i = shown && !event.buttons ? nearest(px, py) : -1;
    tip.hidden = ring.hidden = i < 0;
    if (i < 0) return;
    tip.replaceChildren(...said(i));
    const right = pixels.x[i] < width * 0.6, under = pixels.y[i] < height / 2;
    tip.style.transform =
      `translate(${pixels.x[i] + (right ? 16 : -16)}px, ${pixels.y[i] + (under ? 12 : -12)}px) ` +
      `translate(${right ? 0 : -100}%, ${under ? 0 : -100}%)`;
    const size = sizes[i] + 8;
    ring.style.width = ring.style.height = `${size}px`;
    ring.style.transform = `translate(${pixels.x[i] - size / 2}px, ${pixels.y[i] - size / 2}px)`;
  }

  function said(i) {
    const { now, then } = shown;
    const name = (place) => (place === NOWHERE ? "Not placed" : block.rules.scenarios[place].name);
    const step = (word, a, b) => `${word} ${whole(a)}${whole(a) === whole(b) ? "" : ` → ${whole(b)}`}`;
    const lines = [
      make("b", {}, block.names[i]),
      make("span", {}, `${step("Health", then.chs[i], now.chs[i])} · ${step("Maturity", then.cmi[i], now.cmi[i])}`),
      make("span", {}, `ARR ${money(block.arr[i], block.currency)}`),
      make("span", {}, now.place[i] === then.place[i] ? name(now.place[i]) : `${name(then.place[i])} → ${name(now.place[i])}`),
    ];
    const own = block.kinds[block.kind[i]].label;
    if (own) lines.push(make("i", {}, `Rules of its own: ${own}`));
    return lines;
  }

  root.addEventListener("pointermove", hover);
  root.addEventListener("pointerleave", () => (tip.hidden = ring.hidden = true));
  return { root, fit, theme, drawGround, drawMarks, say: (s, words) => labels[s].say(words),
    describe: (words) => marks.setAttribute("aria-label", words) };
}

export function crossed(now, then, i) {
  return now.place[i] !== then.place[i] && now.place[i] !== NOWHERE;
}

function whole(value) {
  return value === value ? String(Math.round(value)) : "–";
}

/** The words in a cell: its name, its decision, who stands there now. */
function label(scenario, grid) {
  const people = make("span", { className: "people" }), change = make("span", { className: "change" });
  const root = make("div", { className: `cell ${grid === "3x3" ? "brief" : ""}` }, make("b", {}, scenario.name),
    ...(grid === "3x3" ? [] : [make("span", {}, scenario.decision)]), make("span", {}, people, change));
  const middle = grid === "3x3" && scenario.column === 1;
  const right = scenario.column === (grid === "3x3" ? 2 : 1), top = scenario.row > 0;
  root.style.textAlign = middle ? "center" : right ? "right" : "left";
  const to = (x0, x1, y0, y1) => {
    const left = middle ? (x0 + x1) / 2 : right ? x1 - 8 : x0 + 8;
    root.style.maxWidth = `${Math.max(x1 - x0 - 12, 60)}px`;
    root.style.transform = `translate(${left}px, ${top ? y1 + 6 : y0 - 6}px) ` +
      `translate(${middle ? -50 : right ? -100 : 0}%, ${top ? 0 : -100}%)`;
  };
  const say = ({ customers, arr, more }) => {
    people.textContent = `${count(customers, grid === "3x3" ? "" : "customer")}${arr ? ` · ${arr}` : ""}`;
    change.textContent = more ? `${more > 0 ? "+" : "−"}${Math.abs(more).toLocaleString("en")}` : "";
  };
  return { root, to, say };
}

/** Areas in proportion to ARR. */
function diameters(block) {
  let largest = 0;
  for (const arr of block.arr) if (arr > largest) largest = arr;
  const across = Math.max(LARGEST / 3, LARGEST * Math.min(1, Math.sqrt(CROWD / Math.max(block.rows, 1))));
  return Float32Array.from(block.arr, (arr) =>
    SMALLEST + (across - SMALLEST) * Math.sqrt(arr > 0 && largest > 0 ? arr / largest : 0));
}

function byRevenue(block) {
  const worth = (i) => (block.arr[i] > 0 ? block.arr[i] : 0);
  return Uint32Array.from({ length: block.rows }, (_, i) => i).sort((a, b) => worth(b) - worth(a) || a - b);
}

function line(pen, x0, y0, x1, y1) {
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
}

function abgr(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return (b << 16) | (g << 8) | r;
}

const ngon = (corners, radius, from = -90) => Array.from({ length: corners }, (_, n) => {
  const angle = ((from + (360 * n) / corners) * Math.PI) / 180;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});
const turned = (points) => points.map(([a, b]) => [(a - b) * Math.SQRT1_2, (a + b) * Math.SQRT1_2]);
const CROSS = [[0.4, 1.2], [0.4, 0.4], [1.2, 0.4], [1.2, -0.4], [0.4, -0.4], [0.4, -1.2],
  [-0.4, -1.2], [-0.4, -0.4], [-1.2, -0.4], [-1.2, 0.4], [-0.4, 0.4], [-0.4, 1.2]];
// Plotly's symbols by their corners; what is not here is a circle.
const SHAPES = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: ngon(4, 1.3),
  cross: CROSS,
  x: turned(CROSS),
  "triangle-up": ngon(3, 1.3),
  "triangle-down": ngon(3, 1.3, 90),
  pentagon: ngon(5, 1.1),
  hexagon: ngon(6, 1.1),
  star: ngon(10, 1.4).map(([a, b], n) => (n % 2 ? [a * 0.4, b * 0.4] : [a, b])),
};

function outline(pen, shape, x, y, r) {
  if (!shape) {
    pen.moveTo(x + r, y);
    pen.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  pen.moveTo(x + shape[0][0] * r, y + shape[0][1] * r);
  for (let n = 1; n < shape.length; n++) pen.lineTo(x + shape[n][0] * r, y + shape[n][1] * r);
  pen.closePath();
}
