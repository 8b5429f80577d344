// The first screen: cards of everybody in the sandbox, and the choice of two people to see next to each other.

import { avatar, h, icon } from "./dom.js";
import { localeHint } from "./sidebar.js";
import { t } from "./strings.js";

function card(person, href) {
  const name = person.display_name || person.name;
  const hint =
    person.title || (person.real_name && person.real_name !== name ? person.real_name : `@${person.name}`);
  return h(
    "li",
    {},
    h(
      "a",
      {
        class: "person-card",
        testid: "person-card",
        href,
        data: { user: person.id },
        "aria-label": t("pick.enter", { name }),
      },
      avatar(person, "big"),
      h("b", {}, name),
      h("span", {}, hint),
      h("small", {}, localeHint(person)),
    ),
  );
}

/** Fills `root` with the picker. `address(as, with)` gives where a choice leads. */
export function peoplePicker(root, team, people, address) {
  const real = people.filter((person) => !person.is_bot && !person.deleted);
  const choice = (id, label, index) =>
    h(
      "label",
      {},
      h("span", {}, label),
      h(
        "select",
        { class: "field", id },
        real.map((person, i) =>
          h("option", { value: person.id, selected: i === index }, person.display_name || person.name),
        ),
      ),
    );
  const first = choice("first", t("pick.first"), 0);
  const second = choice("second", t("pick.second"), Math.min(1, real.length - 1));
  const form = h(
    "form",
    {
      class: "beside-form",
      on: {
        submit: (event) => {
          event.preventDefault();
          location.assign(address(first.querySelector("select").value, second.querySelector("select").value));
        },
      },
    },
    h("h2", {}, icon("columns"), t("pick.beside")),
    first,
    second,
    h("button", { type: "submit", class: "button primary" }, t("pick.go")),
  );
  root.replaceChildren(
    h(
      "main",
      { class: "welcome" },
      h(
        "header",
        {},
        h("span", { class: "brand", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
        h("p", { class: "welcome-team" }, team?.name ?? t("app.title")),
        h("h1", {}, t("pick.title")),
        h("p", {}, t("pick.lead")),
      ),
      real.length
        ? h(
            "ul",
            { class: "people" },
            real.map((person) => card(person, address(person.id))),
          )
        : h("p", { class: "empty" }, t("pick.none")),
      real.length > 1 ? form : null,
      h("footer", {}, t("app.note")),
    ),
  );
}
