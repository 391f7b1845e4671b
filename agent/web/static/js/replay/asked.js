// What the model was asked and answered: about the skill in hand, and while the run went on.
import { answerParts } from "../graph/answers.js";
import { make } from "../lib/dom.js";
import { inWords } from "../lib/text.js";
import { tapePath } from "./tape.js";

/** A card that is filled when it is opened, and follows the skill in hand from then on. */
export function makeAsked(source, head, course) {
  const skillTitle = make("h3", {});
  const skillPlace = make("div", {});
  const runPlace = make("div", {});
  const runTitle = make("h3", {}, "While this run went on");
  runTitle.hidden = true;
  const opened = make("details", { class: "replay-asked" }, make("summary", {}, make("h2", {}, "Questions and answers")), skillTitle, skillPlace, runTitle, runPlace);
  const known = new Map();
  let skill = "";

  const read = (name) => {
    if (!known.has(name)) known.set(name, source.get(`${tapePath(head.run, head.episode)}/asked`, { skill: name }));
    return known.get(name);
  };
  const fill = async (place, name, none) => {
    place.replaceChildren(make("p", { class: "muted" }, "Reading ..."));
    try {
      const told = await read(name);
      if (place === skillPlace && name !== skill) return;
      place.replaceChildren(...(told.ids.length ? answerParts(told.ids, told) : [make("p", { class: "muted" }, none)]));
    } catch (error) {
      known.delete(name);
      place.replaceChildren(make("p", { class: "muted" }, error.message));
    }
  };
  const fillSkill = () => {
    skillTitle.textContent = skill ? `About ${inWords(skill)}` : "No skill in hand";
    if (skill) fill(skillPlace, skill, "It rests on no answer that is known here: it was made by hand, out of other skills, or its library is another one.");
    else skillPlace.replaceChildren();
  };
  opened.addEventListener("toggle", async () => {
    if (!opened.open) return;
    fillSkill();
    if (runTitle.hidden) {
      const told = await read("").catch(() => ({ ids: [] }));
      if (!told.ids.length || !runTitle.hidden) return;
      runTitle.hidden = false;
      runPlace.replaceChildren(...answerParts(told.ids, told));
    }
  });
  return {
    element: make("section", { class: "card replay-wide" }, opened),
    show(moment) {
      const now = course.spansAt(moment).at(-1)?.skill || "";
      if (now === skill) return;
      skill = now;
      if (opened.open) fillSkill();
    },
  };
}
