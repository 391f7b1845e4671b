// What happened, in words, the latest first; and verdicts beside the pictures that they rest on.
import { make } from "../lib/dom.js";
import { formatCount, formatPercent, inWords } from "../lib/text.js";

const SORTS = [
  ["all", "All", null],
  ["admitted", "Admissions", ["admitted", "givenup"]],
  ["corrected", "Corrections", ["corrected"]],
  ["tried", "Trials", ["tried", "trained", "verdict"]],
  ["person", "Steering", ["person"]],
  ["bad", "Trouble", ["bad", "givenup"]],
];
const MOST_SHOWN = 80;

/** The feed with its filter; returns a function that fits it to a state. */
export function makeFeed() {
  const list = make("ol", { class: "live-feed" });
  const bar = make("div", { class: "live-sorts", role: "group", "aria-label": "Show" });
  const place = make("div", {}, bar, list);
  let sort = "all";
  let latest = null;
  const fit = (state) => {
    latest = state;
    const kinds = SORTS.find(([name]) => name === sort)[2];
    const shown = state.entries.filter((entry) => !kinds || kinds.includes(entry.kind)).slice(-MOST_SHOWN).reverse();
    list.replaceChildren(...(shown.length ? shown.map(makeEntry) : [make("li", { class: "muted" }, "Nothing of this kind has happened.")]));
  };
  for (const [name, title] of SORTS) {
    const button = make("button", { class: "button", type: "button", "aria-pressed": String(name === sort) }, title);
    button.onclick = () => {
      sort = name;
      for (const each of bar.children) each.setAttribute("aria-pressed", String(each === button));
      if (latest) fit(latest);
    };
    bar.append(button);
  }
  return { place, fit };
}

function makeEntry(entry) {
  const time = new Date(entry.at);
  const clock = Number.isNaN(time.getTime()) ? "" : time.toLocaleTimeString("en-GB");
  let words = entry.text;
  if (entry.skill && words.startsWith(entry.skill)) words = inWords(entry.skill) + words.slice(entry.skill.length);
  return make("li", { "data-kind": entry.kind }, make("time", { datetime: entry.at, class: "faint" }, clock), make("span", {}, words));
}

/** Verdicts of judges that look, each with the first and the last picture of its attempt. */
export function makeVerdicts(source, name) {
  const place = make("div", { class: "live-verdicts" });
  const ending = new AbortController();
  const made = new Map();
  const fit = (state) => {
    const shown = [...state.verdicts].reverse();
    for (const verdict of shown) if (!made.has(verdict.picture)) made.set(verdict.picture, makeVerdict(verdict));
    place.replaceChildren(...shown.map((verdict) => made.get(verdict.picture)));
  };
  const makeVerdict = (verdict) => {
    const picture = make("img", { alt: `First and last picture of an attempt at ${inWords(verdict.skill)}`, loading: "lazy" });
    source
      .picture(`/runs/${encodeURIComponent(name)}/verdicts/${encodeURIComponent(verdict.picture)}`, {}, ending.signal)
      .then((address) => (picture.src = address))
      .catch(() => picture.replaceWith(make("span", { class: "faint" }, "The picture is gone.")));
    const outcome = inWords(verdict.outcome);
    return make(
      "figure",
      { "data-outcome": verdict.outcome },
      picture,
      make("figcaption", {}, make("strong", {}, inWords(verdict.skill)), ` ${outcome}, ${formatPercent(verdict.confidence)} sure`, make("span", { class: "faint" }, ` ${verdict.judge}, ${formatCount(verdict.steps)} steps: ${verdict.reason}`)),
    );
  };
  return { place, fit, close: () => ending.abort() };
}
