// What is practised now and why, and the game that is played.
import { make } from "../lib/dom.js";
import { formatCount, formatPercent, inWords } from "../lib/text.js";
import { isRunning } from "./state.js";

const DOING = {
  designing: "its reward and code are being designed",
  searching: "states to practise it in are being looked for",
  training: "it is being trained",
  trying: "it is being tried in states held out of its training",
  chaining: "chains of skills are being tried",
};
const SHOWN_FACTS = 12;

/** What is practised, why, and what comes next. */
export function drawPractised(place, state) {
  const { chosen, now = {} } = state;
  const running = isRunning(state);
  const skill = (running && now.skill) || chosen.skill;
  const wished = running ? now.queued || [] : [];
  const next = [...new Set([...wished, ...(chosen.following || [])])].filter((name) => name !== skill);
  const nothing = running ? "Nothing yet: tasks are being asked for." : "No turn of practice was recorded.";
  place.replaceChildren(
    make("h3", {}, running ? "Practised now" : "Practised last"),
    skill ? make("p", { class: "live-skill" }, skill === "together" ? "all skills together" : inWords(skill)) : make("p", { class: "muted" }, nothing),
    ...[
      running && now.description && now.skill === skill ? make("p", {}, now.description) : null,
      running && now.paused ? make("p", { class: "warn" }, "Paused: it waits without work, and its time is not counted.") : null,
      running && !now.paused && DOING[now.doing] ? make("p", { class: "muted" }, `Now ${DOING[now.doing]}${roundOf(now)}.`) : null,
      chosen.reason && chosen.skill === skill ? makeRow("Why", chosen.reason) : null,
      next.length ? makeRow("Next", next.map((name, i) => [i ? ", " : "", make("span", { class: wished.includes(name) ? "live-wished" : "" }, inWords(name)), wished.includes(name) ? " (asked for)" : ""]).flat()) : null,
    ].filter(Boolean),
  );
}

function makeRow(term, value) {
  return make("p", { class: "live-row" }, make("span", { class: "faint" }, term), make("span", {}, value));
}

function roundOf(now) {
  const round = now.round || {};
  if (now.doing !== "training" || !round.budget_steps) return "";
  return `: ${formatCount(round.steps)} of at most ${formatCount(round.budget_steps)} steps, ${formatPercent(round.success_rate)} succeed`;
}

/** The game's picture with bars, facts and plan; returns a function that fits it to a state. */
export function makeGame(source, name) {
  const picture = make("img", { class: "live-picture", alt: "", hidden: true });
  const nothing = make("p", { class: "muted live-nothing" });
  const beside = make("div", { class: "live-beside" });
  const place = make("div", { class: "live-game" }, make("div", { class: "live-frame" }, picture, nothing), beside);
  let shown = "";
  let address = "";
  const ending = new AbortController();
  const fit = async (state) => {
    const game = state.now?.game;
    const running = isRunning(state);
    nothing.hidden = Boolean(game?.at);
    nothing.textContent = running ? "The first picture comes with the first play." : "No picture was kept: the run ended before one, or it is of an earlier version.";
    if (!game?.at) return;
    drawBeside(beside, game, running);
    picture.alt = `${state.run.title}, ${game.of}, step ${game.step}`;
    if (game.at === shown) return;
    shown = game.at;
    try {
      const next = await source.picture(`/runs/${encodeURIComponent(name)}/picture`, { at: game.at }, ending.signal);
      if (address.startsWith("blob:")) URL.revokeObjectURL(address);
      address = next;
      picture.src = next;
      picture.hidden = false;
    } catch (error) {
      if (error.name !== "AbortError") nothing.hidden = false;
    }
  };
  const close = () => {
    ending.abort();
    if (address.startsWith("blob:")) URL.revokeObjectURL(address);
  };
  return { place, fit, close };
}

function drawBeside(place, game, running) {
  const facts = game.facts || {};
  const here = [...Object.entries(facts.place || {}), ...Object.entries(facts.status || {})].slice(0, SHOWN_FACTS);
  const events = Object.entries(facts.event || {});
  const deeds = events.some(([fact]) => fact.startsWith("did.")) ? events.filter(([fact]) => fact.startsWith("did.")) : events;
  const said = `${running ? "" : "last: "}${game.of}${game.skill ? `, ${inWords(game.skill)}` : ""}, step ${formatCount(game.step)}`;
  const outcome = game.outcome ? `, ${inWords(game.outcome)}${game.reason ? `: ${game.reason}` : ""}` : "";
  place.replaceChildren(
    ...[
      make("p", { class: "muted" }, said.charAt(0).toUpperCase() + said.slice(1) + outcome),
      game.bars?.length ? make("div", { class: "live-bars" }, game.bars.map(makeBar)) : null,
      makeLiveFacts("Carried", Object.entries(facts.count || {})),
      makeLiveFacts("Done so far", deeds.slice(0, SHOWN_FACTS).map(([fact, count]) => [fact.replace(/^did\./, ""), count])),
      makeLiveFacts("Here", here),
      makeLiveFacts("Knows of", Object.entries(facts.known || {}).slice(0, SHOWN_FACTS).map(([fact, count]) => [fact.replace(/^known\./, ""), count])),
      game.plan?.length ? makeLivePlan(game) : null,
    ].filter(Boolean),
  );
}

function makeBar(bar) {
  const fill = make("span", { class: "live-fill" });
  fill.style.width = `${100 * Math.max(0, Math.min(1, bar.value / (bar.high || 1)))}%`;
  const low = bar.value <= bar.high / 3;
  return make("span", { class: "live-bar", "data-low": low }, make("span", {}, inWords(bar.name)), make("span", { class: "live-track" }, fill), make("span", { class: "number" }, String(bar.value)));
}

function makeLiveFacts(title, pairs) {
  if (!pairs.length) return null;
  const words = (name) => inWords(name).replaceAll(".", " ");
  return make("p", { class: "live-facts" }, make("span", { class: "faint" }, title), pairs.map(([name, value]) => make("span", { class: "tag" }, value === 1 ? words(name) : `${words(name)} ${formatCount(value)}`)));
}

function makeLivePlan(game) {
  const steps = [];
  for (const name of game.plan) {
    if (steps.at(-1)?.name === name) steps.at(-1).times += 1;
    else steps.push({ name, times: 1 });
  }
  return make(
    "div",
    {},
    make("span", { class: "faint" }, "Plan"),
    make("ol", { class: "live-plan" }, steps.map((step) => make("li", { "aria-current": step.name === game.skill && "step" }, inWords(step.name), step.times > 1 ? ` ×${step.times}` : ""))),
  );
}
