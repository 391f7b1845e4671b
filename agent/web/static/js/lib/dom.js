// Elements from script; text stays text.

/** An element with attributes and children; functions under names like `onclick` become listeners. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** The same for SVG. */
export function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, children);
  return element;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

/** A list of terms and values; rows without a value are left out. */
export function makePairs(rows) {
  const shown = rows.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return make("dl", { class: "pairs" }, shown.map(([term, value]) => [make("dt", {}, term), make("dd", {}, value)]));
}

/** What is shown where there is nothing else: what is missing, and what to do. */
export function makeNotice(title, ...lines) {
  return make("div", { class: "notice" }, make("strong", {}, title), lines.map((line) => make("p", {}, line)));
}

/** An error as a person reads it. */
export function makeError(error) {
  const near = error.didYouMean?.length ? ` Did you mean ${error.didYouMean.join(", ")}?` : "";
  return make("div", { class: "page" }, make("p", { class: "error", role: "alert" }, String(error.message || error) + near));
}
