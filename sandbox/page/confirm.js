// The small "are you sure" dialog: for confirm objects of Block Kit and for deleting a message.

import { h } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";
import { rescueNotices } from "./notices.js";
import { t } from "./strings.js";

/** Asks and resolves to true or false. `ask` is a confirm object: {title, text, confirm, deny, style}. */
export function sure(ask, context = {}) {
  return new Promise((resolve) => {
    let open = true;
    const finish = (answer) => {
      if (!open) return;
      open = false;
      rescueNotices(dialog);
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const title = h("h2", { id: "sure-title" }, ask.title ? textObject(ask.title) : t("sure.title"));
    const yes = h(
      "button",
      {
        type: "button",
        class: `button ${ask.style === "danger" ? "danger" : "primary"}`,
        testid: "confirm-yes",
        on: { click: () => finish(true) },
      },
      ask.confirm ? words(ask.confirm) : t("sure.yes"),
    );
    const dialog = h(
      "dialog",
      { class: "dialog small", "aria-labelledby": "sure-title", testid: "confirm" },
      h("header", {}, title),
      h("div", { class: "dialog-body" }, h("div", { class: "text" }, textObject(ask.text, context))),
      h(
        "footer",
        {},
        h(
          "button",
          { type: "button", class: "button", testid: "confirm-no", on: { click: () => finish(false) } },
          ask.deny ? words(ask.deny) : t("sure.no"),
        ),
        yes,
      ),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(false);
    });
    dialog.addEventListener("close", () => finish(false));
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
