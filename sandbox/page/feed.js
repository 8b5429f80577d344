// A list of messages that stays current: of a conversation, or of one thread in it.

import { h, icon, settle } from "./dom.js";
import { messageRow } from "./message.js";
import { dayKey, dayName, moment, t } from "./strings.js";

const TOGETHER = 300;
const NEAR = 90;
const KEEP = 300;

/** {node, stop(), show(ts)} for the messages of `channel`, or of the thread `thread` in it. */
export function feed(session, channel, { thread = null, label, intro = null }) {
  const messages = new Map();
  const rows = new Map();
  let hasMore = false;
  let loaded = false;
  let stuck = true;
  let wanted = null;
  let planned = 0;
  let telling = 0;

  const list = h("div", {
    class: "feed-list",
    role: "log",
    "aria-label": label,
    "aria-live": "polite",
    "aria-busy": "true",
  });
  const latest = h(
    "button",
    { type: "button", class: "latest", hidden: true, on: { click: () => toEnd() } },
    icon("down", 14),
    t("talk.latest"),
  );
  const scroller = h("div", { class: "feed", tabindex: "-1" }, list);
  const node = h("div", { class: "feed-frame" }, scroller, latest);

  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    stuck = true;
    latest.hidden = true;
  };
  scroller.addEventListener("scroll", () => {
    stuck = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
    if (stuck) latest.hidden = true;
  });
  // Charts and pictures grow after they were added; a reader at the end stays at the end.
  const watcher = new ResizeObserver(() => stuck && toEnd());
  watcher.observe(list);
  watcher.observe(scroller);

  const belongs = (message) => {
    const reply = message.thread_ts && message.thread_ts !== message.ts;
    return thread
      ? message.ts === thread || message.thread_ts === thread
      : !reply || messages.has(message.ts);
  };

  function paint() {
    const active = list.contains(document.activeElement) ? document.activeElement : null;
    const activeRow = active?.closest("[data-ts]")?.dataset.ts;
    const activeKey = active?.dataset?.key;
    const out = [];
    const alive = new Set();
    if (hasMore)
      out.push(h("button", { type: "button", class: "button older", on: { click: older } }, t("talk.older")));
    else if (intro && loaded) out.push(intro);
    let before = null;
    for (const message of [...messages.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1))) {
      const when = moment(message.ts);
      const newDay = !before || dayKey(moment(before.ts)) !== dayKey(when);
      if (newDay && !thread)
        out.push(h("div", { class: "day", role: "separator" }, h("span", {}, dayName(when))));
      const compact =
        !newDay &&
        before.user === message.user &&
        before.username === message.username &&
        before.ephemeral === message.ephemeral &&
        before.kind !== "tombstone" &&
        Number(message.ts) - Number(before.ts) < TOGETHER &&
        !(thread && before.ts === thread);
      const key = JSON.stringify([message, compact]);
      const old = rows.get(message.ts);
      const row =
        old?.key === key ? old.row : messageRow(message, session, { compact, inThread: Boolean(thread) });
      rows.set(message.ts, { key, row });
      alive.add(message.ts);
      out.push(row);
      if (thread && message.ts === thread && message.reply_count) {
        out.push(
          h(
            "div",
            { class: "thread-count", role: "separator" },
            t("talk.replies", { n: message.reply_count }),
          ),
        );
      }
      before = message;
    }
    for (const ts of rows.keys()) if (!alive.has(ts)) rows.delete(ts);
    if (!messages.size && loaded && !intro) out.push(h("div", { class: "empty" }, t("talk.empty")));
    settle(list, out);
    if (activeKey && !list.contains(document.activeElement)) {
      rows
        .get(activeRow)
        ?.row.querySelector(`[data-key="${CSS.escape(activeKey)}"]`)
        ?.focus({ preventScroll: true });
    }
    if (stuck) toEnd();
    if (wanted) show(wanted);
  }

  /** Paints soon: a burst of messages costs one painting, and a hidden tab still follows. */
  function plan() {
    clearTimeout(planned);
    planned = setTimeout(paint, 16);
  }

  /** Tells the server that the person has seen the conversation, at most a few times a second. */
  function seen() {
    clearTimeout(telling);
    telling = setTimeout(() => {
      if (document.visibilityState === "visible")
        session.act("read", { channel }, { quiet: ["network", "channel_not_found"] });
    }, 200);
  }

  /** Forgets the oldest while the reader stays at the end; they are loaded again on the way up. */
  function trim() {
    if (thread || !stuck || messages.size <= KEEP) return;
    for (const ts of [...messages.keys()].sort().slice(0, messages.size - KEEP)) messages.delete(ts);
    hasMore = true;
  }

  async function load(before) {
    const answer = await session.messages(channel, { thread_ts: thread, before });
    for (const message of answer.messages) messages.set(message.ts, { ...message, channel });
    hasMore = Boolean(answer.has_more);
    loaded = true;
    list.setAttribute("aria-busy", "false");
    const height = scroller.scrollHeight;
    const top = scroller.scrollTop;
    paint();
    if (before) scroller.scrollTop = top + scroller.scrollHeight - height;
    seen();
  }

  const older = () => load([...messages.keys()].sort()[0]);

  /** Scrolls to a message and marks it for a moment; waits for it when it is not there yet. */
  function show(ts) {
    const row = rows.get(ts)?.row;
    wanted = row ? null : ts;
    if (!row) return;
    stuck = false;
    row.scrollIntoView({ block: "center" });
    row.classList.add("found");
    setTimeout(() => row.classList.remove("found"), 2500);
  }

  const stops = [
    session.on("message", ({ channel: where, message }) => {
      if (where !== channel || !belongs(message)) return;
      messages.set(message.ts, { ...message, channel });
      if (message.user === session.as) stuck = true;
      else if (!stuck) latest.hidden = false;
      trim();
      plan();
      seen();
    }),
    session.on("changed", ({ channel: where, message }) => {
      if (where !== channel || !belongs(message) || (!messages.has(message.ts) && !message.ephemeral)) return;
      messages.set(message.ts, { ...message, channel });
      plan();
    }),
    session.on("deleted", ({ channel: where, ts }) => {
      if (where === channel && messages.delete(ts)) plan();
    }),
    session.on("reaction", ({ channel: where, ts, reactions }) => {
      const message = messages.get(ts);
      if (where !== channel || !message) return;
      messages.set(ts, { ...message, reactions });
      plan();
    }),
    session.on("people", () => {
      rows.clear();
      paint();
    }),
    session.on("reload", () => {
      messages.clear();
      load().catch(() => {});
    }),
  ];
  load().catch(() => {
    loaded = true;
    list.setAttribute("aria-busy", "false");
    paint();
  });

  return {
    node,
    show,
    stop() {
      stops.forEach((stop) => stop());
      clearTimeout(planned);
      watcher.disconnect();
    },
  };
}
