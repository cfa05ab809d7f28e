// Input methods. While a composition is open its keys belong to the input
// method: nothing is searched, no shortcut acts and no row moves.

let open = false;

export const composing = () => open;

// belongsToInputMethod reports whether a key event is part of a composition:
// some browsers send the key that ends one only as keyCode 229.
export const belongsToInputMethod = (event) => open || event.isComposing || event.keyCode === 229;

// watchCompositions calls ended after each composition, once its text stands.
export function watchCompositions(ended) {
  document.addEventListener("compositionstart", () => { open = true; });
  document.addEventListener("compositionend", (event) => {
    open = false;
    ended(event.target);
  });
  // An input method may be switched off, or the box taken away, without an end.
  document.addEventListener("focusout", () => { open = false; });
}
