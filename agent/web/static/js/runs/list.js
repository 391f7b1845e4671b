// All runs: what each was for, and what came of it.
import { make, makeNotice } from "../lib/dom.js";
import { counted, formatDuration, formatTime } from "../lib/text.js";
import { makeStatus } from "../live/head.js";

const ASK_AGAIN_MS = 5000;
const MOST_ROWS = 200;
const PAGE_OF = { practice: "live", solve: "replay", eval: "report" };
const COMMANDS = { practice: "Practice", solve: "Solve", eval: "Evaluation" };

/** `#/runs`. */
export async function openRuns(root, route, source) {
  const answer = await source.get("/runs");
  const search = make("input", { class: "field", type: "search", placeholder: "Search runs", "aria-label": "Search runs" });
  const body = make("tbody", { role: "rowgroup" });
  const count = make("p", { class: "muted", role: "status" });
  const table = make(
    "table",
    { class: "table runs-table", role: "table" },
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ["Run", "Game", "When", "Took", "Status", "Result"].map((title) => make("th", { scope: "col", role: "columnheader" }, title)))),
    body,
  );
  const none = makeNotice("There are no runs yet.", "Begin one with journeyman practice, journeyman solve or journeyman eval; it appears here.");
  const scroll = make("div", { class: "card scroll" }, table);
  const rest = make("button", { class: "button", type: "button", hidden: true });
  root.append(make("div", { class: "page" }, make("div", { class: "runs-top" }, make("h1", {}, "Runs"), count, search), none, scroll, rest));
  let { runs, more } = answer;
  let most = MOST_ROWS;
  const draw = () => {
    const held = body.contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
    const wanted = search.value.trim().toLowerCase();
    const shown = runs.filter((run) => !wanted || Object.values(run).join(" ").toLowerCase().includes(wanted));
    none.hidden = runs.length > 0;
    scroll.hidden = !runs.length;
    count.textContent = runs.length ? (wanted ? `${shown.length} of ${counted(runs.length, "run")}` : counted(runs.length + more, "run")) : "";
    body.replaceChildren(...(shown.length ? shown.slice(0, most).map(makeRun) : [make("tr", { role: "row" }, make("td", { colspan: 6, class: "muted", role: "cell" }, "No run fits the search."))]));
    rest.hidden = shown.length <= most;
    rest.textContent = `Show all ${shown.length}`;
    if (held) body.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  };
  search.oninput = draw;
  rest.onclick = () => {
    const first = most;
    most = Infinity;
    draw();
    body.rows[first]?.querySelector("a")?.focus({ preventScroll: true });
  };
  draw();
  if (source.offline) return () => {};
  let told = "";
  const timer = setInterval(async () => {
    if (document.hidden) return;
    try {
      const next = await source.get("/runs");
      if (told || JSON.stringify(next) !== JSON.stringify({ runs, more })) {
        ({ runs, more } = next);
        told = "";
        draw();
      }
    } catch (error) {
      told = count.textContent = error.message; // the list stays as it was; the next time may succeed
    }
  }, ASK_AGAIN_MS);
  return () => clearInterval(timer);
}

function makeRun(run) {
  const page = PAGE_OF[run.command] || "live";
  const title = [COMMANDS[run.command] || run.command || "Damaged", run.goal && run.command !== "practice" ? `: ${run.goal}` : ""].join("");
  const name = run.status === "damaged" ? make("span", {}, title) : make("a", { href: `#/${page}/${encodeURIComponent(run.name)}` }, title);
  const cell = (kind, more, ...children) => make("td", { class: `runs-${kind}`, role: "cell", ...more }, ...children);
  return make(
    "tr",
    { role: "row" },
    cell("what", {}, name, make("span", { class: "faint runs-name" }, run.command === "practice" && run.goal ? run.goal : run.name)),
    cell("game", {}, run.title || run.game, run.stand_in ? make("span", { class: "faint runs-name" }, run.stand_in) : ""),
    cell("when", { title: run.name }, run.created ? formatTime(run.created) : ""),
    cell("took", {}, run.duration_s === null ? "" : formatDuration(run.duration_s)),
    cell("status", {}, makeStatus(run.status)),
    cell("result", {}, run.result),
  );
}
