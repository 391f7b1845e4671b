// What is shown and how it is coloured; a legend that says what the signs mean.
import { make, makeSvg } from "../lib/dom.js";
import { NO_FILTER } from "./look.js";

const SKILL_KINDS = [["find", "look for a place"], ["act", "gather, fight, use"], ["craft", "make or place"], ["chain", "skills in order"]];
const SKILL_STATES = [["admitted", "admitted"], ["waiting", "not learned yet"], ["retired", "retired"]];

/** Fills the panel with filters. */
export function showFilters(place, explorer) {
  const { look } = explorer;
  const change = () => {
    const chosen = (name, all) => {
      const on = [...form.querySelectorAll(`[name=${name}]`)].filter((box) => box.checked).map((box) => box.value);
      return on.length === all.length ? null : new Set(on);
    };
    const least = Number(form.elements.least.value) / 100;
    form.querySelector("output").textContent = least ? `at least ${Math.round(100 * least)} %` : "any";
    explorer.setFilter({ kinds: chosen("kind", SKILL_KINDS), states: chosen("state", SKILL_STATES), least, corrected: form.elements.corrected.checked });
  };
  const boxes = (name, all, chosen, count) => all.map(([value, words]) => {
    const n = count(value);
    return make("label", { class: n ? "check" : "check faint" }, make("input", { type: "checkbox", name, value, checked: !chosen || chosen.has(value) }), make("span", {}, `${value}${words === value ? "" : `: ${words}`}`), make("span", { class: "count" }, String(n)));
  });
  const skills = explorer.scene.nodes.slice(0, explorer.scene.skillCount);
  const { filter } = look;
  const form = make("form", { class: "filters", onchange: change, oninput: (event) => event.target.name === "least" && change(), onsubmit: (event) => event.preventDefault() },
    make("fieldset", {}, make("legend", {}, "Kind"), boxes("kind", SKILL_KINDS, filter.kinds, (kind) => skills.filter((node) => node.kind === kind).length)),
    make("fieldset", {}, make("legend", {}, "State"), boxes("state", SKILL_STATES, filter.states, (state) => skills.filter((node) => look.stateOf(node) === state).length)),
    make("fieldset", {}, make("legend", {}, "Success"), make("label", { class: "check" }, make("input", { type: "range", name: "least", min: "0", max: "100", step: "5", value: String(100 * filter.least), "aria-label": "Least success rate" }), make("output", {}, filter.least ? `at least ${100 * filter.least} %` : "any"))),
    make("fieldset", {}, make("legend", {}, "Claims and facts"),
      make("label", { class: "check" }, make("input", { type: "checkbox", name: "corrected", checked: filter.corrected }), make("span", {}, "only skills with a corrected claim")),
      make("label", { class: "check" }, make("input", { type: "checkbox", name: "events", checked: explorer.events, onchange: (event) => { event.stopPropagation(); explorer.setEvents(event.target.checked); } }), make("span", {}, "also facts that only say that a skill was done"))),
    make("fieldset", {}, make("legend", {}, "Colour"), make("div", { class: "segments", role: "group", "aria-label": "Coloured by" },
      [["mastery", "Success"], ["freshness", "Last practised"], ["kind", "Kind"]].map(([value, words]) => make("button", { class: "button", type: "button", "aria-pressed": String(look.colourBy === value), onclick: (event) => {
        for (const other of event.target.parentElement.children) other.setAttribute("aria-pressed", String(other === event.target));
        explorer.colourBy(value);
      } }, words)))),
    make("button", { class: "button", type: "button", onclick: () => {
      explorer.setFilter({ ...NO_FILTER });
      showFilters(place, explorer);
    } }, "Show all"));
  place.replaceChildren(make("h2", {}, "Show"), form, make("section", {}, make("h3", {}, "Signs"), makeLegend()));
}

/** What the signs of the picture mean. */
export function makeLegend() {
  const glyph = (kind, ...shapes) => makeSvg("svg", { class: `glyph kind-${kind}`, viewBox: "-9 -9 18 18", width: 18, height: 18 }, shapes);
  const line = (status) => makeSvg("svg", { class: `stroke ${status}`, viewBox: "0 0 36 8", width: 36, height: 8 }, makeSvg("path", { d: "M0 4H36" }));
  const rows = [
    [glyph("find", makeSvg("circle", { r: 6 })), "find: look for a place"],
    [glyph("act", makeSvg("rect", { x: -5.5, y: -5.5, width: 11, height: 11, rx: 2.5 })), "act: gather, fight, use"],
    [glyph("craft", makeSvg("path", { d: "M0-7 7 0 0 7-7 0Z" })), "craft: make or place"],
    [glyph("chain", makeSvg("circle", { cx: -3.5, r: 4 }), makeSvg("circle", { cx: 3.5, r: 4 })), "chain: skills in order"],
    [make("span", { class: "ramp" }), "success, from never to always; the whisker is the 95 % interval"],
    [line("confirmed"), "a claim that play confirmed"],
    [line("corrected"), "corrected: claimed → found"],
    [line("added"), "found in play, claimed by nobody"],
    [line("unverified"), "claimed, not verified yet"],
  ];
  return make("dl", { class: "legend" }, rows.map(([sign, words]) => [make("dt", {}, sign), make("dd", {}, words)]));
}
