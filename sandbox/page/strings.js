// Words, dates and numbers in the language of the person who looks at the page. Messages are never translated here.

import { EN } from "./words-en.js";
import { KO } from "./words-ko.js";

let words = EN;
let language = "en-US";
let zone = undefined;

/** Chooses Korean for ko-* and English for everything else; times are shown in `tz`. */
export function speak(locale, tz) {
  language = (locale ?? "en-US").replace("_", "-");
  words = language.startsWith("ko") ? KO : EN;
  zone = tz || undefined;
  document.documentElement.lang = language.slice(0, 2);
}

/** The phrase for `key` with {name} places filled in; a plural form is chosen by `n`. */
export function t(key, values = {}) {
  let phrase = words[key] ?? EN[key] ?? key;
  if (typeof phrase === "object") phrase = values.n === 1 ? phrase.one : phrase.other;
  return phrase.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** True when a phrase of that name exists. */
export function knows(key) {
  return key in EN;
}

/** A Slack timestamp ("seconds.micro") or epoch seconds as a Date. */
export function moment(ts) {
  return new Date(Number(ts) * 1000);
}

/** `date` by Intl options in the person's language and time zone. */
export function format(date, options) {
  try {
    return new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(date);
  } catch {
    return new Intl.DateTimeFormat("en-US", options).format(date);
  }
}

export const clock = (date) => format(date, { hour: "numeric", minute: "2-digit" });

/** A string that is equal for two moments of the same local day. */
export const dayKey = (date) => format(date, { year: "numeric", month: "2-digit", day: "2-digit" });

/** "Today", "Yesterday" or the full date. */
export function dayName(date, now = new Date()) {
  if (dayKey(date) === dayKey(now)) return t("day.today");
  if (dayKey(date) === dayKey(new Date(now - 86400000))) return t("day.yesterday");
  return format(date, { weekday: "long", month: "long", day: "numeric" });
}

/** "3 min. ago" in the person's language. */
export function ago(date, now = new Date()) {
  const seconds = Math.round((date - now) / 1000);
  if (Math.abs(seconds) < 45) return t("when.now");
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  for (const [unit, size] of [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
  ]) {
    if (Math.abs(seconds) >= size || unit === "minute")
      return relative.format(Math.round(seconds / size), unit);
  }
}

/** A number with the separators of the person's language. */
export function number(value, options = {}) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2, ...options }).format(value);
}
