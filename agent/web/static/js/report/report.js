// What a run came to: figures with intervals beside published ones.
import { drawBars, drawIntervals } from "../lib/charts.js";
import { make, makePairs } from "../lib/dom.js";
import { counted, formatDuration, formatTime, inWords } from "../lib/text.js";

const LISTED = 50;

export async function openReport(root, route, source) {
  const name = route.parts[0];
  const report = await source.get(name ? `/runs/${encodeURIComponent(name)}/report` : "/report");
  document.title = `${report.title} · Journeyman`;
  const page = make("div", { class: "page report" });
  page.append(drawHead(report, source));
  const [first, ...rest] = report.figures;
  if (first) page.append(make("section", { class: "card" }, drawFigure(first)));
  if (report.achievements.rows) page.append(drawAchievements(report.achievements));
  if (rest.length) page.append(make("section", { class: "card figures" }, rest.map(drawFigure)));
  page.append(drawEpisodes(report, source));
  root.append(page);
  return () => {};
}

function drawHead(report, source) {
  const run = report.run;
  const unfinished = run.status !== "done" && make("p", { class: "warn" }, `This run is not done (${run.status}): what follows is about ${counted(report.n, "episode")} so far.`);
  return make("header", {},
    make("h1", {}, report.title),
    make("p", { class: "muted" }, report.protocol),
    unfinished,
    makePairs([
      ["run", source.offline ? run.name : make("a", { href: `#/replay/${encodeURIComponent(run.name)}` }, run.name)],
      ["folder", make("code", {}, run.path)],
      ["played by", report.who + (report.mode && report.mode !== "policy" ? `, mode ${report.mode}` : "")],
      ["episodes", `n = ${report.n}, seed ${run.seed}${report.seeds === "practice" ? ", on seeds of practice" : ""}`],
      ["library", report.library],
      ["began", `${formatTime(run.created)}${run.duration_s === null ? "" : `, took ${formatDuration(run.duration_s)}`}`],
      ["again with", make("code", {}, report.command)],
    ]),
  );
}

function drawFigure(figure) {
  const published = (row) => row.tone === "published";
  const rows = [...figure.rows.filter((row) => !published(row)), ...figure.rows.filter(published).sort((a, b) => b.mean - a.mean)];
  return drawIntervals(rows.map((row) => ({ ...row, label: figure.first === "task" ? inWords(row.label) : row.label })), {
    title: figure.title[0].toUpperCase() + figure.title.slice(1),
    first: figure.first || "agent",
    unit: "mean (95 % interval)",
    low: figure.rows.every((row) => !(row.low < 0)) ? 0 : undefined,
  });
}

function drawAchievements(achievements) {
  const shown = achievements.who.slice(0, 3);
  const rows = [...achievements.rows].sort((a, b) => b.mean - a.mean);
  const beside = (row) => shown.filter((who) => row.published[who] !== undefined).map((who) => `${who} ${row.published[who]}`).join(", ");
  const section = make("section", { class: "card" });
  section.append(
    drawBars(rows.map((row) => ({ ...row, n: undefined, label: inWords(row.label), note: beside(row) })), {
      title: "Achievements: episodes that unlock it, percent",
      first: "achievement",
      unit: "ours (95 % interval)",
      high: 100,
      digits: 0,
    }),
  );
  if (shown.length) section.append(make("p", { class: "muted" }, "Published rates were measured by other protocols; see the notes above."));
  return section;
}

function drawEpisodes(report, source) {
  const replayed = (it) => !source.offline && it.episode !== null && make("a", { href: `#/replay/${encodeURIComponent(report.run.name)}/${it.episode}` }, it.seed);
  const columns = [
    ["seed", (it) => replayed(it) || it.seed],
    ["task", (it) => inWords(it.task)],
    ["how it ended", (it) => it.end],
    ["steps", (it) => it.steps?.toLocaleString("en"), true],
    ["unlocked", (it) => it.unlocked, true],
    ["reached", (it) => (it.reached === undefined ? undefined : it.reached ? "yes" : "no")],
    ["figures", (it) => it.figures && Object.entries(it.figures).map(([name, value]) => `${inWords(name)} ${value}`).join(", ")],
  ].filter(([, value]) => report.episodes.some((it) => value(it) !== undefined && value(it) !== ""));
  const rowOf = (it) => make("tr", {}, columns.map(([, value, number]) => make("td", { class: number && "number" }, value(it) ?? "")));
  const body = make("tbody", {}, report.episodes.slice(0, LISTED).map(rowOf));
  const left = report.episodes.length - LISTED;
  const more = left > 0 && make("button", { class: "button", type: "button", onclick: () => {
    body.append(...report.episodes.slice(LISTED).map(rowOf));
    more.remove();
  } }, `Show ${counted(left, "more episode", "more episodes")}`);
  return make("section", { class: "card" },
    make("h2", {}, "Episodes"),
    make("div", { class: "scroll" }, make("table", { class: "table" }, make("thead", {}, make("tr", {}, columns.map(([title, , number]) => make("th", { scope: "col", class: number && "number" }, title)))), body)),
    more,
  );
}
