// Notices at the bottom of the screen: errors of the app or of the connection, in words.

import { h, icon, iconButton } from "./dom.js";
import { knows, t } from "./strings.js";

const STAY = 9000;
const shown = new Map();

function region() {
  // A modal dialog covers the rest of the page, so its notices must stand inside of it to be reachable.
  const host = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  let node = document.getElementById("notices");
  if (!node) node = h("div", { id: "notices", class: "notices", role: "status", "aria-live": "polite" });
  if (node.parentElement !== host) host.append(node);
  return node;
}

/** The sentence for an error code, with the code itself where no sentence is known. */
export function explain(code, detail) {
  const key = `fail.${code}`;
  const words = knows(key) ? t(key) : t("fail.other", { error: code });
  return detail ? `${words} ${detail}` : words;
}

/** Shows an error; a second one with the same `key` replaces the first. */
export function notify(text, { key = text, kind = "error", stay = STAY, hook = "error-notice" } = {}) {
  dismiss(key);
  const node = h(
    "div",
    {
      class: `notice ${kind}`,
      role: kind === "error" ? "alert" : null,
      testid: kind === "error" ? hook : "notice",
      data: { key },
    },
    icon(kind === "error" ? "warn" : "info"),
    h("span", {}, text),
    iconButton("close", t("do.close"), () => dismiss(key)),
  );
  const timer = stay ? setTimeout(() => dismiss(key), stay) : 0;
  shown.set(key, { node, timer });
  region().append(node);
}

/** Takes the notice with this key away. */
export function dismiss(key) {
  const old = shown.get(key);
  if (!old) return;
  clearTimeout(old.timer);
  old.node.remove();
  shown.delete(key);
}

/** Moves the notices to safety before the dialog that holds them goes away. */
export function rescueNotices(dialog) {
  const node = document.getElementById("notices");
  if (node && dialog.contains(node)) document.body.append(node);
}
