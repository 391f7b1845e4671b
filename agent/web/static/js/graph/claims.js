// The list of claims that play corrected.
import { make } from "../lib/dom.js";
import { counted, inWords } from "../lib/text.js";
import { makeClaim, nodeLink } from "./card.js";

const CLAIM_LIST_VERBS = { requires: "needs", consumes: "uses up", holds: "needs in hand", obtains: "brings" };

/** Fills the panel with what play corrected or added. */
export async function showClaims(place, explorer) {
  const claims = await explorer.source.get("/graph/claims", explorer.asked());
  const numbers = explorer.scene.summary.claims;
  const all = Object.values(numbers).reduce((sum, n) => sum + n, 0);
  const bySkill = new Map();
  for (const entry of claims) bySkill.set(entry.skill, [...(bySkill.get(entry.skill) || []), entry]);
  place.replaceChildren(
    make("h2", {}, "Claims and evidence"),
    make("p", {}, `The model claimed what every skill needs and brings. Of ${counted(all, "claim")} play has confirmed ${numbers.confirmed}, corrected ${numbers.corrected} and added ${numbers.added}; ${numbers.unverified} are not verified yet.`),
    ...(claims.length ? [] : [make("p", { class: "muted" }, "Nothing was corrected so far. Corrections appear here as play finds them.")]),
    ...[...bySkill].map(([skill, entries]) => make("section", {}, make("h3", { class: "plain" }, nodeLink(`skill:${skill}`, explorer)),
      entries.map((entry) => makeClaim(entry, entry.fact, CLAIM_LIST_VERBS, explorer)))),
  );
  explorer.announce(`${counted(claims.length, "claim")} corrected or added, about ${[...bySkill.keys()].map(inWords).join(", ") || "no skill"}`);
}
