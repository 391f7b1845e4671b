// The page of a run: as it stands, and as it goes on.
import { make, makeNotice } from "../lib/dom.js";
import { counted } from "../lib/text.js";
import { drawCurves, drawGrowth } from "./curves.js";
import { makeFeed, makeVerdicts } from "./feed.js";
import { drawBudgets, drawLiveHead, makeSteering } from "./head.js";
import { drawPractised, makeGame } from "./scene.js";
import { applyChange, isRunning } from "./state.js";

/** `#/live/NAME`. */
export async function openLive(root, route, source) {
  const name = route.parts[0] || "";
  if (!name) {
    root.append(makeNotice("No run was named.", "Choose one in the list of runs."));
    return () => {};
  }
  const path = `/runs/${encodeURIComponent(name)}`;
  let state = await source.get(`${path}/live`);
  const page = makeLivePage(source, state.run.name);
  root.append(page.element);
  let drawing = 0;
  const draw = () => {
    drawing = 0;
    page.fit(state);
  };
  const drawSoon = () => (drawing ||= requestAnimationFrame(draw));
  draw();
  const stop = source.stream(
    `${path}/events`,
    {},
    (message, kind) => {
      if (kind === "snapshot") state = message;
      else applyChange(state, message);
      drawSoon();
    },
    (condition, error) => page.connection(condition, state, error),
  );
  return () => {
    stop();
    cancelAnimationFrame(drawing);
    page.close();
  };
}

function makeLivePage(source, name) {
  const parts = Object.fromEntries(["head", "budgets", "practised", "curves", "growth"].map((each) => [each, make("div", { class: `live-${each}` })]));
  const [steering, game, feed, verdicts] = [makeSteering(source, name), makeGame(source, name), makeFeed(), makeVerdicts(source, name)];
  const lost = make("p", { class: "error", role: "status", hidden: true });
  const verdictCard = makeSection("Verdicts and the pictures they rest on", verdicts.place);
  const corrections = make("span", { class: "faint" });
  const element = make(
    "div",
    { class: "page live" },
    make("header", { class: "live-top" }, parts.head, source.offline ? null : steering.place),
    lost,
    parts.budgets,
    make("div", { class: "live-pair live-now" }, make("section", { class: "card" }, parts.practised), make("section", { class: "card", "aria-label": "The game" }, game.place)),
    makeSection("Learning curves", make("p", { class: "muted live-key" }, "Success over training steps; points are trials with their 95 % interval; the dashed line is what the lower end must reach for admission."), parts.curves),
    make("div", { class: "live-pair live-then" }, makeSection(["What happened ", corrections], feed.place), makeSection("Skills in the library", parts.growth)),
    verdictCard,
  );
  const fit = (state) => {
    drawLiveHead(parts.head, state);
    drawBudgets(parts.budgets, state);
    drawPractised(parts.practised, state);
    drawCurves(parts.curves, state);
    drawGrowth(parts.growth, state);
    corrections.textContent = `${counted(state.admissions, "admission")}, ${counted(state.corrections, "corrected claim")}`;
    steering.fit(state);
    game.fit(state);
    feed.fit(state);
    verdicts.fit(state);
    verdictCard.hidden = !state.verdicts.length;
  };
  const connection = (condition, state, error) => {
    const refused = error?.status >= 400 && error.status < 500;
    lost.hidden = condition !== "lost" || !(isRunning(state) || refused);
    lost.textContent = refused ? `What is shown may be old: ${error.message}` : "The server does not answer. What is shown may be old; it is asked again.";
  };
  return { element, fit, connection, close: () => [game, verdicts].forEach((each) => each.close()) };
}

function makeSection(title, ...children) {
  return make("section", { class: "card" }, make("h2", {}, title), ...children);
}
