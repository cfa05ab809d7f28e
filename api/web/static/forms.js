// Forms that are to be acted on once: data-once. The server holds to it by the
// form's key; this spares the second request and says that the first is on its way.
import { say } from "./talk.js";

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button) setTimeout(() => { button.textContent = say("saving"); }, 200);
  });
  // Back to a page that was kept: its forms can be sent again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
