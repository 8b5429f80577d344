// Interactive elements of Block Kit. Each builder returns one node.
// `scene` is described in acting.js.

import { choose, dispatch, keyOf } from "./acting.js";
import { h, icon, safeUrl } from "./dom.js";
import { emoji } from "./emoji.js";
import { fileInput } from "./filefield.js";
import { textObject, words } from "./mrkdwn.js";
import { openMenu } from "./popup.js";
import { select } from "./selects.js";
import { t } from "./strings.js";

function button(element, block, scene) {
  const style = element.style === "primary" ? "primary" : element.style === "danger" ? "danger" : "";
  const node = h(
    "button",
    {
      type: "button",
      class: `button ${style}`,
      testid: "block-button",
      "aria-label": element.accessibility_label,
      data: { key: keyOf(block, element), action: element.action_id },
    },
    h("span", { class: "button-text" }, textObject(element.text)),
    element.url ? h("span", { class: "outside", "aria-hidden": "true" }, "↗") : null,
  );
  node.addEventListener("click", () => {
    if (node.classList.contains("busy")) return;
    const href = element.url ? safeUrl(element.url) : null;
    if (href) open(href, "_blank", "noopener,noreferrer");
    dispatch(scene, block, element, {}, node);
  });
  return node;
}

function iconOnly(element, block, scene) {
  const visible = element.visible_to_user_ids;
  if (visible?.length && !visible.includes(scene.session.as)) return null;
  const label = element.accessibility_label ?? words(element.text);
  const node = h(
    "button",
    {
      type: "button",
      class: "icon-button framed",
      testid: "block-button",
      "aria-label": label,
      title: label,
      data: { key: keyOf(block, element) },
    },
    icon(element.icon === "trash" ? "trash" : "more"),
  );
  node.addEventListener("click", () => dispatch(scene, block, element, {}, node));
  return node;
}

function feedback(element, block, scene) {
  const one = (part, symbol, fallback) => {
    const label = part?.accessibility_label ?? (words(part?.text) || fallback);
    const node = h(
      "button",
      {
        type: "button",
        class: "icon-button framed feedback",
        testid: "block-button",
        "aria-label": label,
        title: label,
        "aria-pressed": "false",
        data: { key: `${keyOf(block, element)}/${part?.value}` },
      },
      icon(symbol),
    );
    node.addEventListener("click", async () => {
      if (await dispatch(scene, block, element, { value: part?.value }, node)) {
        for (const other of node.parentElement?.children ?? [])
          other.setAttribute("aria-pressed", String(other === node));
      }
    });
    return node;
  };
  return h(
    "span",
    { class: "pair", role: "group" },
    one(element.positive_button, "up", t("feedback.good")),
    one(element.negative_button, "thumbdown", t("feedback.bad")),
  );
}

function overflow(element, block, scene) {
  const node = h(
    "button",
    {
      type: "button",
      class: "icon-button framed",
      "aria-label": t("do.more"),
      "aria-haspopup": "menu",
      testid: "overflow",
      data: { key: keyOf(block, element) },
    },
    icon("more"),
  );
  node.addEventListener("click", () =>
    openMenu(
      node,
      (element.options ?? []).map((option) => ({
        label: words(option.text),
        hint: words(option.description) || null,
        run: () => {
          const href = option.url ? safeUrl(option.url) : null;
          if (href) open(href, "_blank", "noopener,noreferrer");
          dispatch(scene, block, element, { option: option.value }, node);
        },
      })),
      { align: "end" },
    ),
  );
  return node;
}

function ticks(element, block, scene) {
  const several = element.type === "checkboxes";
  const now = () => [scene.form.get(block, element)].flat().filter((value) => value !== null);
  scene.form.register(block, element, scene.stored?.(block, element));
  const group = h("div", {
    class: "ticks",
    role: several ? "group" : "radiogroup",
    "aria-label": scene.label,
    id: scene.id,
    "aria-describedby": scene.describedby,
  });
  (element.options ?? []).forEach((option, i) => {
    const field = h("input", {
      type: several ? "checkbox" : "radio",
      name: `${scene.source.view_id ?? scene.source.ts}/${keyOf(block, element)}`,
      checked: now().includes(option.value),
      data: { key: `${keyOf(block, element)}/${i}` },
    });
    field.addEventListener("change", async () => {
      const before = now();
      const value = several
        ? field.checked
          ? [...before, option.value]
          : before.filter((one) => one !== option.value)
        : option.value;
      const done = await choose(
        scene,
        block,
        element,
        group,
        value,
        several ? { options: value } : { option: value },
      );
      if (done === false) {
        group
          .querySelectorAll("input")
          .forEach((one, at) => (one.checked = before.includes(element.options[at].value)));
      }
    });
    group.append(
      h(
        "label",
        { class: "tick" },
        field,
        h(
          "span",
          {},
          textObject(option.text, scene.session.context),
          option.description ? h("small", {}, textObject(option.description, scene.session.context)) : null,
        ),
      ),
    );
  });
  return group;
}

