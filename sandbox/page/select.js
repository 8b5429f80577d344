// One combobox for every kind of select: static or asked from the app, one choice or several.

import { h, icon } from "./dom.js";
import { closePopup, openPopup } from "./popup.js";
import { t } from "./strings.js";

let serial = 0;

/**
 * A combobox. `source(query)` gives (a promise of) groups [{label?, options:[{value, label, hint?, lead?}]}];
 * `selected` is a list of options; `change(options)` may return false to refuse.
 */
export function combobox({
  source,
  selected = [],
  multi = false,
  max = Infinity,
  label,
  placeholder,
  change,
  wait = 0,
  id,
  describedby,
}) {
  const listId = `list-${(serial += 1)}`;
  let chosen = [...selected];
  let shown = [];
  let active = -1;
  let popup = null;
  let round = 0;
  let timer = 0;

  const input = h("input", {
    type: "text",
    id,
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-autocomplete": "list",
    "aria-label": label,
    "aria-describedby": describedby,
  });
  const chips = h("span", { class: "chips" });
  const box = h(
    "div",
    { class: "combo", on: { click: () => (input.focus(), open()) } },
    chips,
    input,
    h("span", { class: "combo-caret" }, icon("down", 14)),
  );
  const list = h("div", {
    id: listId,
    role: "listbox",
    class: "options",
    "aria-multiselectable": multi ? "true" : null,
    "aria-label": label ?? t("form.options"),
  });

  function paint() {
    chips.replaceChildren(
      ...(multi
        ? chosen.map((option) =>
            h(
              "span",
              { class: "chip" },
              option.label,
              h(
                "button",
                {
                  type: "button",
                  "aria-label": t("form.remove", { name: option.label }),
                  on: { click: (event) => (event.stopPropagation(), take(option)) },
                },
                icon("close", 10),
              ),
            ),
          )
        : []),
    );
    input.placeholder = multi && chosen.length ? "" : (placeholder ?? t("form.choose"));
    if (!multi) input.value = chosen[0]?.label ?? "";
    else input.value = "";
    box.classList.toggle("filled", chosen.length > 0);
  }

  async function commit(next) {
    const old = chosen;
    chosen = next;
    paint();
    if ((await change(next)) === false) {
      chosen = old;
      paint();
    }
  }

  function take(option) {
    const has = chosen.some((one) => one.value === option.value);
    if (!multi) {
      close();
      commit([option]);
    } else if (has) {
      commit(chosen.filter((one) => one.value !== option.value));
      if (popup) fill("");
    } else if (chosen.length < max) {
      commit([...chosen, option]);
      if (popup) fill("");
    }
  }

  function mark(index) {
    const nodes = list.querySelectorAll("[role=option]");
    nodes[active]?.classList.remove("active");
    active = nodes.length ? (index + nodes.length) % nodes.length : -1;
    nodes[active]?.classList.add("active");
    nodes[active]?.scrollIntoView({ block: "nearest" });
    if (nodes[active]) input.setAttribute("aria-activedescendant", nodes[active].id);
    else input.removeAttribute("aria-activedescendant");
  }

  async function fill(query) {
    const mine = (round += 1);
    const answer = source(query);
    if (answer instanceof Promise) shown = [];
    if (answer instanceof Promise)
      list.replaceChildren(h("div", { class: "options-note" }, t("talk.loading")));
    let groups = [];
    try {
      groups = await answer;
    } catch {
      groups = [];
    }
    if (mine !== round || !popup) return;
    shown = groups.flatMap((group) => group.options);
    let at = 0;
    list.replaceChildren(
      ...(shown.length
        ? groups
            .filter((group) => group.options.length)
            .map((group) =>
              h(
                "div",
                { role: group.label ? "group" : "presentation", "aria-label": group.label },
                group.label ? h("div", { class: "options-title", "aria-hidden": "true" }, group.label) : null,
                group.options.map((option) => {
                  const on = chosen.some((one) => one.value === option.value);
                  return h(
                    "div",
                    {
                      role: "option",
                      id: `${listId}-${at++}`,
                      class: "option",
                      "aria-selected": String(on),
                      on: { pointerdown: (event) => event.preventDefault(), click: () => take(option) },
                    },
                    option.lead,
                    h(
                      "span",
                      { class: "option-label" },
                      option.label,
                      option.hint ? h("small", {}, option.hint) : null,
                    ),
                    on ? icon("check", 14) : null,
                  );
                }),
              ),
            )
        : [h("div", { class: "options-note" }, t("form.none"))]),
    );
    popup.replace();
    mark(
      Math.max(
        0,
        shown.findIndex((option) => chosen.some((one) => one.value === option.value)),
      ),
    );
  }

  function open() {
    if (popup) return;
    popup = openPopup(box, list, {
      matchWidth: true,
      keepFocus: true,
      onClose: () => {
        popup = null;
        input.setAttribute("aria-expanded", "false");
        input.removeAttribute("aria-activedescendant");
        paint();
      },
    });
    input.setAttribute("aria-expanded", "true");
    if (!multi) input.select();
    fill("");
  }

  function close() {
    if (popup) closePopup();
  }

  input.addEventListener("input", (event) => {
    const query = input.value;
    open();
    clearTimeout(timer);
    if (!wait) fill(query.trim());
    else if (!event.isComposing) timer = setTimeout(() => fill(input.value.trim()), wait);
    // Until the app has answered, Enter must not take a choice that belongs to an older query.
    if (wait) shown = [];
  });
  input.addEventListener("compositionend", () => fill(input.value.trim()));
  input.addEventListener("blur", () => setTimeout(() => document.activeElement !== input && close(), 0));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!popup) open();
      else mark(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!popup) open();
      else if (shown[active]) take(shown[active]);
    } else if (event.key === "Backspace" && !input.value && multi && chosen.length) {
      commit(chosen.slice(0, -1));
      if (popup) fill("");
    } else if (
      event.key === "Backspace" &&
      !multi &&
      chosen.length &&
      input.selectionStart === 0 &&
      input.selectionEnd === input.value.length
    ) {
      commit([]);
    }
  });
  paint();
  return box;
}

/** A source over a fixed list: keeps the options whose label, hint or value holds the query. */
export function fixed(groups) {
  return (query) => {
    const wanted = query.toLowerCase();
    return groups.map((group) => ({
      ...group,
      options: group.options.filter(
        (option) => !wanted || `${option.label} ${option.hint ?? ""}`.toLowerCase().includes(wanted),
      ),
    }));
  };
}
