// The emoji picker: a small grid with search by short name.

import { h } from "./dom.js";
import { emoji, OFFERED } from "./emoji.js";
import { openPopup } from "./popup.js";
import { t } from "./strings.js";

/** Opens the picker beside `anchor` and calls `pick(name)` once. */
export function pickEmoji(anchor, pick) {
  let handle = null;
  const grid = h("div", { class: "emoji-grid", role: "group", "aria-label": t("do.react") });
  const search = h("input", {
    type: "search",
    class: "field",
    placeholder: t("form.search"),
    "aria-label": t("form.search"),
  });
  const choose = (name) => {
    handle.close(true);
    pick(name);
  };
  const fill = () => {
    const wanted = search.value.trim().toLowerCase().replaceAll(":", "");
    const names = wanted
      ? [...new Set([...OFFERED.filter((name) => name.includes(wanted)), ...(emoji(wanted) ? [wanted] : [])])]
      : OFFERED;
    grid.replaceChildren(
      ...names.map((name) =>
        h(
          "button",
          {
            type: "button",
            title: `:${name}:`,
            "aria-label": name.replaceAll("_", " "),
            on: { click: () => choose(name) },
          },
          emoji(name),
        ),
      ),
    );
  };
  search.addEventListener("input", fill);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) grid.querySelector("button")?.click();
  });
  fill();
  handle = openPopup(
    anchor,
    h("div", { class: "emoji-picker", role: "dialog", "aria-label": t("do.react") }, search, grid),
    { align: "end" },
  );
  search.focus();
}
