// Panels beside the picture: what is in hand, plan, facts, what stands out, questions and answers.
import { make } from "../lib/dom.js";
import { counted, formatCount, inWords } from "../lib/text.js";
import { groupedSteps, spanWords } from "./course.js";

const LOOK_BACK = 5;
const STEADY = new Set(["count", "event", "level"]);

/** The skill in hand, the bars, and what the game said, under a picture. */
export function makeInHand(head, course) {
  const skill = make("strong", {});
  const place = make("span", { class: "muted" });
  const bars = make("div", { class: "replay-bars" });
  const said = make("p", { class: "replay-said" });
  const element = make("div", { class: "replay-in-hand" }, make("div", { class: "replay-now" }, skill, place), bars, said);
  const meters = head.bars.map(([index, mostIndex, most]) => {
    const name = inWords(head.facts[index][0]);
    const fill = make("i", {});
    const value = make("span", {});
    bars.append(make("div", { class: "replay-bar" }, make("div", {}, make("span", { class: "muted" }, name), value), make("b", {}, fill)));
    return (at) => {
      const full = Math.max(1, mostIndex === null ? most : at.fact(mostIndex));
      const now = at.fact(index);
      value.textContent = `${now}/${full}`;
      fill.style.width = `${Math.min(100, Math.max(0, (100 * now) / full))}%`;
      fill.classList.toggle("low", now / full < 0.34);
    };
  });
  bars.hidden = !meters.length;
  return {
    element,
    show(at, moment) {
      const span = course.spansAt(moment).at(-1);
      const plan = course.planAt(moment);
      skill.textContent = span ? spanWords(span) : course.spans.length ? "no skill in hand" : "no skill on record";
      place.textContent = plan ? `plan step ${plan.done + 1} of ${plan.done + plan.length}` : "";
      for (const meter of meters) meter(at);
      said.textContent = at.said ? `“${at.said}”` : "";
      said.hidden = !head.facts.length || head.kind !== "cells";
    },
  };
}

/** The plan that is followed, with the step that is due. */
export function makePlan(head, course) {
  const list = make("ol", { class: "replay-plan" });
  const about = make("p", { class: "muted" });
  let drawn;
  return {
    element: make("section", { class: "card" }, make("h2", {}, "Plan"), about, list),
    show(moment) {
      const plan = course.planAt(moment);
      if (plan === drawn) return;
      drawn = plan;
      list.replaceChildren();
      if (!plan) {
        about.textContent = course.plans.length ? "No plan yet." : "No plan: nothing was planned here, or a policy over skills chose.";
        return;
      }
      const missing = Object.entries(plan.missing).map(([fact, count]) => `${count} ${inWords(fact)}`);
      about.textContent = `${plan.done ? `${counted(plan.done, "skill")} done, ` : ""}${formatCount(plan.length)} to go, about ${counted(plan.expected, "game step")}`
        + (missing.length ? `; no skill brings ${missing.join(", ")}` : "");
      const groups = groupedSteps(plan.steps);
      let number = plan.done + 1;
      groups.forEach(([name, times], index) => {
        const text = times > 1 ? `${inWords(name)} ×${times}` : inWords(name);
        list.append(make("li", { value: number, "aria-current": index === 0 && "step" }, text));
        number += times;
      });
      const more = plan.length - plan.steps.length;
      if (more > 0) list.append(make("li", { class: "muted" }, `and ${formatCount(more)} more`));
    },
  };
}

/** All facts of one or two episodes; what changed lately is marked. */
export function makeFacts(head, beside) {
  const rows = [];
  const body = make("tbody", {});
  const filter = make("input", { class: "field", type: "search", placeholder: "Find a fact", "aria-label": "Find a fact" });
  const all = make("input", { type: "checkbox", id: "replay-all-facts" });
  const reward = make("p", { class: "muted" });
  head.facts.forEach(([name, kind, description], index) => {
    const cells = (beside ? [0, 1] : [0]).map(() => make("td", { class: "number" }));
    const row = make("tr", { title: description }, make("th", { scope: "row" }, inWords(name.replace(/^did\./, "did ").replaceAll(".", " "))), cells);
    rows.push({ name, kind, index, row, cells });
    body.append(row);
  });
  let latest = null;
  const show = (...moments) => {
    latest = moments;
    const wanted = filter.value.trim().toLowerCase();
    for (const { name, kind, index, row, cells } of rows) {
      let [changed, nonzero] = [false, false];
      moments.forEach((at, place) => {
        if (!at || !cells[place]) return;
        const [now, before] = [at.fact(index), at.before(index)];
        const lately = now !== at.before(index, LOOK_BACK);
        const text = now !== before ? `${now} (${now > before ? "+" : "−"}${Math.abs(now - before)})` : String(now);
        if (cells[place].textContent !== text) cells[place].textContent = text;
        cells[place].className = `number${now !== before ? " now" : lately ? " lately" : ""}`;
        changed ||= lately;
        nonzero ||= now !== 0;
      });
      const found = wanted ? inWords(name).toLowerCase().includes(wanted) || name.includes(wanted) : all.checked || (STEADY.has(kind) && (nonzero || changed));
      if (row.hidden === found) row.hidden = !found;
    }
    reward.textContent = head.rewards && moments[0] ? `Reward of this step: ${moments[0].reward.toFixed(1)}` : "";
    reward.hidden = !reward.textContent;
  };
  const again = () => latest && show(...latest);
  filter.addEventListener("input", again);
  all.addEventListener("change", again);
  return {
    element: make("section", { class: "card replay-facts" }, make("h2", {}, "Facts"), reward,
      make("div", { class: "replay-find" }, filter, make("label", { for: "replay-all-facts" }, all, " all")),
      make("div", { class: "scroll replay-fact-list", tabindex: "0", role: "region", "aria-label": "Facts" }, make("table", { class: "table" }, beside && make("thead", {}, make("tr", {}, make("th", {}, ""), make("th", { class: "number" }, "first"), make("th", { class: "number" }, "second"))), body))),
    show,
  };
}

/** What stands out, in order; a click jumps there. */
export function makeMarks(course, onJump) {
  const first = course.head.first_step;
  const buttons = course.marks.map((mark) => make("li", {}, make("button", { class: `link ${markClass(mark.kind)}`, type: "button", onclick: () => onJump(mark.moment) },
    make("span", { class: "replay-step faint" }, formatCount(first + mark.moment)), make("span", {}, mark.text))));
  const list = make("ol", { class: "replay-marks", tabindex: "0", "aria-label": "What happened" }, buttons);
  let current = null;
  return {
    element: make("section", { class: "card" }, make("h2", {}, "What happened"), list),
    show(moment) {
      const index = course.marks.findLastIndex((mark) => mark.moment <= moment);
      const next = buttons[index] || null;
      if (next === current) return;
      if (current) current.removeAttribute("aria-current");
      current = next;
      if (!current) return;
      current.setAttribute("aria-current", "true");
      const [top, height] = [current.offsetTop, list.clientHeight];
      if (top < list.scrollTop || top > list.scrollTop + height - 32) list.scrollTop = top - height / 2;
    },
  };
}

function markClass(kind) {
  return { failed: "bad", struck: "bad", death: "bad", guard: "warn", fallback: "warn", end: "good" }[kind] || "";
}
