// The conversations: which one is open, their list, and what leaves the page of them.

import { ask, button, closeDialog, find, make, notify } from "./dom.js";
import { Store, newId } from "./store.js";

const LONGEST_NAME = 60; // characters of the first question that name a conversation
const EXPORTS = { markdown: ["Markdown", "md"], html: ["HTML", "html"], jsonl: ["JSON lines", "jsonl"] };

export class Talks {
  constructor(page, onOpen) {
    this.page = page;
    this.onOpen = onOpen;
    this.store = null;
    this.kept = [];
    this.current = this.begun();
  }

  begun() {
    return { id: newId(), name: "", used: Date.now(), turns: [] };
  }

  /** Open the history of this browser, and the conversation that was open last in this tab. */
  async load(secret, space) {
    try {
      this.store = await Store.open(secret, space);
      this.kept = await this.store.all();
    } catch {
      notify(this.page.app, this.page.words.say("history_lost"));
      return;
    }
    const last = this.kept.find((one) => one.id === sessionStorage.getItem("qw-talk"));
    if (last && !this.current.turns.length) await this.open(last);
  }

  async open(conversation) {
    this.current = conversation;
    this.remember();
    await this.onOpen(conversation);
  }

  remember() {
    sessionStorage.setItem("qw-talk", this.current.id);
    find(".qw-talk-name", this.page.app).textContent = this.current.name || this.page.words.say("new");
  }

  /** Keep a new turn of the open conversation. */
  async add(turn) {
    const talk = this.current;
    talk.turns.push(turn);
    talk.used = Date.now();
    talk.name ||= turn.answer.question.slice(0, LONGEST_NAME);
    await this.keep(talk);
  }

  async keep(talk) {
    if (!this.kept.includes(talk)) this.kept.unshift(talk);
    this.kept.sort((a, b) => b.used - a.used);
    this.remember();
    await this.store?.put(talk).catch(() => notify(this.page.app, this.page.words.say("history_lost")));
  }

  /** The list of conversations, to open, rename, delete and export them. */
  show() {
    const { words } = this.page;
    const rows = this.kept.map((talk) => this.row(talk));
    const list = make("ul", { class: "qw-talk-list" }, ...rows);
    const ends = rows.length ? button(words.say("delete_all"), () => this.clear(), { class: "qw-plain qw-warn" }) : null;
    const body = make("div", {}, rows.length ? list : make("p", {}, words.say("ask_first")));
    const begin = button(words.say("new"), () => this.leave(this.begun()), { class: "qw-main" });
    return ask(this.page.app, words.say("conversations"), [begin, body, ends ?? ""], words, { accept: null });
  }

  /** Leave the list for a conversation. */
  async leave(talk) {
    await closeDialog(this.page.app);
    await this.open(talk);
  }

  row(talk) {
    const { words } = this.page;
    const open = button(talk.name, () => this.leave(talk), { class: "qw-talk-open" });
    if (talk === this.current) open.setAttribute("aria-current", "true");
    const acts = make(
      "span",
      { class: "qw-talk-acts" },
      button(words.say("rename"), () => this.rename(talk)),
      ...Object.entries(EXPORTS).map(([format, [name]]) =>
        button(name, () => this.exported(talk, format), { "aria-label": `${words.say("export")}: ${name}` }),
      ),
      button(words.say("delete"), () => this.remove(talk), { class: "qw-plain qw-warn" }),
    );
    return make("li", {}, open, acts);
  }

  async rename(talk) {
    const { app, words } = this.page;
    await closeDialog(this.page.app);
    const field = make("input", { name: "name", value: talk.name, maxlength: 120, "aria-label": words.say("name"), required: true });
    const values = await ask(app, words.say("rename"), field, words);
    if (values?.name.trim()) {
      talk.name = values.name.trim();
      await this.keep(talk);
    }
  }

  async remove(talk) {
    const { app, words } = this.page;
    await closeDialog(this.page.app);
    const sure = await ask(app, words.say("delete"), make("p", {}, words.say("delete_sure", { name: talk.name })), words, {
      accept: words.say("delete"),
      danger: true,
    });
    if (!sure) return;
    this.kept = this.kept.filter((one) => one !== talk);
    await this.store?.remove(talk.id);
    if (talk === this.current) await this.open(this.begun());
  }

  async clear() {
    const { app, words } = this.page;
    await closeDialog(this.page.app);
    const sure = await ask(app, words.say("delete_all"), make("p", {}, words.say("delete_all_sure")), words, {
      accept: words.say("delete_all"),
      danger: true,
    });
    if (!sure) return;
    this.kept = [];
    await this.store?.clear();
    await this.open(this.begun());
  }

  /** Hand a conversation over as a file. */
  async exported(talk, format) {
    const turns = talk.turns.map(({ at, answer }) => ({ at, answer }));
    const told = await this.page.call("exported", { name: talk.name, format, turns });
    if (!told) return;
    const [, ending] = EXPORTS[format];
    const file = new Blob([told.text], { type: "text/plain;charset=utf-8" });
    const link = make("a", { href: URL.createObjectURL(file), download: `${fileName(talk.name)}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

const fileName = (name) => name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "quotewise";
