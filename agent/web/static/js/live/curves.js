// Learning curves as small multiples, and the growth of the library.
import { make, makeSvg } from "../lib/dom.js";
import { counted, formatCount, formatPercent, inWords } from "../lib/text.js";

const SMALL = { width: 220, height: 92, left: 4, right: 4, top: 6, bottom: 6 };
const WIDE = { width: 640, height: 180, left: 36, right: 12, top: 12, bottom: 22 };
const STATES = { admitted: "admitted", open: "learning", "given up": "given up", retired: "retired", "left out": "left out" };

/** One small chart per skill: success over its training steps, its trials with intervals, the threshold. */
export function drawCurves(place, state) {
  const order = { open: 1, admitted: 2, "given up": 3, retired: 4, "left out": 5 };
  const inHand = state.run.status === "running" ? state.now?.skill || state.chosen.skill : "";
  const begun = state.skills.filter((skill) => skill.curve.length || skill.trials.length);
  const rest = state.skills.filter((skill) => !begun.includes(skill));
  begun.sort((a, b) => (b.name === inHand) - (a.name === inHand) || order[a.status] - order[b.status] || a.name.localeCompare(b.name));
  place.replaceChildren(
    ...(begun.length ? [make("div", { class: "live-multiples" }, begun.map((skill) => makeLiveCurve(skill, state.threshold, skill.name === inHand)))] : [make("p", { class: "muted" }, "No skill has been practised yet.")]),
    ...(rest.length ? [make("p", { class: "muted live-rest" }, `${begun.length ? "Not practised yet" : "Tasks"}: ${rest.map((skill) => inWords(skill.name) + (skill.status === "open" ? "" : ` (${STATES[skill.status]})`)).join(", ")}.`)] : []),
  );
}

function makeLiveCurve(skill, threshold, inHand) {
  const trial = skill.trials.at(-1);
  const last = skill.curve.at(-1);
  const end = Math.max(1, last ? last[0] : 0, ...skill.trials.map((each) => each.steps));
  const x = (steps) => SMALL.left + (steps / end) * (SMALL.width - SMALL.left - SMALL.right);
  const y = (rate) => SMALL.top + (1 - rate) * (SMALL.height - SMALL.top - SMALL.bottom);
  const told = trial
    ? `${trial.successes} of ${trial.attempts} in its latest trial (95 %: ${formatPercent(trial.low)} to ${formatPercent(trial.high)})`
    : last
      ? `${formatPercent(last[1])} of the latest training episodes`
      : "not trained";
  return make(
    "figure",
    { class: "live-curve", "data-status": skill.status, "data-in-hand": inHand },
    make("figcaption", {}, inWords(skill.name)),
    makeSvg(
      "svg",
      { viewBox: `0 0 ${SMALL.width} ${SMALL.height}`, role: "img", "aria-label": `${inWords(skill.name)}: ${told}, ${formatCount(skill.steps)} steps of training` },
      makeSvg("line", { class: "live-grid", x1: SMALL.left, x2: SMALL.width - SMALL.right, y1: y(0), y2: y(0) }),
      makeSvg("line", { class: "live-grid", x1: SMALL.left, x2: SMALL.width - SMALL.right, y1: y(1), y2: y(1) }),
      makeSvg("line", { class: "live-threshold", x1: SMALL.left, x2: SMALL.width - SMALL.right, y1: y(threshold), y2: y(threshold) }),
      skill.curve.length > 1 ? makeSvg("polyline", { class: "live-line", points: skill.curve.map(([steps, rate]) => `${x(steps).toFixed(1)},${y(rate).toFixed(1)}`).join(" ") }) : null,
      skill.curve.length === 1 ? makeSvg("circle", { class: "live-dot", cx: x(last[0]), cy: y(last[1]), r: 2 }) : null,
      skill.trials.map((each) => makeTrial(each, x, y)),
    ),
    make("p", { class: "live-curve-told" }, trial ? `${trial.successes} of ${trial.attempts} (${Math.round(100 * trial.low)}\u2013${Math.round(100 * trial.high)} %)` : last ? `${formatPercent(last[1])} in training` : "not tried yet"),
    make("p", { class: "faint live-curve-told" }, make("span", { class: "live-curve-state" }, inHand ? "in hand" : STATES[skill.status]), skill.status === "given up" && skill.reason ? `: ${skill.reason}` : skill.steps ? `, ${counted(skill.steps, "step")}` : ", scripted"),
  );
}

function makeTrial(trial, x, y) {
  const at = Math.min(SMALL.width - SMALL.right - 3, Math.max(SMALL.left + 3, x(trial.steps)));
  const rate = trial.rate ?? 0;
  return makeSvg(
    "g",
    { class: "live-trial", "data-admitted": trial.admitted },
    makeSvg("line", { x1: at, x2: at, y1: y(trial.low), y2: y(trial.high) }),
    makeSvg("circle", { cx: at, cy: y(rate), r: 3 }),
  );
}

/** Skills admitted over the session's steps. */
export function drawGrowth(place, state) {
  const points = [[0, 0], ...state.growth];
  const [endX, endY] = [Math.max(1, ...points.map((point) => point[0])), Math.max(4, ...points.map((point) => point[1]))];
  if (points.length < 2) return place.replaceChildren(make("p", { class: "muted" }, "The curve begins when the first turn of practice has ended."));
  const x = (steps) => WIDE.left + (steps / endX) * (WIDE.width - WIDE.left - WIDE.right);
  const y = (count) => WIDE.top + (1 - count / endY) * (WIDE.height - WIDE.top - WIDE.bottom);
  let path = `M${x(0)},${y(0)}`;
  for (const [steps, count] of points.slice(1)) path += `H${x(steps).toFixed(1)}V${y(count).toFixed(1)}`;
  const rule = Math.max(1, Math.ceil(endY / 4));
  const levels = Array.from({ length: Math.floor(endY / rule) + 1 }, (_, i) => i * rule);
  const latest = points.at(-1);
  return place.replaceChildren(
    makeSvg(
      "svg",
      { class: "live-chart", viewBox: `0 0 ${WIDE.width} ${WIDE.height}`, role: "img", "aria-label": `${counted(latest[1], "skill")} admitted after ${counted(latest[0], "step")}` },
      levels.map((level) => [
        makeSvg("line", { class: "live-grid", x1: WIDE.left, x2: WIDE.width - WIDE.right, y1: y(level), y2: y(level) }),
        makeSvg("text", { class: "live-axis", x: WIDE.left - 8, y: y(level) + 4, "text-anchor": "end" }, String(level)),
      ]).flat(),
      makeSvg("path", { class: "live-line", d: path }),
      makeSvg("circle", { class: "live-dot", cx: x(latest[0]), cy: y(latest[1]), r: 3 }),
      makeSvg("text", { class: "live-axis", x: WIDE.left, y: WIDE.height - 4 }, "0"),
      makeSvg("text", { class: "live-axis", x: WIDE.width - WIDE.right, y: WIDE.height - 4, "text-anchor": "end" }, counted(endX, "step")),
    ),
  );
}
