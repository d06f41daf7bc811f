// What all parts of the page use: finding and making elements, words, requests, notices.

export const find = (selector, within = document) => within.querySelector(selector);

/** A new element. A child that is a string is shown as it is: nothing here is ever taken for HTML. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A button of the page, called by what it does. */
export function button(words, act, attributes = {}) {
  const element = make("button", { type: "button", class: "qw-plain", ...attributes }, words);
  element.addEventListener("click", act);
  return element;
}

/** The page's words; `{name}` in them stands for one of the values. */
export class Words {
  constructor(strings) {
    this.strings = strings;
  }

  say(key, values = {}) {
    return this.strings[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }
}

export class Failure extends Error {}

/** What the service answers: data, or a Failure with its one sentence. `path` is relative to the page's address. */
export async function request(words, path, options = {}) {
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(words.say("failed"));
  }
  if (response.status === 204) return null;
  const told = await response.json().catch(() => null);
  if (!response.ok) throw new Failure(told?.error ?? words.say("failed"));
  return told;
}

/** A sentence at the edge of the page that goes by itself, unless it is an error; `act` is a button in it. */
export function notify(app, text, { error = false, action = null } = {}) {
  const box = find(".qw-notices", app);
  const notice = make("div", { class: error ? "qw-notice qw-error" : "qw-notice" }, make("span", {}, text));
  const go = () => notice.remove();
  if (action) notice.append(button(action.words, () => (go(), action.act())));
  notice.append(button("✕", go, { "aria-label": app.dataset.close }));
  box.append(notice);
  while (box.children.length > 4) box.firstChild.remove();
  if (!error) setTimeout(go, action ? 12_000 : 6_000);
  return notice;
}

/** Say it to those who listen to the page. */
export function announce(app, text) {
  find(".qw-status", app).textContent = text;
}

/** Close the dialog, if it is open; it is closed once that is done. */
export function closeDialog(app) {
  const dialog = find(".qw-dialog", app);
  if (!dialog.open) return Promise.resolve();
  const closed = new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  dialog.close("");
  return closed;
}

/** Ask in a dialog; the values of its fields, or null where it was closed. `build` fills the form. */
export function ask(app, title, build, words, { accept = words.say("save"), danger = false } = {}) {
  const dialog = find(".qw-dialog", app);
  const before = document.activeElement;
  const form = make("form", { method: "dialog" });
  form.append(make("h2", { id: "qw-dialog-title" }, title), ...[build].flat());
  const rest = make("div", { class: "qw-dialog-ends" }, button(words.say("cancel"), () => dialog.close("")));
  if (accept) rest.append(make("button", { class: danger ? "qw-main qw-danger" : "qw-main", value: "yes" }, accept));
  form.append(rest);
  dialog.replaceChildren(form);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const values = dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null;
        dialog.replaceChildren();
        if (before?.isConnected) before.focus();
        resolve(values);
      },
      { once: true },
    );
  });
}
