// What happens when a person uses a control: the app is told, and a refused change is taken back.
//
// scene: {session, source:{view_id}|{channel,ts}, form, stored(block, element), input:boolean, dispatches,
//         id, describedby, label}
//   input   the control is the field of an `input` block, so a change only stores (and dispatches if dispatch_action)

import { sure } from "./confirm.js";

/** Tells the app about a click or choice; asks first when the element wants that. False when it was refused. */
export async function dispatch(scene, block, element, choice, control, ask = element.confirm) {
  if (ask && !(await sure(ask, scene.session.context))) return false;
  const target = control?.matches?.(".combo") ? control.querySelector("input") : control;
  control?.classList.add("busy");
  control?.setAttribute("aria-busy", "true");
  const answer = await scene.session.act("action", {
    source: scene.source,
    block_id: block.block_id,
    action_id: element.action_id,
    ...choice,
    values: scene.form.values(),
  });
  control?.classList.remove("busy");
  control?.removeAttribute("aria-busy");
  // A control that was redrawn meanwhile is gone; the new one got the focus by its key.
  if (target?.isConnected && document.activeElement === document.body) target.focus?.();
  return answer.ok;
}

/** Names a control so that a redraw can give the focus back to it. */
export const keyOf = (block, element) => `${block.block_id}/${element.action_id}`;

/** Stores a choice and tells the app when the block wants that; false when it was refused. */
export function choose(scene, block, element, control, value, choice) {
  const before = scene.form.get(block, element);
  scene.form.set(block, element, value);
  scene.touched?.(block);
  if (scene.input && !scene.dispatches) return true;
  return dispatch(scene, block, element, choice, control).then((done) => {
    if (!done) scene.form.set(block, element, before);
    return done;
  });
}
