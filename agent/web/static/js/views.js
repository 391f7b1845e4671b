// The views by the first word of the address; an offline page has those it needs.
import { openGraph } from "./graph/graph.js";
import { openStart } from "./runs/start.js";

export const VIEWS = { start: openStart, graph: openGraph };

export const TABS = [["graph", "Skills"]];
