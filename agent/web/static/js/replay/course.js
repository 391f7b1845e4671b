// The course of an episode: which skill is in hand, which plan is followed, what stands out; no drawing.
import { inWords } from "../lib/text.js";

const ROLE_WORDS = { guard: "guard", fallback: "fallback", part: "part of a chain" };

/** What the server says of an episode, made easy to ask. */
export class Course {
  constructor(head) {
    this.head = head;
    this.spans = head.spans.map(([name, role, depth, begin, end, outcome, reason, changes]) => ({
      skill: head.names[name], role, depth, begin, end, outcome, reason, changes,
    }));
    this.plans = head.plans.map(([moment, steps, length, done, expected, missing, changed]) => ({
      moment, steps: steps.map((name) => head.names[name]), length, done, expected, missing, changed: Boolean(changed),
    }));
    this.marks = head.marks.map(([moment, kind, text]) => ({ moment, kind, text }));
    this.depth = Math.max(0, ...this.spans.map((span) => span.depth));
    this.#segments();
  }

  /** Executions under way at a moment, the innermost last. */
  spansAt(moment) {
    const last = this.head.moments - 1;
    const running = this.spans.filter((s) => s.begin <= moment && moment < Math.max(s.end, s.begin + 1));
    if (running.length || moment < last) return running.sort((a, b) => a.depth - b.depth);
    return this.spans.filter((s) => s.begin < moment && moment <= s.end).sort((a, b) => a.depth - b.depth);
  }

  /** The plan that is followed; null before the first. */
  planAt(moment) {
    let found = null;
    for (const plan of this.plans) {
      if (plan.moment > moment) break;
      found = plan;
    }
    return found;
  }

  /** The mark after a moment, or before it. */
  markFrom(moment, direction) {
    const others = this.marks.filter((mark) => (direction > 0 ? mark.moment > moment : mark.moment < moment));
    return direction > 0 ? others[0] : others.at(-1);
  }

  /** The moment of this episode that is as far in its plan as `other` is at `moment`. */
  alike(other, moment) {
    const from = other.segments.findLastIndex((begin) => begin <= moment);
    const place = Math.min(Math.max(0, from), this.segments.length - 2);
    if (from > this.segments.length - 2) return this.head.moments - 1;
    const [begin, end] = [other.segments[from], other.segments[from + 1]];
    const share = end > begin ? (moment - begin) / (end - begin) : 0;
    return Math.round(this.segments[place] + share * (this.segments[place + 1] - this.segments[place]));
  }

  /** Moments at which one more skill of the plan was done: where episodes are compared by place. */
  #segments() {
    const ends = this.spans.filter((s) => s.role === "plan" && s.depth === 0 && s.outcome === "done").map((s) => s.end);
    this.segments = [0, ...ends, this.head.moments - 1];
  }
}

/** A span in words: collect wood (guard). */
export function spanWords(span) {
  const role = ROLE_WORDS[span.role];
  return role ? `${inWords(span.skill)} (${role})` : inWords(span.skill);
}

/** Skills in order, repeats together: [["collect wood", 3], ["place table", 1]]. */
export function groupedSteps(steps) {
  const groups = [];
  for (const step of steps) {
    if (groups.length && groups.at(-1)[0] === step) groups.at(-1)[1]++;
    else groups.push([step, 1]);
  }
  return groups;
}
