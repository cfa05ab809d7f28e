// The list of matches. It follows the text, and holds still for who reads it:
// new ones wait while someone chooses, an opened case keeps its place, and what
// comes in the same order moves nothing.
import { Asking } from "./asking.js";
import { composing } from "./composition.js";
import { announce, part, say } from "./talk.js";

const read = 1500; // ms that matches of the same text stand before their reader is taken to be among them
const tap = 400; // ms from a lifted finger to the click it makes

function nothing() {
  const empty = document.createElement("div");
  empty.dataset.status = "";
  return empty;
}

const rowsOf = (list) => [...list.querySelectorAll(".match")];
const ids = (rows) => rows.map((row) => row.dataset.id).join(" ");

export class Matches {
  constructor(form) {
    this.form = form;
    this.place = document.getElementById("matches");
    this.status = document.getElementById("status");
    this.button = document.getElementById("waiting");
    this.pointedAt = 0;
    this.altHeld = false;
    this.asking = new Asking(form, {
      answered: (answer, how) => this.answered(answer, how),
      late: (refines) => this.late(refines),
      failed: (why) => this.tell(why),
    });
    this.watchChoosing();
  }

  rows() {
    return rowsOf(this.place);
  }

  // typed is called for every change of the text. What waits is of another one.
  typed() {
    this.drop();
    this.asking.typed();
  }

  // search asks for everything now, unless that was asked.
  search() {
    this.asking.settle();
  }

  // searchAgain asks for the same text once more: what can be found has changed.
  searchAgain() {
    this.asking.forget();
    this.asking.settle();
  }

  answered(answer, { whole, refines }) {
    this.status.classList.remove("more");
    const found = answer.ok || answer.status === 422 ? part(answer.text).firstElementChild : null;
    this.fault("text", found ? found.dataset.textFault : answer.text);
    this.fault("product", found?.dataset.productFault);
    if (answer.ok) this.offer(found, refines);
    else this.show(found ?? nothing()); // matches of another text must not stand as if of this one
    if (whole && answer.ok) this.sayFound(found);
  }

  // fault says beside a field what is wrong with it, or that nothing is.
  fault(name, text = "") {
    const beside = document.getElementById(`${name}-problem`);
    beside.textContent = text;
    beside.hidden = !text;
    this.form.elements[name].setAttribute("aria-invalid", text ? "true" : "false");
  }

  // late says that a search takes long: no more than three dots where there are
  // matches of the same text already.
  late(refines) {
    if (refines) this.status.classList.add("more");
    else this.status.textContent = say("searching");
  }

  // tell shows and speaks what went wrong.
  tell(why) {
    this.status.classList.remove("more");
    this.status.textContent = why;
    announce(why);
  }

  // sayFound speaks what was found once the typing rests, unless it is what was
  // said last.
  sayFound(found) {
    const first = found.querySelector(".match .open");
    const said = first ? say("found", { status: found.dataset.status, title: first.textContent }) : found.dataset.status;
    if (said !== this.said) announce(said);
    this.said = said;
  }

  // offer shows new matches, or holds them while the reader chooses. refines
  // says that matches of the same text stand.
  offer(found, refines) {
    const now = rowsOf(found);
    if (ids(now) === ids(this.rows()) && now.length) {
      this.renew(found, now, refines);
      return;
    }
    const choosing = this.choosing();
    const reading = refines && this.beingRead();
    if (!choosing && !reading) {
      if (refines) this.keepOpened(found);
      this.show(found);
      return;
    }
    this.held = found;
    this.asks = !choosing; // nothing tells when reading ends, so the reader is asked
    this.status.textContent = this.place.firstElementChild.dataset.status;
    const fresh = now.filter((row) => !this.row(row.dataset.id)).length;
    this.button.textContent = fresh ? say("waiting", { n: fresh }) : say("reorder");
    this.button.hidden = false;
  }

