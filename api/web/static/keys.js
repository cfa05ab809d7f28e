// Shortcuts are Alt with a key, because letters and digits belong to the text.
import { belongsToInputMethod } from "./composition.js";

// startKeys calls the action of a shortcut; an action that returns false did
// nothing, and the key stays the browser's.
export function startKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (belongsToInputMethod(event)) return;
    const action = event.key === "Escape" ? actions.close : byAlt(event, actions);
    if (action && action() !== false) event.preventDefault();
  });
}

// byAlt goes by the place of the key: with Alt some systems type other letters.
function byAlt(event, actions) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.getModifierState("AltGraph")) return null;
  const rank = /^Digit([1-9])$/.exec(event.code);
  if (rank) return () => actions.open(Number(rank[1]));
  return { KeyH: actions.helped, KeyN: actions.notHelped, KeyR: actions.record, Slash: actions.keys }[event.code];
}
