// Block Kit: one builder per block type. A block this page does not know becomes a labelled grey box.

import { chart } from "./charts.js";
import { h, icon, link, picture, settle } from "./dom.js";
import { control } from "./elements.js";
import { markdown } from "./markdown.js";
import { mrkdwn, textObject, words } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { t } from "./strings.js";
import { table } from "./table.js";

let serial = 0;

const context = (scene) => scene.session.context;

function imageAddress(element, scene) {
  return (
    element.image_url ??
    (element.slack_file?.id ? scene.session.fileAddress(element.slack_file) : element.slack_file?.url) ??
    ""
  );
}

function section(block, scene) {
  const accessory = block.accessory;
  const label = words(block.text);
  const side = !accessory
    ? null
    : accessory.type === "image"
      ? picture(imageAddress(accessory, scene), accessory.alt_text, "thumb")
      : control(accessory, block, { ...scene, label: label.slice(0, 75) });
  const wide = accessory && ["checkboxes", "radio_buttons"].includes(accessory.type);
  return h(
    "div",
    { class: `block section ${side ? (wide ? "stacked" : "sided") : ""}` },
    h(
      "div",
      { class: "section-main" },
      block.text ? h("div", { class: "text" }, textObject(block.text, context(scene))) : null,
      block.fields?.length
        ? h(
            "div",
            { class: "fields" },
            block.fields.map((field) => h("div", { class: "text" }, textObject(field, context(scene)))),
          )
        : null,
    ),
    side ? h("div", { class: "section-side" }, side) : null,
  );
}

function actions(block, scene) {
  return h(
    "div",
    { class: "block actions" },
    (block.elements ?? []).map((element) => control(element, block, scene)),
  );
}

function contextBlock(block, scene) {
  return h(
    "div",
    { class: "block context" },
    (block.elements ?? []).map((element) =>
      element.type === "image"
        ? picture(imageAddress(element, scene), element.alt_text, "context-image")
        : h("span", { class: "text" }, textObject(element, context(scene))),
    ),
  );
}

function image(block, scene) {
  return h(
    "figure",
    { class: "block image" },
    block.title ? h("figcaption", {}, textObject(block.title)) : null,
    picture(imageAddress(block, scene), block.alt_text ?? t("block.image"), "large"),
  );
}

function input(block, scene) {
  const id = `field-${(serial += 1)}`;
  const element = block.element ?? {};
  const grouped = ["checkboxes", "radio_buttons"].includes(element.type);
  const label = words(block.label);
  const inner = {
    ...scene,
    input: true,
    dispatches: block.dispatch_action === true,
    id,
    label,
    describedby: `${id}-error${block.hint ? ` ${id}-hint` : ""}`,
    touched: () => showError(node, null),
  };
  const node = h(
    "div",
    { class: "block input", data: { block: block.block_id } },
    h(
      grouped ? "div" : "label",
      { class: "label", for: grouped ? null : id },
      textObject(block.label),
      block.optional ? h("small", {}, ` (${t("form.optional")})`) : null,
    ),
    control(element, block, inner),
    h("div", { class: "field-error", id: `${id}-error`, role: "alert", testid: "field-error" }),
    block.hint ? h("div", { class: "hint", id: `${id}-hint` }, textObject(block.hint)) : null,
  );
  return node;
}

