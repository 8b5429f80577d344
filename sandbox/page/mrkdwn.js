// Slack's mrkdwn as DOM nodes: *bold* _italic_ ~strike~ `code` ```pre``` > quote <links> <@U> <#C> <!date> :emoji:

import { fragment, h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { ago, dayName, format, moment } from "./strings.js";

const WORD = /[\p{L}\p{N}]/u;
const EMOJI = /:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?/y;
const ADDRESS = /https?:\/\/[^\s<>|"']+/y;
const MARKS = { "*": "strong", _: "em", "~": "s" };

/** The three entities Slack escapes, and only those, exactly once. */
export function unescape(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** What a person typed, escaped the way a Slack client sends it. */
export function escape(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function emojiNode(name, tone) {
  const found = emoji(name, tone);
  if (!found) return `:${name}:`;
  return h(
    "span",
    { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` },
    found,
  );
}

/** A mention of a person as a chip; `people` is a Map of id to person. */
export function personChip(id, context, label) {
  const person = context.people?.get(id);
  const name = person?.display_name || person?.name || label || id;
  return h("span", { class: `mention ${id === context.me ? "me" : ""}`, data: { user: id } }, `@${name}`);
}

/** A mention of a conversation; it opens when the reader may see it. */
export function channelChip(id, context, label) {
  const known = context.conversations?.get(id);
  const name = `#${known?.name ?? label ?? id}`;
  if (!known || !context.open) return h("span", { class: "mention" }, name);
  return h("button", { type: "button", class: "mention link", on: { click: () => context.open(id) } }, name);
}

/** A date pattern of Slack in the reader's zone, e.g. "{date_short_pretty} at {time}". */
export function dateText(ts, pattern) {
  const date = moment(ts);
  const long = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
  const kinds = {
    date_num: () => format(date, { year: "numeric", month: "2-digit", day: "2-digit" }),
    date_slash: () => format(date, { year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => format(date, { year: "numeric", month: "long", day: "numeric" }),
    date_pretty: () => dayName(date),
    date_short: () => format(date, { year: "numeric", month: "short", day: "numeric" }),
    date_short_pretty: () => dayName(date),
    date_long: () => format(date, long),
    date_long_full: () => format(date, long),
    date_long_pretty: () => dayName(date),
    day_divider_pretty: () => dayName(date),
    time: () => format(date, { hour: "numeric", minute: "2-digit" }),
    time_secs: () => format(date, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(date),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, kind) => kinds[kind]?.() ?? whole);
}

function special(inside, context) {
  const [head, ...tail] = inside.split("|");
  const label = tail.length ? unescape(tail.join("|")) : undefined;
  if (/^@[UW][A-Z0-9]+$/.test(head)) return personChip(head.slice(1), context, label);
  if (/^#[CGD][A-Z0-9]+$/.test(head)) return channelChip(head.slice(1), context, label);
  const date = /^!date\^(\d+)\^([^^]+)(?:\^(.+))?$/.exec(head);
  if (date) {
    const shown = h(
      "time",
      { datetime: moment(date[1]).toISOString(), title: label },
      dateText(date[1], unescape(date[2])),
    );
    return date[3] ? link(unescape(date[3]), shown) : shown;
  }
  const call = /^!(here|channel|everyone)$/.exec(head);
  if (call) return h("span", { class: "mention me" }, `@${call[1]}`);
  if (/^!subteam\^/.test(head)) return h("span", { class: "mention" }, label ?? "@group");
  if (/^(https?|mailto|tel):/i.test(head)) {
    const address = unescape(head);
    return link(address, label ?? address.replace(/^mailto:/, ""));
  }
  return null;
}

function closing(text, start, mark) {
  // A mark inside <…> or `…` does not close; nothing closes across a line break.
  for (let i = start + 1; i < text.length; i++) {
    const letter = text[i];
    if (letter === "\n") return -1;
    if (letter === "<" || letter === "`") {
      const end = text.indexOf(letter === "<" ? ">" : "`", i + 1);
      if (end > 0) {
        i = end;
        continue;
      }
    }
    if (letter !== mark) continue;
    const next = text[i + 1];
    if (i > start + 1 && !/\s/.test(text[i - 1]) && next !== mark && !(next && WORD.test(next))) return i;
  }
  return -1;
}

function opens(text, i) {
  const before = text[i - 1];
  const after = text[i + 1];
  return (
    after && !/\s/.test(after) && after !== text[i] && !(before && (WORD.test(before) || before === text[i]))
  );
}

/** One run of mrkdwn without paragraphs as a list of nodes and strings. */
export function inline(text, context) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(unescape(plain));
    plain = "";
  };
  const push = (node) => {
    flush();
    out.push(node);
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === "<") {
      const end = text.indexOf(">", i + 1);
      const node = end > 0 ? special(text.slice(i + 1, end), context) : null;
      if (node) {
        push(node);
        i = end;
        continue;
      }
    } else if (letter === "`") {
      const end = text.indexOf("`", i + 1);
      if (end > i + 1 && !text.slice(i, end).includes("\n")) {
        push(h("code", {}, unescape(text.slice(i + 1, end))));
        i = end;
        continue;
      }
    } else if (letter in MARKS && opens(text, i)) {
      const end = closing(text, i, letter);
      if (end > 0) {
        push(h(MARKS[letter], {}, inline(text.slice(i + 1, end), context)));
        i = end;
        continue;
      }
    } else if (letter === ":") {
      EMOJI.lastIndex = i;
      const match = EMOJI.exec(text);
      if (match && emoji(match[1])) {
        push(emojiNode(match[1], Number(match[2] ?? 0)));
        i += match[0].length - 1;
        continue;
      }
    } else if (letter === "h" && !(text[i - 1] && WORD.test(text[i - 1]))) {
      ADDRESS.lastIndex = i;
      const match = ADDRESS.exec(text);
      if (match) {
        const address = match[0].replace(/[.,;:!?)\]*_~]+$/, "");
        push(link(unescape(address), unescape(address)));
        i += address.length - 1;
        continue;
      }
    } else if (letter === "\n") {
      push(h("br"));
      continue;
    }
    plain += letter;
  }
  flush();
  return out;
}

function paragraphs(text, context) {
  const out = [];
  let open = [];
  let quoted = false;
  const close = () => {
    if (!open.length) return;
    const nodes = inline(open.join("\n"), context);
    out.push(quoted ? h("blockquote", {}, nodes) : h("span", { class: "run" }, nodes));
    open = [];
  };
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const rest = /^(?:&gt;|>){3} ?/.exec(lines[i]);
    if (rest) {
      close();
      quoted = true;
      open = [lines[i].slice(rest[0].length), ...lines.slice(i + 1)];
      break;
    }
    const mark = /^(?:&gt;|>) ?/.exec(lines[i]);
    if (Boolean(mark) !== quoted) close();
    quoted = Boolean(mark);
    open.push(mark ? lines[i].slice(mark[0].length) : lines[i]);
  }
  close();
  return out;
}

/** A whole mrkdwn text. `context`: {people, conversations, me, open}. */
export function mrkdwn(text, context = {}) {
  const parts = String(text ?? "").split(/```/);
  const out = [];
  parts.forEach((part, i) => {
    // An odd part stands between two fences; a last odd part has no closing fence and stays text.
    if (i % 2 === 1 && i < parts.length - 1) {
      out.push(h("pre", {}, unescape(part.replace(/^\n|\n$/g, ""))));
    } else {
      const whole = i % 2 === 1 ? "```" + part : part.replace(i > 0 ? /^\n/ : /^$/, "");
      if (whole) out.push(...paragraphs(i < parts.length - 1 ? whole.replace(/\n$/, "") : whole, context));
    }
  });
  return fragment(out);
}

/** plain_text: emoji names and line breaks, nothing else. */
export function plain(text, withEmoji = true) {
  const out = [];
  String(text ?? "")
    .split("\n")
    .forEach((line, i) => {
      if (i) out.push(h("br"));
      if (!withEmoji) {
        out.push(line);
        return;
      }
      let last = 0;
      for (const match of line.matchAll(/:([a-z0-9_+'-]+):/g)) {
        if (!emoji(match[1])) continue;
        out.push(line.slice(last, match.index), emojiNode(match[1]));
        last = match.index + match[0].length;
      }
      out.push(line.slice(last));
    });
  return fragment(out);
}

/** A text object of Block Kit (or a bare string) as nodes. */
export function textObject(text, context = {}) {
  if (text === null || text === undefined) return fragment();
  if (typeof text === "string") return plain(text);
  if (text.type === "mrkdwn") return mrkdwn(text.text, context);
  return plain(text.text, text.emoji !== false);
}

/** The words of a text object without any markup, for accessible names. */
export function words(text) {
  if (text === null || text === undefined) return "";
  return (textObject(text).textContent ?? "").trim();
}
