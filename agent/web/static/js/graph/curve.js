// The learning curve of a skill, small: success over game steps.
import { make, makeSvg } from "../lib/dom.js";
import { formatCount, formatPercent } from "../lib/text.js";

const CURVE_WIDTH = 320;
const CURVE_HEIGHT = 96;
const CURVE_LEFT = 42;
const CURVE_BOTTOM = 16;

/** The curve, or words on why there is none. */
export function makeCurve(points, card) {
  if (points.length < 2) return make("p", { class: "muted" }, whyNone(card));
  const most = points.at(-1)[0];
  const x = (steps) => CURVE_LEFT + ((CURVE_WIDTH - CURVE_LEFT - 4) * steps) / most;
  const y = (rate) => 6 + (CURVE_HEIGHT - CURVE_BOTTOM - 6) * (1 - rate);
  const line = points.map(([steps, rate], k) => `${k ? "L" : "M"}${x(steps).toFixed(1)} ${y(rate).toFixed(1)}`).join("");
  const words = `Success ${formatPercent(points[0][1])} at first, ${formatPercent(points.at(-1)[1])} after ${formatCount(most)} steps`;
  return make("figure", { class: "curve" },
    makeSvg("svg", { viewBox: `0 0 ${CURVE_WIDTH} ${CURVE_HEIGHT}`, role: "img", "aria-label": words },
      [0, 0.5, 1].map((rate) => [
        makeSvg("path", { class: "grid", d: `M${CURVE_LEFT} ${y(rate)}H${CURVE_WIDTH - 4}` }),
        makeSvg("text", { x: CURVE_LEFT - 5, y: y(rate) + 3.5, "text-anchor": "end" }, `${100 * rate} %`),
      ]),
      makeSvg("path", { class: "line", d: line }),
      makeSvg("text", { x: CURVE_WIDTH - 4, y: CURVE_HEIGHT - 3, "text-anchor": "end" }, `${formatCount(most)} game steps`)),
    make("figcaption", { class: "muted" }, `${words}, in practice.`));
}

function whyNone({ versions, policy }) {
  if (policy && policy !== "a trained network") return "It was not trained: the action is given.";
  const latest = versions[0];
  if (!latest || !latest.train_steps) return "No training is on record.";
  return `Trained for ${formatCount(latest.train_steps)} steps; the curve stays with its run${latest.run ? ` (${latest.run})` : ""}, which is not here.`;
}
