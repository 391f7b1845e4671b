// A goal and what is carried, typed in; the plan, step by step, with what it costs.
import { make, makeError } from "../lib/dom.js";
import { counted, formatCount, formatPercent, inWords } from "../lib/text.js";
import { nodeLink, panelSection } from "./card.js";
import { planLook } from "./look.js";
import { offlinePlan } from "./offline_plan.js";
import { factInWords } from "./scene.js";

const MOST_SUGGESTED = 400;

/** Fills the panel with the form for a goal, and plans at once when one is given. */
export function showPlan(place, explorer, goal = "", have = "") {
  const { source, scene } = explorer;
  const goalField = make("input", { class: "field", id: "plan-goal", name: "goal", value: goal, list: "plan-goals", placeholder: "collect a diamond", autocomplete: "off", spellcheck: "false" });
  const haveField = make("input", { class: "field", id: "plan-have", name: "have", value: have, placeholder: "nothing, or: wood=3 stone_pickaxe=1", autocomplete: "off", spellcheck: "false", disabled: source.offline });
  const result = make("div", { class: "plan-result", "aria-live": "polite" });
  const form = make("form", { class: "plan-form", onsubmit: (event) => {
    event.preventDefault();
    findPlan(result, explorer, goalField.value.trim(), haveField.value.trim());
  } },
    make("label", { for: "plan-goal" }, "Goal"), goalField,
    make("label", { for: "plan-have" }, "Carried"), haveField,
    make("button", { class: "button main", type: "submit" }, "Plan"),
    goalSuggestions(scene));
  place.replaceChildren(make("h2", {}, "Plan a goal"), form, ...(source.offline ? [make("p", { class: "muted" }, "A file cannot search for plans. It holds the plans for what each skill brings, with nothing carried; journeyman serve plans for any goal.")] : []), result);
  if (goal) findPlan(result, explorer, goal, have);
  else goalField.focus();
}

function goalSuggestions(scene) {
  const names = scene.nodes.filter((node) => node.skill || !node.name.startsWith("did.")).slice(0, MOST_SUGGESTED);
  return make("datalist", { id: "plan-goals" }, [...new Set(names.map((node) => (node.skill ? inWords(node.name) : factInWords(node.name))))].map((words) => make("option", { value: words })));
}

async function findPlan(place, explorer, goal, have) {
  if (!goal) return;
  try {
    const query = { ...explorer.asked(), goal, have };
    const plan = explorer.source.offline ? await offlinePlan(explorer, goal) : await explorer.source.get("/graph/plan", query);
    place.replaceChildren(...planParts(plan, explorer));
    explorer.light(plan.steps.length ? planLook(explorer.scene, plan.steps) : null, { goal, have });
    explorer.announce(plan.possible ? `A plan of ${counted(plan.steps.length, "step")}, about ${formatCount(plan.expected_steps)} game steps` : "There is no plan: something is missing");
  } catch (error) {
    explorer.light(null, { goal, have });
    place.replaceChildren(makeError(error));
  }
}

function planParts(plan, explorer) {
  const parts = [make("p", {}, "Understood as ", make("b", {}, inWords(plan.understood)), ".")];
  if (plan.missing.length) parts.push(panelSection("Missing", plan.missing.map((entry) => missingPart(entry, explorer))));
  for (const [fact, skill] of Object.entries(plan.hoped)) parts.push(make("p", {}, `Hoped for: ${factInWords(fact)}, which ${inWords(skill)} may bring.`));
  if (!plan.steps.length) return plan.possible ? [...parts, make("p", {}, "Nothing to do: it holds already.")] : parts;
  parts.push(wholePart(plan), stepList(plan.steps, explorer));
  if (plan.alternatives.length) parts.push(panelSection("What else would do", plan.alternatives.map((other) => alternativePart(other, plan, explorer))));
  return parts;
}

