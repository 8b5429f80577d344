// Puts the parts together for one person: sidebar, conversation, thread, Home, modals.

import { composer } from "./composer.js";
import { avatar, h, icon, iconButton } from "./dom.js";
import { feed } from "./feed.js";
import { home } from "./home.js";
import { modals } from "./modal.js";
import { popupOpen } from "./popup.js";
import { sidebar } from "./sidebar.js";
import { t } from "./strings.js";
import { threadPanel } from "./thread.js";

/** Shows the workspace of a started session in `root`. `frame` as for sidebar(), `moved(place)` after every move. */
export function workspace(root, session, frame, moved) {
  let main = null;
  let side = null;
  let place = {};
  let drawn = "";

  const content = h("main", { class: "main" });
  const aside = h("div", { class: "thread-slot" });
  const shade = h("div", { class: "shade", on: { click: () => hide() } });
  const shell = h("div", { class: "workspace" });
  const hide = () => shell.classList.remove("drawer");
  const nav = sidebar(session, { ...frame, hide });
  shell.append(nav.node, shade, content, aside);
  root.replaceChildren(shell);
  shell.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shell.classList.contains("drawer") && !popupOpen()) hide();
  });

  const menuButton = () =>
    iconButton(
      "menu",
      t("side.open"),
      () => {
        shell.classList.add("drawer");
        nav.node.querySelector("button")?.focus();
      },
      { class: "drawer-only", "aria-controls": "sidebar", testid: "open-drawer" },
    );

  function title(conversation) {
    if (conversation.kind === "im")
      return [
        avatar(session.people.get(conversation.peer) ?? { id: conversation.peer }, "small"),
        conversation.name,
      ];
    return [icon(conversation.kind === "private" ? "lock" : "hash", 17), conversation.name];
  }

  function tabs(conversation) {
    if (!session.isApp(conversation)) return null;
    const one = (id, label, testid) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          class: "tab",
          "aria-selected": String(session.place.tab === id),
          testid,
          on: { click: () => session.go({ channel: conversation.id, tab: id }) },
        },
        label,
      );
    return h(
      "div",
      { class: "tabs", role: "tablist" },
      one("home", t("home.home"), "home-tab"),
      one("messages", t("home.messages"), "messages-tab"),
    );
  }

  function head(conversation) {
    const count = (conversation.members ?? []).length;
    return h(
      "header",
      { class: "bar" },
      menuButton(),
      h(
        "div",
        { class: "bar-title" },
        h("h1", {}, title(conversation)),
        conversation.topic ? h("small", { title: conversation.topic }, conversation.topic) : null,
      ),
      conversation.kind === "im"
        ? null
        : h(
            "span",
            {
              class: "members",
              title: conversation.members?.map((id) => session.people.get(id)?.display_name ?? id).join(", "),
            },
            icon("people", 15),
            t("talk.members", { n: count }),
          ),
    );
  }

  function intro(conversation) {
    const im = conversation.kind === "im";
    const mark = im
      ? avatar(session.people.get(conversation.peer) ?? { id: conversation.peer }, "big")
      : h("span", { class: "intro-mark" }, icon(conversation.kind === "private" ? "lock" : "hash", 24));
    return h(
      "div",
      { class: "intro" },
      mark,
      h("b", {}, im ? conversation.name : `#${conversation.name}`),
      h(
        "p",
        {},
        t(session.isApp(conversation) ? "talk.start.app" : im ? "talk.start.im" : "talk.start", {
          name: conversation.name,
        }),
      ),
    );
  }

  function footer(conversation) {
    if (conversation.archived) return { node: h("div", { class: "notice-line" }, t("talk.archived")) };
    if (conversation.joined === false) {
      const join = async () => {
        const answer = await session.act("join", { channel: conversation.id });
        if (answer.ok && answer.conversation) {
          session.conversations.set(conversation.id, answer.conversation);
          session.tell("conversations");
        }
      };
      return {
        node: h(
          "div",
          { class: "notice-line" },
          t("talk.outside"),
          h("button", { type: "button", class: "button primary", on: { click: join } }, t("talk.join")),
        ),
      };
    }
    const im = conversation.kind === "im" && !session.isApp(conversation);
    const name = conversation.kind === "im" ? conversation.name : `#${conversation.name}`;
    return composer(session, conversation.id, { placeholder: t(im ? "write.to.im" : "write.to", { name }) });
  }

  const stateOf = (one) => JSON.stringify([one.joined, one.archived, one.name, one.topic, one.members]);

  function openMain(conversation) {
    main?.stop();
    drawn = stateOf(conversation);
    const bar = [head(conversation), tabs(conversation)];
    if (session.place.tab === "home") {
      main = home(session);
      content.replaceChildren(...bar.filter(Boolean), main.node);
      return;
    }
    const name = conversation.kind === "im" ? conversation.name : `#${conversation.name}`;
    main = feed(session, conversation.id, { label: t("talk.list", { name }), intro: intro(conversation) });
    const writer = footer(conversation);
    content.replaceChildren(...bar.filter(Boolean), main.node, writer.node);
    // On a touch screen the focus would open the keyboard over the messages.
    if (matchMedia("(hover: hover)").matches && !session.place.thread) writer.focus?.();
  }

  function openSide() {
    side?.stop();
    side = session.place.thread ? threadPanel(session, session.place) : null;
    aside.replaceChildren(...(side ? [side.node] : []));
    shell.classList.toggle("with-thread", Boolean(side));
    if (side && matchMedia("(hover: hover)").matches) side.focus();
  }

  function show() {
    const next = session.place;
    const conversation = session.conversations.get(next.channel);
    if (!conversation) {
      main?.stop();
      main = null;
      content.replaceChildren(
        h("header", { class: "bar" }, menuButton()),
        h("div", { class: "empty" }, t("talk.none")),
      );
    } else if (next.channel !== place.channel || next.tab !== place.tab || !main) {
      openMain(conversation);
    }
    if (next.thread !== place.thread || next.channel !== place.channel) openSide();
    if (next.ts && !next.thread) main?.show?.(next.ts);
    place = { ...next };
    moved(next);
  }

  session.on("place", show);
  session.on("conversations", () => {
    // Being invited, joining or archiving changes what may be done here.
    const conversation = session.conversations.get(place.channel);
    if (!conversation || drawn === stateOf(conversation)) return;
    drawn = stateOf(conversation);
    redrawBars(conversation);
  });

  function redrawBars(conversation) {
    content.querySelector(":scope > .bar")?.replaceWith(head(conversation));
    const old = content.querySelector(":scope > .composer, :scope > .notice-line");
    const wanted = !conversation.archived && conversation.joined !== false;
    if (old && wanted !== old.matches(".composer")) old.replaceWith(footer(conversation).node);
  }

  modals(session);
  show();
  return { hide };
}
