// How numbers and money are said, as in cmi/words.py; how an element is made.

const NBSP = "\u00a0";

export function money(amount, currency) {
  if (amount !== amount) return "–";
  for (const [limit, divisor, unit] of [[999.5e6, 1e9, "bn"], [999.5e3, 1e6, "M"], [9999.5, 1e3, "k"]]) {
    if (Math.abs(amount) < limit) continue;
    const scaled = amount / divisor;
    const shown = Math.abs(scaled) < 99.95 ? scaled.toFixed(1) : grouped(scaled);
    return [shown.replace(/\.0$/, ""), unit, currency].filter(Boolean).join(NBSP);
  }
  return [grouped(amount), currency].filter(Boolean).join(NBSP);
}

export function count(number, noun) {
  return [grouped(number), noun && (number === 1 ? noun : `${noun}s`)].filter(Boolean).join(" ");
}

export function percent(share) {
  return String(Number(share.toFixed(1)));
}

function grouped(number) {
  return (Math.round(number) || 0).toLocaleString("en");
}

/** An element; children are elements or text, which stays text whatever it says. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
