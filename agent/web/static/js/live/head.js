// The head of a run's page: what it is, how far it has come, and the buttons that steer it.
import { make } from "../lib/dom.js";
import { formatCount, formatDuration } from "../lib/text.js";
import { isRunning, pendingCommand, spentOf } from "./state.js";

const STATUS_TONES = { done: "good", running: "info", interrupted: "warn", crashed: "bad", damaged: "bad" };

const PENDING = { pause: "pausing", stop: "stopping", resume: "going on" };

/** A run's status as a small label. */
export function makeStatus(status, instead = "") {
  return make("span", { class: "status", "data-tone": instead ? "warn" : STATUS_TONES[status] || "info" }, instead || status);
}

/** Title, status and where the run stands among its budgets. */
export function drawLiveHead(place, state) {
  const { run } = state;
  const instead = PENDING[pendingCommand(state)] || (isPaused(state) ? "paused" : "");
  const what = run.command === "practice" ? "Practice" : run.command === "eval" ? "Evaluation" : run.command === "solve" ? "Solve" : run.command;
  place.replaceChildren(
    make("div", { class: "live-title" }, make("h1", {}, `${what}: ${run.title}`), makeStatus(run.status, instead)),
    make("p", { class: "muted live-name" }, run.stand_in ? `${run.stand_in} · ` : "", run.name, run.result ? ` · ${run.result}` : ""),
  );
}

function isPaused(state) {
  return isRunning(state) && Boolean(state.now?.paused);
}

/** Budgets and what was spent of them. */
export function drawBudgets(place, state) {
  const spent = spentOf(state);
  const limits = { ...state.limits, ...dropNulls(state.now?.limits || {}) };
  const asked = Boolean(spent.calls || spent.tokens);
  const rate = state.now?.round?.steps_per_second;
  const rows = [
    makeMeter("Steps", spent.steps, limits.steps, formatCount, isRunning(state) && rate ? `${formatCount(rate)} a second` : ""),
    makeMeter("Time", spent.seconds, limits.minutes && 60 * limits.minutes, formatDuration, timeLeft(state, spent, limits)),
    asked ? makeMeter("Tokens", spent.tokens, limits.tokens, formatCount, `${formatCount(spent.calls || 0)} questions`) : null,
    asked && spent.usd !== null && spent.usd !== undefined ? makeMeter("Money", spent.usd, limits.usd, formatDollars, "") : null,
    asked ? null : makeMeter("Model", undefined, undefined, String, "recorded answers only: nothing was spent"),
  ];
  place.replaceChildren(...rows.filter(Boolean));
}

function dropNulls(record) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null));
}

function formatDollars(value) {
  return `$${value.toFixed(2)}`;
}

function timeLeft(state, spent, limits) {
  if (!isRunning(state) || spent.seconds === undefined || !limits.minutes) return "";
  const byClock = 60 * limits.minutes - spent.seconds;
  const bySteps = spent.steps && spent.seconds > 20 && limits.steps ? (limits.steps - spent.steps) / (spent.steps / spent.seconds) : byClock;
  return `at most ${formatDuration(Math.max(0, Math.min(byClock, bySteps)))} left`;
}

function makeMeter(title, value, limit, format, more) {
  const share = value !== undefined && limit ? Math.min(1, value / limit) : null;
  const bar = make("span", { class: "live-fill" });
  bar.style.width = `${100 * (share || 0)}%`;
  const told = value === undefined ? "" : limit ? `${format(value)} of ${format(limit)}` : format(value);
  return make(
    "div",
    { class: "live-meter" },
    make("span", { class: "live-label" }, title),
    make("span", { class: "live-value" }, told),
    share === null ? null : make("span", { class: "live-track", role: "img", "aria-label": `${title}: ${told}` }, bar),
    more ? make("span", { class: "faint live-more" }, more) : null,
  );
}

/** Buttons that steer a practice; returns a function that fits them to a state. */
export function makeSteering(source, name) {
  const said = make("p", { class: "muted live-said", role: "status" });
  const pause = make("button", { class: "button", type: "button" }, "Pause");
  const stop = make("button", { class: "button", type: "button" }, "Stop");
  const skills = make("select", { class: "field", "aria-label": "Skill to practise next" });
  const queue = make("button", { class: "button", type: "button" }, "Practise next");
  const place = make("div", { class: "live-steering" }, make("div", { class: "live-buttons" }, pause, stop, make("span", { class: "live-wish" }, skills, queue)), said);
  let names = "";
  let told = "";
  const tell = async (command, skill, text) => {
    try {
      await source.send(`/runs/${encodeURIComponent(name)}/commands`, { command, skill });
      told = text;
    } catch (error) {
      told = error.message;
    }
    said.textContent = told;
  };
  pause.onclick = () => (pause.dataset.command === "resume" ? tell("resume", "", "Goes on.") : tell("pause", "", "Pauses after the rollout under way."));
  stop.onclick = () => {
    if (stop.dataset.sure) return tell("stop", "", "Ends after the rollout under way, and keeps what it has.");
    stop.dataset.sure = "yes";
    stop.textContent = "Stop: are you sure?";
    setTimeout(() => {
      delete stop.dataset.sure;
      stop.textContent = "Stop";
    }, 4000);
  };
  queue.onclick = () => skills.value && tell("queue", skills.value, `Asked to practise ${skills.value.replaceAll("_", " ")} next.`);
  const fit = (state) => {
    const why = !source.mayWrite ? "Steering needs the token: open the address that journeyman serve has printed." : state.run.not_steerable;
    for (const each of [pause, stop, queue, skills]) each.disabled = Boolean(why);
    const pending = pendingCommand(state);
    const paused = pending === "pause" || (isPaused(state) && pending !== "resume");
    pause.textContent = paused ? "Go on" : "Pause";
    pause.dataset.command = paused ? "resume" : "pause";
    if (why) said.textContent = why;
    else if (said.textContent !== told) said.textContent = told;
    const possible = state.skills.filter((skill) => skill.status === "open" || skill.status === "admitted").map((skill) => skill.name);
    if (possible.join() === names) return;
    names = possible.join();
    const kept = skills.value;
    skills.replaceChildren(...possible.map((each) => make("option", { value: each }, each.replaceAll("_", " "))));
    if (possible.includes(kept)) skills.value = kept;
  };
  return { place, fit };
}
