// The card of a skill or a fact: everything that is known of it.
import { make, makePairs } from "../lib/dom.js";
import { counted, formatCount, formatPercent, formatTime, inWords } from "../lib/text.js";
import { makeCode } from "../lib/code.js";
import { makeAnswers } from "./answers.js";
import { makeCurve } from "./curve.js";
import { factInWords } from "./scene.js";

const CLAIM_VERBS = { requires: "needs", consumes: "uses up", holds: "needs in hand", obtains: "brings" };
const CLAIM_PASSIVE = { requires: "needed by", consumes: "used up by", holds: "held for", obtains: "brought by" };
const CODE_TITLES = { reward: "Reward", initiation: "When it may begin", termination: "When it gives up" };

/** Fills the panel with the card of a node. */
export async function showCard(place, node, explorer) {
  place.replaceChildren(make("p", { class: "muted" }, "Reading…"));
  const { source, asked } = explorer;
  const kind = node.skill ? "skill" : "fact";
  const data = await source.get(`/graph/${kind}`, { ...asked(), [kind]: node.name });
  place.replaceChildren(...(node.skill ? skillParts(data, explorer) : factParts(data, explorer)));
}

function skillParts(card, explorer) {
  return [
    make("h2", {}, inWords(card.name)),
    make("p", { class: "raw" }, make("code", {}, card.name)),
    make("div", { class: "tags" }, make("span", { class: `tag kind-${card.kind}` }, card.kind), make("span", { class: "tag" }, stateWords(card))),
    card.retired && make("p", { class: "warn" }, `Retired: ${card.retired.reason}`),
    card.damaged && make("p", { class: "error" }, card.damaged),
    make("p", {}, card.description || "No description."),
    card.success_in_words && make("p", { class: "muted" }, `Done when it is seen that: ${card.success_in_words}`),
    aroundButtons(explorer),
    panelSection("How often it works", masteryParts(card)),
    card.claims.length > 0 && panelSection("Claimed by the model, and found in play", card.claims.map((entry) => makeClaim(entry, entry.fact, CLAIM_VERBS, explorer))),
    card.situations.length > 0 && panelSection("Success by situation", [situationTable(card.situations)]),
    panelSection("How it was learned", [makeCurve(card.curve, card)]),
    card.trials.length > 0 && !explorer.source.offline && panelSection("Watch it", [trialLinks(card.trials)]),
    panelSection("Question and answer", [makeAnswers(card, explorer)]),
    ...Object.entries(card.code).map(([what, text]) => panelSection(CODE_TITLES[what] || what, [makeCode(text, `${CODE_TITLES[what] || what} of ${card.name}`)])),
    card.versions.length > 0 && panelSection("Versions", card.versions.map((version) => versionPart(version, explorer))),
  ].filter(Boolean);
}

function factParts(card, explorer) {
  const brought = card.claims.filter((entry) => entry.role === "obtains");
  const needed = card.claims.filter((entry) => entry.role !== "obtains");
  const claim = (entry) => makeClaim(entry, `skill:${entry.skill}`, CLAIM_PASSIVE, explorer);
  return [
    make("h2", {}, factInWords(card.name)),
    make("p", { class: "raw" }, make("code", {}, card.name)),
    make("div", { class: "tags" }, make("span", { class: "tag" }, `fact: ${card.kind}`), card.high !== null && make("span", { class: "tag" }, `at most ${card.high}`)),
    aroundButtons(explorer),
    panelSection("Brought by", brought.length ? brought.map(claim) : [make("p", { class: "muted" }, "No skill brings it: it is found in the world, or not at all.")]),
    panelSection("Needed by", needed.length ? needed.map(claim) : [make("p", { class: "muted" }, "No skill needs it.")]),
  ];
}

/** A part of the panel with its heading. */
export function panelSection(title, children) {
  return make("section", {}, make("h3", {}, title), children);
}

function stateWords({ state, policy }) {
  if (state === "waiting") return "not learned yet";
  return state === "retired" ? "retired" : `admitted, by ${policy || "a policy"}`;
}

function aroundButtons(explorer) {
  const choices = [["near", "Neighbours"], ["before", "All it needs"], ["after", "All it leads to"]];
  const buttons = choices.map(([value, words]) =>
    make("button", { class: "button", type: "button", "aria-pressed": String(explorer.look.around === value), onclick: (event) => {
      for (const other of event.target.parentElement.children) other.setAttribute("aria-pressed", String(other === event.target));
      explorer.around(value);
    } }, words),
  );
  return make("div", { class: "segments", role: "group", "aria-label": "What is lit" }, buttons);
}

