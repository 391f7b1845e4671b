// A recorded episode: picture, slider, lanes and panels; two of them side by side.
import { make, makeNotice } from "../lib/dom.js";
import { counted, formatCount, formatTime, inWords } from "../lib/text.js";
import { Course, spanWords } from "./course.js";
import { makeAsked } from "./asked.js";
import { makeLanes, makeLaneLegend } from "./lanes.js";
import { makeFacts, makeInHand, makeMarks, makePlan } from "./panels.js";
import { makePicture } from "./picture.js";
import { Tape, tapePath } from "./tape.js";

const SPEEDS = [1, 2, 4, 8, 16, 32, 64, 128];

export async function openReplay(root, route, source) {
  const [run, episode] = route.parts;
  if (!run) return openNothing(root);
  if (!episode) return openEpisodes(root, run, source);
  const settle = showWaiting(root);
  const players = [];
  try {
    players.push(await makePlayer(source, run, episode));
    const [otherRun, otherEpisode] = (route.query.beside || "").split("/");
    if (otherRun && otherEpisode) players.push(await makePlayer(source, otherRun, otherEpisode));
  } finally {
    settle();
  }
  const list = await source.get(`/runs/${encodeURIComponent(run)}/episodes`).catch(() => ({ episodes: [] }));
  const replay = new Replay(root, route, players, list.episodes, source);
  await replay.begin(Number(route.query.at) || 0);
  return () => replay.close();
}

/** Says what is waited for, where it takes more than a moment. */
function showWaiting(root) {
  const lines = ["Playing the episode again ...", "The first time, the game's code is compiled for this machine, which takes half a minute."];
  const notice = make("div", { class: "notice", role: "status" });
  root.append(notice);
  const timers = lines.map((line, index) => setTimeout(() => notice.append(make("p", {}, line)), [400, 4000][index]));
  return () => {
    timers.forEach(clearTimeout);
    notice.remove();
  };
}

function openNothing(root) {
  root.append(makeNotice("Which episode?", "Choose a run first, then one of its episodes."));
  return () => {};
}

/** The episodes of a run, to choose from. */
async function openEpisodes(root, run, source) {
  const { episodes, running, full, command } = await source.get(`/runs/${encodeURIComponent(run)}/episodes`);
  document.title = `Episodes of ${run} – Journeyman`;
  if (!episodes.length) {
    const why = running ? "The first appears here when it has ended." : "It ended before one did, or was made by a version before 0.6.0.";
    root.append(makeNotice("This run has kept no episodes", why, "Solve and evaluations keep all of theirs, practice a few of its trials."));
    return () => {};
  }
  const rows = episodes.map((each) => make("tr", {},
    make("td", { class: "number" }, make("a", { href: `#/replay/${encodeURIComponent(run)}/${each.episode}` }, each.episode)),
    make("td", {}, inWords(each.asked)), make("td", {}, each.ending.words),
    make("td", { class: "number" }, formatCount(each.steps)), make("td", { class: "number" }, String(each.seed)), make("td", {}, formatTime(each.at))));
  const head = ["", "what was asked", "how it ended", "steps", "seed", "when"].map((title, index) => make("th", { scope: "col", class: [0, 3, 4].includes(index) && "number" }, title));
  root.append(make("div", { class: "page" },
    make("div", {}, make("h1", {}, "Episodes"), make("p", { class: "muted" }, `${counted(episodes.length, "episode")} of the ${command} ${run}${full ? "; no more are kept, they take too much room" : ""}`)),
    make("div", { class: "card scroll" }, make("table", { class: "table" }, make("thead", {}, make("tr", {}, head)), make("tbody", {}, rows)))));
  return () => {};
}

/** An episode with its picture and its panels. */
async function makePlayer(source, run, episode) {
  const head = await source.get(tapePath(run, episode));
  const tape = new Tape(source, head);
  const course = new Course(head);
  const [picture] = await Promise.all([makePicture(head), tape.ready(0)]);
  return { head, tape, course, picture, inHand: makeInHand(head, course), moment: 0 };
}

class Replay {
  #root;
  #players;
  #route;
  #moment = 0;
  #speed = 4;
  #playing = false;
  #frame = 0;
  #carry = 0;
  #time = 0;
  #byPlace;
  #drawing = false;
  #closed = false;
  #keys = (event) => this.#pressed(event);

