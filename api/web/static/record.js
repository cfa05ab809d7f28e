// The form that records a fix, beside the complaint. It is filled from the
// call, and what is typed into it survives a reload.
import { keep, kept, part, post, say } from "./talk.js";

const draft = "record";

export class Record {
  constructor(call, side) {
    this.call = call;
    this.side = side;
    this.place = side.recording;
    this.place.addEventListener("input", () => this.keepDraft());
    this.place.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(event.target);
    });
  }

  // show opens the form, with the draft if one was begun.
  show() {
    if (!this.place.querySelector("form")) {
      this.place.replaceChildren(document.getElementById("blank-form").content.cloneNode(true));
      this.form().elements.key.value = newKey();
      this.fill();
      this.restore();
    } else if (!kept(draft)) {
      this.fill();
    }
    this.side.turnTo(this.place);
    const { wordings, resolution } = this.form().elements;
    (wordings.value.trim() ? resolution : wordings).focus();
  }

  form() {
    return this.place.querySelector("form");
  }

  fill() {
    const { wordings, products } = this.form().elements;
    wordings.value = this.call.elements.text.value.trim();
    products.value = this.call.elements.product.value.trim();
  }

  // forget drops the form and its draft: the next call is another matter.
  forget() {
    this.place.replaceChildren();
    keep(draft, "");
  }

  keepDraft() {
    const form = this.form();
    if (!form) return;
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("token");
    keep(draft, fields.toString());
  }

  restore() {
    const saved = new URLSearchParams(kept(draft));
    for (const [name, value] of saved) {
      const field = this.form().elements[name];
      if (field) field.value = value;
    }
  }

  async send(form) {
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    const button = form.querySelector("button.main");
    const label = button.textContent;
    const late = setTimeout(() => { button.textContent = say("saving"); }, 200);
    try {
      const answer = await post("/cases", new URLSearchParams(new FormData(form)));
      if (answer.ok || answer.status === 422) {
        this.answered(answer);
        return;
      }
      complain(form, answer.text);
    } catch {
      complain(form, say("not_sent"));
    } finally {
      clearTimeout(late);
      button.textContent = label;
      delete form.dataset.sent;
    }
  }

  answered(answer) {
    this.place.replaceChildren(part(answer.text));
    this.side.column.scrollTop = 0;
    if (answer.ok) {
      keep(draft, "");
      this.place.querySelector("h2").focus();
      this.recorded?.();
    } else {
      this.place.querySelector(".faults").focus();
    }
  }
}

function complain(form, text) {
  let fault = form.querySelector(".not-sent");
  if (!fault) {
    fault = document.createElement("p");
    fault.className = "fault not-sent";
    fault.setAttribute("role", "alert");
    form.querySelector(".buttons:last-of-type").before(fault);
  }
  fault.textContent = text;
}

// newKey makes what is sent count once, however often it is sent.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}
