// Where a person writes: text, files, emoji, slash commands with completion, @people.

import { avatar, h, icon, iconButton } from "./dom.js";
import { emoji } from "./emoji.js";
import { size } from "./filefield.js";
import { notify } from "./notices.js";
import { pickEmoji } from "./picker.js";
import { closePopup, openPopup } from "./popup.js";
import { t } from "./strings.js";
import { toWire } from "./wire.js";

const drafts = new Map();

/** A composer for a conversation or, with `thread`, for a thread in it. */
export function composer(session, channel, { thread = null, placeholder }) {
  const draft = `${channel}/${thread ?? ""}`;
  const attached = [];
  let popup = null;
  let offered = [];
  let active = 0;
  let sending = false;

  const field = h("textarea", {
    rows: "1",
    placeholder,
    "aria-label": placeholder,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    title: t("write.hint"),
    value: drafts.get(draft) ?? "",
  });
  const send = iconButton("send", t("write.send"), submit, { class: "send", testid: "send" });
  const choose = h("input", {
    type: "file",
    multiple: true,
    class: "sr-only",
    tabindex: "-1",
    "aria-label": t("write.attach"),
  });
  const tray = h("ul", { class: "file-list tray" });
  const list = h("div", { class: "options complete", role: "listbox", id: `complete-${draft}` });
  const node = h(
    "form",
    { class: "composer", testid: "composer", "aria-label": placeholder },
    tray,
    field,
    h(
      "div",
      { class: "composer-bar" },
      iconButton("clip", t("write.attach"), () => choose.click()),
      iconButton("smile", t("write.emoji"), (event) =>
        pickEmoji(event.currentTarget, (name) => insert(emoji(name) + " ")),
      ),
      h("span", { class: "spring" }),
      send,
    ),
    choose,
  );

  function grow() {
    field.style.setProperty("height", "auto");
    field.style.setProperty("height", `${Math.min(field.scrollHeight, 220)}px`);
    send.disabled = sending || (!field.value.trim() && !attached.length);
    drafts.set(draft, field.value);
  }

  function insert(text, from = field.selectionStart) {
    field.setRangeText(text, from, field.selectionEnd, "end");
    field.focus();
    grow();
  }

  function candidates() {
    const upTo = field.value.slice(0, field.selectionStart);
    const command = /^\/(\S*)$/.exec(upTo);
    if (command) {
      const wanted = upTo.toLowerCase();
      return session.commands
        .filter((one) => one.command.toLowerCase().startsWith(wanted))
        .map((one) => ({
          from: 0,
          insert: `${one.command} `,
          label: one.command,
          usage: one.usage_hint,
          hint: one.description,
          lead: h("span", { class: "command-mark" }, icon("bolt")),
        }));
    }
    const person = /(?:^|\s)@([^\s@]*)$/.exec(upTo);
    if (person) {
      const wanted = person[1].toLowerCase();
      return [...session.people.values()]
        .filter(
          (one) =>
            !one.deleted &&
            [one.display_name, one.name, one.real_name].some((name) =>
              name?.toLowerCase().startsWith(wanted),
            ),
        )
        .slice(0, 8)
        .map((one) => ({
          from: upTo.length - person[1].length - 1,
          insert: `@${one.display_name || one.name} `,
          label: one.display_name || one.name,
          hint: `@${one.name}`,
          lead: avatar(one, "tiny"),
        }));
    }
    return [];
  }

  function suggest() {
    offered = candidates();
    if (!offered.length) {
      popup?.close(false);
      return;
    }
    active = 0;
    if (!popup) {
      popup = openPopup(node, list, {
        matchWidth: true,
        keepFocus: true,
        onClose: () => {
          popup = null;
          field.setAttribute("aria-expanded", "false");
        },
      });
      field.setAttribute("aria-expanded", "true");
      field.setAttribute("aria-controls", list.id);
    }
    list.setAttribute("aria-label", offered[0].usage !== undefined ? t("write.commands") : t("write.people"));
    paint();
    popup.replace();
  }

  function paint() {
    list.replaceChildren(
      ...offered.map((one, i) =>
        h(
          "div",
          {
            role: "option",
            id: `${list.id}-${i}`,
            class: `option ${i === active ? "active" : ""}`,
            "aria-selected": String(i === active),
            on: { pointerdown: (event) => event.preventDefault(), click: () => take(one) },
          },
          one.lead,
          h(
            "span",
            { class: "option-label" },
            h("span", {}, one.label, one.usage ? h("code", {}, one.usage) : null),
            one.hint ? h("small", {}, one.hint) : null,
          ),
        ),
      ),
    );
    field.setAttribute("aria-activedescendant", `${list.id}-${active}`);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function take(one) {
    popup?.close(false);
    insert(one.insert, one.from);
  }

  function showFiles() {
    tray.replaceChildren(
      ...attached.map((file) =>
        h(
          "li",
          { class: file.pending ? "busy" : "" },
          icon("file"),
          h("span", {}, file.name),
          h("small", {}, size(file.size)),
          iconButton("close", t("write.remove", { name: file.name }), () => {
            attached.splice(attached.indexOf(file), 1);
            showFiles();
          }),
        ),
      ),
    );
    grow();
  }

  async function attach(files) {
    for (const file of files) {
      const place = { name: file.name, size: file.size, pending: true };
      attached.push(place);
      showFiles();
      try {
        attached.splice(attached.indexOf(place), 1, await session.upload(file));
      } catch {
        attached.splice(attached.indexOf(place), 1);
        notify(t("fail.upload"));
      }
      showFiles();
    }
  }

  async function submit() {
    const text = field.value.trim();
    if (sending || (!text && !attached.length) || attached.some((file) => file.pending)) return;
    closePopup();
    const command = /^\/[^\s/]+/.exec(text);
    if (command && thread) {
      notify(t("thread.nocommands", { command: command[0] }), { key: "thread-command" });
      return;
    }
    sending = true;
    const files = attached.splice(0);
    field.value = "";
    showFiles();
    node.classList.add("busy");
    const answer = command
      ? await session.act("command", { channel, text })
      : await session.act("message", {
          channel,
          text: toWire(text, session),
          thread_ts: thread ?? undefined,
          files: files.length ? files.map((file) => file.id) : undefined,
        });
    sending = false;
    node.classList.remove("busy");
    // Slack puts a command that failed back into the field, so nothing typed is lost.
    if (!answer.ok && !field.value) {
      field.value = text;
      attached.push(...files);
    }
    showFiles();
  }

  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", () => {
    grow();
    suggest();
  });
  field.addEventListener("keydown", (event) => {
    // While an input method composes a syllable, Enter only finishes that syllable.
    if (event.isComposing || event.keyCode === 229) return;
    if (popup && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length;
      paint();
    } else if (
      popup &&
      (event.key === "Tab" || (event.key === "Enter" && field.value.trim() !== offered[active].insert.trim()))
    ) {
      event.preventDefault();
      take(offered[active]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
  field.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    attach(files);
  });
  node.addEventListener("dragover", (event) => event.preventDefault());
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    attach([...(event.dataTransfer?.files ?? [])]);
  });
  choose.addEventListener("change", () => {
    attach([...choose.files]);
    choose.value = "";
  });
  requestAnimationFrame(grow);
  return { node, focus: () => field.focus({ preventScroll: true }) };
}
