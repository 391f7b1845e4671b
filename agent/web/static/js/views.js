// The views by the first word of the address; an offline page has those it needs.
import { openStart } from "./runs/start.js";

export const VIEWS = { start: openStart };

export const TABS = [];
