// The views by the first word of the address; an offline page has those it needs.
import { openReplay } from "./replay/replay.js";
import { openStart } from "./runs/start.js";

export const VIEWS = { replay: openReplay, start: openStart };

export const TABS = [];