  // renew brings the rows that stand up to date without moving any: a line that
  // says the same is left alone, and so is one that somebody is marking.
  renew(found, now, refines) {
    this.drop();
    this.status.textContent = found.dataset.status;
    Object.assign(this.place.firstElementChild.dataset, found.dataset);
    const marked = getSelection();
    this.rows().forEach((row, i) => {
      row.querySelector("template").replaceWith(now[i].querySelector("template"));
      if (!marked.isCollapsed && marked.containsNode(row, true)) return;
      const lines = now[i].querySelectorAll(".line");
      row.querySelectorAll(".line").forEach((line, n) => {
        if (line.querySelector("[aria-current]")) lines[n].querySelector(".open").setAttribute("aria-current", "true");
        if (line.innerHTML === lines[n].innerHTML) return;
        const focused = line.contains(document.activeElement);
        line.replaceWith(lines[n]);
        if (focused) lines[n].querySelector(".open")?.focus({ preventScroll: true });
      });
    });
    if (!refines) this.standsSince = performance.now();
    this.shown?.();
  }

  show(found) {
    const focused = this.place.contains(document.activeElement) && document.activeElement.closest(".match")?.dataset.id;
    this.drop();
    this.status.textContent = found.dataset.status;
    this.place.replaceChildren(found);
    this.standsSince = performance.now();
    if (focused) this.row(focused)?.querySelector(".open").focus({ preventScroll: true });
    this.shown?.();
  }

  // keepOpened leaves the row of the opened case where it stands; the others
  // close ranks around it.
  keepOpened(found) {
    const rows = this.rows();
    const at = rows.findIndex((row) => row.querySelector("[aria-current]"));
    const list = found.querySelector(".matches");
    if (at < 0 || !list) return;
    const row = rowsOf(list).find((each) => each.dataset.id === rows[at].dataset.id) ?? rows[at];
    row.remove();
    list.insertBefore(row, rowsOf(list)[at] ?? null);
    rowsOf(list).forEach((each, i) => {
      each.dataset.rank = i + 1;
      each.querySelector(".rank").textContent = i + 1;
    });
  }

  // drop forgets what waits to be shown.
  drop() {
    this.held = null;
    this.button.hidden = true;
  }

  release() {
    if (this.held && !this.asks && !this.choosing()) this.show(this.held);
  }

  row(id) {
    return this.rows().find((row) => row.dataset.id === id);
  }

  // choosing: a composition is open, Alt is down before a rank's digit, the list
  // has the focus, part of it is marked, or the pointer moved over it after the
  // last change of the text.
  choosing() {
    const marked = getSelection();
    return composing() || this.altHeld || this.place.contains(document.activeElement) || this.pointedAt > this.asking.typedAt
      || (!marked.isCollapsed && this.place.contains(marked.anchorNode));
  }

  // beingRead: the matches have stood still for long enough to be read.
  beingRead() {
    return this.rows().length > 0 && performance.now() - this.standsSince > read;
  }

  watchChoosing() {
    const list = this.place;
    const point = () => { this.pointedAt = performance.now(); };
    list.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") point(); });
    list.addEventListener("pointerdown", point);
    list.addEventListener("pointerleave", (event) => {
      const leave = () => { this.pointedAt = 0; this.release(); };
      if (event.pointerType === "mouse") leave();
      else setTimeout(leave, tap);
    });
    list.addEventListener("focusout", () => setTimeout(() => this.release()));
    this.button.addEventListener("click", () => {
      if (this.held) this.show(this.held);
      if (!matchMedia("(pointer: coarse)").matches) this.form.elements.text.focus({ preventScroll: true });
    });
    document.addEventListener("selectionchange", () => this.release());
    addEventListener("keydown", (event) => { if (event.key === "Alt") this.altHeld = true; }, true);
    addEventListener("keyup", (event) => { if (event.key === "Alt") { this.altHeld = false; this.release(); } }, true);
    addEventListener("blur", () => { this.altHeld = false; this.release(); });
  }
}
