// The views by the first word of the address; an offline page has those it needs.
import { openGraph } from "./graph/graph.js";
import { openLive } from "./live/page.js";
import { openReplay } from "./replay/replay.js";
import { openCompare } from "./report/compare.js";
import { openReport } from "./report/report.js";
import { openRuns } from "./runs/list.js";
import { openStart } from "./runs/start.js";

export const VIEWS = { start: openStart, graph: openGraph, runs: openRuns, live: openLive, replay: openReplay, report: openReport, compare: openCompare };

export const TABS = [["graph", "Skills"], ["runs", "Runs"]];
