// The documents: what there is, what is asked, what is being added, and what was removed.

import { Failure, button, find, make, notify, request } from "./dom.js";

const AT_ONCE = 3; // files that are sent at one time
const WAIT = 20; // seconds for which the service may wait for a change
const AGAIN = 3000; // milliseconds after which it is asked again where it could not be
const PAUSE = 500; // milliseconds between two changes that are shown; longer where nobody sees the page
const UNSEEN_PAUSE = 5000;
const MOST_ROWS = 200; // that are shown; the others are found by their names
const MOST_NAMED = 3; // files inside a document that could not be read
const FEW = 12; // documents beside which no box to find one is needed

const counted = (count, one) => `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
const percent = (part) => `${Math.floor(100 * part)}%`;
const sizeOf = (bytes) =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : `${bytes} B`;

export class Documents {
  constructor(page) {
    this.page = page;
    this.element = find(".qw-documents", page.app);
    this.listing = { documents: [], files: [], folders: [], removed: [], is_demonstration: false, read_only: false };
    this.left = new Set(JSON.parse(sessionStorage.getItem("qw-left") ?? "[]")); // ids that are not asked
    this.sending = []; // files and addresses on their way to the service, each with its name and state
    this.revision = null;
    this.shown = ""; // the documents whose rows are shown
    this.build();
    this.watchDrops();
  }

  /** The ids that are asked; null for all. */
  chosen() {
    const { documents } = this.listing;
    const chosen = documents.filter((one) => !this.left.has(one.id));
    return chosen.length === documents.length ? null : chosen.map((one) => one.id);
  }

  build() {
    const { words } = this.page;
    const files = make("input", { type: "file", multiple: true, hidden: true, "aria-label": words.say("add_files"), class: "qw-pick-files" });
    const folder = make("input", { type: "file", webkitdirectory: true, hidden: true, "aria-label": words.say("add_folder"), class: "qw-pick-folder" });
    for (const pick of [files, folder]) {
      pick.addEventListener("change", () => {
        this.send([...pick.files].map((file) => [file, file.webkitRelativePath || file.name]));
        pick.value = "";
      });
    }
    this.adding = make(
      "div",
      { class: "qw-adding" },
      make("p", {}, make("strong", {}, words.say("drop")), make("br"), words.say("drop_hint")),
      button(words.say("add_files"), () => files.click(), { class: "qw-main" }),
      button(words.say("add_folder"), () => folder.click()),
      files,
      folder,
    );
    this.adding.append(this.addressForm());
    this.note = make("p", { class: "qw-told", role: "note", hidden: true });
    this.progress = make("ul", { class: "qw-files", "aria-label": words.say("add_files") });
    this.removed = make("ul", { class: "qw-removed" });
    this.filter = make("input", { type: "search", class: "qw-filter", placeholder: words.say("filter"), "aria-label": words.say("filter"), hidden: true });
    this.filter.addEventListener("input", () => this.rows());
    this.choices = make(
      "div",
      { class: "qw-choices" },
      button(words.say("all"), () => this.chooseAll(true)),
      button(words.say("none"), () => this.chooseAll(false)),
    );
    this.list = make("ul", { class: "qw-docs", "aria-label": words.say("documents") });
    this.folders = make("div", { class: "qw-folders" });
    this.element.replaceChildren(this.adding, this.progress, this.removed, this.note, this.filter, this.choices, this.list, this.folders);
    this.buildFolders();
  }

  /** Where an address is given: only that is fetched, and only now. */
  addressForm() {
    const { words } = this.page;
    const field = make("input", { type: "url", placeholder: "https://\u2026", "aria-label": words.say("address"), maxlength: 1000, required: true });
    const why = make("p", { class: "qw-why", role: "alert", hidden: true }); // not at the edge: that would cover the field
    const form = make("form", { class: "qw-address" }, field, make("button", { class: "qw-plain" }, words.say("add_address")), why);
    const refused = (reason) => {
      why.textContent = reason;
      why.hidden = !reason;
    };
    field.addEventListener("input", () => refused(""));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const address = field.value.trim();
      const sent = { method: "POST", body: JSON.stringify({ address }) };
      refused("");
      const told = await this.during({ name: address, state: "fetching" }, () => this.change("documents/address", sent, refused));
      if (told && field.value.trim() === address) field.value = "";
    });
    return form;
  }

  /** Show what is on its way while `act` waits for the service. */
  async during(one, act) {
    this.sending.push(one);
    this.showFiles(this.listing.files);
    const told = await act();
    this.sending.splice(this.sending.indexOf(one), 1);
    this.showFiles(this.listing.files);
    return told;
  }

  buildFolders() {
    const { words } = this.page;
    const field = make("input", { type: "text", placeholder: words.say("folder_path"), "aria-label": words.say("folder_path"), maxlength: 4000, required: true });
    const form = make("form", {}, field, make("button", { class: "qw-plain" }, words.say("folder_sync")));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const told = await this.change("folders", { method: "POST", body: JSON.stringify({ path: field.value.trim(), watch: true }) });
      if (told) field.value = "";
    });
    this.followed = make("ul", { class: "qw-followed" });
    const summary = make("summary", {}, words.say("folders"));
    this.folders.append(make("details", {}, summary, make("p", { class: "qw-quiet" }, words.say("folder_why")), this.followed, form));
  }

  /** Follow what there is: the service answers as soon as something changes, or after a while. */
  async follow() {
    for (;;) {
      const asked = await this.look(WAIT);
      const pause = !asked ? AGAIN : document.hidden ? UNSEEN_PAUSE : PAUSE;
      await new Promise((go) => setTimeout(go, pause));
    }
  }

  /** What there is now, or after it has changed, within some seconds; whether the service could be asked. */
  async look(seconds = 0) {
    const since = this.revision;
    try {
      const params = since === null ? {} : { since, wait: seconds };
      const listing = await request(this.page.words, `documents?${new URLSearchParams(params)}`);
      this.lost = false;
      if (listing && (this.revision === null || listing.revision >= this.revision)) {
        this.listing = listing;
        this.revision = listing.revision;
        this.show();
      }
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!this.lost) notify(this.page.app, error.message, { error: true });
      this.lost = true;
      return false;
    }
  }

  show() {
    const { words, app } = this.page;
    const { documents, files, removed, folders } = this.listing;
    const is = this.listing.is_demonstration;
    this.note.hidden = !is && !this.listing.read_only;
    this.note.textContent = this.listing.why_read_only || words.say("demonstration");
    this.adding.hidden = this.folders.hidden = this.listing.read_only;
    find(".qw-count", app).textContent = documents.length ? `(${documents.length.toLocaleString("en")})` : "";
    this.filter.hidden = documents.length <= FEW;
    this.choices.hidden = documents.length < 2;
    this.showFiles(files);
    this.removed.replaceChildren(...removed.map((one) => this.removedRow(one)));
    this.followed.replaceChildren(...folders.map((one) => this.folderRow(one)));
    const told = JSON.stringify([documents, is, this.listing.read_only]); // most changes are of other things
    if (told !== this.shown) this.rows();
    this.shown = told;
    this.page.onDocuments(this.listing);
  }

  showFiles(files) {
    const rows = files.filter((one) => one.state !== "done").map((one) => this.fileRow(one));
    this.progress.replaceChildren(...this.sending.map((one) => this.fileRow(one)), ...rows);
    const doneNow = files.filter((one) => one.state === "done").map((one) => one.id);
    this.told ??= new Set(doneNow);
    const fresh = files.filter((file) => file.state === "done" && !this.told.has(file.id));
    fresh.forEach((one) => this.told.add(one.id));
    if (fresh.length > 2) notify(this.page.app, this.page.words.say("files_done", { count: fresh.length.toLocaleString("en") }));
    else fresh.forEach((one) => notify(this.page.app, this.outcomeOf(one)));
  }

  outcomeOf({ name, outcome }) {
    const key = { added: "file_done", updated: "file_updated", unchanged: "file_unchanged" }[outcome] ?? "file_same";
    return this.page.words.say(key, { name, outcome });
  }

  fileRow({ name, state, reason, pages_read: page, pages }) {
    const { words } = this.page;
    const key = ["uploading", "fetching"].includes(state) ? state : pages ? "state_reading_pages" : `state_${state}`;
    const told = reason || words.say(key, { page: page?.toLocaleString("en"), pages: pages?.toLocaleString("en") });
    return make("li", { class: `qw-file qw-file-${state}` }, make("span", { class: "qw-file-name" }, name), make("span", { class: "qw-file-told" }, told));
  }

  removedRow({ id, title }) {
    const { words } = this.page;
    const undo = button(words.say("undo"), () => this.change(`documents/${id}/restore`, { method: "POST" }), { "aria-label": `${words.say("undo")}: ${title}` });
    return make("li", {}, words.say("removed", { name: title }), " ", undo);
  }

  folderRow({ path, reason, state }) {
    const { words } = this.page;
    const stop = button(words.say("stop_sync"), () => this.change(`folders?path=${encodeURIComponent(path)}`, { method: "DELETE" }), {
      "aria-label": `${words.say("stop_sync")}: ${path}`,
    });
    return make("li", {}, make("span", { class: "qw-file-name" }, path), make("span", { class: "qw-quiet" }, reason || (state ?? "")), stop);
  }

  rows() {
    const { words } = this.page;
    const wanted = this.filter.value.trim().toLowerCase();
    const { documents } = this.listing;
    const some = wanted ? documents.filter((one) => `${one.title} ${one.address} ${one.source}`.toLowerCase().includes(wanted)) : documents;
    const focused = document.activeElement?.closest?.(".qw-docs li")?.dataset.id;
    const act = document.activeElement?.dataset?.act;
    const rows = some.slice(0, MOST_ROWS).map((one) => this.row(one));
    if (some.length > MOST_ROWS) rows.push(make("li", { class: "qw-quiet" }, words.say("more_rows", { count: (some.length - MOST_ROWS).toLocaleString("en") })));
    this.list.replaceChildren(...rows);
    if (focused) find(`li[data-id="${CSS.escape(focused)}"] [data-act="${act}"]`, this.list)?.focus();
    this.scope();
  }

  row(one) {
    const { words } = this.page;
    const box = make("input", { type: "checkbox", id: `qw-ask-${one.id}`, "data-act": "choose", "aria-label": one.title });
    box.checked = !this.left.has(one.id);
    box.addEventListener("change", () => this.choose([one.id], box.checked));
    const title = button(one.title, () => this.page.openDocument(one.id), { class: "qw-doc-title", "data-act": "open", title: one.address || one.source });
    const facts = [one.kind, one.pages ? counted(one.pages, one.kind === "slides" ? "slide" : "page") : "", one.size ? sizeOf(one.size) : "", one.address && one.modified ? words.say("fetched", { date: one.modified.slice(0, 10) }) : (one.modified ?? "").slice(0, 10)];
    const row = make("li", { "data-id": one.id }, box, make("span", { class: "qw-doc" }, title, make("span", { class: "qw-quiet" }, facts.filter(Boolean).map((one) => one.replaceAll(" ", "\u00a0").replaceAll("-", "\u2011")).join(" \u00b7 ")), ...this.states(one)));
    if (!this.listing.is_demonstration && !this.listing.read_only) row.append(this.acts(one));
    return row;
  }

  states(one) {
    const { words } = this.page;
    const said = [];
    if (one.state === "preparing") said.push(words.say("asked_by_words", { percent: percent(one.prepared) }));
    if (one.state === "changed" || one.state === "gone") said.push(words.say(one.state));
    if (one.unreadable?.length) said.push(words.say("unreadable", { pages: one.unreadable.join(", ") }));
    if (one.left_out?.length) {
      const more = one.left_out.length - MOST_NAMED;
      const names = [...one.left_out.slice(0, MOST_NAMED), ...(more > 0 ? [words.say("more_inside", { count: more.toLocaleString("en") })] : [])];
      said.push(words.say("left_out", { names: names.join(", ") }));
    }
    return said.map((text) => make("span", { class: "qw-doc-state" }, text));
  }

  acts(one) {
    const { words } = this.page;
    const named = (key) => ({ "aria-label": `${words.say(key)}: ${one.title}`, "data-act": key });
    const refresh = () => this.change(`documents/${one.id}/refresh`, { method: "POST" });
    const fetching = () => this.sending.some(({ name }) => name === one.address) || this.during({ name: one.address, state: "fetching" }, refresh);
    const again = one.address ? button(words.say("fetch_again"), fetching, named("fetch_again")) : button(words.say("read_again"), refresh, named("read_again"));
    const remove = button(words.say("remove"), () => this.change(`documents/${one.id}`, { method: "DELETE" }), named("remove"));
    return make("span", { class: "qw-doc-acts" }, ...(one.state === "changed" || one.address ? [again] : []), remove);
  }

  choose(ids, asked) {
    for (const id of ids) asked ? this.left.delete(id) : this.left.add(id);
    sessionStorage.setItem("qw-left", JSON.stringify([...this.left]));
    this.scope();
  }

  chooseAll(asked) {
    this.choose(this.listing.documents.map((one) => one.id), asked);
    this.rows();
  }

  /** Say how many of the documents are asked. */
  scope() {
    const { words, app } = this.page;
    const { documents } = this.listing;
    const chosen = this.chosen();
    const count = documents.length.toLocaleString("en");
    const told = find(".qw-scope", app);
    told.hidden = documents.length < 2;
    told.textContent = chosen ? words.say("some_asked", { chosen: chosen.length.toLocaleString("en"), count }) : words.say("all_asked", { count });
    told.classList.toggle("qw-warn", chosen?.length === 0);
  }

  /** Change something of the documents; what is told, or null where it could not be done, which is `refused`. */
  async change(path, options, refused = (why) => notify(this.page.app, why, { error: true })) {
    try {
      const headers = options.body && !(options.body instanceof FormData) ? { "content-type": "application/json" } : {};
      const told = await request(this.page.words, path, { ...options, headers });
      await this.look();
      return told ?? true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      refused(error.message);
      return null;
    }
  }

  /** Send files, a few at a time, each with an end of its own. */
  async send(files) {
    const waiting = files.map(([file, name]) => [file, { name, state: "uploading" }]);
    this.sending.push(...waiting.map(([, one]) => one));
    this.showFiles(this.listing.files);
    const sender = async () => {
      while (waiting.length) {
        const [file, one] = waiting.shift();
        const body = new FormData();
        body.append("files", file, one.name);
        await this.change("documents", { method: "POST", body });
        this.sending.splice(this.sending.indexOf(one), 1);
        this.showFiles(this.listing.files);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    await this.look();
  }

  /** Files and folders can be dropped anywhere on the page. */
  watchDrops() {
    const { app } = this.page;
    const holds = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    app.addEventListener("dragover", (event) => {
      if (!holds(event) || this.listing.read_only) return;
      event.preventDefault();
      app.classList.add("qw-dragged");
    });
    app.addEventListener("dragleave", (event) => event.relatedTarget === null && app.classList.remove("qw-dragged"));
    app.addEventListener("drop", async (event) => {
      if (!holds(event) || this.listing.read_only) return;
      event.preventDefault();
      app.classList.remove("qw-dragged");
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
      const plain = [...event.dataTransfer.files].map((file) => [file, file.name]);
      this.page.side.choose("documents");
      this.send(entries.length ? (await Promise.all(entries.map(filesOf))).flat() : plain);
    });
  }
}

/** All files below what was dropped, each with its path. */
async function filesOf(entry) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) return [[await new Promise((resolve, reject) => entry.file(resolve, reject)), path]];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(filesOf))).flat());
  }
}
