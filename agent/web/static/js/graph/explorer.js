// What the parts of the explorer share: what is shown, chosen and lit, and what opens what.
import { make, makeError } from "../lib/dom.js";
import { counted, formatCount, inWords } from "../lib/text.js";
import { boxAround, LEGIBLE_SCALE } from "./camera.js";
import { showCard } from "./card.js";
import { showClaims } from "./claims.js";
import { showCompare } from "./compare.js";
import { showFilters } from "./filters.js";
import { openHistory } from "./history.js";
import { fillList, nodeInWords } from "./list.js";
import { makeLook, settleLook } from "./look.js";
import { makeMinimap } from "./minimap.js";
import { Picture } from "./picture.js";
import { showPlan } from "./plan.js";
import { nextNode, steerPicture } from "./pointer.js";
import { makeSearch } from "./search.js";

const PLAN_STEP_MS = 130;

/** A choice among the games. */
export function gameChoice(games, game) {
  const open = (event) => {
    location.hash = `#/graph?game=${encodeURIComponent(event.target.value)}`;
  };
  return make("p", {}, make("select", { class: "field", "aria-label": "Game", onchange: open }, games.map((name) => make("option", { value: name, selected: name === game }, name))));
}

/** The explorer of one scene. */
export class Explorer {
  constructor({ source, asked, scene, parts, route }) {
    Object.assign(this, { source, asked, scene, parts, route, library: route.query.library || "", events: Boolean(route.query.events) });
    this.look = makeLook(scene);
    this.ending = new AbortController();
    this.timer = 0;
    this.closeHistory = null;
    this.tab = "";
  }
  begin() {
    const { parts, route } = this;
    settleLook(this.look);
    this.picture = new Picture(parts.canvas, this.scene, this.look);
    parts.stage.append(makeMinimap(this.picture));
    steerPicture(this.picture, { choose: (node) => this.choose(node), hover: (node, event) => this.hover(node, event), step: (dx, dy) => this.step(dx, dy) });
    this.fillTools();
    fillList(parts.list, this);
    this.sizes = new ResizeObserver(() => this.picture.resize());
    this.sizes.observe(parts.stage);
    const options = { signal: this.ending.signal };
    document.addEventListener("themechange", () => this.picture.recolour(), options);
    document.addEventListener("keydown", (event) => this.shortcut(event), options);
    parts.canvas.addEventListener("keydown", (event) => event.key === "Enter" && this.look.chosen && this.open("card").then(() => parts.panel.focus()));
    if (route.query.goal) this.open("plan", route.query.goal, route.query.have || "");
    this.picture.resize();
    this.openOn(route.query.node);
    this.picture.draw();
    performance.mark("graph-drawn");
    if (route.query.run) this.toggleHistory(route.query.run);
  }
  close() {
    this.ending.abort();
    clearInterval(this.timer);
    this.sizes.disconnect();
    this.picture.close();
    if (this.closeHistory) this.closeHistory();
  }
  /** Everything if it can be read, else the node asked for or the upper left part. */
  openOn(id) {
    const { camera } = this.picture;
    const node = id && this.scene.byId.get(id.includes(":") ? id : `skill:${id}`);
    const whole = { x: 0, y: -20, w: this.scene.width, h: this.scene.height + 24 };
    camera.fit(whole, camera.fitting(whole) < LEGIBLE_SCALE && this.scene.nodes.length < 400 ? LEGIBLE_SCALE : 0.02);
    if (camera.height / camera.scale < whole.h) camera.centre(camera.x + camera.width / camera.scale / 2, camera.height / camera.scale / 2 - 30 / camera.scale);
    if (node) this.goTo(node.id);
  }
  fillTools() {
    const { parts, scene, asked } = this;
    const { summary } = scene;
    const tab = (name, words) => make("button", { class: "button", type: "button", "data-tab": name, "aria-pressed": "false", onclick: () => (this.tab === name ? this.closePanel() : this.open(name)) }, words);
    const corrected = summary.claims.corrected + summary.claims.added;
    parts.tools.replaceChildren(
      parts.games.length > 1 ? gameChoice(parts.games, asked().game) : make("h1", { class: "game" }, scene.title),
      make("p", { class: "numbers" }, make("b", {}, formatCount(summary.skills)), ` ${summary.skills === 1 ? "skill" : "skills"}, `, make("b", {}, formatCount(summary.admitted)), " admitted", make("span", { class: "wide" }, `, ${counted(corrected, "claim")} corrected`)),
      make("div", { class: "tabs", role: "group", "aria-label": "Panels" }, tab("plan", "Plan"), tab("claims", "Claims"), tab("show", "Show"), tab("compare", "Compare"),
        make("button", { class: "button", type: "button", "data-tab": "history", "aria-pressed": "false", onclick: () => this.toggleHistory() }, "History")),
      makeSearch(this));
    const zoom = (words, label, act) => make("button", { type: "button", "aria-label": label, onclick: act }, words);
    const { camera } = this.picture;
    parts.zooms.replaceChildren(zoom("−", "Zoom out", () => camera.zoom(0.8)), zoom("Fit", "Show everything", () => camera.fit({ x: 0, y: 0, w: scene.width, h: scene.height })), zoom("+", "Zoom in", () => camera.zoom(1.25)));
  }
  /** Opens a tab of the panel. */
  async open(tab, ...rest) {
    const { parts } = this;
    this.tab = tab;
    parts.aside.hidden = false;
    const close = make("button", { class: "close", type: "button", "aria-label": "Close the panel", onclick: () => this.closePanel() }, "×");
    parts.panel.className = `panel-body panel-${tab}`;
    if (parts.panel.parentElement !== parts.aside) parts.aside.replaceChildren(close, parts.panel);
    this.press();
    this.picture.resize();
    if (tab !== "plan" && this.look.plan) this.light(null);
    try {
      if (tab === "plan") showPlan(parts.panel, this, ...rest);
      else if (tab === "claims") await showClaims(parts.panel, this);
      else if (tab === "show") showFilters(parts.panel, this);
      else if (tab === "compare") await showCompare(parts.panel, this);
      else await showCard(parts.panel, this.look.chosen, this);
    } catch (error) {
      if (!error.kind) console.error(error);
      parts.panel.replaceChildren(makeError(error));
    }
    parts.panel.scrollTop = 0;
  }
  closePanel() {
    this.parts.aside.hidden = true;
    this.picture.resize();
    this.tab = "";
    this.look.marks = null;
    this.light(null);
    this.choose(null);
    this.press();
  }
  press() {
    for (const button of this.parts.tools.querySelectorAll("[data-tab]")) {
      const on = button.dataset.tab === "history" ? !this.parts.history.hidden : button.dataset.tab === this.tab;
      button.setAttribute("aria-pressed", String(on));
    }
  }
  /** Chooses a node, or none. */
  choose(node) {
    const { look } = this;
    if (node === look.chosen) return;
    look.chosen = node;
    if (node) look.plan = null;
    this.changed();
    if (node) {
      this.announce(nodeInWords(node, look));
      this.open("card");
      this.remember({ node: node.id, goal: "", have: "" });
    } else if (this.tab === "card") this.closePanel();
    else this.remember({ node: "" });
  }
  /** Chooses a node and shows where it stands. */
  goTo(id) {
    const node = this.scene.byId.get(id);
    if (!node) return;
    this.choose(node);
    const { camera } = this.picture;
    if (camera.scale < 0.5) camera.scale = 0.9;
    camera.centre(node.x + node.w / 2, node.y + node.h / 2);
  }
  step(dx, dy) {
    const from = this.look.chosen;
    const next = from ? nextNode(this.scene, this.look, from, dx, dy) : this.scene.nodes.find((node) => !this.look.hidden(node));
    if (!next) return;
    this.choose(next);
    this.picture.camera.reveal(next);
  }
  around(way) {
    this.look.around = way;
    this.changed();
    const box = boxAround(this.look.on);
    if (box && way !== "near") this.picture.camera.fit(box, 0.3, 1.1, 60);
  }
  /** Lights the nodes of a plan up, one after the other; null puts them out. */
  light(plan, words = { goal: "", have: "" }) {
    clearInterval(this.timer);
    const { look } = this;
    look.plan = plan;
    if (plan) {
      look.chosen = null;
      const box = boxAround(plan.on);
      if (box) this.picture.camera.fit(box, 0.35, 1.1, 48);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (!still) this.lightInTurn(plan);
    }
    this.remember({ ...words, node: "" });
    this.changed();
  }
  lightInTurn(plan) {
    const { badges } = plan;
    let shown = 0;
    plan.badges = [];
    this.timer = setInterval(() => {
      shown += 1;
      plan.badges = badges.filter((badge) => badge.first <= shown);
      this.changed();
      if (shown >= plan.steps.length) clearInterval(this.timer);
    }, PLAN_STEP_MS);
  }
  mark(ids) {
    this.look.marks = ids.length ? new Set(ids.map((id) => this.scene.byId.get(id))) : null;
    this.picture.refresh();
  }
  /** Rings one node while the reader points at its name. */
  point(id) {
    this.look.marks = id ? new Set([this.scene.byId.get(id)]) : null;
    this.picture.request();
  }
  setFilter(filter) {
    this.look.filter = { ...this.look.filter, ...filter };
    this.changed();
  }
  async colourBy(way) {
    this.look.colourBy = way;
    if (way === "freshness" && !this.practised) {
      this.practised = await this.source.get("/graph/practised", this.asked());
      for (const [name, when] of Object.entries(this.practised)) {
        const node = this.scene.byId.get(`skill:${name}`);
        if (node) node.when = when;
      }
    }
    this.changed();
  }
  setMoment(moment) {
    this.look.moment = moment;
    for (const edge of this.scene.edges) edge.status = momentStatus(edge, moment);
    this.changed();
  }
  setEvents(on) {
    location.hash = `#/graph?${new URLSearchParams(Object.entries({ ...this.route.query, node: "", goal: "", events: on ? "1" : "" }).filter(([, value]) => value))}`;
  }
  async toggleHistory(run = "") {
    const { history } = this.parts;
    history.hidden = !history.hidden;
    this.press();
    if (this.closeHistory) this.closeHistory();
    this.closeHistory = history.hidden ? null : await openHistory(history, this, run);
  }
  changed() {
    settleLook(this.look);
    this.picture.refresh();
    fillList(this.parts.list, this);
  }
  hover(node, event) {
    const { tip, stage } = this.parts;
    tip.hidden = !node || node === this.look.chosen;
    if (tip.hidden) return;
    tip.textContent = nodeInWords(node, this.look);
    const box = stage.getBoundingClientRect();
    tip.style.left = `${Math.min(event.clientX - box.left + 14, box.width - 280)}px`;
    tip.style.top = `${Math.min(event.clientY - box.top + 16, box.height - 60)}px`;
  }
  shortcut(event) {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) {
      event.preventDefault();
      this.parts.tools.querySelector(".search input").focus();
    } else if (event.key === "Escape" && (!typing || this.parts.aside.contains(event.target)) && !this.parts.aside.hidden) {
      this.closePanel();
      this.parts.canvas.focus();
    }
  }
  announce(words) {
    this.parts.status.textContent = inWords(words);
  }
  /** Keeps what is shown in the address, without opening the view again. */
  remember(more) {
    const query = { ...this.route.query, ...more };
    this.route.query = query;
    const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
    history.replaceState(null, "", `#/graph${search ? `?${search}` : ""}`);
  }
}

/** What was known of a claim at a moment: one that was corrected later was not verified yet. */
function momentStatus(edge, moment) {
  edge.final ??= edge.status;
  if (!moment || !["corrected", "added"].includes(edge.final)) return edge.final;
  return moment.corrected.has(`${edge.skill.name} ${edge.fact.name}`) ? edge.final : "unverified";
}