const PICKERS = {
  datepicker: ["date", "date"],
  timepicker: ["time", "time"],
  datetimepicker: ["datetime-local", "date_time"],
};

function toLocal(epoch) {
  const date = new Date(epoch * 1000);
  return new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function picker(element, block, scene) {
  const [type, field] = PICKERS[element.type];
  const value = scene.form.register(block, element, scene.stored?.(block, element));
  const node = h("input", {
    type,
    class: "field picker",
    id: scene.id,
    "aria-label": scene.input ? null : words(element.placeholder) || scene.label,
    "aria-describedby": scene.describedby,
    value: value === null ? "" : type === "datetime-local" ? toLocal(value) : value,
    data: { key: keyOf(block, element) },
  });
  node.addEventListener("change", async () => {
    const chosen = !node.value
      ? null
      : type === "datetime-local"
        ? Math.floor(new Date(node.value).getTime() / 1000)
        : node.value;
    const before = value;
    if ((await choose(scene, block, element, node, chosen, { [field]: chosen })) === false)
      node.value = before ?? "";
  });
  return node;
}

const TYPES = { number_input: "text", email_text_input: "email", url_text_input: "url" };

function textField(element, block, scene) {
  const multiline = element.multiline || element.type === "rich_text_input";
  let value = scene.form.register(block, element, scene.stored?.(block, element));
  if (value && typeof value === "object") value = richToText(value);
  const node = h(multiline ? "textarea" : "input", {
    type: multiline ? null : (TYPES[element.type] ?? "text"),
    inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
    rows: multiline ? "4" : null,
    class: "field",
    id: scene.id,
    "aria-label": scene.input ? null : words(element.placeholder) || scene.label,
    "aria-describedby": scene.describedby,
    placeholder: words(element.placeholder),
    value: value ?? "",
    autofocus: element.focus_on_load ? true : null,
    data: { key: keyOf(block, element) },
  });
  const counter =
    element.max_length && element.max_length <= 3000
      ? h("span", { class: "counter", "aria-hidden": "true" })
      : null;
  const count = () => counter && (counter.textContent = `${[...node.value].length}/${element.max_length}`);
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const tell = () => dispatch(scene, block, element, { value: node.value }, node);
  let timer = 0;
  node.addEventListener("input", (event) => {
    scene.form.set(block, element, node.value);
    scene.touched?.(block);
    count();
    if (scene.dispatches && on.includes("on_character_entered") && !event.isComposing) {
      clearTimeout(timer);
      timer = setTimeout(tell, 300);
    }
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || multiline || event.isComposing || event.keyCode === 229) return;
    if (scene.dispatches && on.includes("on_enter_pressed")) {
      event.preventDefault();
      event.stopPropagation();
      tell();
    }
  });
  count();
  return counter ? h("span", { class: "with-counter" }, node, counter) : node;
}

function richToText(value) {
  const walk = (part) =>
    (part.text ?? (part.elements ?? []).map(walk).join("")) ||
    (part.type === "emoji" ? (emoji(part.name) ?? "") : "");
  return (value.elements ?? []).map(walk).join("\n");
}

const BUILDERS = {
  button,
  workflow_button: button,
  icon_button: iconOnly,
  feedback_buttons: feedback,
  overflow,
  radio_buttons: ticks,
  checkboxes: ticks,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  plain_text_input: textField,
  rich_text_input: textField,
  number_input: textField,
  email_text_input: textField,
  url_text_input: textField,
  file_input: fileInput,
};

/** The control for an element, or a labelled box for one this page does not know. */
export function control(element, block, scene) {
  if (/^(multi_)?(static|external|users|channels|conversations)_select$/.test(element.type))
    return select(element, block, scene);
  const build = BUILDERS[element.type];
  if (build) return build(element, block, scene);
  return h("span", { class: "unknown" }, t("block.unknown", { type: element.type }));
}
