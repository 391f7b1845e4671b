// Two runs side by side, paired by task and seed.
import { drawIntervals } from "../lib/charts.js";
import { make, makePairs } from "../lib/dom.js";
import { counted, formatTime, inWords } from "../lib/text.js";

export async function openCompare(root, route, source) {
  const [first, second] = route.parts;
  const found = await source.get("/compare", first ? { first, second } : {});
  const achievements = found.differences.filter((row) => row.name.startsWith("unlocked/"));
  const others = found.differences.filter((row) => !row.name.startsWith("unlocked/"));
  const page = make("div", { class: "page report" });
  page.append(
    make("header", {},
      make("h1", {}, "Two runs compared"),
      make("p", { class: "muted" }, `${counted(found.pairs, "pair")} of episodes with the same task and seed${found.unpaired ? `; ${counted(found.unpaired, "episode")} without a partner ${found.unpaired === 1 ? "is" : "are"} left out` : ""}. What is right of zero is more in the second run.`),
    ),
    make("div", { class: "sides" }, drawSide("First", found.first, source), drawSide("Second", found.second, source)),
    drawDiffering(found.differing),
    make("section", { class: "card figures" }, others.map((row) => drawDifferences(row.title[0].toUpperCase() + row.title.slice(1), [row]))),
  );
  if (achievements.length) {
    page.append(make("section", { class: "card" }, drawDifferences("Achievements: difference in percentage points", achievements)));
  }
  root.append(page);
  return () => {};
}

function drawSide(title, run, source) {
  return make("section", { class: "card" },
    make("h2", {}, title),
    makePairs([
      ["run", source.offline ? run.name : make("a", { href: `#/report/${encodeURIComponent(run.name)}` }, run.name)],
      ["folder", make("code", {}, run.path)],
      ["what", `${run.command} ${run.game}: ${run.goal}`],
      ["began", formatTime(run.created)],
      ["result", run.result],
    ]),
  );
}

function drawDiffering(settings) {
  const rows = Object.entries(settings);
  if (!rows.length) return make("p", { class: "muted" }, "Both runs have the same settings.");
  const cell = (value) => make("td", {}, value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
  return make("section", { class: "card" },
    make("h2", {}, "Settings that differ"),
    make("div", { class: "scroll" }, make("table", { class: "table" },
      make("thead", {}, make("tr", {}, ["setting", "first", "second"].map((each) => make("th", { scope: "col" }, each)))),
      make("tbody", {}, rows.map(([name, [one, two]]) => make("tr", {}, make("th", { scope: "row" }, inWords(name)), cell(one), cell(two)))),
    )),
  );
}

function drawDifferences(title, rows) {
  const reach = Math.max(...rows.flatMap((row) => [Math.abs(row.low), Math.abs(row.high)]), 1e-9) * 1.05;
  const tone = (row) => (row.low > 0 ? "good" : row.high < 0 ? "bad" : "other");
  const shown = rows.map((row) => ({ ...row, label: rows.length > 1 ? inWords(row.title) : "second less first", tone: row.name === "env_steps" ? "ours" : tone(row), note: noteOf(row) }));
  return drawIntervals(shown, { title, low: -reach, high: reach, reference: 0, unit: "difference (95 % interval)" });
}

function noteOf(row) {
  const means = row.first === undefined ? "" : `${row.first.toFixed(1)} → ${row.second.toFixed(1)}`;
  return [means, row.better === undefined ? "" : `more in ${row.better}, less in ${row.worse}, ${row.p < 0.001 ? "p < 0.001" : `p = ${row.p.toFixed(3)}`}`].filter(Boolean).join("; ");
}