/** Writes an error under the field of an input block, or takes it away with null. */
export function showError(node, text) {
  node.classList.toggle("invalid", Boolean(text));
  const place = node.querySelector(":scope > .field-error");
  if (place) place.replaceChildren(...(text ? [icon("warn", 14), h("span", {}, text)] : []));
  for (const field of node.querySelectorAll("input, textarea")) {
    if (text) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

function alertBlock(block, scene) {
  const level = ["info", "warning", "error", "success"].includes(block.level) ? block.level : "default";
  const symbol = { warning: "warn", error: "warn", success: "check" }[level] ?? "info";
  return h(
    "div",
    { class: `block alert ${level}`, role: "note" },
    icon(symbol),
    h("div", { class: "text" }, textObject(block.text, context(scene))),
  );
}

function card(block, scene) {
  return h(
    "article",
    { class: "block card", testid: "card" },
    block.hero_image
      ? picture(imageAddress(block.hero_image, scene), block.hero_image.alt_text, "hero")
      : null,
    h(
      "div",
      { class: "card-head" },
      block.icon ? picture(imageAddress(block.icon, scene), block.icon.alt_text, "card-icon") : null,
      h(
        "div",
        {},
        block.title ? h("div", { class: "card-title text" }, textObject(block.title, context(scene))) : null,
        block.subtitle
          ? h("div", { class: "card-sub text" }, textObject(block.subtitle, context(scene)))
          : null,
      ),
    ),
    block.body ? h("div", { class: "text" }, textObject(block.body, context(scene))) : null,
    block.subtext ? h("div", { class: "card-sub text" }, textObject(block.subtext, context(scene))) : null,
    block.actions?.length
      ? h(
          "div",
          { class: "actions" },
          block.actions.map((element) => control(element, block, scene)),
        )
      : null,
  );
}

function carousel(block, scene) {
  return h(
    "div",
    { class: "block carousel", role: "group", tabindex: "0" },
    (block.elements ?? []).map((one) => card(one, scene)),
  );
}

function container(block, scene) {
  const head = [
    block.rich_text_title
      ? richText(block.rich_text_title, context(scene))
      : h("strong", {}, textObject(block.title)),
    block.subtitle ? h("small", {}, textObject(block.subtitle, context(scene))) : null,
  ];
  const body = h("div", { class: "container-body" }, blocks(block.child_blocks, scene));
  if (!block.is_collapsible) return h("section", { class: "block container" }, h("header", {}, head), body);
  return h(
    "details",
    { class: "block container", open: !block.default_collapsed },
    h("summary", {}, head),
    body,
  );
}

function video(block) {
  const title = words(block.title) || t("block.video");
  return h(
    "div",
    { class: "block video" },
    h("div", { class: "video-title" }, icon("video"), link(block.title_url ?? block.video_url, title)),
    block.description ? h("div", { class: "text" }, textObject(block.description)) : null,
    h("small", {}, [words(block.author_name), block.provider_name].filter(Boolean).join(" · ")),
  );
}

const STATES = { pending: "○", in_progress: "◐", complete: "✓", error: "!" };

function taskCard(block, scene) {
  return h(
    "div",
    { class: `block task-card ${block.status}` },
    h(
      "div",
      { class: "card-title" },
      h("span", { "aria-label": block.status, role: "img" }, STATES[block.status] ?? "•"),
      " ",
      block.title,
    ),
    block.details ? richText(block.details, context(scene)) : null,
    block.output ? richText(block.output, context(scene)) : null,
  );
}

const BUILDERS = {
  section,
  actions,
  context_actions: (block, scene) =>
    h(
      "div",
      { class: "block actions quiet" },
      (block.elements ?? []).map((element) => control(element, block, scene)),
    ),
  context: contextBlock,
  header: (block) => h("h3", { class: "block header" }, textObject(block.text)),
  divider: () => h("hr", { class: "block divider" }),
  image,
  rich_text: (block, scene) => h("div", { class: "block text rich" }, richText(block, context(scene))),
  markdown: (block) => h("div", { class: "block text markdown" }, markdown(block.text)),
  input,
  table: (block, scene) => table(block, context(scene)),
  data_table: (block, scene) => table(block, context(scene)),
  data_visualization: (block) => chart(block),
  alert: alertBlock,
  card,
  carousel,
  container,
  video,
  task_card: taskCard,
  plan: (block, scene) =>
    h(
      "div",
      { class: "block plan" },
      h("div", { class: "card-title" }, words(block.title) || block.title),
      blocks(block.tasks, scene),
    ),
};

/** One block as a node. `scene` is described in acting.js. */
export function renderBlock(block, scene) {
  const build = BUILDERS[block?.type];
  if (build) return build(block, scene);
  return h(
    "div",
    { class: "block unknown", testid: "unknown-block" },
    icon("info"),
    t("block.unknown", { type: block?.type ?? "?" }),
  );
}

/** A list of blocks as nodes. */
export function blocks(list, scene) {
  return (list ?? []).map((block) => renderBlock(block, scene));
}

/** Redraws `host`; blocks whose JSON did not change keep their nodes, and with them focus and half-typed text. */
export function updateBlocks(host, list, scene, salt = "") {
  const old = new Map([...host.children].map((node) => [node.blockKey, node]));
  const nodes = (list ?? []).map((block) => {
    const key = salt + JSON.stringify(block);
    const node = old.get(key) ?? renderBlock(block, scene);
    old.delete(key);
    node.blockKey = key;
    return node;
  });
  settle(host, nodes);
}

/** A message body: its blocks, or its text when it has none. */
export function messageBody(message, scene) {
  // What people wrote is shown from its text: their rich_text block says the same with less formatting.
  const typed =
    message.kind === "message" && message.blocks?.length === 1 && message.blocks[0].type === "rich_text";
  if (!typed && message.blocks?.length) return h("div", { class: "blocks" }, blocks(message.blocks, scene));
  return h("div", { class: "text" }, mrkdwn(message.text, context(scene)));
}
