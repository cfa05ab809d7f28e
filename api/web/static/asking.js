// Asks for matches as the text is typed: by words at once, and by everything
// there is at the pause; either way the last word may be unfinished. An answer never
// takes the place of a later one, and a new text ends the requests for the old.
import { composing } from "./composition.js";
import { post, say } from "./talk.js";

const breath = 130; // ms of not typing before words are asked for
const flow = 350; // ms of typing on before they are asked for all the same
const pause = 450; // ms of not typing before everything is asked for
const slow = 200; // ms before a search is said to be under way
const retries = [1000, 2000, 4000, 8000]; // ms between tries without a connection, the last for ever

export class Asking {
  // answered gets each answer, in order; late and failed what is to be said of
  // a search that takes long, and of one that went wrong.
  constructor(form, { answered, late, failed }) {
    Object.assign(this, { form, answered, late, failed });
    this.asked = { question: this.question("defaultValue"), whole: true }; // what the page came with
    this.requests = new Set();
    this.sent = 0; // requests so far, which number them
    this.latest = 0; // the number of the one whose answer is shown
    this.tries = 0;
    this.typedAt = 0;
    addEventListener("online", () => { if (this.tries) this.settle(); });
  }

  question(property = "value") {
    const { text, product } = this.form.elements;
    return new URLSearchParams({ text: text[property], product: product[property] }).toString();
  }

  // typed is called for every change of the text.
  typed() {
    const now = performance.now();
    this.typedAt = now;
    this.began ??= now;
    this.stop();
    this.soon = setTimeout(() => this.ask(false), Math.max(0, Math.min(breath, this.began + flow - now)));
    this.rest = setTimeout(() => this.ask(true), pause);
  }

  // settle asks for everything now: the typing is over.
  settle() {
    this.stop();
    this.ask(true);
  }

  // forget makes the same text worth asking again.
  forget() {
    this.asked = { question: null, whole: false };
    this.shown = null;
  }

  stop() {
    clearTimeout(this.soon);
    clearTimeout(this.rest);
  }

  ask(whole) {
    if (composing()) return;
    this.began = null;
    const question = this.question();
    whole ||= !this.form.elements.text.value.trim();
    const same = question === this.asked.question;
    if (same && (this.asked.whole || !whole) && !this.tries) return;
    if (!same) for (const each of this.requests) each.abort();
    this.asked = { question, whole: whole || (same && this.asked.whole) };
    this.send(question, whole);
  }

  async send(question, whole) {
    const request = new AbortController();
    const number = ++this.sent;
    const fields = new URLSearchParams(question);
    fields.set("typing", "1"); // a pause may be in the middle of a word
    if (whole) fields.set("legs", "all");
    this.requests.add(request);
    const late = setTimeout(() => { if (number > this.latest) this.late(this.shows(question)); }, slow);
    try {
      const answer = await post("/desk/matches", fields, request.signal);
      if (request.signal.aborted || number < this.latest) return;
      if (answer.status < 500) this.take(number, question, whole, answer);
      else this.again(whole, say("failed"));
    } catch {
      if (!request.signal.aborted) this.again(whole, say("offline"));
    } finally {
      clearTimeout(late);
      this.requests.delete(request);
    }
  }

  take(number, question, whole, answer) {
    const refines = this.shows(question);
    this.latest = number;
    this.tries = 0;
    this.shown = question;
    this.answered(answer, { whole, refines });
  }

  // shows reports whether matches for the same text stand already.
  shows(question) {
    return this.shown === question;
  }

  // again tries anew after a failure. What words alone could not do, everything
  // is about to try.
  again(whole, why) {
    if (!whole) return;
    this.failed(why);
    const wait = retries[Math.min(this.tries, retries.length - 1)];
    this.tries++;
    this.rest = setTimeout(() => this.ask(true), wait);
  }
}
