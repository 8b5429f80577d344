// What one may do with a message: react, reply, edit, delete, copy its link, and the shortcuts of the app.

import { sure } from "./confirm.js";
import { h, iconButton } from "./dom.js";
import { notify } from "./notices.js";
import { pickEmoji } from "./picker.js";
import { openMenu } from "./popup.js";
import { t } from "./strings.js";
import { fromWire, toWire } from "./wire.js";

/** Asks for an emoji and reacts with it. */
export function react(anchor, message, session) {
  pickEmoji(anchor, (name) => session.act("react", { channel: message.channel, ts: message.ts, name }));
}

/** Opens the thread a message belongs to. */
export function openThread(message, session) {
  session.go({
    ...session.place,
    tab: "messages",
    channel: message.channel,
    thread: message.thread_ts ?? message.ts,
    ts: null,
  });
}

function edit(row, message, session) {
  const body = row.querySelector(".message-body");
  const field = h("textarea", {
    class: "field",
    rows: "3",
    "aria-label": t("do.edit"),
    value: fromWire(message.text, session),
  });
  const back = () => editor.replaceWith(body);
  const save = async () => {
    const text = field.value.trim();
    if (!text) return;
    const answer = await session.act("edit", {
      channel: message.channel,
      ts: message.ts,
      text: toWire(text, session),
    });
    if (answer.ok) back();
  };
  const editor = h(
    "div",
    { class: "message-editor" },
    field,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", class: "button", on: { click: back } }, t("do.cancel")),
      h("button", { type: "button", class: "button primary", on: { click: save } }, t("do.save")),
    ),
  );
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      save();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      back();
    }
  });
  body.replaceWith(editor);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

async function remove(message, session) {
  const ask = {
    title: t("do.delete"),
    text: t("do.delete.sure"),
    confirm: t("do.delete.yes"),
    deny: t("do.cancel"),
    style: "danger",
  };
  if (await sure(ask)) session.act("delete", { channel: message.channel, ts: message.ts });
}

function copyLink(message) {
  const url = new URL(`/archives/${message.channel}/p${message.ts.replace(".", "")}`, location.href);
  if (message.thread_ts && message.thread_ts !== message.ts)
    url.searchParams.set("thread_ts", message.thread_ts);
  navigator.clipboard?.writeText(url.href).then(
    () => notify(url.href, { kind: "info", key: "copied", stay: 3000 }),
    () => {},
  );
}

function more(anchor, row, message, session, inThread) {
  const own = message.user === session.as && !message.bot;
  const apps = session.shortcuts.filter((one) => one.type === "message");
  const details = (one) => ({ callback_id: one.callback_id, channel: message.channel, ts: message.ts });
  openMenu(
    anchor,
    [
      { label: t("do.react"), icon: "smile", run: () => react(anchor, message, session) },
      ...(inThread ? [] : [{ label: t("do.reply"), icon: "reply", run: () => openThread(message, session) }]),
      { label: t("do.copy"), icon: "clip", run: () => copyLink(message) },
      ...(own
        ? [
            { label: t("do.edit"), icon: "file", run: () => edit(row, message, session) },
            { label: t("do.delete"), icon: "trash", danger: true, run: () => remove(message, session) },
          ]
        : []),
      ...(apps.length ? [{ divider: true }, { title: t("do.apps") }] : []),
      ...apps.map((one) => ({
        label: one.name,
        hint: one.description || session.app.name,
        icon: "bolt",
        run: () => session.act("message_shortcut", details(one)),
      })),
    ],
    { align: "end", label: t("do.more") },
  );
}

/** The buttons that appear over a message, or null where nothing can be done. */
export function toolbar(row, message, session, inThread) {
  if (message.ephemeral || message.kind === "tombstone") return null;
  return h(
    "div",
    { class: "toolbar", role: "group", "aria-label": t("do.more") },
    iconButton("smile", t("do.react"), (event) => react(event.currentTarget, message, session), {
      class: "wide-only",
    }),
    inThread
      ? null
      : iconButton("reply", t("do.reply"), () => openThread(message, session), {
          class: "wide-only",
          testid: "reply-in-thread",
        }),
    iconButton("more", t("do.more"), (event) => more(event.currentTarget, row, message, session, inThread), {
      "aria-haspopup": "menu",
      testid: "message-menu",
    }),
  );
}
