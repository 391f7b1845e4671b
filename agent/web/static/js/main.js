// The frame of all pages: the bar, the address, one view at a time.
import { make, makeError } from "./lib/dom.js";
import { openSource } from "./lib/source.js";
import { applyTheme, switchTheme } from "./lib/theme.js";
import { TABS, VIEWS } from "./views.js";

const source = openSource();
const brand = document.title.startsWith("Journeyman") ? "Journeyman" : document.title; // views give the page titles of their own
const root = document.getElementById("view");
let close = () => {};
let turn = 0;

/** `#/graph/x?goal=y` as { name: "graph", parts: ["x"], query: { goal: "y" } }. */
function readRoute(hash) {
  const [path, search = ""] = (hash.replace(/^#\/?/, "") || root.dataset.start || "start").split("?");
  const parts = path.split("/").filter(Boolean).map(decode);
  return { name: parts.shift() || "start", parts, query: Object.fromEntries(new URLSearchParams(search)) };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The page of the bar that a view belongs to. */
function tabOf(name) {
  return TABS.some(([tab]) => tab === name) ? name : "runs";
}

function drawBar(route) {
  const links = TABS.map(([name, title]) => make("a", { href: `#/${name}`, "aria-current": route.name !== "start" && tabOf(route.name) === name && "page" }, title));
  document.getElementById("bar").replaceChildren(
    ...[
      make("a", { class: "brand", href: source.offline ? "#" : "#/" }, brand),
      links.length && make("nav", { "aria-label": "Pages" }, links),
      make("div", { class: "side" }, make("button", { class: "button", type: "button", onclick: switchTheme }, "Light or dark")),
    ].filter(Boolean),
  );
}

async function follow() {
  if (turn && /(?:^#|&)token=/.test(location.hash)) return location.reload(); // it is taken as the page begins
  if (/^#(view)?$/.test(location.hash) && turn) return;
  const mine = ++turn;
  const route = readRoute(location.hash);
  const file = await source.fileOf?.(route);
  if (file) return location.assign(`${file}${location.hash}`);
  const held = turn > 1 && root.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : "";
  close();
  close = () => {};
  document.title = brand;
  drawBar(route);
  const place = make("div", {});
  place.style.display = "contents";
  root.replaceChildren(place);
  root.scrollTop = 0;
  const open = Object.hasOwn(VIEWS, route.name) ? VIEWS[route.name] : null;
  try {
    if (!open) throw new Error(`There is no page ${route.name.slice(0, 80)}.`);
    const closing = await open(place, route, source);
    if (mine === turn) close = closing || close;
    else if (closing) closing();
  } catch (error) {
    if (mine === turn) place.replaceChildren(makeError(error));
    if (!error.kind && open) console.error(error);
  }
  if (mine === turn && mine > 1) keepFocus(held);
  document.documentElement.dataset.ready = String(mine);
}

/** Keys go on where they were: at the control of the same name, else at the view, unless it took them itself. */
function keepFocus(held) {
  if (document.activeElement && document.activeElement !== document.body) return;
  const same = held && root.querySelector(`[aria-label="${CSS.escape(held)}"]`);
  (same || root).focus({ preventScroll: true });
}

applyTheme();
addEventListener("hashchange", follow);
follow();
