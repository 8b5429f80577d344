// What is typed and chosen in a view or message, in the simple form the page API takes.

const name = (block, action) => `${block}\u0000${action}`;

/** The simple value of one entry of Slack's state.values: string, list of strings, or null. */
export function simple(entry) {
  if (!entry) return null;
  if ("selected_options" in entry) return (entry.selected_options ?? []).map((option) => option.value);
  if ("selected_option" in entry) return entry.selected_option?.value ?? null;
  for (const [key, value] of Object.entries(entry)) {
    if (key === "files") return (value ?? []).map((file) => file.id ?? file);
    if (key === "value" || key.startsWith("selected_")) return value ?? null;
  }
  return null;
}

/** The value an element starts with according to its own JSON. */
export function initial(element) {
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  if (element.initial_option) return element.initial_option.value;
  for (const [key, value] of Object.entries(element)) if (key.startsWith("initial_")) return value;
  return null;
}

/** The answers of one surface. What the person touched wins over what the app sends later for the same ids. */
export class Form {
  #touched = new Map();
  #known = new Map();
  #labels = new Map();

  /** Makes an element part of the form and returns the value it should show. */
  register(block, element, stored) {
    const key = name(block.block_id, element.action_id);
    if (!this.#touched.has(key)) this.#known.set(key, stored ?? initial(element));
    else this.#known.set(key, this.#touched.get(key));
    return this.#known.get(key);
  }

  get(block, element) {
    return this.#known.get(name(block.block_id, element.action_id)) ?? null;
  }

  set(block, element, value) {
    const key = name(block.block_id, element.action_id);
    this.#touched.set(key, value);
    this.#known.set(key, value);
  }

  /** Remembers how chosen values of external lists read, because the JSON of the view does not hold them. */
  remember(options) {
    for (const option of options) this.#labels.set(option.value, option);
  }

  recall(value) {
    return this.#labels.get(value);
  }

  /** Drops every element whose block is not in `blocks` any more. */
  prune(blocks) {
    const alive = new Set(blocks.map((block) => block.block_id));
    for (const key of this.#known.keys()) {
      if (!alive.has(key.split("\u0000")[0])) {
        this.#known.delete(key);
        this.#touched.delete(key);
      }
    }
  }

  /** {block_id: {action_id: simple value}} of everything on the surface. */
  values() {
    const out = {};
    for (const [key, value] of this.#known) {
      const [block, action] = key.split("\u0000");
      (out[block] ??= {})[action] = value;
    }
    return out;
  }
}
