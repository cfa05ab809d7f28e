// The agent's desk: joins the call, the matches and the side column.
import { watchCompositions } from "./composition.js";
import { startKeys } from "./keys.js";
import { Matches } from "./matches.js";
import { Record } from "./record.js";
import { Side } from "./side.js";
import { keep, kept } from "./talk.js";

const draft = "call";
const lineBreaks = new Set(["insertLineBreak", "insertParagraph"]); // a line is finished, as a text is at a pause

export function startDesk() {
  const call = document.getElementById("call");
  const matches = new Matches(call);
  const side = new Side(call);
  const record = new Record(call, side);
  const keys = document.getElementById("keys");

  matches.shown = () => side.markRow();
  record.recorded = () => matches.searchAgain();

  const changed = (event) => {
    keep(draft, new URLSearchParams({ text: call.elements.text.value, product: call.elements.product.value }).toString());
    if (lineBreaks.has(event?.inputType)) matches.search();
    else matches.typed();
  };
  call.addEventListener("input", changed);
  call.addEventListener("focusout", () => matches.search());
  watchCompositions((target) => {
    if (target.form === call) changed();
    matches.release();
  });
  call.addEventListener("submit", (event) => {
    if (!event.submitter || event.submitter.formAction === location.origin + "/") {
      event.preventDefault();
      matches.search();
    }
  });

  const close = () => {
    if (keys.open) return false; // the dialog closes itself
    const inside = side.column.contains(document.activeElement);
    if (!side.close()) return false;
    if (inside || document.activeElement === document.body) call.elements.text.focus({ preventScroll: true });
    return true;
  };
  const actions = {
    open: (rank) => side.open(matches.rows()[rank - 1], false),
    helped: () => side.press("helped"),
    notHelped: () => side.press("not_helped"),
    record: () => record.show(),
    keys: () => { if (!keys.open) keys.showModal(); },
    close,
  };
  startKeys(actions);

  document.addEventListener("click", (event) => {
    const does = event.target.closest("[data-does]")?.dataset.does;
    if (does === "record") {
      event.preventDefault();
      actions.record();
    } else if (does === "keys") actions.keys();
    else if (does === "close") close();
    else if (does === "clear") clearCall(call, matches, side, record);
    else if (does === "any-product") anyProduct(call, changed);
  });
  matches.place.addEventListener("click", (event) => {
    const row = event.target.closest(".match");
    if (!row || event.target.closest("[data-does]")) return;
    event.preventDefault();
    side.open(row, false);
  });
  matches.place.addEventListener("keydown", (event) => moveAmong(matches.rows(), event));

  restore(call, matches);
}

// restore puts back what was typed before a reload, unless the page came with
// a text of its own.
function restore(call, matches) {
  const { text, product } = call.elements;
  const saved = new URLSearchParams(kept(draft));
  if (!text.value && saved.get("text")) {
    text.value = saved.get("text");
    product.value = saved.get("product") ?? "";
    text.setSelectionRange(text.value.length, text.value.length);
  }
  matches.search();
}

// clearCall makes room for the next caller.
function clearCall(call, matches, side, record) {
  call.elements.text.value = "";
  call.elements.product.value = "";
  keep(draft, "");
  record.forget();
  while (side.close());
  matches.search();
  call.elements.text.focus();
}

function anyProduct(call, changed) {
  call.elements.product.value = "";
  call.elements.text.focus();
  changed();
}

// moveAmong lets the arrows go from row to row while the list has the focus.
function moveAmong(rows, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey) return;
  const next = rows[rows.indexOf(event.target.closest(".match")) + step];
  if (!next) return;
  event.preventDefault();
  next.querySelector(".open").focus();
}
