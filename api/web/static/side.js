// The side column: the opened case and its verdict, or the form that records a
// fix, or a word on what can stand there.
import { announce, part, post, say } from "./talk.js";

export class Side {
  constructor(form) {
    this.form = form;
    this.desk = document.getElementById("desk");
    this.column = document.getElementById("side");
    this.opened = document.getElementById("opened");
    this.recording = document.getElementById("recording");
    this.nothing = document.getElementById("nothing");
    this.markRow();
    this.column.addEventListener("click", (event) => {
      const button = event.target.closest("[data-verdict] button");
      if (!button) return;
      event.preventDefault();
      this.judge(button);
    });
  }

  // open shows the case of a match, which came with it.
  open(row, moveFocus) {
    if (!row) return false;
    this.opened.replaceChildren(row.querySelector("template").content.cloneNode(true));
    this.turnTo(this.opened);
    this.markRow();
    const heading = this.opened.querySelector("h2");
    announce(say("opened", { title: heading.textContent }));
    if (moveFocus || this.alone()) heading.focus({ preventScroll: true });
    return true;
  }

  // turnTo leaves one of the column's three contents.
  turnTo(content) {
    for (const each of [this.opened, this.recording, this.nothing]) each.hidden = each !== content;
    this.desk.classList.toggle("turned", content !== this.nothing);
    this.column.scrollTop = 0;
    if (this.alone()) scrollTo(0, 0);
  }

  // alone reports whether the column stands in place of the others, as on a phone.
  alone() {
    return getComputedStyle(document.getElementById("call")).display === "none"
      || document.getElementById("call").offsetParent === null;
  }

  isRecording() {
    return !this.recording.hidden;
  }

  // close returns to the case under the form, or to nothing. It says whether
  // there was something to close.
  close() {
    if (!this.nothing.hidden) return false;
    const under = this.isRecording() && this.opened.childElementCount > 0;
    if (!under) this.opened.replaceChildren();
    this.turnTo(under ? this.opened : this.nothing);
    this.markRow();
    return true;
  }

  // markRow marks the opened case among the matches.
  markRow() {
    const id = this.opened.querySelector(".case")?.dataset.id;
    for (const row of document.querySelectorAll(".match")) {
      row.querySelector(".open").toggleAttribute("aria-current", false);
      if (row.dataset.id === id) row.querySelector(".open").setAttribute("aria-current", "true");
    }
  }

  // say presses the button of a verdict by its value.
  press(verdict) {
    if (this.opened.hidden) return;
    this.opened.querySelector(`[data-verdict] button[value="${verdict}"]`)?.click();
  }

  async judge(button) {
    const box = button.closest("[data-verdict]");
    if (box.dataset.sent) return;
    box.dataset.sent = "1";
    const fields = new URLSearchParams({ token: this.form.elements.token.value, [button.name]: button.value });
    for (const input of box.querySelectorAll("input")) fields.set(input.name, input.value);
    try {
      const answer = await post(button.getAttribute("formaction"), fields);
      if (answer.ok || answer.status === 422) {
        const fresh = part(answer.text).firstElementChild;
        const focused = box.contains(document.activeElement);
        box.replaceWith(fresh);
        if (focused) fresh.querySelector("button").focus({ preventScroll: true });
        announce(fresh.querySelector("p").textContent);
        return;
      }
      this.complain(box, answer.text);
    } catch {
      this.complain(box, say("not_sent"));
    }
  }

  complain(box, text) {
    delete box.dataset.sent;
    const fault = box.querySelector(".fault");
    fault.textContent = text;
    fault.hidden = false;
  }
}