function wholePart(plan) {
  return make("div", { class: "whole" },
    make("p", { class: "figure" }, make("strong", {}, formatCount(plan.expected_steps)), make("span", { class: "muted" }, "game steps expected, second tries included")),
    make("p", { class: "figure" }, make("strong", {}, formatPercent(plan.chance)), make("span", { class: "muted" }, `that every step works at the first try; the evidence allows ${formatPercent(plan.chance_low)} to ${formatPercent(plan.chance_high)}`)),
    playedParts(plan),
    make("p", { class: "muted" }, `The weakest step is ${inWords(plan.weakest)}. That every step works leaves out dangers, hunger and nights, and that a failed step is planned again.`));
}

/** How often it was reached, dangers and second tries included: the figures to believe. */
function playedParts({ played, measured }) {
  const parts = [];
  if (played) parts.push(ratePart(played, "reached in play"));
  if (measured?.n) parts.push(ratePart(measured, "reached when these skills were measured on practice seeds"));
  if (measured?.why_not === "other skills") parts.push(make("p", { class: "muted" }, "The rates that lie beside the library were measured with other skills, and are left out."));
  if (measured?.why_not === "damaged") parts.push(make("p", { class: "muted" }, "The rates that lie beside the library cannot be read, and are left out."));
  if (!played && !measured?.n) parts.push(make("p", { class: "muted" }, "How often it is reached in play, dangers included, is not known here."));
  return parts;
}

function ratePart(rate, words) {
  const [low, high] = rate.ci95;
  return make("p", { class: "figure" }, make("strong", {}, formatPercent(rate.rate)), make("span", { class: "muted" }, `${words}, dangers included: ${rate.reached} of ${rate.n} episodes; 95 % interval ${formatPercent(low)} to ${formatPercent(high)}`));
}

function stepList(steps, explorer) {
  return make("ol", { class: "steps" }, steps.map((step, k) =>
    make("li", { onmouseenter: () => explorer.point(`skill:${step.skill}`), onmouseleave: () => explorer.point("") },
      make("span", { class: "step-number" }, String(k + 1)),
      make("span", { class: "step-name" }, nodeLink(`skill:${step.skill}`, explorer), step.times > 1 && make("span", { class: "muted" }, ` × ${step.times}`)),
      make("span", { class: "step-cost" }, counted(Math.max(1, Math.round(step.steps)), "step")),
      make("span", { class: "step-chance" }, formatPercent(step.together ?? step.chance)))));
}

function missingPart({ fact, count, might, cannot }, explorer) {
  const words = [];
  if (might.length) words.push("would be brought by ", ...listedSkills(might, explorer), ", not learned yet. ");
  if (cannot.length) words.push("is brought by ", ...listedSkills(cannot, explorer), ", which cannot be done from here. ");
  if (!words.length) words.push("no skill brings it.");
  return make("p", {}, make("b", {}, `${count} ${factInWords(fact)}`), ": ", words);
}

function alternativePart(other, plan, explorer) {
  const instead = ["Instead of ", nodeLink(`skill:${other.skill}`, explorer), ": "];
  if (other.why === "none") {
    const reasons = other.others.map((name) => {
      const needs = other.needs[name] || [];
      return [nodeLink(`skill:${name}`, explorer), needs.length ? ` needs ${needs.map(factInWords).join(", ")}, which only ${inWords(other.skill)} brings` : " does not lead there by itself"];
    });
    return make("p", {}, instead, reasons.flatMap((reason, k) => (k ? ["; ", ...reason] : reason)), ".");
  }
  const more = other.expected_steps - plan.expected_steps;
  const cost = more >= 0 ? `${formatCount(more)} steps more` : `${formatCount(-more)} steps fewer`;
  return make("details", {}, make("summary", {}, instead, `${counted(other.steps.length, "step")}, ${cost}, ${formatPercent(other.chance)} at the first try`), stepList(other.steps, explorer));
}

function listedSkills(names, explorer) {
  return names.flatMap((name, k) => (k ? [", ", nodeLink(`skill:${name}`, explorer)] : [nodeLink(`skill:${name}`, explorer)]));
}
