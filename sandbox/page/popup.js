// Small windows that belong to a control: menus, lists of options, the emoji picker.

import { h, icon } from "./dom.js";

let current = null;

/** True while a popup is open; Escape then belongs to the popup and not to the dialog under it. */
export const popupOpen = () => current !== null;

/** Closes whatever popup is open. */
export function closePopup() {
  current?.close();
}

function place(anchor, node, { align, matchWidth }) {
  const box = anchor.getBoundingClientRect();
  const margin = 8;
  if (matchWidth) node.style.setProperty("width", `${Math.max(box.width, 180)}px`);
  const wide = node.offsetWidth;
  const high = node.offsetHeight;
  const below = innerHeight - box.bottom - margin;
  const above = box.top - margin;
  const up = below < Math.min(high, 220) && above > below;
  node.style.setProperty("max-height", `${Math.max(120, (up ? above : below) - 4)}px`);
  const left = align === "end" ? box.right - wide : box.left;
  node.style.setProperty("left", `${Math.max(margin, Math.min(left, innerWidth - wide - margin))}px`);
  const tall = Math.min(high, up ? above : below);
  node.style.setProperty("top", `${up ? box.top - tall - 4 : box.bottom + 4}px`);
}

/** Shows `node` beside `anchor` until Escape, a press elsewhere or close(). Only one popup is open at a time. */
export function openPopup(
  anchor,
  node,
  { align = "start", matchWidth = false, keepFocus = false, onClose, inside } = {},
) {
  closePopup();
  const back = document.activeElement;
  node.classList.add("popup");
  node.setAttribute("popover", "manual");
  // A modal dialog makes everything outside of it inert, so the popup must live inside.
  (anchor.closest("dialog") ?? document.body).append(node);
  node.showPopover?.();
  place(anchor, node, { align, matchWidth });

  const outside = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target) && !inside?.(event.target))
      close(false);
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close(true);
  };
  const moved = (event) => {
    if (event?.type === "scroll" && node.contains(event.target)) return;
    if (!anchor.isConnected) close(false);
    else place(anchor, node, { align, matchWidth });
  };
  function close(restore = true) {
    if (current !== handle) return;
    current = null;
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("keydown", escape, true);
    removeEventListener("resize", moved);
    document.removeEventListener("scroll", moved, true);
    const held = node.contains(document.activeElement);
    node.remove();
    if (restore && !keepFocus && (held || document.activeElement === document.body)) back?.focus?.();
    onClose?.();
  }
  const handle = { close, node, replace: () => place(anchor, node, { align, matchWidth }) };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", escape, true);
  addEventListener("resize", moved);
  document.addEventListener("scroll", moved, true);
  current = handle;
  return handle;
}

/** A menu of actions: items {label, icon?, hint?, lead?, danger?, current?, run} or {title} or {divider:true}. */
export function openMenu(anchor, items, { label, align = "start" } = {}) {
  if (current?.anchor === anchor) {
    closePopup();
    return;
  }
  const menu = h("div", {
    class: "menu",
    role: "menu",
    "aria-label": label ?? anchor.getAttribute("aria-label"),
  });
  let handle = null;
  for (const item of items) {
    if (item.divider) menu.append(h("div", { class: "menu-line", role: "separator" }));
    else if (item.title) menu.append(h("div", { class: "menu-title", role: "presentation" }, item.title));
    else {
      const choose = () => {
        handle.close(true);
        item.run();
      };
      menu.append(
        h(
          "button",
          {
            type: "button",
            role: "menuitem",
            tabindex: "-1",
            class: `menu-item ${item.danger ? "danger" : ""}`,
            on: { click: choose },
          },
          item.lead ?? (item.icon ? icon(item.icon) : null),
          h("span", { class: "menu-label" }, item.label, item.hint ? h("small", {}, item.hint) : null),
          item.current ? icon("check") : null,
        ),
      );
    }
  }
  const buttons = () => [...menu.querySelectorAll(".menu-item")];
  menu.addEventListener("keydown", (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      all[steps[event.key] % all.length]?.focus();
    } else if (event.key === "Tab") {
      handle.close(true);
    }
  });
  anchor.setAttribute("aria-expanded", "true");
  handle = openPopup(anchor, menu, { align, onClose: () => anchor.setAttribute("aria-expanded", "false") });
  current.anchor = anchor;
  buttons()[0]?.focus();
}
