// The file_input element: chooses files, stores them at once and keeps their ids in the form.

import { h, icon } from "./dom.js";
import { notify } from "./notices.js";
import { t } from "./strings.js";

/** Bytes as people say them. */
export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/** A field for up to `max_files` files of the given `filetypes`. */
export function fileInput(element, block, scene) {
  const max = element.max_files ?? 10;
  const ids = [scene.form.register(block, element, scene.stored?.(block, element)) ?? []].flat();
  const files = ids.map((id) => scene.session.files.get(id) ?? { id, name: id });
  const list = h("ul", { class: "file-list" });
  const field = h("input", {
    type: "file",
    id: scene.id,
    class: "sr-only file-choose",
    multiple: max > 1,
    accept: element.filetypes?.length ? element.filetypes.map((type) => `.${type}`).join(",") : null,
    "aria-describedby": scene.describedby,
    data: { key: `${block.block_id}/${element.action_id}` },
  });

  function paint() {
    list.replaceChildren(
      ...files.map((file) =>
        h(
          "li",
          { class: file.pending ? "busy" : "" },
          icon("file"),
          h("span", {}, file.name),
          h("small", {}, file.pending ? t("form.uploading", { name: "" }) : size(file.size)),
          h(
            "button",
            {
              type: "button",
              class: "icon-button",
              "aria-label": t("form.remove", { name: file.name }),
              on: { click: () => (files.splice(files.indexOf(file), 1), store()) },
            },
            icon("close", 12),
          ),
        ),
      ),
    );
  }

  function store() {
    scene.form.set(
      block,
      element,
      files.filter((file) => !file.pending).map((file) => file.id),
    );
    scene.touched?.(block);
    paint();
  }

  field.addEventListener("change", async () => {
    for (const chosen of [...field.files].slice(0, max - files.length)) {
      const place = { name: chosen.name, pending: true };
      files.push(place);
      paint();
      try {
        const stored = await scene.session.upload(chosen);
        files.splice(files.indexOf(place), 1, stored);
      } catch {
        files.splice(files.indexOf(place), 1);
        notify(t("fail.upload"));
      }
      store();
    }
    field.value = "";
  });
  paint();
  return h(
    "div",
    { class: "file-field" },
    field,
    h("label", { for: scene.id, class: "button", "aria-hidden": "true" }, icon("clip"), t("form.files")),
    h("small", {}, t("form.upto", { n: max })),
    list,
  );
}