  constructor(root, route, players, episodes, source) {
    this.#root = root;
    this.#players = players;
    this.#route = route;
    this.#byPlace = route.query.by === "place";
    const [first, second] = players;
    document.title = `${inWords(first.head.asked)} – Journeyman`;
    this.lanes = players.map((each, index) => makeLanes(each.course, second && ["first", "second"][index], (moment) => this.jump(index ? this.#leading(moment) : moment)));
    this.plan = makePlan(first.head, first.course);
    this.facts = makeFacts(first.head, second && sameFacts(first.head, second.head));
    this.asked = makeAsked(source, first.head, first.course);
    this.marks = makeMarks(first.course, (moment) => this.jump(moment));
    root.append(make("div", { class: "replay" }, this.#makeTop(episodes), this.#makeStage(), this.#makeTransport(),
      make("div", { class: "replay-panels" }, this.plan.element, this.marks.element, this.facts.element), this.asked.element));
    addEventListener("keydown", this.#keys);
    for (const each of players) {
      each.tape.onChunk = () => this.#noteDoubt();
    }
  }

  async begin(moment) {
    await this.jump(moment);
    performance.mark("replay-drawn");
    this.#noteDoubt();
    for (const each of this.#players) each.tape.fetchAll();
  }

  close() {
    this.#closed = true;
    this.pause();
    removeEventListener("keydown", this.#keys);
    for (const each of this.#players) each.tape.close();
    for (const each of this.lanes) each.close();
  }

  /** Shows a moment; the newest one that was asked for wins. */
  async jump(moment) {
    this.#moment = Math.min(Math.max(0, Math.round(moment)), this.#players[0].tape.last);
    if (this.#drawing) return;
    this.#drawing = true;
    try {
      for (let shown = -1; shown !== this.#moment && !this.#closed; ) {
        shown = this.#moment;
        await Promise.all(this.#players.map((each, index) => this.#prepare(each, index ? this.#following(shown) : shown)));
        if (!this.#closed) this.#show();
      }
    } finally {
      this.#drawing = false;
    }
  }

  async #prepare(player, moment) {
    player.moment = Math.min(moment, player.tape.last);
    if (!player.tape.at(player.moment)) await player.tape.ready(player.moment);
  }

  #following(moment) {
    const [first, second] = this.#players;
    return this.#byPlace ? second.course.alike(first.course, moment) : Math.min(moment, second.tape.last);
  }

  #leading(moment) {
    const [first, second] = this.#players;
    return this.#byPlace ? first.course.alike(second.course, moment) : moment;
  }

  #show() {
    const [first] = this.#players;
    const seen = this.#players.map((each) => each.tape.at(each.moment));
    this.#players.forEach((each, index) => {
      const at = seen[index];
      if (!at) return;
      each.picture.draw(at);
      each.inHand.show(at, each.moment);
      this.lanes[index].show(each.moment);
      const span = each.course.spansAt(each.moment).at(-1);
      each.picture.canvas.setAttribute("aria-label", `Step ${each.head.first_step + each.moment}${span ? `, ${spanWords(span)}` : ""}`);
    });
    this.plan.show(first.moment);
    this.marks.show(first.moment);
    this.asked.show(first.moment);
    this.facts.show(...seen);
    this.slider.max = String(first.tape.last);
    this.slider.value = String(first.moment);
    this.slider.setAttribute("aria-valuetext", first.picture.canvas.getAttribute("aria-label"));
    const [step, end] = [first.head.first_step + first.moment, first.head.first_step + first.tape.last];
    this.counter.textContent = `step ${formatCount(step)} of ${formatCount(end)}`;
    const ended = first.moment === first.tape.last;
    this.ending.classList.toggle("shown", ended);
  }

  #noteDoubt() {
    const doubts = this.#players.map((each) => each.tape.doubt).filter(Boolean);
    this.doubt.textContent = doubts.join("; ");
    this.doubt.hidden = !doubts.length;
  }

  #makeTop(episodes) {
    const [{ head }, second] = this.#players;
    const good = head.ending.kind === "done";
    this.ending = make("span", { class: `replay-ending ${good ? "good" : head.ending.kind === "died" ? "bad" : "warn"}` }, head.ending.words);
    this.doubt = make("p", { class: "error", role: "status", hidden: true });
    const all = `#/replay/${encodeURIComponent(head.run)}`;
    const facts = `${head.title}${head.stand_in ? ` (${head.stand_in})` : ""}, seed ${head.seed}, ${head.origin === "trial" ? "a trial in practice" : head.origin === "eval" ? "an evaluation" : "a task"}`;
    const verdict = head.verdict.judge ? make("p", { class: "muted" }, `${head.verdict.judge}: ${inWords(head.verdict.outcome)}${head.verdict.reason ? `, ${head.verdict.reason}` : ""}`) : null;
    return make("div", { class: "replay-top" },
      make("div", {}, make("h1", {}, inWords(head.asked)), make("p", { class: "muted" }, this.ending, make("span", {}, facts), make("a", { href: all }, `episode ${head.episode} of this run`)), verdict, this.doubt),
      make("div", { class: "replay-choices" }, this.#makeBeside(episodes), second && this.#makeAlignment()));
  }

  #makeBeside(episodes) {
    const [{ head }] = this.#players;
    const chosen = this.#route.query.beside || "";
    const options = episodes.filter((each) => each.episode !== head.episode).map((each) => [`${head.run}/${each.episode}`, `episode ${each.episode}: ${each.ending.words}`]);
    if (chosen && !options.some(([value]) => value === chosen)) options.unshift([chosen, chosen]);
    if (!options.length) return null;
    const select = make("select", { class: "field", "aria-label": "Compare with another episode" }, make("option", { value: "" }, "Compare with ..."),
      options.slice(0, 500).map(([value, text]) => make("option", { value, selected: value === chosen }, text.length > 60 ? `${text.slice(0, 57)}...` : text)));
    select.addEventListener("change", () => this.#go({ beside: select.value }));
    return select;
  }

  #makeAlignment() {
    const button = make("button", { class: "button", type: "button", "aria-pressed": String(this.#byPlace), title: "Compare the moments at which as many skills of the plan were done" }, "By place in the plan");
    button.addEventListener("click", () => {
      this.#byPlace = !this.#byPlace;
      button.setAttribute("aria-pressed", String(this.#byPlace));
      this.jump(this.#moment);
    });
    return button;
  }

  #go(change) {
    const query = { ...this.#route.query, at: this.#moment || "", by: this.#byPlace ? "place" : "", ...change };
    const search = Object.entries(query).filter(([, value]) => value !== "").map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
    location.hash = `#/replay/${this.#route.parts.map(encodeURIComponent).join("/")}${search ? `?${search}` : ""}`;
  }

  #makeStage() {
    return make("div", { class: `replay-stage${this.#players.length > 1 ? " two" : ""} ${this.#players[0].head.kind}` }, this.#players.map(({ head, picture, inHand }, index) =>
      make("figure", {}, this.#players.length > 1 && make("figcaption", {}, `${index ? "second" : "first"}: episode ${head.episode}, seed ${head.seed}, ${head.ending.words}`), picture.canvas, inHand.element)));
  }

  #makeTransport() {
    const last = this.#players[0].tape.last;
    this.slider = make("input", { type: "range", min: 0, max: last, value: 0, step: 1, "aria-label": "Step of the episode" });
    this.slider.addEventListener("input", () => this.jump(Number(this.slider.value)));
    this.counter = make("output", { class: "replay-counter" });
    this.playButton = make("button", { class: "button main", type: "button", onclick: () => this.toggle() }, "Play");
    const speed = make("select", { class: "field", "aria-label": "Steps a second" }, SPEEDS.map((each) => make("option", { value: each, selected: each === this.#speed }, `${each}/s`)));
    speed.addEventListener("change", () => {
      this.#speed = Number(speed.value);
    });
    const button = (text, label, action) => make("button", { class: "button", type: "button", "aria-label": label, title: label, onclick: action }, text);
    return make("div", { class: "replay-transport" },
      make("div", { class: "replay-buttons" }, this.playButton,
        button("−1", "One step back (left)", () => this.jump(this.#moment - 1)), button("+1", "One step on (right)", () => this.jump(this.#moment + 1)),
        button("‹ event", "Previous event ([)", () => this.#toMark(-1)), button("event ›", "Next event (])", () => this.#toMark(1)), speed, this.counter),
      this.slider, this.lanes.map((each) => each.element), makeLaneLegend(this.#players[0].course));
  }

  #toMark(direction) {
    const mark = this.#players[0].course.markFrom(this.#moment, direction);
    if (mark) this.jump(mark.moment);
  }

  toggle() {
    if (this.#playing) this.pause();
    else this.play();
  }

  play() {
    if (this.#moment >= this.#players[0].tape.last) this.#moment = 0;
    this.#playing = true;
    this.#carry = 0;
    this.#time = performance.now();
    this.playButton.textContent = "Pause";
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  pause() {
    this.#playing = false;
    cancelAnimationFrame(this.#frame);
    if (this.playButton) this.playButton.textContent = "Play";
  }

  async #tick(now) {
    if (!this.#playing) return;
    this.#carry += (Math.min(250, now - this.#time) / 1000) * this.#speed;
    this.#time = now;
    const whole = Math.floor(this.#carry);
    if (whole) {
      this.#carry -= whole;
      await this.jump(this.#moment + whole);
      if (this.#moment >= this.#players[0].tape.last) this.pause();
    }
    if (this.#playing) this.#frame = requestAnimationFrame((next) => this.#tick(next));
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = event.target;
    const typing = place instanceof HTMLElement && (place.matches("input:not([type=range]):not([type=checkbox]), textarea, select"));
    if (typing || (event.key === " " && place instanceof HTMLElement && place.matches("button, a, input[type=checkbox]"))) return;
    const far = event.shiftKey ? 10 : 1;
    const actions = {
      " ": () => this.toggle(),
      ArrowLeft: () => this.jump(this.#moment - far),
      ArrowRight: () => this.jump(this.#moment + far),
      Home: () => this.jump(0),
      End: () => this.jump(this.#players[0].tape.last),
      "[": () => this.#toMark(-1),
      "]": () => this.#toMark(1),
    };
    const action = actions[event.key];
    if (!action || (place instanceof HTMLElement && place.closest(".scroll, .replay-marks") && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    action();
  }
}

function sameFacts(first, second) {
  return first.facts.length === second.facts.length && first.facts.every(([name], index) => name === second.facts[index][0]);
}
