// Two libraries side by side.
import { make, makeError } from "../lib/dom.js";
import { counted, formatPercent } from "../lib/text.js";
import { makeRate, nodeLink, panelSection } from "./card.js";
import { factInWords } from "./scene.js";

const COMPARE_VERBS = { requires: "needs", consumes: "uses up", holds: "needs in hand", obtains: "brings" };

/** Fills the panel with a choice of libraries and what differs. */
export async function showCompare(place, explorer) {
  const { source, asked, library } = explorer;
  const all = await source.get("/graph/libraries", { game: asked().game });
  const others = all.filter((entry) => entry.name !== (library || ""));
  const here = all.find((entry) => entry.name === (library || ""))?.title || "this library";
  const result = make("div", { "aria-live": "polite" });
  if (!others.length) {
    place.replaceChildren(make("h2", {}, "Compare"), make("p", { class: "muted" }, "There is nothing to compare with: only one library of this game can be shown here."));
    return;
  }
  const choice = make("select", { class: "field", id: "compare-other" }, others.map(({ name, title }) => make("option", { value: name }, title)));
  const compare = async () => {
    try {
      const found = await source.get("/graph/compare", { ...asked(), other: choice.value || "user" });
      result.replaceChildren(...differenceParts(found, explorer, here, choice.selectedOptions[0].textContent));
      explorer.mark([...found.only_here, ...found.differ.map((row) => row.skill)].map((name) => `skill:${name}`));
    } catch (error) {
      result.replaceChildren(makeError(error));
    }
  };
  choice.addEventListener("change", compare);
  place.replaceChildren(make("h2", {}, "Compare"), make("p", { class: "compare-with" }, make("label", { for: "compare-other" }, `${here}, beside `), choice), result);
  await compare();
}

function differenceParts(found, explorer, here, there) {
  const names = (list, linked) => make("p", {}, list.flatMap((name, k) => [k ? ", " : "", linked ? nodeLink(`skill:${name}`, explorer) : name.replaceAll("_", " ")]));
  const parts = [make("p", { class: "muted" }, `${counted(found.alike, "skill")} the same in both. Skills that differ are ringed in the picture.`)];
  if (found.only_here.length) parts.push(panelSection(`Only in ${here}: ${found.only_here.length}`, [names(found.only_here, true)]));
  if (found.only_there.length) parts.push(panelSection(`Only in ${there}: ${found.only_there.length}`, [names(found.only_there, false)]));
  if (found.differ.length) parts.push(panelSection(`Different: ${found.differ.length}`, found.differ.map((row) => differencePart(row, explorer, here, there))));
  if (parts.length === 1) parts.push(make("p", {}, "Nothing differs."));
  return parts;
}

function differencePart(row, explorer, here, there) {
  const side = (title, state, stats) => make("div", { class: "compare-side" }, make("span", { class: "muted" }, title), make("span", {}, `${state === "admitted" ? "" : `${state}, `}${stats.attempts ? `${formatPercent(stats.rate)} of ${stats.attempts}` : "untried"}`), stats.attempts > 0 && makeRate(stats));
  return make("div", { class: "difference" }, nodeLink(`skill:${row.skill}`, explorer), row.rates_differ && make("span", { class: "tag" }, "rates differ"),
    side(here, row.here, row.stats_here), side(there, row.there, row.stats_there),
    row.beliefs.map((belief) => make("p", { class: "muted" }, `${COMPARE_VERBS[belief.role]} ${factInWords(belief.fact)}: ${belief.here || "none"} here, ${belief.there || "none"} there`)));
}
