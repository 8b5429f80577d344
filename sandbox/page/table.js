// The `table` and `data_table` blocks: aligned columns, wrapping, and for data tables pages and sorting.

import { h, iconButton } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { t } from "./strings.js";

function content(cell, context) {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string" || typeof cell === "number") return String(cell);
  if (cell.type === "rich_text") return richText(cell, context);
  if (cell.type === "mrkdwn") return textObject(cell, context);
  if (cell.type === "raw_number") return cell.text ?? String(cell.value ?? "");
  return plain(cell.text ?? "", false);
}

function rank(cell) {
  if (cell?.type === "raw_number") return Number(cell.value);
  const text = cell?.text ?? content(cell, {}).textContent ?? "";
  const value = parseFloat(String(text).replace(/[,\s₩$€%]/g, ""));
  return Number.isNaN(value) ? String(text) : value;
}

function compare(one, two) {
  if (typeof one === "number" && typeof two === "number") return one - two;
  return String(one).localeCompare(String(two));
}

/** A table block as a scrollable table whose first row is the head. */
export function table(block, context = {}) {
  const [head = [], ...body] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const paged = block.type === "data_table";
  const pageSize = paged ? (block.page_size ?? 5) : body.length;
  let order = body;
  let from = 0;
  let sorted = { column: -1, down: false };

  const kind = (cell, i) =>
    `align-${settings[i]?.align ?? (cell?.type === "raw_number" ? "right" : "left")} ${settings[i]?.is_wrapped ? "wrap" : ""}`;
  const caption = typeof block.caption === "string" ? block.caption : block.caption?.text;
  const rows = h("tbody");
  const note = h("span", { "aria-live": "polite" });
  const frame = h("div", {
    class: "table-scroll",
    tabindex: "0",
    role: "region",
    "aria-label": caption ?? head.map((cell) => cell?.text ?? "").join(", "),
  });

  function sort(column) {
    sorted = { column, down: sorted.column === column && !sorted.down };
    order = [...body].sort((a, b) => compare(rank(a[column]), rank(b[column])) * (sorted.down ? -1 : 1));
    from = 0;
    paint();
    heads.forEach((node, i) =>
      node.setAttribute("aria-sort", i !== column ? "none" : sorted.down ? "descending" : "ascending"),
    );
  }

  const heads = head.map((cell, i) =>
    h(
      "th",
      { scope: "col", class: kind(body[0]?.[i], i) },
      paged
        ? h("button", { type: "button", class: "sort", on: { click: () => sort(i) } }, content(cell, context))
        : content(cell, context),
    ),
  );

  function paint() {
    const page = order.slice(from, from + pageSize);
    rows.replaceChildren(
      ...page.map((row) =>
        h(
          "tr",
          {},
          row.map((cell, i) => h("td", { class: kind(cell, i) }, content(cell, context))),
        ),
      ),
    );
    note.textContent = t("table.page", {
      from: Math.min(from + 1, order.length),
      to: Math.min(from + pageSize, order.length),
      n: order.length,
    });
  }

  paint();
  frame.append(
    h("table", {}, caption ? h("caption", {}, caption) : null, h("thead", {}, h("tr", {}, heads)), rows),
  );
  if (body.length <= pageSize) return h("div", { class: "table-block", testid: "table" }, frame);
  const step = (by) => {
    from = Math.max(0, Math.min(from + by, Math.floor((order.length - 1) / pageSize) * pageSize));
    paint();
  };
  return h(
    "div",
    { class: "table-block", testid: "table" },
    frame,
    h(
      "div",
      { class: "table-pages" },
      note,
      iconButton("back", t("table.previous"), () => step(-pageSize)),
      iconButton("back", t("table.next"), () => step(pageSize), { class: "flip" }),
    ),
  );
}
