// Python source with colours; no more than what makes a short function easy to read.
import { make } from "./dom.js";

const KEYWORDS = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield True False None".split(" "),
);
const TOKEN = /(#[^\n]*)|("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b)|([A-Za-z_]\w*)/g;
const LONGEST_COLOURED = 60_000;

/** A block of code that wraps; `label` names it for screen readers. */
export function makeCode(source, label) {
  const code = make("code", {});
  code.append(...(source.length > LONGEST_COLOURED ? [source] : colouredParts(source)));
  return make("pre", { class: "code", "aria-label": label, tabindex: "0" }, code);
}

function colouredParts(source) {
  const parts = [];
  let end = 0;
  let defines = false;
  for (const found of source.matchAll(TOKEN)) {
    const [text, comment, string, number, name] = found;
    if (found.index > end) parts.push(source.slice(end, found.index));
    end = found.index + text.length;
    const kind = comment ? "comment" : string ? "string" : number ? "number" : KEYWORDS.has(name) ? "keyword" : defines ? "defined" : "";
    parts.push(kind ? make("span", { class: `code-${kind}` }, text) : text);
    defines = name === "def" || name === "class";
  }
  if (end < source.length) parts.push(source.slice(end));
  return parts;
}
