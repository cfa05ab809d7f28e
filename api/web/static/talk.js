// Talking to the server, and to the reader in their language.

const messages = JSON.parse(document.getElementById("messages").textContent);

// say returns a message with its {places} filled.
export function say(key, places = {}) {
  return Object.entries(places).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), messages[key] ?? key);
}

// post sends a form and returns the server's answer: the part of the page that
// changed. Without a connection it throws, as fetch does.
export async function post(url, fields, signal) {
  const body = fields instanceof URLSearchParams ? fields : new URLSearchParams(fields);
  const answer = await fetch(url, { method: "POST", body, signal, headers: { "X-Part": "1" }, cache: "no-store" });
  return { ok: answer.ok, status: answer.status, text: await answer.text() };
}

// part makes nodes of a part of the page that our server rendered.
export function part(html) {
  return new DOMParser().parseFromString(`<template>${html}</template>`, "text/html").querySelector("template").content;
}

// announce tells screen readers what changed out of their sight.
export function announce(text) {
  document.getElementById("announce").textContent = text;
}

// keep and kept hold what was typed over a reload. A browser that keeps
// nothing is no reason to stop.
export function keep(name, value) {
  try {
    if (value) sessionStorage.setItem(name, value);
    else sessionStorage.removeItem(name);
  } catch { /* storage is full or forbidden */ }
}

export function kept(name) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}
