// Where one begins: nothing is chosen yet.
import { make } from "../lib/dom.js";

export async function openStart(root, route, source) {
  const about = await source.get("/about");
  root.append(make("div", { class: "page" }, make("h1", {}, "Journeyman"), make("p", { class: "muted" }, `Version ${about.version}.`)));
  return () => {};
}
