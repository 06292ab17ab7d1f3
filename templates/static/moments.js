/** Moments and spans of time, in words. */

/** Seconds in words: `4 min 12 s`. */
export function span(seconds) {
  const whole = Math.abs(Math.round(seconds));
  const parts = [[Math.floor(whole / 86400), "d"], [Math.floor(whole / 3600) % 24, "h"], [Math.floor(whole / 60) % 60, "min"], [whole % 60, "s"]];
  const first = parts.findIndex(([count]) => count);
  return first < 0 ? "0 s" : parts.slice(first, first + 2).map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** `ago 12 s`, `in 4 min`: a moment, seen from now. */
export function seen(moment, now) {
  const seconds = (moment - now) / 1000;
  return seconds >= 0 ? `in ${span(seconds)}` : `${span(seconds)} ago`;
}

/** The time of day, with the day where it is another than today. */
export function clock(moment) {
  const then = new Date(moment);
  const day = then.toDateString() === new Date().toDateString() ? "" : `${then.toLocaleDateString([], { day: "numeric", month: "short" })} `;
  return day + then.toLocaleTimeString([], { hour12: false });
}
