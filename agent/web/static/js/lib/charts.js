// Charts that are tables as well: what is drawn stands beside it in numbers.
import { make, makeSvg } from "./dom.js";

/** Round numbers from low to high, about `wanted` of them. */
export function ticksOf(low, high, wanted = 5) {
  const rough = (high - low) / Math.max(1, wanted) || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.999);
  const ticks = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-6; tick += step) ticks.push(Number(tick.toPrecision(12)));
  return ticks;
}

/** The least and largest of what rows span, with a little air; from zero where they come near it. */
export function spanOf(rows) {
  const values = rows.flatMap((row) => [row.mean, row.low, row.high]).filter((value) => Number.isFinite(value));
  if (!values.length) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = (high - low || Math.abs(high) || 1) * 0.06;
  return [low >= 0 && low < (high - low) * 2 ? 0 : low - air, high + air];
}

function chartNumber(value, digits) {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Mean and interval in words: 12.3 (10.1 to 14.5) */
export function intervalText(row, digits = 1) {
  if (!Number.isFinite(row.mean)) return row.text || "";
  const mean = chartNumber(row.mean, digits);
  if (!Number.isFinite(row.low)) return row.spread ? `${mean} ± ${chartNumber(row.spread, digits)}` : mean;
  return `${mean} (${chartNumber(row.low, digits)} to ${chartNumber(row.high, digits)})`;
}

function placeOf(value, low, high) {
  return `${((100 * (Math.min(high, Math.max(low, value)) - low)) / (high - low || 1)).toFixed(3)}%`;
}

function drawMark(row, low, high, settings) {
  const at = (value) => placeOf(value, low, high);
  const svg = makeSvg("svg", { class: "mark", width: "100%", height: 20, "aria-hidden": "true" });
  for (const tick of settings.ticks) svg.append(makeSvg("line", { class: "gridline", x1: at(tick), x2: at(tick), y1: 0, y2: 20 }));
  if (settings.reference !== undefined) {
    svg.append(makeSvg("line", { class: "reference", x1: at(settings.reference), x2: at(settings.reference), y1: 0, y2: 20 }));
  }
  if (!Number.isFinite(row.mean)) return svg;
  const tone = row.tone || "ours";
  if (settings.bars) {
    const width = placeOf(row.mean, low, high);
    svg.append(makeSvg("rect", { class: `bar ${tone}`, x: 0, y: 5, height: 10, width, rx: 2 }));
  }
  const half = row.spread || 0;
  const [from, to] = Number.isFinite(row.low) ? [row.low, row.high] : [row.mean - half, row.mean + half];
  if (to > from) svg.append(makeSvg("line", { class: `whisker ${tone}`, x1: at(from), x2: at(to), y1: 10, y2: 10 }));
  if (!settings.bars) svg.append(makeSvg("circle", { class: `dot ${tone}`, cx: at(row.mean), cy: 10, r: 4.5 }));
  return svg;
}

function drawAxis(low, high, settings) {
  const svg = makeSvg("svg", { class: "axis", width: "100%", height: 16, "aria-hidden": "true" });
  for (const tick of settings.ticks) {
    const anchor = tick <= low + (high - low) * 0.04 ? "start" : tick >= high - (high - low) * 0.04 ? "end" : "middle";
    svg.append(makeSvg("text", { x: placeOf(tick, low, high), y: 12, "text-anchor": anchor }, tick.toLocaleString("en")));
  }
  return svg;
}

/**
 * Dots with their intervals, a row each, as a table: name, drawing, numbers, note.
 *
 * rows: { label, mean, low, high, spread, n, tone: "ours" | "published" | "other", note, href, text }.
 * settings: { title, first (title of the names), unit, low, high, digits, reference, bars, notes }.
 */
export function drawIntervals(rows, settings = {}) {
  const [spanLow, spanHigh] = spanOf(rows);
  const [low, high] = [settings.low ?? spanLow, settings.high ?? spanHigh];
  const drawn = { ...settings, ticks: ticksOf(low, high, 4) };
  const counted = rows.some((row) => row.n !== undefined);
  const noted = settings.notes ?? rows.some((row) => row.note);
  const name = (row) => (row.href ? make("a", { href: row.href }, row.label) : row.label);
  const title = (kind, ...inside) => make("th", { scope: "col", role: "columnheader", class: kind }, ...inside);
  const cell = (kind, ...inside) => make("td", { role: "cell", class: kind }, ...inside);
  const head = make("tr", { role: "row" },
    title("name", settings.first || ""),
    title("plot", make("span", { class: "unseen" }, "drawn"), drawAxis(low, high, drawn)),
    title("number", settings.unit || "mean"),
    counted && title("count", "n"),
    noted && title("note", "note"),
  );
  const body = rows.map((row) => make("tr", { role: "row", class: `of-${row.tone || "ours"}` },
    make("th", { scope: "row", role: "rowheader", class: "name" }, name(row)),
    cell("plot", drawMark(row, low, high, drawn)),
    cell("number", intervalText(row, settings.digits ?? 1)),
    counted && cell("count", row.n === undefined ? "" : row.n.toLocaleString("en")),
    noted && cell("note", row.note || ""),
  ));
  const parts = [make("thead", { role: "rowgroup" }, head), make("tbody", { role: "rowgroup" }, body)];
  return make("table", { class: "chart", role: "table" }, settings.title ? make("caption", {}, settings.title) : null, parts);
}

/** Bars from zero, else as `drawIntervals`. */
export function drawBars(rows, settings = {}) {
  return drawIntervals(rows, { low: 0, ...settings, bars: true });
}
