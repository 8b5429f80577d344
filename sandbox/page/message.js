// One message as a row: author, body, files, reactions, thread summary and what one may do with it.

import { messageBody } from "./blocks.js";
import { avatar, h, icon, iconButton } from "./dom.js";
import { emoji } from "./emoji.js";
import { size } from "./filefield.js";
import { Form } from "./forms.js";
import { openThread, react, toolbar } from "./message-menu.js";
import { ago, clock, format, moment, t } from "./strings.js";

/** The author of a message, also when it is an app under another name. */
export function author(message, session) {
  const person = session.people.get(message.user) ?? {
    id: message.user ?? "app",
    display_name: message.username ?? message.user ?? "?",
    is_bot: message.bot,
  };
  return message.username ? { ...person, display_name: message.username } : person;
}

function files(message, session) {
  if (!message.files?.length) return null;
  return h(
    "div",
    { class: "files" },
    message.files.map((file) => {
      const address = session.fileAddress(file);
      const name = file.title || file.name;
      if (file.mimetype?.startsWith("image/")) {
        return h(
          "a",
          { href: address, target: "_blank", class: "file-image" },
          h("img", { src: address, alt: name, loading: "lazy" }),
        );
      }
      const chip = h(
        "a",
        { href: address, class: "file-chip", download: file.name, testid: "file" },
        h("span", { class: "file-icon" }, icon("file", 20)),
        h(
          "span",
          {},
          h("b", {}, name),
          h("small", {}, [file.filetype?.toUpperCase(), size(file.size)].filter(Boolean).join(" · ")),
        ),
      );
      if (!file.mimetype?.startsWith("audio/")) return chip;
      return h(
        "div",
        { class: "file-audio" },
        chip,
        h("audio", { controls: true, preload: "none", src: address }),
      );
    }),
  );
}

function reactions(message, session) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((one) => {
      const mine = one.users.includes(session.as);
      const who = one.users.map((id) => session.people.get(id)?.display_name ?? id).join(", ");
      return h(
        "button",
        {
          type: "button",
          class: `reaction ${mine ? "mine" : ""}`,
          "aria-pressed": String(mine),
          "aria-label": `${one.name.replaceAll("_", " ")}, ${one.users.length}: ${who}`,
          title: `${who} :${one.name}:`,
          testid: "reaction",
          data: { name: one.name, key: `reaction/${one.name}` },
          on: {
            click: () =>
              session.act("react", {
                channel: message.channel,
                ts: message.ts,
                name: one.name,
                remove: mine,
              }),
          },
        },
        h("span", { class: "emoji" }, emoji(one.name.split("::")[0]) ?? `:${one.name}:`),
        h("span", {}, String(one.count ?? one.users.length)),
      );
    }),
    iconButton("smile", t("do.react"), (event) => react(event.currentTarget, message, session), {
      class: "reaction add",
    }),
  );
}

function threadLine(message, session, inThread) {
  if (inThread || !message.reply_count) return null;
  const people = (message.reply_users ?? [])
    .slice(0, 4)
    .map((id) => avatar(session.people.get(id) ?? { id }, "tiny"));
  return h(
    "button",
    {
      type: "button",
      class: "thread-line",
      testid: "thread-open",
      on: { click: () => openThread(message, session) },
      data: { key: "thread" },
    },
    people,
    h("b", {}, t("talk.replies", { n: message.reply_count })),
    message.latest_reply ? h("small", {}, t("talk.last", { when: ago(moment(message.latest_reply)) })) : null,
  );
}

/** A message row. `compact` leaves the author out because the row above says it already. */
export function messageRow(message, session, { compact = false, inThread = false } = {}) {
  const who = author(message, session);
  const when = moment(message.ts);
  const name = who.display_name || who.name;
  const gone = message.kind === "tombstone";
  const scene = { session, source: { channel: message.channel, ts: message.ts }, form: new Form() };
  const exact = format(when, { dateStyle: "full", timeStyle: "medium" });
  const row = h("article", {
    class: `message ${compact ? "compact" : ""} ${message.ephemeral ? "ephemeral" : ""} ${gone ? "gone" : ""}`,
    "aria-label": `${name}, ${clock(when)}`,
    testid: "message",
    data: { ts: message.ts, user: message.user ?? "", kind: message.kind },
  });
  row.append(
    compact
      ? h("time", { class: "gutter", datetime: when.toISOString(), title: exact }, clock(when))
      : avatar(who),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral
        ? h("div", { class: "only-you", testid: "only-you" }, icon("eye", 13), t("talk.only"))
        : null,
      compact
        ? null
        : h(
            "div",
            { class: "message-head" },
            h("b", { class: "message-author" }, name),
            who.is_bot || message.bot ? h("span", { class: "badge" }, t("talk.app")) : null,
            h("time", { datetime: when.toISOString(), title: exact }, clock(when)),
          ),
      h(
        "div",
        { class: "message-body" },
        gone ? h("div", { class: "text faint" }, t("talk.deleted")) : messageBody(message, scene),
        message.edited
          ? h(
              "small",
              {
                class: "edited",
                title: format(moment(message.edited.ts ?? message.ts), {
                  dateStyle: "medium",
                  timeStyle: "short",
                }),
              },
              t("talk.edited"),
            )
          : null,
        files(message, session),
      ),
      reactions(message, session),
      threadLine(message, session, inThread),
    ),
  );
  const tools = toolbar(row, message, session, inThread);
  if (tools) row.append(tools);
  return row;
}
