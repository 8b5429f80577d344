// The Home tab of the app for one person.

import { updateBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { Form } from "./forms.js";
import { viewScene } from "./modal.js";
import { t } from "./strings.js";

/** {node, stop()}: opens the Home tab (the app is told) and shows what the app publishes. */
export function home(session) {
  const form = new Form();
  const body = h("div", { class: "blocks" });
  const note = h("div", { class: "empty" }, t("home.loading"));
  const node = h(
    "div",
    { class: "home", testid: "home-view", role: "tabpanel", "aria-label": t("home.home"), tabindex: "0" },
    note,
    body,
  );

  function paint(settled) {
    const view = session.home;
    note.hidden = Boolean(view);
    note.textContent = settled ? t("home.none") : t("home.loading");
    const active = body.contains(document.activeElement) ? document.activeElement.dataset?.key : null;
    if (view) updateBlocks(body, view.blocks, viewScene(session, view, form), `${view.id}:`);
    else body.replaceChildren();
    if (active && !body.contains(document.activeElement))
      body.querySelector(`[data-key="${CSS.escape(active)}"]`)?.focus({ preventScroll: true });
  }

  const stops = [session.on("home", () => paint(true)), session.on("reload", () => paint(true))];
  paint(false);
  session.act("home").then((answer) => {
    if (answer.home) session.home = answer.home;
    // The app publishes after it was told, so a missing view is only missing after a moment.
    setTimeout(() => paint(true), session.home ? 0 : 1500);
  });
  return {
    node,
    stop() {
      stops.forEach((stop) => stop());
    },
  };
}
