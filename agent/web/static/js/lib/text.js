// Numbers and times as people read them.

/** 12,345 */
export function formatCount(value) {
  return Math.round(value).toLocaleString("en");
}

/** 31 % */
export function formatPercent(share, digits = 0) {
  return `${(100 * share).toFixed(digits)} %`;
}

/** 31 % (22 to 41) */
export function formatInterval(mean, low, high, digits = 0) {
  return `${formatPercent(mean, digits)} (${(100 * low).toFixed(digits)} to ${(100 * high).toFixed(digits)})`;
}

/** 1 h 05 min, 3 min 20 s, 12 s */
export function formatDuration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  return minutes ? `${minutes} min ${String(rest).padStart(2, "0")} s` : `${rest} s`;
}

const TIMES = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** 27 Nov, 14:05, in the reader's time zone */
export function formatTime(text) {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return String(text);
  return TIMES.format(time);
}

/** 1 skill, 2 skills */
export function counted(count, noun, plural = `${noun}s`) {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A name as words: collect_iron_pickaxe -> collect iron pickaxe */
export function inWords(name) {
  return String(name).replaceAll("_", " ");
}
