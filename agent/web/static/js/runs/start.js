// Where one begins: nothing is chosen yet.
import { make } from "../lib/dom.js";

const PARTS = [
  ["graph", "Skills", "What is known and how well, what each skill needs and brings, where play corrected the model, and the plan for a goal."],
  ["runs", "Runs", "Practice while it runs and after, episodes played again step by step, and results of evaluations."],
];

export async function openStart(root, route, source) {
  const about = await source.get("/about");
  const parts = PARTS.map(([name, title, what]) => make("a", { class: "card", href: `#/${name}` }, make("b", {}, title), make("span", { class: "muted" }, what)));
  root.append(
    make(
      "div",
      { class: "page" },
      make("h1", {}, "Journeyman"),
      !source.offline && make("nav", { class: "start", "aria-label": "Where to go" }, parts),
      make("p", { class: "muted" }, `Version ${about.version}.`),
    ),
  );
  return () => {};
}
