// Copy buttons: data-does="copy" copies data-text.
import { say } from "./talk.js";

const shownFor = 1500; // ms

export function startCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest('[data-does="copy"]');
    if (!button) return;
    const label = button.dataset.label ?? button.textContent;
    button.dataset.label = label;
    button.style.minInlineSize = `${button.getBoundingClientRect().width}px`;
    button.textContent = (await copy(button.dataset.text)) ? say("copied") : say("not_copied");
    setTimeout(() => { button.textContent = label; }, shownFor);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

// copyBySelection serves addresses without https, where there is no clipboard.
function copyBySelection(text) {
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "unseen";
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  focused?.focus({ preventScroll: true });
  return done;
}
