// The left side: who I am, conversations with unread counts, shortcuts, side by side.

import { avatar, h, icon, iconButton, settle } from "./dom.js";
import { openMenu } from "./popup.js";
import { t } from "./strings.js";

/** How a person's language and zone read on a card, e.g. "한국어 · Asia/Seoul". */
export function localeHint(person) {
  const language = (person.locale ?? "en-US").startsWith("ko") ? "한국어" : "English";
  return [language, person.tz].filter(Boolean).join(" · ");
}

/** People one can be, as menu items. */
export function peopleItems(session, run, current = session.as) {
  return [...session.people.values()]
    .filter((person) => !person.is_bot && !person.deleted)
    .map((person) => ({
      label: person.display_name || person.name,
      hint: localeHint(person),
      lead: avatar(person, "small"),
      current: person.id === current,
      run: () => run(person),
    }));
}

/** {node, stop()}. `frame`: {switchTo(id), beside(id), single(), inPane, hide()}. */
export function sidebar(session, frame) {
  const node = h("nav", { class: "sidebar", "aria-label": t("side.nav"), id: "sidebar" });

  const entries = new Map();
  const lists = Object.fromEntries(["channels", "dms", "apps"].map((name) => [name, h("ul")]));

  /** An entry of a list; it stays the same node while it says the same, so that a click never falls between two. */
  function entry(id, { name, current = false, unread = 0, outside = false, archived = false, lead, go }) {
    const key = JSON.stringify([id, name, current, unread, outside, archived]);
    const old = entries.get(id);
    if (old?.key === key) return old.node;
    const button = h(
      "button",
      {
        type: "button",
        class: `conversation ${unread ? "unread" : ""} ${outside ? "outside" : ""}`,
        testid: "conversation",
        "aria-current": current ? "page" : null,
        data: { channel: id, name },
        on: { click: go },
      },
      lead(),
      h("span", { class: "conversation-name" }, name),
      archived ? h("small", {}, t("side.archived")) : null,
      unread
        ? h("span", { class: "count", "aria-label": t("side.unread", { n: unread }) }, String(unread))
        : null,
    );
    const made = h("li", {}, button);
    entries.set(id, { key, node: made });
    return made;
  }

  function talk(conversation, lead, name = conversation.name) {
    const current = session.place.channel === conversation.id;
    return entry(conversation.id, {
      name,
      current,
      unread: current ? 0 : conversation.unread,
      outside: conversation.joined === false,
      archived: conversation.archived,
      lead,
      go: () => {
        session.go({ channel: conversation.id });
        frame.hide();
      },
    });
  }

  async function openWith(id) {
    const answer = await session.act("open_dm", { user: id });
    if (!answer.ok) return;
    const conversation = answer.conversation;
    if (conversation?.id) {
      session.conversations.set(conversation.id, {
        unread: 0,
        ...session.conversations.get(conversation.id),
        ...conversation,
      });
      session.go({ channel: conversation.id });
      frame.hide();
    }
  }

  function group(title, list, extra) {
    return h(
      "section",
      { "aria-label": title },
      h("div", { class: "side-title" }, h("h2", {}, title), extra),
      list,
    );
  }

  function fill() {
    const held = node.contains(document.activeElement) ? document.activeElement.dataset?.channel : null;
    const all = [...session.conversations.values()];
    const channels = all
      .filter((one) => one.kind !== "im")
      .sort((one, two) => one.name.localeCompare(two.name));
    const ims = all.filter((one) => one.kind === "im");
    const apps = ims.filter((one) => session.isApp(one));
    const dms = ims
      .filter((one) => !session.isApp(one))
      .sort((one, two) => (two.last_ts ?? "").localeCompare(one.last_ts ?? ""));
    const silent = [...session.people.values()].filter(
      (person) => person.is_bot && !person.deleted && !apps.some((one) => one.peer === person.id),
    );
    const face = (id) => avatar(session.people.get(id) ?? { id }, "tiny");
    settle(
      lists.channels,
      channels.map((one) => talk(one, () => icon(one.kind === "private" ? "lock" : "hash", 15))),
    );
    settle(
      lists.dms,
      dms.map((one) =>
        talk(
          one,
          () => face(one.peer),
          one.peer === session.as ? `${one.name} (${t("talk.you")})` : one.name,
        ),
      ),
    );
    settle(lists.apps, [
      ...apps.map((one) => talk(one, () => face(one.peer))),
      ...silent.map((bot) =>
        entry(bot.id, {
          name: bot.display_name || bot.name,
          lead: () => avatar(bot, "tiny"),
          go: () => openWith(bot.id),
        }),
      ),
    ]);
    if (held && !node.contains(document.activeElement)) {
      node.querySelector(`[data-channel="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
    }
  }

  function paint() {
    const person = session.me;
    const me = h(
      "button",
      {
        type: "button",
        class: "self",
        testid: "me",
        "aria-haspopup": "menu",
        "aria-label": `${person.display_name || person.name}. ${t("side.switch")}`,
        on: { click: () => chooseMe(me) },
      },
      avatar(person),
      h("span", {}, h("b", {}, person.display_name || person.name), h("small", {}, localeHint(person))),
      icon("down", 14),
    );
    const side = iconButton("columns", t("side.beside"), () => beside(side), {
      testid: "side-by-side",
      "aria-haspopup": "menu",
      class: "desk-only",
    });
    const more = iconButton("bolt", t("side.shortcuts"), () => shortcuts(more), {
      testid: "shortcuts",
      "aria-haspopup": "menu",
    });
    const add = iconButton("plus", t("side.newdm"), () =>
      openMenu(
        add,
        peopleItems(session, (one) => openWith(one.id), null),
        { align: "end" },
      ),
    );
    entries.clear();
    node.replaceChildren(
      h(
        "header",
        { class: "side-head" },
        h("span", { class: "team" }, session.team?.name ?? t("app.title")),
        more,
        frame.inPane ? "" : side,
        iconButton("close", t("side.close"), frame.hide, { class: "drawer-only" }),
      ),
      me,
      h(
        "div",
        { class: "side-scroll" },
        group(t("side.channels"), lists.channels),
        group(t("side.dms"), lists.dms, add),
        group(t("side.apps"), lists.apps),
      ),
      h("p", { class: "side-note" }, t("app.note")),
    );
    fill();
  }

  function chooseMe(anchor) {
    openMenu(anchor, [
      { title: t("side.switch") },
      ...peopleItems(session, (person) => person.id !== session.as && frame.switchTo(person.id)),
    ]);
  }

  function beside(anchor) {
    openMenu(
      anchor,
      [{ title: t("side.beside.with") }, ...peopleItems(session, (person) => frame.beside(person.id), null)],
      { align: "end" },
    );
  }

  function shortcuts(anchor) {
    const all = session.shortcuts.filter((one) => one.type === "global");
    const run = (one) => session.act("shortcut", { callback_id: one.callback_id }).then(() => {});
    openMenu(
      anchor,
      all.length
        ? [
            { title: t("side.shortcuts") },
            ...all.map((one) => ({
              label: one.name,
              hint: one.description || session.app.name,
              icon: "bolt",
              run: () => (frame.hide(), run(one)),
            })),
          ]
        : [{ title: t("side.noshortcuts") }],
      { align: "end" },
    );
  }

  const stops = [
    ...["people", "reload"].map((name) => session.on(name, paint)),
    ...["conversations", "place"].map((name) => session.on(name, fill)),
  ];
  // A message is news for the order and the counts even before the server says so.
  stops.push(
    session.on("message", ({ channel, message }) => {
      const one = session.conversations.get(channel);
      if (one) one.last_ts = message.ts;
    }),
  );
  paint();
  return {
    node,
    stop() {
      stops.forEach((stop) => stop());
    },
  };
}
