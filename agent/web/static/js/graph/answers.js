// What a model was asked about a skill, and what it said.
import { make, makeError } from "../lib/dom.js";
import { makeCode } from "../lib/code.js";

const PROMPT_WORDS = {
  skill_effects: "What does it need, and what does it bring?", skill_reward: "How is progress rewarded?", skill_option: "When may it begin, when does it give up?",
  task_proposal: "What could be learned?",
};

/** Questions and answers, read when one is opened. */
export function makeAnswers(card, explorer) {
  if (!card.answers.length) return make("p", { class: "muted" }, "It rests on no answer: it was made by hand, or out of other skills.");
  const place = make("div", {});
  const button = make("button", { class: "button", type: "button", onclick: async () => {
    button.disabled = true;
    try {
      place.replaceChildren(...answerParts(card.answers, await readAnswers(card.name, explorer)));
      place.querySelector("summary")?.focus();
    } catch (error) {
      place.replaceChildren(makeError(error));
    }
  } }, card.answers.length === 1 ? "Show the answer that it rests on" : `Show the ${card.answers.length} answers that it rests on`);
  place.append(button);
  return place;
}

/** From the server those of one skill; an offline page has all of them in one document. */
async function readAnswers(skill, { source, asked }) {
  return source.get("/graph/answers", { ...asked(), skill: source.offline ? "" : skill });
}

/** Answers as blocks that open, in the order of their ids. */
export function answerParts(ids, { texts, answers }) {
  return ids.map((id) => {
    if (!Object.hasOwn(answers, id)) return make("p", { class: "muted" }, `The answer ${id} is not here: its run is gone, and it is none of the recorded ones.`);
    const answer = answers[id];
    const [model, date, note] = answer.source.map((k) => texts[k]);
    const from = [answer.from === "live" ? "asked live" : "recorded", model, date, answer.repaired ? "after one correction" : ""].filter(Boolean).join(", ");
    return make("details", { class: "answer" },
      make("summary", {}, PROMPT_WORDS[answer.prompt] || answer.prompt.replaceAll("_", " ")),
      make("p", { class: "muted" }, `${from}.${note ? ` ${note}` : ""}`),
      make("h4", {}, "Answer"),
      makeCode(answer.reply, "Answer"),
      make("details", {}, make("summary", {}, "The whole question"),
        answer.messages.map(([role, parts]) => [make("h4", {}, role), make("pre", { class: "question" }, parts.map((k) => texts[k]).join("\n\n"))])));
  });
}
