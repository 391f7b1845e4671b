// The skill graph explorer: picture, search, filters, cards, plans, comparison, history.
import { make, makeError } from "../lib/dom.js";
import { counted } from "../lib/text.js";
import { Explorer, gameChoice } from "./explorer.js";
import { readScene } from "./scene.js";

/** Opens the explorer; the address may name a game, a library, a node, a goal or a run. */
export async function openGraph(root, route, source) {
  const games = (await source.get("/about")).games;
  const game = route.query.game || games[0];
  const asked = () => ({ game, library: route.query.library });
  let data;
  try {
    data = await source.get("/graph", { ...asked(), events: route.query.events });
  } catch (error) {
    if (!error.kind) throw error;
    root.append(make("div", { class: "page" }, gameChoice(games, game), makeError(error)));
    return () => {};
  }
  const scene = readScene(data);
  const parts = makeParts(games, game, scene, data);
  root.append(parts.view);
  const explorer = new Explorer({ source, asked, scene, parts, route });
  explorer.begin();
  return () => explorer.close();
}

function makeParts(games, game, scene, data) {
  const { summary } = data;
  const canvas = make("canvas", { class: "picture", tabindex: "0", role: "application", "aria-roledescription": "skill graph",
    "aria-label": `Skill graph of ${game}: ${counted(summary.skills, "skill")}. Arrow keys go from node to node, Enter shows the card, plus and minus zoom, 0 shows everything.` });
  const panel = make("div", { class: "panel-body", tabindex: "-1" });
  const parts = {
    canvas, panel,
    tools: make("div", { class: "explorer-tools" }),
    list: make("ul", { class: "unseen", "aria-label": "Skills" }),
    status: make("p", { class: "unseen", role: "status" }),
    tip: make("div", { class: "graph-tip", "aria-hidden": "true" }),
    history: make("footer", { class: "history" }),
    aside: make("aside", { class: "panel", "aria-label": "Details" }),
    zooms: make("div", { class: "zooms", role: "toolbar", "aria-label": "Zoom" }),
    notice: make("div", { class: "stage-notice" }),
  };
  parts.tip.hidden = parts.aside.hidden = parts.history.hidden = true;
  parts.stage = make("div", { class: "stage" }, canvas, parts.list, parts.tip, parts.zooms, parts.notice);
  parts.view = make("div", { class: "explorer" }, parts.tools, parts.stage, parts.aside, parts.history, parts.status);
  if (!scene.nodes.length) parts.notice.append(make("div", { class: "notice" }, make("strong", {}, "No skills yet"), make("p", {}, `Practice adds them: journeyman practice --game ${game}`)));
  const damaged = Object.entries(summary.damaged);
  if (damaged.length) parts.notice.append(make("details", { class: "damage" }, make("summary", {}, `${counted(damaged.length, "thing")} could not be read`), damaged.map(([name, why]) => make("p", {}, `${name}: ${why}`))));
  parts.games = games;
  return parts;
}
