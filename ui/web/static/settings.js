// The settings of this browser: which reader, when to answer, and how the page looks.

import { ask, button, find, make, notify } from "./dom.js";

const KEY = "qw-settings";
const THRESHOLDS = { usual: null, careful: "careful", best: "always" };
const DARK = window.matchMedia("(prefers-color-scheme: dark)");

export class Settings {
  constructor(page) {
    this.page = page;
    this.values = { reader: "", strictness: "usual", appearance: "system", ...read() };
    this.readers = null; // { names, usual, installed, can_install }
    DARK.addEventListener("change", () => this.paint());
    this.paint();
    find("[data-do=settings]", page.app).addEventListener("click", () => this.show());
  }

  /** How questions are to be asked. */
  asking() {
    return { reader: this.values.reader, threshold: THRESHOLDS[this.values.strictness] };
  }

  paint() {
    const { appearance } = this.values;
    document.body.classList.toggle("dark", appearance === "dark" || (appearance === "system" && DARK.matches));
  }

  async show() {
    const { app, words } = this.page;
    this.readers = await this.page.call("readers");
    if (!this.readers) return;
    const reader = this.values.reader || this.readers.usual;
    const body = [
      this.choice("reader", words.say("reader"), this.readers.names.map((name) => [name, words.say(`reader_${name}`), "", !this.readers.installed && name !== "fast"]), reader),
      this.offer(),
      this.choice(
        "strictness",
        words.say("strictness"),
        [
          ["careful", words.say("strict"), words.say("strict_careful_why")],
          ["usual", words.say("strict_usual"), words.say("strict_usual_why")],
          ["best", words.say("strict_best"), words.say("strict_best_why")],
        ],
        this.values.strictness,
      ),
      this.choice("appearance", words.say("appearance"), ["system", "light", "dark"].map((name) => [name, words.say(name), ""]), this.values.appearance),
    ];
    const chosen = await ask(app, words.say("settings"), body.filter(Boolean), words);
    if (!chosen) return;
    const given = chosen.reader ?? reader;
    this.values = { ...this.values, ...chosen, reader: given === this.readers.usual ? "" : given };
    localStorage.setItem(KEY, JSON.stringify(this.values));
    this.paint();
  }

  choice(name, title, options, chosen) {
    const rows = options.map(([value, text, why, off]) => {
      const radio = make("input", { type: "radio", name, value, checked: value === chosen, disabled: Boolean(off) });
      return make("label", { class: off ? "qw-off" : "" }, radio, make("span", {}, text, ...(why ? [make("small", {}, why)] : [])));
    });
    return make("fieldset", {}, make("legend", {}, title), ...rows);
  }

  /** The offer to install the accurate reader, where it can be. */
  offer() {
    const { words } = this.page;
    if (this.readers.installed || !this.readers.can_install) return null;
    const told = make("span", { role: "status", class: "qw-quiet" });
    const start = button(words.say("install"), async () => {
      start.disabled = true;
      told.textContent = words.say("installing");
      const done = await this.page.call("install");
      told.textContent = done ? words.say("installed") : "";
      start.disabled = Boolean(done);
      if (done) find("fieldset", this.page.app)?.querySelectorAll("[disabled]").forEach((one) => (one.disabled = false));
    });
    return make("div", { class: "qw-offer" }, make("p", {}, words.say("install_accurate")), start, told);
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
