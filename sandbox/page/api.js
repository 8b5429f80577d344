// Talks to the page API of the sandbox. Every call names the person who acts.

/** What went wrong, as the short code the server gave ("operation_timeout", "network", …). */
export class Refused extends Error {
  constructor(code, answer = {}) {
    super(code);
    this.code = code;
    this.answer = answer;
  }
}

async function read(response) {
  let answer = {};
  try {
    answer = await response.json();
  } catch {
    // An answer without JSON is told apart by its status alone.
  }
  if (!response.ok || answer.ok === false)
    throw new Refused(answer.error ?? `http_${response.status}`, answer);
  return answer;
}

async function reach(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Refused("network");
  }
  return read(response);
}

const query = (values) => {
  const pairs = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return new URLSearchParams(pairs).toString();
};

/** Everybody who lives in the sandbox, for the picker: {team, people}. */
export const getPeople = () => reach("/_page/people");

/** What this person sees around the messages: me, people, conversations, commands, shortcuts, views, home. */
export const getState = (as) => reach(`/_page/state?${query({ as })}`);

/** One page of messages, oldest first: {messages}. */
export const getMessages = (as, channel, { thread_ts, before } = {}) =>
  reach(`/_page/messages?${query({ as, channel, thread_ts, before })}`);

/** Does something as the person and waits until the app has answered; throws Refused with the code if it failed. */
export function act(as, kind, details = {}) {
  return reach("/_page/act", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ as, kind, ...details }),
  });
}

/** Stores one file for this person: {id, name, size, …}. */
export async function upload(as, file) {
  const answer = await reach(`/_page/upload?${query({ as, name: file.name || "file" })}`, {
    method: "POST",
    body: file,
  });
  return answer.file;
}

/** Where this person may read a file: the address from the server with the person in place of a token. */
export function fileAddress(as, file) {
  const path = file.url_private ?? `/files/${file.id}/${encodeURIComponent(file.name ?? "file")}`;
  const url = new URL(path, location.href);
  return `${url.pathname}?${query({ as })}`;
}
