// Between what a person types and reads in a text field and Slack's wire form of a message.

import { escape, unescape } from "./mrkdwn.js";

function known(session) {
  const names = new Map();
  for (const person of session.people.values()) {
    for (const name of [person.display_name, person.name]) if (name) names.set(name.toLowerCase(), person.id);
  }
  return [...names].sort((one, two) => two[0].length - one[0].length);
}

/** "@하늘 see #crew" as "<@U1> see <#C1|crew>", everything else escaped. Code spans stay untouched. */
export function toWire(text, session) {
  const people = known(session);
  const channels = [...session.conversations.values()]
    .filter((one) => one.kind !== "im")
    .sort((a, b) => b.name.length - a.name.length);
  const convert = (part) =>
    escape(part)
      .replace(/https?:\/\/[^\s<>]+[^\s<>.,;:!?)\]]/g, (address) => `<${address}>`)
      .replace(/(^|[^\p{L}\p{N}@/])@([^\s@]+)/gu, (whole, before, rest) => {
        const called = /^(here|channel|everyone)(?![a-z0-9_])/.exec(rest);
        if (called) return `${before}<!${called[1]}>${rest.slice(called[1].length)}`;
        for (const [name, id] of people) {
          if (!rest.toLowerCase().startsWith(name)) continue;
          // "@min" must not swallow "@minah", but a Korean particle may follow a name directly.
          if (/[a-z0-9_]/i.test(rest[name.length] ?? "") && /[a-z0-9_]$/i.test(name)) continue;
          return `${before}<@${id}>${rest.slice(name.length)}`;
        }
        return whole;
      })
      .replace(/(^|[^\p{L}\p{N}#&/])#([^\s#]+)/gu, (whole, before, rest) => {
        const channel = channels.find((one) => rest.startsWith(one.name));
        return channel
          ? `${before}<#${channel.id}|${channel.name}>${rest.slice(channel.name.length)}`
          : whole;
      });
  return text
    .split(/(```[\s\S]*?```|`[^`\n]+`)/)
    .map((part, i) => (i % 2 ? escape(part) : convert(part)))
    .join("");
}

/** The reverse, for editing: mentions as @name and #name, entities decoded. */
export function fromWire(text, session) {
  return unescape(
    text
      .replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id) => `@${session.people.get(id)?.display_name ?? id}`)
      .replace(
        /<#([CG][A-Z0-9]+)(?:\|([^>]*))?>/g,
        (_, id, name) => `#${session.conversations.get(id)?.name ?? name ?? id}`,
      )
      .replace(/<!(here|channel|everyone)>/g, "@$1")
      .replace(/<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>/g, "$1"),
  );
}
