// A run as the page knows it: the whole, then what changes.

const MOST_ENTRIES_KEPT = 400;

/** Takes over what has changed; returns the names of what did. */
export function applyChange(state, change) {
  if (change.entries) state.entries = [...state.entries, ...change.entries].slice(-MOST_ENTRIES_KEPT);
  for (const entry of change.entries || []) {
    if (entry.kind === "corrected") state.corrections += 1;
    if (entry.kind === "admitted") state.admissions += 1;
  }
  for (const skill of change.skills || []) {
    const known = state.skills.find((each) => each.name === skill.name);
    if (known) Object.assign(known, skill);
    else state.skills.push({ ...skill, curve: [] });
  }
  for (const [name, steps, rate] of change.points || []) addPoint(state.skills.find((each) => each.name === name), steps, rate);
  for (const name of ["growth", "verdicts", "chosen", "now", "run", "asked"]) if (change[name]) state[name] = change[name];
  return Object.keys(change);
}

function addPoint(skill, steps, rate) {
  if (!skill) return;
  skill.curve = skill.curve.filter((point) => point[0] < steps);
  skill.curve.push([steps, rate]);
}

/** Whether a process works on the run. */
export function isRunning(state) {
  return state.run.status === "running";
}

/** What was spent so far, as far as it is known: of the run's end, else of the latest state. */
export function spentOf(state) {
  const { now = {}, run, growth } = state;
  const ended = !isRunning(state) && run.spent && run.spent.steps !== undefined;
  const model = now.model || {};
  if (ended) return { steps: run.spent.steps, seconds: 60 * (run.spent.minutes || 0), tokens: run.spent.tokens, usd: run.spent.usd, calls: run.spent.calls };
  const known = now.steps !== undefined;
  return {
    steps: known ? now.steps : growth.length ? growth.at(-1)[0] : undefined,
    seconds: known ? now.seconds : run.duration_s,
    tokens: known ? (model.input_tokens || 0) + (model.output_tokens || 0) : undefined,
    usd: known ? model.usd : undefined,
    calls: known ? model.calls : undefined,
  };
}

/** Which of pause, resume and stop was asked for last and has not come about yet; empty for none. */
export function pendingCommand(state) {
  if (!isRunning(state)) return "";
  return (state.asked?.commands || []).filter((kind) => kind !== "queue").at(-1) || "";
}
