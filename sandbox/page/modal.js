// The stack of modals: only the top one is shown; going back brings the earlier one with what was typed in it.

import { showError, updateBlocks } from "./blocks.js";
import { h, iconButton } from "./dom.js";
import { Form, simple } from "./forms.js";
import { words } from "./mrkdwn.js";
import { explain, notify, rescueNotices } from "./notices.js";
import { closePopup, popupOpen } from "./popup.js";
import { t } from "./strings.js";

const flat = (blocks) => (blocks ?? []).flatMap((block) => [block, ...flat(block.child_blocks)]);

/** The scene (acting.js) of a view. */
export function viewScene(session, view, form) {
  const entry = (block, element) => view.state?.values?.[block.block_id]?.[element.action_id];
  return {
    session,
    source: { view_id: view.id },
    form,
    stored: (block, element) => simple(entry(block, element)),
    storedOptions: (block, element) => {
      const known = entry(block, element);
      return [...(known?.selected_options ?? []), ...(known?.selected_option ? [known.selected_option] : [])];
    },
  };
}

/** Shows the modals of a session; returns {stop()}. */
export function modals(session) {
  const forms = new Map();
  let shown = null;
  let back = null;

  const title = h("h2", { id: "modal-title" });
  const goBack = iconButton("back", t("do.back"), () => close(false));
  const body = h("div", { class: "dialog-body blocks", testid: "modal-body" });
  const cancel = h("button", {
    type: "button",
    class: "button",
    testid: "modal-close",
    on: { click: () => close(false) },
  });
  const submit = h("button", { type: "submit", class: "button primary", testid: "modal-submit" });
  const form = h(
    "form",
    { class: "dialog-form", novalidate: true },
    h(
      "header",
      {},
      goBack,
      title,
      iconButton("close", t("do.close"), () => close(true), { testid: "modal-x" }),
    ),
    body,
    h("footer", {}, cancel, submit),
  );
  const dialog = h(
    "dialog",
    { class: "dialog modal", "aria-labelledby": "modal-title", testid: "modal" },
    form,
  );
  document.body.append(dialog);

  const top = () => session.views.at(-1) ?? null;

  function render() {
    const view = top();
    for (const id of forms.keys()) if (!session.views.some((one) => one.id === id)) forms.delete(id);
    if (!view) {
      if (dialog.open) {
        closePopup();
        rescueNotices(dialog);
        dialog.close();
        (back?.isConnected ? back : document.querySelector(".composer textarea"))?.focus({
          preventScroll: true,
        });
      }
      shown = null;
      body.replaceChildren();
      return;
    }
    if (!dialog.open) {
      back = document.activeElement;
      dialog.showModal();
    }
    if (!forms.has(view.id)) forms.set(view.id, new Form());
    const answers = forms.get(view.id);
    answers.prune(flat(view.blocks));
    title.replaceChildren(words(view.title));
    goBack.hidden = session.views.length < 2;
    cancel.textContent = words(view.close) || t("do.cancel");
    submit.textContent = words(view.submit) || t("do.submit");
    submit.hidden = !view.submit && !flat(view.blocks).some((block) => block.type === "input");
    submit.disabled = Boolean(view.submit_disabled);
    busy(false);
    dialog.dataset.callback = view.callback_id ?? "";
    const active = body.contains(document.activeElement) ? document.activeElement.dataset?.key : null;
    updateBlocks(body, view.blocks, viewScene(session, view, answers), `${view.id}:`);
    if (shown !== view.id) {
      shown = view.id;
      body.scrollTop = 0;
      const first =
        body.querySelector("[autofocus]") ??
        body.querySelector(".input input:not([type=file]), .input textarea");
      (first ?? (submit.hidden ? cancel : submit)).focus({ preventScroll: true });
    } else if (active && !body.contains(document.activeElement)) {
      body.querySelector(`[data-key="${CSS.escape(active)}"]`)?.focus();
    }
  }

  function busy(on) {
    submit.classList.toggle("busy", on);
    if (on) submit.setAttribute("aria-busy", "true");
    else submit.removeAttribute("aria-busy");
  }

  function showErrors(errors) {
    let first = null;
    for (const [id, text] of Object.entries(errors ?? {})) {
      const node = body.querySelector(`[data-block="${CSS.escape(id)}"]`);
      if (!node) {
        notify(text, { key: `field-${id}` });
        continue;
      }
      showError(node, text);
      first ??= node;
    }
    first?.scrollIntoView({ block: "nearest" });
    first?.querySelector("input, textarea")?.focus({ preventScroll: true });
  }

  /** What the client itself refuses before it asks anybody: empty required fields, lengths, numbers. */
  function check(view, answers) {
    const errors = {};
    for (const block of flat(view.blocks)) {
      if (block.type !== "input") continue;
      const element = block.element;
      const value = answers.get(block, element);
      const empty =
        value === null ||
        value === "" ||
        (Array.isArray(value) && !value.length) ||
        (typeof value === "string" && !value.trim());
      const length = typeof value === "string" ? [...value].length : 0;
      if (empty) {
        if (!block.optional) errors[block.block_id] = t("form.required");
      } else if (element.min_length && length < element.min_length)
        errors[block.block_id] = t("form.short", { n: element.min_length });
      else if (element.max_length && length > element.max_length)
        errors[block.block_id] = t("form.long", { n: element.max_length });
      else if (element.type === "number_input" && !/^-?\d+([.,]\d+)?$/.test(String(value).trim()))
        errors[block.block_id] = t("form.number");
    }
    return errors;
  }

  async function send() {
    const view = top();
    if (!view || submit.classList.contains("busy") || submit.disabled || submit.hidden) return;
    const answers = forms.get(view.id);
    body.querySelectorAll(".input").forEach((node) => showError(node, null));
    const errors = check(view, answers);
    if (Object.keys(errors).length) {
      showErrors(errors);
      return;
    }
    busy(true);
    const answer = await session.act(
      "submit",
      { view_id: view.id, values: answers.values() },
      { quiet: ["invalid_input", "errors"] },
    );
    busy(false);
    if (answer.errors && Object.keys(answer.errors).length) showErrors(answer.errors);
    else if (!answer.ok && ["invalid_input", "errors"].includes(answer.error)) notify(explain(answer.error));
    if (answer.ok && answer.views) settle(answer.views);
  }

  async function close(all) {
    const view = top();
    if (!view) return;
    const answer = await session.act("close", { view_id: view.id, all: all || undefined });
    if (answer.ok) settle(answer.views ?? (all ? [] : session.views.slice(0, -1)));
    else if (answer.error === "view_not_found") settle(session.views.slice(0, -1));
  }

  /** Takes the stack from an answer when the live socket has not brought the same ids yet. */
  function settle(views) {
    if (views.map((view) => view.id).join() === session.views.map((view) => view.id).join()) return;
    session.views = views;
    render();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.addEventListener("keydown", (event) => {
    // Enter that finishes a Hangul syllable, or that belongs to a list, must not send the form.
    if (
      event.key === "Enter" &&
      event.target.matches("input") &&
      (event.isComposing || event.keyCode === 229 || popupOpen())
    )
      event.preventDefault();
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey) && !event.isComposing) send();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    // The browser would close the dialog itself; here the app must hear of it and an earlier view may come back.
    event.preventDefault();
    if (!popupOpen()) close(false);
  });
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => {
    if (!top()) return;
    // The browser closed it anyway, as a back gesture may; the view still stands on the stack.
    close(false).then(render);
  });
  const stops = [session.on("views", render), session.on("reload", render)];
  render();
  return {
    stop() {
      stops.forEach((stop) => stop());
      dialog.remove();
    },
  };
}
