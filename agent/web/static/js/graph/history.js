// The graph as it grew in a run: a slider over the moments at which something in it changed.
import { make, makeError } from "../lib/dom.js";
import { formatDuration, formatTime, inWords } from "../lib/text.js";

const HISTORY_STEP_MS = 160;

/** The bar at the foot: which run, which moment; returns what closes it. */
export async function openHistory(place, explorer, run = "") {
  const { source, asked } = explorer;
  let playing = 0;
  const stop = () => {
    clearInterval(playing);
    playing = 0;
  };
  place.replaceChildren(make("p", { class: "muted" }, "Reading the runs…"));
  let runs = [];
  try {
    runs = await source.get("/graph/runs", { game: asked().game });
  } catch (error) {
    place.replaceChildren(makeError(error));
    return stop;
  }
  if (!runs.length) {
    place.replaceChildren(make("p", { class: "muted" }, source.offline ? "This file holds no history. journeyman serve shows how the graph grew, and its --bundle keeps it." : "No run of practice is here. journeyman practice makes one."));
    return stop;
  }
  const choice = make("select", { class: "field", "aria-label": "Run" }, runs.map(({ name, created, status }) => make("option", { value: name }, `${formatTime(created)} (${status})`)));
  if (run) choice.value = run;
  const slider = make("input", { type: "range", min: "0", max: "0", value: "0", "aria-label": "Moment" });
  const words = make("p", { class: "moment-words", "aria-live": "polite" });
  const play = make("button", { class: "button", type: "button" }, "Play");
  place.replaceChildren(choice, play, slider, words);
  let moments = [];

  const show = () => {
    const at = Number(slider.value);
    const state = momentState(moments, at);
    explorer.setMoment(state);
    const admitted = [...state.states.values()].filter((value) => value === "admitted").length;
    const latest = moments[at - 1];
    words.textContent = latest ? `${formatDuration(latest.t)}: ${inWords(latest.text)} · ${admitted} of ${state.states.size} admitted` : "Before the first task was proposed";
    slider.setAttribute("aria-valuetext", words.textContent);
  };
  const load = async () => {
    stop();
    play.textContent = "Play";
    try {
      moments = (await source.get("/graph/moments", { run: choice.value })).moments;
    } catch (error) {
      place.replaceChildren(choice, makeError(error));
      return;
    }
    slider.max = String(moments.length);
    slider.value = slider.max;
    slider.disabled = play.disabled = !moments.length;
    show();
  };
  slider.addEventListener("input", () => {
    stop();
    play.textContent = "Play";
    show();
  });
  play.addEventListener("click", () => {
    if (playing) {
      stop();
      play.textContent = "Play";
      return;
    }
    if (Number(slider.value) >= moments.length) slider.value = "0";
    play.textContent = "Pause";
    playing = setInterval(() => {
      slider.value = String(Number(slider.value) + 1);
      show();
      if (Number(slider.value) >= moments.length) {
        stop();
        play.textContent = "Play";
      }
    }, HISTORY_STEP_MS);
  });
  choice.addEventListener("change", load);
  await load();
  return () => {
    stop();
    explorer.setMoment(null);
  };
}

/** The state of each skill after so many moments, and the claims that were corrected by then. */
export function momentState(moments, at) {
  const states = new Map();
  const corrected = new Set();
  let fresh = [];
  moments.slice(0, at).forEach(({ kind, skills, fact }) => {
    fresh = skills;
    for (const name of skills) {
      if (kind === "admitted") states.set(name, "admitted");
      else if (kind === "retired") states.set(name, "retired");
      else if (kind === "corrected") corrected.add(`${name} ${fact}`);
      else if (!states.has(name)) states.set(name, "waiting");
    }
  });
  return { states, corrected, fresh };
}
