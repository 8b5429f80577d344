// Starts the page: the picker, one person's workspace, or two people side by side. The URL holds where one is.
//
//   /                    the picker                         /?as=U1                 one person
//   /?as=U1&with=U2      side by side (channel, channel2)   /?as=U1&channel=C&thread_ts=T&ts=T&tab=home

import { getPeople, getState } from "./api.js";
import { h } from "./dom.js";
import { explain, notify } from "./notices.js";
import { peoplePicker } from "./people.js";
import { Session } from "./session.js";
import { sideBySide } from "./shell.js";
import { speak, t } from "./strings.js";
import { workspace } from "./workspace.js";

const root = document.getElementById("root");
const params = new URLSearchParams(location.search);
const at = (values) => {
  const pairs = Object.entries(values).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  return `/?${new URLSearchParams(pairs)}`;
};
const target = { channel: params.get("channel"), ts: params.get("ts"), thread_ts: params.get("thread_ts") };

const address = {
  single: (pane) => at({ as: pane.as, channel: pane.channel }),
  pane: (pane, i) => at({ as: pane.as, pane: i + 1, channel: pane.channel, thread: pane.thread }),
  shell: ([one, two]) => at({ as: one.as, with: two.as, channel: one.channel, channel2: two.channel }),
};

async function pick() {
  speak(navigator.language);
  const { team, people } = await getPeople();
  document.title = team?.name ?? t("app.title");
  peoplePicker(root, team, people, (as, other) => at({ as, with: other, ...target }));
}

async function beside(as, other) {
  const { me, people } = await getState(as);
  speak(me.locale, me.tz);
  sideBySide(
    root,
    [
      { as, channel: params.get("channel"), thread: params.get("thread") },
      {
        as: other,
        channel: params.get("channel2") ?? params.get("channel"),
        thread: params.get("thread2"),
      },
    ],
    people,
    address,
  );
}

function firstPlace(session) {
  const named = params.get("channel");
  if (named && session.conversations.has(named)) {
    const thread =
      target.thread_ts && target.thread_ts !== target.ts ? target.thread_ts : params.get("thread");
    return {
      channel: named,
      thread: thread ?? null,
      ts: target.ts,
      tab: params.get("tab") === "home" ? "home" : "messages",
    };
  }
  const all = [...session.conversations.values()];
  const app = all.find((one) => session.isApp(one));
  const start = app ?? all.find((one) => one.joined !== false) ?? all[0];
  const tab = app && params.get("tab") === "home" ? "home" : "messages";
  return { channel: start?.id ?? null, thread: null, ts: null, tab };
}

async function enter(as) {
  const pane = params.get("pane");
  const session = new Session(as);
  await session.start();
  session.place = firstPlace(session);
  const toAddress = (place) =>
    at({
      as,
      pane,
      channel: place.channel,
      thread_ts: place.thread,
      tab: place.tab === "home" ? "home" : null,
    });
  const moved = (place) => {
    const name = session.conversations.get(place.channel)?.name;
    document.title = [name, session.me.display_name || session.me.name, session.team?.name]
      .filter(Boolean)
      .join(" · ");
    if (location.pathname + location.search !== toAddress(place))
      history.replaceState(null, "", toAddress(place));
    if (pane && parent !== window)
      parent.postMessage({ type: "pane", as, channel: place.channel }, location.origin);
  };
  workspace(
    root,
    session,
    {
      inPane: Boolean(pane),
      switchTo: (id) => location.assign(at({ as: id, pane })),
      beside: (id) => location.assign(address.shell([{ as, channel: session.place.channel }, { as: id }])),
    },
    moved,
  );

  document.addEventListener("click", (event) => {
    // A permalink of this sandbox opens in place instead of asking again who one is.
    const anchor = event.target.closest?.("a[href]");
    const link = anchor && new URL(anchor.href);
    const parts =
      link?.origin === location.origin && /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(link.pathname);
    if (!parts || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const ts = `${parts[2]}.${parts[3]}`;
    const thread = link.searchParams.get("thread_ts");
    session.go({ channel: parts[1], ts, thread: thread && thread !== ts ? thread : null });
  });
}

async function begin() {
  const as = params.get("as");
  const other = params.get("with");
  try {
    if (as && other && !params.get("pane")) await beside(as, other);
    else if (as) await enter(as);
    else await pick();
  } catch (error) {
    const code = error.code ?? "error";
    if (!error.code) throw error;
    root.replaceChildren(
      h(
        "main",
        { class: "welcome" },
        h("p", { class: "empty" }, code === "unknown_person" ? t("fail.person") : explain(code)),
        h("p", {}, h("a", { class: "button primary", href: "/" }, t("pick.title"))),
      ),
    );
    if (code === "network") notify(t("fail.network"), { key: "network", stay: 0 });
  }
}

begin();
