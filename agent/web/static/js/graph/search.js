// Finding a node by its name.
import { make } from "../lib/dom.js";
import { inWords } from "../lib/text.js";
import { factInWords } from "./scene.js";

const MOST_MATCHES = 8;

/** A field with the best matches beneath it. */
export function makeSearch(explorer) {
  const list = make("ul", { class: "matches", id: "graph-matches", role: "listbox", "aria-label": "Matches" });
  list.hidden = true;
  let matches = [];
  let current = -1;
  const field = make("input", {
    class: "field", type: "search", placeholder: "Find  ( / )", "aria-label": "Find a skill or a fact", role: "combobox", "aria-expanded": "false",
    "aria-controls": "graph-matches", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
  });
  const take = (node) => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    explorer.mark([]);
    explorer.goTo(node.id);
  };
  const draw = () => {
    list.replaceChildren(...matches.slice(0, MOST_MATCHES).map((node, k) =>
      make("li", { role: "option", id: `graph-match-${k}`, "aria-selected": String(k === current), onmousedown: (event) => { event.preventDefault(); take(node); } },
        node.skill ? inWords(node.name) : factInWords(node.name), make("span", { class: "faint" }, node.skill ? node.kind : "fact"))),
      matches.length > MOST_MATCHES && make("li", { class: "faint", role: "presentation" }, `and ${matches.length - MOST_MATCHES} more`) || "");
    list.hidden = !field.value.trim();
    if (!matches.length) list.replaceChildren(make("li", { class: "faint", role: "presentation" }, "Nothing has such a name"));
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.setAttribute("aria-activedescendant", current >= 0 ? `graph-match-${current}` : "");
  };
  field.addEventListener("input", () => {
    matches = findNodes(explorer.scene.nodes, field.value);
    current = matches.length ? 0 : -1;
    draw();
    explorer.mark(matches.map((node) => node.id));
  });
  field.addEventListener("keydown", (event) => {
    const last = Math.min(matches.length, MOST_MATCHES) - 1;
    if (event.key === "ArrowDown") current = Math.min(last, current + 1);
    else if (event.key === "ArrowUp") current = Math.max(0, current - 1);
    else if (event.key === "Enter" && matches[current]) return take(matches[current]);
    else if (event.key === "Escape") {
      field.value = "";
      explorer.mark([]);
      matches = [];
    } else return undefined;
    event.preventDefault();
    return draw();
  });
  field.addEventListener("blur", () => {
    list.hidden = true;
  });
  return make("div", { class: "search" }, field, list);
}

/** Nodes whose names hold all the words, those that begin with them first. */
export function findNodes(nodes, text) {
  const words = text.toLowerCase().replace(/[_.]/g, " ").split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = [];
  for (const node of nodes) {
    const name = node.name.toLowerCase().replace(/[_.]/g, " ");
    if (words.every((word) => name.includes(word))) found.push([name.startsWith(words[0]) ? 0 : 1, node.skill ? 0 : 1, name.length, node]);
  }
  return found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3].i - b[3].i).map((entry) => entry[3]);
}
