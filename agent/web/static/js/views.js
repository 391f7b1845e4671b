// The views by the first word of the address; an offline page has those it needs.
import { openLive } from "./live/page.js";
import { openRuns } from "./runs/list.js";
import { openStart } from "./runs/start.js";

export const VIEWS = { start: openStart, runs: openRuns, live: openLive };

export const TABS = [["runs", "Runs"]];
