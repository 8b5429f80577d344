// Select elements of every kind: static, external, people, channels, conversations; one choice or several.

import { choose, keyOf } from "./acting.js";
import { avatar } from "./dom.js";
import { words } from "./mrkdwn.js";
import { combobox, fixed } from "./select.js";
import { t } from "./strings.js";

const asOption = (option) => ({
  value: option.value,
  label: words(option.text),
  hint: words(option.description) || undefined,
});

const groupsOf = (element) =>
  element.option_groups
    ? element.option_groups.map((group) => ({
        label: words(group.label),
        options: group.options.map(asOption),
      }))
    : [{ options: (element.options ?? []).map(asOption) }];

/** The people, channels or conversations an element lets one choose from, as options. */
function choices(kind, element, session) {
  const people = [...session.people.values()]
    .filter((person) => !person.deleted)
    .map((person) => ({
      value: person.id,
      label: person.display_name || person.name,
      hint: person.real_name !== person.display_name ? person.real_name : undefined,
      lead: avatar(person, "tiny"),
    }));
  if (kind.includes("users")) return people.filter((option) => !session.people.get(option.value).is_bot);
  const wanted = element.filter?.include;
  return [...session.conversations.values()]
    .filter((one) => !one.archived)
    .filter((one) =>
      kind.includes("channels")
        ? one.kind === "channel"
        : !wanted || wanted.includes({ channel: "public" }[one.kind] ?? one.kind),
    )
    .map((one) => ({ value: one.id, label: one.kind === "im" ? one.name : `#${one.name}` }));
}

/** A combobox for a select element. */
export function select(element, block, scene) {
  const multi = element.type.startsWith("multi_");
  const kind = element.type.replace("multi_", "");
  const external = kind === "external_select";
  const fromWorld = !external && kind !== "static_select";
  const groups = fromWorld
    ? [{ options: choices(kind, element, scene.session) }]
    : external
      ? []
      : groupsOf(element);
  for (const one of [
    ...(element.initial_options ?? []),
    ...(element.initial_option ? [element.initial_option] : []),
  ])
    scene.form.remember([asOption(one)]);
  for (const one of scene.storedOptions?.(block, element) ?? []) scene.form.remember([asOption(one)]);
  const stored = [scene.form.register(block, element, scene.stored?.(block, element))]
    .flat()
    .filter((value) => value !== null && value !== undefined);
  const known = groups.flatMap((group) => group.options);
  const selected = stored.map(
    (value) =>
      known.find((option) => option.value === value) ?? scene.form.recall(value) ?? { value, label: value },
  );
  const source = external
    ? async (query) => {
        if (query.length < (element.min_query_length ?? 3) && query.length > 0) return [];
        const found = await scene.session.act("options", {
          ...scene.source,
          block_id: block.block_id,
          action_id: element.action_id,
          query,
        });
        if (found.option_groups) return groupsOf(found);
        return [{ options: (found.options ?? []).map(asOption) }];
      }
    : fixed(groups);
  const field = {
    users_select: ["user", "users"],
    channels_select: ["channel", "channels"],
    conversations_select: ["conversation", "conversations"],
  }[kind] ?? ["option", "options"];
  const fallback =
    kind === "users_select"
      ? "form.person"
      : fromWorld
        ? "form.channel"
        : external
          ? "form.search"
          : "form.choose";
  const box = combobox({
    source,
    selected,
    multi,
    max: element.max_selected_items ?? Infinity,
    id: scene.id,
    describedby: scene.describedby,
    label: scene.input ? undefined : words(element.placeholder) || scene.label || t(fallback),
    placeholder: words(element.placeholder) || t(fallback),
    wait: external ? 200 : 0,
    change: (options) => {
      scene.form.remember(options);
      const values = options.map((option) => option.value);
      const value = multi ? values : (values[0] ?? null);
      return choose(
        scene,
        block,
        element,
        box,
        value,
        multi ? { [field[1]]: values } : { [field[0]]: value },
      );
    },
  });
  box.querySelector("input").dataset.key = keyOf(block, element);
  return box;
}
