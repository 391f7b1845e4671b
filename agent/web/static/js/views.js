// The views by the first word of the address; an offline page has those it needs.
import { openGraph } from "./graph/graph.js";
import { openCompare } from "./report/compare.js";
import { openReport } from "./report/report.js";
import { openStart } from "./runs/start.js";

export const VIEWS = { start: openStart, graph: openGraph, report: openReport, compare: openCompare };

export const TABS = [["graph", "Skills"]];
