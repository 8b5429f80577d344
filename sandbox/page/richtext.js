// rich_text blocks: sections, lists, quotes, preformatted text and every inline element.

import { fragment, h, link, safeUrl } from "./dom.js";
import { emoji, fromHex } from "./emoji.js";
import { channelChip, dateText, personChip } from "./mrkdwn.js";
import { moment } from "./strings.js";

const STYLES = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
  ["highlight", "mark"],
  ["client_highlight", "mark"],
];

function styled(nodes, style) {
  let out = nodes;
  for (const [name, tag] of STYLES) if (style?.[name]) out = [h(tag, {}, out)];
  return out;
}

function lines(text) {
  return String(text ?? "")
    .split("\n")
    .flatMap((line, i) => (i ? [h("br"), line] : [line]));
}

function leaf(element, context) {
  const style = element.style;
  switch (element.type) {
    case "text":
      return styled(lines(element.text), style);
    case "link":
      return styled([link(element.url, element.text || element.url)], style);
    case "emoji": {
      const shown = fromHex(element.unicode) ?? emoji(element.name) ?? `:${element.name}:`;
      return [
        h(
          "span",
          { class: "emoji", role: "img", "aria-label": (element.name ?? "").replaceAll("_", " ") },
          shown,
        ),
      ];
    }
    case "user":
      return styled([personChip(element.user_id, context)], style);
    case "channel":
      return styled([channelChip(element.channel_id, context)], style);
    case "usergroup":
      return [h("span", { class: "mention" }, `@${element.usergroup_id}`)];
    case "team":
      return [h("span", { class: "mention" }, element.team_id)];
    case "broadcast":
      return [h("span", { class: "mention me" }, `@${element.range}`)];
    case "date": {
      const shown = h(
        "time",
        { datetime: moment(element.timestamp).toISOString() },
        dateText(element.timestamp, element.format ?? "{date}"),
      );
      return styled([safeUrl(element.url) && element.url ? link(element.url, shown) : shown], style);
    }
    case "color":
      return [
        h("span", {
          class: "swatch",
          "aria-hidden": "true",
          style: {
            "background-color": /^#[0-9a-f]{3,8}$/i.test(element.value) ? element.value : "transparent",
          },
        }),
        element.value,
      ];
    default:
      return [element.text ?? element.name ?? `[${element.type}]`];
  }
}

const leaves = (elements, context) => (elements ?? []).flatMap((element) => leaf(element, context));

function list(element, context) {
  const ordered = element.style === "ordered";
  const items = (element.elements ?? []).map((item) => h("li", {}, leaves(item.elements, context)));
  return h(
    ordered ? "ol" : "ul",
    {
      class: `rich-list depth-${(element.indent ?? 0) % 3}`,
      start: ordered && element.offset ? element.offset + 1 : null,
      style: { "--indent": String(Math.min(element.indent ?? 0, 8)) },
    },
    items,
  );
}

/** A rich_text block (or rich_text table cell) as nodes. `context` as for mrkdwn(). */
export function richText(block, context = {}) {
  return fragment(
    (block.elements ?? []).map((element) => {
      switch (element.type) {
        case "rich_text_section":
          return h("div", { class: "rich-section" }, leaves(element.elements, context));
        case "rich_text_list":
          return list(element, context);
        case "rich_text_quote":
          return h("blockquote", {}, leaves(element.elements, context));
        case "rich_text_preformatted":
          return h("pre", {}, leaves(element.elements, context));
        default:
          return h("div", { class: "rich-section" }, leaf(element, context));
      }
    }),
  );
}
