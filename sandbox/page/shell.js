// Two people next to each other: two frames of this same page, each with its own person.

import { avatar, h, iconButton } from "./dom.js";
import { localeHint } from "./sidebar.js";
import { t } from "./strings.js";

/** Fills `root` with one pane per entry of `panes` ({as, channel, thread}); `people` names them. `address` builds URLs. */
export function sideBySide(root, panes, people, address) {
  const names = new Map(people.map((person) => [person.id, person]));
  let front = 0;

  const remember = () => history.replaceState(null, "", address.shell(panes));

  const views = panes.map((pane, i) => {
    const other = panes[1 - i];
    const head = h("header", { class: "pane-head" });
    const frame = h("iframe", {
      src: address.pane(pane, i),
      title: "",
      testid: "pane",
      data: { as: pane.as },
    });
    const paint = () => {
      const person = names.get(pane.as) ?? { id: pane.as, display_name: pane.as };
      frame.title = person.display_name || person.name;
      frame.dataset.as = pane.as;
      head.replaceChildren(
        avatar(person, "tiny"),
        h("b", {}, person.display_name || person.name),
        h("small", {}, localeHint(person)),
        iconButton("close", t("side.single"), () => location.assign(address.single(other))),
      );
      tab.replaceChildren(avatar(person, "tiny"), person.display_name || person.name);
    };
    const tab = h("button", { type: "button", role: "tab", on: { click: () => turn(i) } });
    const node = h("section", { class: "pane" }, head, frame);
    addEventListener("message", (event) => {
      // Only this very frame of this very origin may say where it went.
      if (
        event.origin !== location.origin ||
        event.source !== frame.contentWindow ||
        event.data?.type !== "pane"
      )
        return;
      Object.assign(pane, { as: event.data.as, channel: event.data.channel });
      paint();
      remember();
    });
    paint();
    return { node, tab };
  });

  function turn(to) {
    front = to;
    views.forEach((view, i) => {
      view.node.classList.toggle("front", i === front);
      view.tab.setAttribute("aria-selected", String(i === front));
    });
  }

  root.replaceChildren(
    h(
      "div",
      { class: "shell" },
      h(
        "div",
        { class: "pane-tabs", role: "tablist" },
        views.map((view) => view.tab),
      ),
      h(
        "div",
        { class: "panes" },
        views.map((view) => view.node),
      ),
    ),
  );
  turn(0);
}
