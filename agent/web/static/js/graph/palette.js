// The colours of the picture, from the tokens of the page.
import { token } from "../lib/theme.js";

const PALETTE_TOKENS = [
  "ground", "surface", "raised", "line", "strong-line", "ink", "soft", "faint", "focus", "accent", "track", "interval", "mark", "selected",
  "find", "act", "craft", "chain", "confirmed", "corrected", "added", "unverified", "master-0", "master-1", "master-2", "sans",
];
const SCALE_STEPS = 20;
const A_DAY = 86_400_000;

/** The tokens by name, and a scale of `SCALE_STEPS` colours from never to always. */
export function readPalette() {
  const palette = Object.fromEntries(PALETTE_TOKENS.map((name) => [name, token(name)]));
  const stops = ["master-0", "master-1", "master-2"].map((name) => parseColour(palette[name]));
  palette.scale = Array.from({ length: SCALE_STEPS + 1 }, (_, k) => mixStops(stops, k / SCALE_STEPS));
  const paper = parseColour(palette.surface);
  palette.tints = palette.scale.map((colour) => mixColours(parseColour(colour), paper, 0.86));
  return palette;
}

/** How a skill is coloured: a number on the scale, or -1 where there is nothing to say. */
export function shadeOf(node, by, now) {
  if (by === "kind") return -1;
  if (by === "freshness") {
    if (!node.when) return -1;
    const days = Math.max(0, now - Date.parse(node.when)) / A_DAY;
    return Math.round(SCALE_STEPS * Math.max(0, 1 - Math.log2(1 + days) / 6));
  }
  return node.rate === null ? -1 : Math.round(SCALE_STEPS * node.rate);
}

function mixStops(stops, at) {
  const place = at * (stops.length - 1);
  const k = Math.min(stops.length - 2, Math.floor(place));
  return mixColours(stops[k], stops[k + 1], place - k);
}

function mixColours(one, other, share) {
  return `rgb(${one.map((value, k) => Math.round(value + (other[k] - value) * share)).join(" ")})`;
}

/** #aabbcc or rgb(r g b) as three numbers. */
export function parseColour(text) {
  if (text.startsWith("#")) {
    const full = text.length === 4 ? [...text.slice(1)].map((digit) => digit + digit).join("") : text.slice(1);
    return [0, 2, 4].map((k) => parseInt(full.slice(k, k + 2), 16));
  }
  return (text.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
}
