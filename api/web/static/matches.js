// Search as you type: after a pause in typing the matches follow the text. New
// ones wait while someone is choosing among those that are shown.
import { composing } from "./composition.js";
import { part, post, say } from "./talk.js";

const pause = 150; // ms of not typing before a search
const slow = 200; // ms before a search is said to be under way
const retries = [1000, 2000, 4000, 8000]; // ms between tries without a connection, the last for ever

function nothing() {
  const empty = document.createElement("div");
  empty.dataset.status = "";
  return empty;
}

export class Matches {
  constructor(form) {
    this.form = form;
    this.place = document.getElementById("matches");
    this.status = document.getElementById("status");
    this.button = document.getElementById("waiting");
    this.asked = this.question("defaultValue"); // what the page came with
    this.tries = 0;
    this.typedAt = 0;
    this.pointedAt = 0;
    this.altHeld = false;
    this.watchChoosing();
  }

  question(property = "value") {
    const { text, product } = this.form.elements;
    return new URLSearchParams({ text: text[property], product: product[property] }).toString();
  }

  rows() {
    return [...this.place.querySelectorAll(".match")];
  }

  // typed is called for every change of the text.
  typed(wait = pause) {
    this.typedAt = performance.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), wait);
  }

  async search() {
    clearTimeout(this.timer);
    if (composing()) return;
    const question = this.question();
    if (question === this.asked && !this.tries) return;
    this.asked = question;
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    const late = setTimeout(() => { this.status.textContent = say("searching"); }, slow);
    try {
      const answer = await post("/desk/matches", new URLSearchParams(question), request.signal);
      if (request.signal.aborted) return;
      this.answered(answer);
    } catch {
      if (!request.signal.aborted) this.again(say("offline"));
    } finally {
      clearTimeout(late);
    }
  }

  answered(answer) {
    if (answer.status >= 500) {
      this.again(say("failed"));
      return;
    }
    this.tries = 0;
    const found = answer.ok || answer.status === 422 ? part(answer.text).firstElementChild : null;
    this.fault("text", found ? found.dataset.textFault : answer.text);
    this.fault("product", found?.dataset.productFault);
    if (answer.ok) this.offer(found);
    else this.show(found ?? nothing()); // matches of another text must not stand as if of this one
  }

  // fault says beside a field what is wrong with it, or that nothing is.
  fault(name, text = "") {
    const beside = document.getElementById(`${name}-problem`);
    beside.textContent = text;
    beside.hidden = !text;
    this.form.elements[name].setAttribute("aria-invalid", text ? "true" : "false");
  }

  again(why) {
    this.status.textContent = why;
    const wait = retries[Math.min(this.tries, retries.length - 1)];
    this.tries++;
    this.timer = setTimeout(() => this.search(), wait);
  }

  // offer shows new matches, or holds them while the reader chooses.
  offer(found) {
    const old = this.rows().map((row) => row.dataset.id);
    const now = [...found.querySelectorAll(".match")].map((row) => row.dataset.id);
    const same = old.length === now.length && old.every((id, i) => id === now[i]);
    if (same || !this.choosing()) {
      this.show(found);
      return;
    }
    this.held = found;
    const fresh = now.filter((id) => !old.includes(id)).length;
    this.status.textContent = "";
    this.button.textContent = fresh ? say("waiting", { n: fresh }) : say("reorder");
    this.button.hidden = false;
  }

  show(found) {
    const focused = this.place.contains(document.activeElement) && document.activeElement.closest(".match")?.dataset.id;
    this.held = null;
    this.button.hidden = true;
    this.status.textContent = found.dataset.status;
    this.place.replaceChildren(found);
    if (focused) this.row(focused)?.querySelector(".open").focus({ preventScroll: true });
    this.shown?.();
  }

  release() {
    if (this.held && !this.choosing()) this.show(this.held);
  }

  row(id) {
    return this.rows().find((row) => row.dataset.id === id);
  }

  // choosing: a composition is open, Alt is down before a rank's digit, the list
  // has the focus, or the pointer moved over it after the last change of the text.
  choosing() {
    return composing() || this.altHeld || this.place.contains(document.activeElement) || this.pointedAt > this.typedAt;
  }

  watchChoosing() {
    const list = this.place;
    list.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") this.pointedAt = performance.now();
    });
    list.addEventListener("pointerleave", () => { this.pointedAt = 0; this.release(); });
    list.addEventListener("focusout", () => setTimeout(() => this.release()));
    this.button.addEventListener("click", () => { if (this.held) this.show(this.held); });
    addEventListener("keydown", (event) => { if (event.key === "Alt") this.altHeld = true; }, true);
    addEventListener("keyup", (event) => { if (event.key === "Alt") { this.altHeld = false; this.release(); } }, true);
    addEventListener("blur", () => { this.altHeld = false; this.release(); });
    addEventListener("online", () => { if (this.tries) this.search(); });
  }
}
