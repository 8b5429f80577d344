// The panel with one thread: its parent, its replies and a composer.

import { composer } from "./composer.js";
import { h, iconButton } from "./dom.js";
import { feed } from "./feed.js";
import { t } from "./strings.js";

/** {node, stop(), focus()} for the thread of the current place. */
export function threadPanel(session, { channel, thread, ts }) {
  const conversation = session.conversations.get(channel);
  const name = conversation?.kind === "im" ? conversation.name : `#${conversation?.name ?? ""}`;
  const list = feed(session, channel, { thread, label: `${t("thread.title")} · ${name}` });
  const writer = composer(session, channel, { thread, placeholder: t("thread.replyto") });
  const close = () => session.go({ ...session.place, thread: null, ts: null });
  const node = h(
    "aside",
    { class: "thread", "aria-label": t("thread.title"), testid: "thread" },
    h(
      "header",
      { class: "bar" },
      h("div", { class: "bar-title" }, h("h2", {}, t("thread.title")), h("small", {}, name)),
      iconButton("close", t("do.close"), close),
    ),
    list.node,
    conversation?.archived ? null : writer.node,
  );
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) close();
  });
  if (ts) list.show(ts);
  return { node, stop: list.stop, focus: writer.focus };
}
