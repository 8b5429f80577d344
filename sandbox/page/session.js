// What one person knows: people, conversations, commands, open views. Changes are told to listeners by name.

import * as api from "./api.js";
import { follow } from "./live.js";
import { dismiss, explain, notify } from "./notices.js";
import { speak, t } from "./strings.js";

/** The state of the page for one person, kept current by the live socket. */
export class Session extends EventTarget {
  constructor(as) {
    super();
    this.as = as;
    this.people = new Map();
    this.conversations = new Map();
    this.files = new Map();
    this.commands = [];
    this.shortcuts = [];
    this.views = [];
    this.home = null;
    this.place = { channel: null, thread: null, tab: "messages", ts: null };
    this.ready = false;
  }

  /** Loads everything and opens the live socket; throws Refused when the person does not exist. */
  async start() {
    await this.reload();
    this.live = follow(
      this.as,
      (push) => this.#hear(push),
      (up, again) => this.#linked(up, again),
    );
  }

  stop() {
    this.live?.stop();
  }

  async reload() {
    const state = await api.getState(this.as);
    this.me = state.me;
    this.team = state.team;
    this.app = state.app ?? {};
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.conversations = new Map(state.conversations.map((one) => [one.id, one]));
    this.commands = state.commands ?? [];
    this.shortcuts = state.shortcuts ?? [];
    this.views = state.views ?? [];
    this.home = state.home ?? null;
    speak(this.me.locale, this.me.tz);
    // Text renderers get this instead of the session, so that they cannot act.
    this.context = {
      people: this.people,
      conversations: this.conversations,
      me: this.as,
      open: (id) => this.go({ channel: id }),
    };
    this.ready = true;
  }

  /** True for the direct conversation with the app. */
  isApp(conversation) {
    return conversation?.kind === "im" && Boolean(this.people.get(conversation.peer)?.is_bot);
  }

  /** Calls `listener(detail)` on every event of that name; returns a function that stops it. */
  on(name, listener) {
    const inner = (event) => listener(event.detail);
    this.addEventListener(name, inner);
    return () => this.removeEventListener(name, inner);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Moves to another conversation, thread or tab; fields left out go back to their defaults. */
  go(place) {
    this.place = { thread: null, tab: "messages", ts: null, ...place };
    this.tell("place", this.place);
  }

  /** Acts as the person. Never throws: a failure is shown as a notice and returned as {ok:false, error}. */
  async act(kind, details = {}, { quiet = [] } = {}) {
    try {
      const answer = await api.act(this.as, kind, details);
      return { ...answer, ok: true };
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      const answer = { ...error.answer, ok: false, error: error.code };
      if (!quiet.includes(error.code))
        this.#fail(error.code, kind === "command" ? details.text?.split(" ")[0] : null, error.answer.detail);
      return answer;
    }
  }

  upload(file) {
    return api.upload(this.as, file).then((stored) => {
      this.files.set(stored.id, stored);
      return stored;
    });
  }

  messages(channel, options) {
    return api.getMessages(this.as, channel, options);
  }

  fileAddress(file) {
    return api.fileAddress(this.as, file);
  }

  #fail(code, command, detail) {
    const words = explain(code, detail);
    notify(command ? t("fail.command", { command }) + words : words, { key: `act-${code}` });
  }

  #linked(up, again) {
    if (!up) {
      notify(t("live.lost"), { key: "live", stay: 0, kind: "error", hook: "live-notice" });
    } else if (again) {
      dismiss("live");
      // Whatever was pushed while the socket was down is lost, so everything is read again.
      this.reload().then(
        () => this.tell("reload"),
        () => {},
      );
    }
  }

  #hear(push) {
    switch (push.type) {
      case "message":
      case "ephemeral":
      case "message_changed":
        this.tell(push.type === "message_changed" ? "changed" : "message", push);
        break;
      case "message_deleted":
        this.tell("deleted", push);
        break;
      case "reaction":
        this.tell("reaction", push);
        break;
      case "view_opened":
      case "view_pushed":
      case "view_updated":
      case "view_closed":
        this.views = push.views ?? [];
        this.tell("views");
        break;
      case "home":
        this.home = push.view;
        this.tell("home");
        break;
      case "conversation":
        this.conversations.set(push.conversation.id, push.conversation);
        this.tell("conversations");
        break;
      case "unread": {
        const one = this.conversations.get(push.channel);
        if (one) one.unread = push.unread;
        this.tell("conversations");
        break;
      }
      case "people":
        for (const person of push.people ?? []) this.people.set(person.id, person);
        if (this.people.has(this.as)) this.me = this.people.get(this.as);
        this.tell("people");
        break;
      case "app":
        this.commands = push.commands ?? this.commands;
        this.shortcuts = push.shortcuts ?? this.shortcuts;
        break;
      case "error": {
        const code = push.error ?? "error";
        const words = push.text
          ? push.text.includes(code)
            ? push.text
            : `${push.text} (${code})`
          : explain(code);
        notify(words, { key: `act-${code}` });
        break;
      }
      case "reset":
        this.reload().then(
          () => this.tell("reload"),
          () => location.reload(),
        );
        break;
      default:
    }
  }
}
