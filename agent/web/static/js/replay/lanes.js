// Lanes under the slider: skills, what interrupted them, new plans and failures; a click jumps there.
import { make } from "../lib/dom.js";
import { inWords } from "../lib/text.js";
import { spanWords } from "./course.js";

const LANE = 22;
const MARK_LANE = 18;
const MARK_TOKENS = {
  plan: "--info", replan: "--info", guard: "--warn", fallback: "--warn", struck: "--bad",
  failed: "--bad", unclear: "--faint", end: "--good", death: "--bad",
};

/** A canvas with the lanes of an episode; `onJump(moment)` is told of clicks. */
export function makeLanes(course, title, onJump) {
  const lanes = Math.min(3, course.depth + 1);
  const height = lanes * LANE + MARK_LANE;
  const canvas = make("canvas", { class: "replay-lanes", height, "aria-hidden": "true" });
  canvas.style.height = `${height}px`;
  const last = Math.max(1, course.head.moments - 1);
  let now = 0;

  const momentAt = (event) => {
    const box = canvas.getBoundingClientRect();
    return Math.round(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * last);
  };
  const spanAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const lane = Math.floor((event.clientY - box.top - MARK_LANE) / LANE);
    const moment = momentAt(event);
    return course.spansAt(moment).find((span) => Math.min(span.depth, lanes - 1) === lane);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    onJump(momentAt(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons) return onJump(momentAt(event));
    const span = spanAt(event);
    const near = course.marks.filter((mark) => Math.abs(mark.moment - momentAt(event)) <= last / 200);
    const said = span ? `${spanWords(span)}${span.reason ? `: ${span.reason}` : ""}` : near.map((mark) => mark.text).join("\n");
    canvas.title = said;
    return undefined;
  });

  function draw() {
    const width = canvas.clientWidth;
    if (!width) return;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(name).trim();
    const brush = canvas.getContext("2d");
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.clearRect(0, 0, width, height);
    const x = (moment) => (moment / last) * width;
    brush.fillStyle = token("--track");
    for (let lane = 0; lane < lanes; lane++) brush.fillRect(0, MARK_LANE + lane * LANE + 2, width, LANE - 4);
    for (const span of course.spans) drawSpan(brush, token, span, x, Math.min(span.depth, lanes - 1));
    for (const mark of course.marks) drawMark(brush, token, mark, x(mark.moment), width);
    brush.fillStyle = token("--ink");
    brush.fillRect(Math.min(width - 2, Math.max(0, x(now) - 1)), 0, 2, height);
  }

  function drawSpan(brush, token, span, x, lane) {
    const [left, right, top] = [x(span.begin), Math.max(x(span.end), x(span.begin) + 2), MARK_LANE + lane * LANE + 2];
    const current = span.begin <= now && now < Math.max(span.end, span.begin + 1);
    const colour = { plan: "--find", guard: "--warn", part: "--act", fallback: "--craft" }[span.role] || "--find";
    brush.globalAlpha = current ? 1 : 0.72;
    brush.fillStyle = token(colour);
    brush.fillRect(left, top, Math.max(1, right - left - 1), LANE - 4);
    brush.globalAlpha = 1;
    if (span.outcome === "not_done") {
      brush.fillStyle = token("--bad");
      brush.fillRect(left, top + LANE - 7, Math.max(1, right - left - 1), 3);
    }
    if (right - left < 44) return;
    brush.fillStyle = token("--on-accent");
    brush.font = `12px ${token("--sans")}`;
    brush.textBaseline = "middle";
    brush.save();
    brush.beginPath();
    brush.rect(left, top, right - left - 6, LANE - 4);
    brush.clip();
    brush.fillText(inWords(span.skill), left + 6, top + LANE / 2 - 2);
    brush.restore();
  }

  function drawMark(brush, token, mark, x, width) {
    const at = Math.min(width - 4, Math.max(4, x));
    brush.fillStyle = token(MARK_TOKENS[mark.kind] || "--faint");
    brush.beginPath();
    if (mark.kind === "death" || mark.kind === "end") brush.rect(at - 4, 4, 8, 8);
    else if (mark.kind === "plan" || mark.kind === "replan") {
      brush.moveTo(at, 3);
      brush.lineTo(at + 5, 8);
      brush.lineTo(at, 13);
      brush.lineTo(at - 5, 8);
    } else brush.arc(at, 8, 4, 0, 7);
    brush.fill();
  }

  const watch = new ResizeObserver(draw);
  watch.observe(canvas);
  return {
    element: make("div", { class: "replay-lane-row" }, title && make("div", { class: "replay-lane-title" }, title), canvas),
    show: (moment) => {
      now = moment;
      draw();
    },
    close: () => watch.disconnect(),
  };
}

/** What the colours of the lanes mean. */
export function makeLaneLegend(course) {
  const roles = new Set(course.spans.map((span) => span.role));
  const kinds = new Set(course.marks.map((mark) => mark.kind));
  const entries = [
    roles.has("plan") && ["--find", "skill of the plan", "lane"],
    roles.has("guard") && ["--warn", "guard", "lane"],
    roles.has("part") && ["--act", "part of a chain", "lane"],
    roles.has("fallback") && ["--craft", "fallback", "lane"],
    (kinds.has("plan") || kinds.has("replan")) && ["--info", "plan", "diamond"],
    (kinds.has("guard") || kinds.has("fallback")) && ["--warn", "interruption", "dot"],
    (kinds.has("failed") || kinds.has("struck")) && ["--bad", "failure", "dot"],
    kinds.has("death") ? ["--bad", "death", "square"] : ["--good", "end", "square"],
  ].filter(Boolean);
  return make("div", { class: "replay-legend faint" }, entries.map(([token, words, shape]) => {
    const sign = make("span", { class: `replay-sign ${shape}` });
    sign.style.background = `var(${token})`;
    return make("span", {}, sign, words);
  }));
}