/** A claim beside what play found; `other` names the node at its other end. */
export function makeClaim(entry, other, verbs, explorer) {
  const changed = entry.claimed !== entry.believed;
  const figures = entry.status === "added" ? `+${entry.believed}` : changed ? `${entry.claimed} → ${entry.believed}` : String(entry.believed);
  const id = other.startsWith("skill:") ? other : `fact:${other}`;
  return make("div", { class: `claim ${entry.status}` },
    make("div", { class: "claim-line" }, make("span", {}, `${verbs[entry.role]} `, nodeLink(id, explorer)), make("b", {}, figures)),
    make("p", { class: "muted" }, entry.sentence));
}

/** A button that goes to a node; plain words where it is not in the picture. */
export function nodeLink(id, explorer) {
  const name = id.slice(id.indexOf(":") + 1);
  const words = id.startsWith("skill:") ? inWords(name) : factInWords(name);
  if (!explorer.scene.byId.has(id)) return make("span", {}, words);
  return make("button", { class: "link", type: "button", onclick: () => explorer.goTo(id) }, words);
}

/** A rate with its 95 % interval as a bar. */
export function makeRate({ rate, interval }) {
  const bar = make("div", { class: "rate", role: "img", "aria-label": `${formatPercent(rate)}, 95 % interval ${formatPercent(interval[0])} to ${formatPercent(interval[1])}` }, make("i", {}), make("b", {}));
  bar.children[0].style.width = `${100 * rate}%`;
  bar.children[1].style.left = `${100 * interval[0]}%`;
  bar.children[1].style.right = `${100 * (1 - interval[1])}%`;
  return bar;
}

function masteryParts({ stats, step_cap, length }) {
  if (!stats.attempts) return [make("p", { class: "muted" }, `Not tried yet; an attempt is stopped after ${formatCount(step_cap)} steps.`)];
  const [low, high] = stats.interval;
  return [
    make("p", { class: "figure" }, make("strong", {}, formatPercent(stats.rate)), make("span", { class: "muted" }, `${formatCount(stats.successes)} of ${formatCount(stats.attempts)}; 95 % interval ${formatPercent(low)} to ${formatPercent(high)}`)),
    makeRate(stats),
    makePairs([
      ["Steps an attempt", stats.mean_steps], ["Steps of a success", length && length.replaceAll(" x ", " × ")], ["Stopped after", `${formatCount(step_cap)} steps`],
      ["Unclear", stats.unclear ? counted(stats.unclear, "attempt") : ""],
    ]),
  ];
}

function situationTable(rows) {
  const words = ([fact, amount]) => (!fact ? "all that was judged" : amount === null ? `begun ${factInWords(fact)}` : `begun with ${amount} ${factInWords(fact)}`);
  return make("table", { class: "table tight" },
    make("thead", {}, make("tr", {}, ["situation", "done", "failed", "95 %"].map((title, k) => make("th", { class: k && "number" }, title)))),
    make("tbody", {}, rows.map((row) =>
      make("tr", {}, make("td", {}, words(row)), make("td", { class: "number" }, formatCount(row[2])), make("td", { class: "number" }, formatCount(row[3])),
        make("td", { class: "number" }, `${Math.round(100 * row[4])}–${Math.round(100 * row[5])}`)))));
}

/** Recorded trials; the page of replays plays them again. */
function trialLinks(trials) {
  const words = { true: "done", false: "failed", null: "unclear" };
  return make("p", {}, trials.map(({ run, episode, done }, k) => [k ? ", " : "", make("a", { href: `#/replay/${encodeURIComponent(run)}/${encodeURIComponent(episode)}` }, `a trial, ${words[done]}`)]));
}

function versionPart(version, explorer) {
  if (version.damaged) return make("p", { class: "error" }, `Version ${version.version}: ${version.damaged}`);
  const outcome = ({ successes, attempts }) => (attempts ? `${formatCount(successes)} of ${formatCount(attempts)}` : "none");
  return make("div", { class: "version" }, make("b", {}, `Version ${version.version}`), makePairs([
    ["Trials", outcome(version.trials)], ["In use since", version.use ? outcome(version.use) : ""], ["Learned", version.when ? formatTime(version.when) : ""],
    ["Trained for", version.train_steps ? `${formatCount(version.train_steps)} steps` : "no training"],
    ["Weights from", version.parent ? nodeLink(`skill:${version.parent}`, explorer) : ""], ["Made of", version.parts.join(", ")], ["Run", version.run], ["Answers", version.source],
  ]));
}
