// Plans in a page that is a file: worked out beforehand, for what each skill brings, from nothing.
import { SourceError } from "../lib/source.js";

/** The plan for a goal that is in the file; else an error that names near ones. */
export async function offlinePlan({ source, asked }, goal) {
  const { plans, goals } = await source.get("/graph/plans", asked());
  const wanted = normalGoal(goal);
  if (Object.hasOwn(goals, wanted)) return { ...plans[goals[wanted]], goal };
  const near = Object.keys(goals).filter((name) => name.split(" ").some((word) => word.length > 2 && wanted.includes(word))).slice(0, 6);
  throw new SourceError("NotInThisFile", "This file holds no plan for that goal; it has one for each skill and each thing that a skill brings.", near);
}

/** Collect a Diamond -> collect diamond */
function normalGoal(text) {
  return text.toLowerCase().replace(/[_.]/g, " ").split(/\s+/).filter((word) => word && !["a", "an", "the", "some", "1"].includes(word)).join(" ");
}
