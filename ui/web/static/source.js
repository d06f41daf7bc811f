// The source of a quote: the page image with the quoted words boxed, or the text laid out by its blocks.

import { Failure, announce, button, find, make, request } from "./dom.js";

const WIDEST = 1600; // pixels of a page image

const place = (written) => written.split(",").map((one) => one.split("-").map(Number));
const written = (places) => places.map(([start, end]) => `${start}-${end}`).join(",");

export class SourcePane {
  constructor(page) {
    this.page = page;
    this.element = find(".qw-source", page.app);
    this.quotes = []; // those that can be stepped through: { document, quote, sentence, page, figure }
    this.number = 0;
    this.shown = null; // what is open: as the service tells it, with the page and what is marked
    this.body = null; // where it is shown
    this.places = []; // of what was looked for
    this.found = 0;
    this.turn = 0; // counts what is opened, so that an earlier answer does not come late
    this.empty();
  }

  empty() {
    this.element.replaceChildren(make("p", { class: "qw-quiet" }, this.page.words.say("no_source")));
  }

  /** Open the quote of a figure; those beside it, all of the answer or all other candidates, can be stepped to. */
  async openQuote(turn, figure, { quiet = false } = {}) {
    const others = figure.closest(".qw-others");
    const figures = [...turn.querySelectorAll(".qw-citation")].filter((one) => one.closest(".qw-others") === others);
    this.quotes = figures.map((one) => ({
      figure: one,
      document: one.dataset.document,
      quote: place(one.dataset.quote),
      sentence: place(one.dataset.sentence)[0],
      page: Number(one.dataset.page) || null,
    }));
    this.number = figures.indexOf(figure);
    if (quiet) this.page.side.choose("source");
    else this.page.side.open("source");
    await this.openNumber(quiet);
  }

  async openNumber(quiet = false) {
    const quote = this.quotes[this.number];
    this.page.app.querySelectorAll(".qw-citation[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    quote.figure.setAttribute("aria-current", "true");
    await this.open(quote.document, quote, quiet);
  }

  step(by) {
    this.number += by;
    return this.openNumber();
  }

  /** Open a document, at a quote or at its beginning. */
  async open(id, quote = null, quiet = false) {
    const turn = ++this.turn;
    if (!quote) this.quotes = [];
    await this.tried(turn, async () => {
      const source = await request(this.page.words, `source/${id}?${around(quote?.quote ?? [])}`);
      if (turn !== this.turn) return;
      this.shown = { ...source, page: quote?.page ?? source.page ?? 1, marked: marksOf(quote) };
      this.places = [];
      this.build();
      if (source.view === "pages") await this.showPage(this.shown.page);
      else this.showPart(source.part);
      if (!quiet) announce(this.page.app, `${source.title}. ${this.where()}`);
    });
  }

  /** Do it; where it fails, say why in place of the source, unless another one was opened meanwhile. */
  async tried(turn, work) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const told = make("p", { class: "qw-error", role: "alert" }, error.message);
      if (turn === this.turn) (this.body ?? this.element).replaceChildren(told);
    }
  }

  where() {
    const { shown } = this;
    if (shown.view === "pages") return `${this.page.words.say("page")} ${shown.page}`;
    return [shown.locator, (shown.under ?? []).join(" \u203a ")].filter(Boolean).join(" \u00b7 ");
  }

  /** The bar above the source, and the place it is shown in. */
  build() {
    const { words } = this.page;
    const { title, id, pages, view, stale } = this.shown;
    const head = make("div", { class: "qw-source-head" });
    head.append(make("h2", { title: this.shown.address || this.shown.source }, title));
    if (this.quotes.length > 1) head.append(this.quoteSteps());
    const bar = make("div", { class: "qw-source-bar" });
    if (view === "pages") bar.append(this.pageSteps(pages));
    else bar.append(make("span", { class: "qw-under" }, this.where()));
    bar.append(this.finder());
    bar.append(make("a", { class: "qw-plain", href: `source/${id}/file`, download: "" }, words.say("open_file")));
    if (this.shown.address) {
      const outside = { class: "qw-plain", href: this.shown.address, target: "_blank", rel: "noopener noreferrer", title: this.shown.address };
      bar.append(make("a", outside, words.say("open_address")));
    }
    this.body = make("div", { class: `qw-source-body qw-${view}`, tabindex: "0", role: "region", "aria-label": title });
    this.element.replaceChildren(head, bar, ...(stale ? [make("p", { class: "qw-warn" }, words.say("no_file"))] : []), this.body);
  }

  /** From one quote to the one before and behind it. */
  quoteSteps() {
    const { words } = this.page;
    const last = this.quotes.length - 1;
    const name = words.say("citation_of", { number: this.number + 1, count: last + 1 });
    const arrow = (sign, key, by, isEnd) => {
      const step = button(sign, () => this.step(by), { "aria-label": words.say(key), title: words.say(key) });
      step.disabled = isEnd;
      return step;
    };
    return make(
      "span",
      { class: "qw-steps qw-steps-quotes" },
      arrow("\u2039", "previous_citation", -1, this.number === 0),
      make("span", { class: "qw-steps-name" }, name),
      arrow("\u203a", "next_citation", 1, this.number === last),
    );
  }

  pageSteps(pages) {
    const { words } = this.page;
    const field = make("input", { type: "number", min: 1, max: pages, value: this.shown.page, "aria-label": words.say("page") });
    field.addEventListener("change", () => this.showPage(Math.min(pages, Math.max(1, Number(field.value) || 1))));
    const less = button("\u2039", () => this.showPage(this.shown.page - 1), { "aria-label": words.say("previous_page"), class: "qw-plain qw-page-less" });
    const more = button("\u203a", () => this.showPage(this.shown.page + 1), { "aria-label": words.say("next_page"), class: "qw-plain qw-page-more" });
    return make("span", { class: "qw-steps qw-steps-page" }, less, field, make("span", {}, words.say("of_pages", { count: pages })), more);
  }

  /** A page of a PDF as an image, with boxes on what is marked. */
  async showPage(number) {
    const { shown } = this;
    const { words } = this.page;
    const turn = this.turn;
    shown.page = number;
    find(".qw-steps-page input", this.element).value = number;
    find(".qw-page-less", this.element).disabled = number <= 1;
    find(".qw-page-more", this.element).disabled = number >= shown.pages;
    const path = `source/${shown.id}/pages/${number}`;
    const width = Math.min(WIDEST, Math.ceil(((this.body.clientWidth || 600) * window.devicePixelRatio) / 100) * 100);
    const image = make("img", {
      src: new URL(`${path}.png?width=${width}`, document.baseURI).href,
      alt: words.say("page_picture", { page: number, title: shown.title }),
    });
    const sheet = make("div", { class: "qw-sheet" }, image);
    this.body.replaceChildren(sheet);
    this.body.scrollTop = 0;
    await this.tried(turn, async () => {
      const boxes = await request(words, `${path}?${new URLSearchParams(shown.marked)}`);
      if (turn !== this.turn || shown.page !== number) return;
      sheet.style.aspectRatio = `${boxes.width} / ${boxes.height}`;
      for (const kind of ["sentence", "quote"]) {
        for (const box of boxes[kind]) sheet.append(boxOf(box, boxes, kind));
      }
      const first = find(".qw-box-quote", sheet) ?? find(".qw-box-sentence", sheet);
      if (first) this.into(first);
    });
  }

  /** A stretch of the text, laid out by its blocks on the server, where all of it is escaped. */
  showPart(part) {
    const { words } = this.page;
    const text = make("div", { class: "qw-part" });
    text.innerHTML = part.html;
    const more = (key, side, offset) => {
      const act = () => this.goTo(`/part?${new URLSearchParams({ [side]: offset })}`);
      return offset === null ? [] : [button(words.say(key), act, { class: "qw-plain qw-more" })];
    };
    this.body.replaceChildren(...more("older_part", "before", part.before), text, ...more("newer_part", "after", part.after));
    const first = find(".qw-quote", text) ?? find(".qw-sentence", text);
    if (first) this.into(first);
    else this.body.scrollTop = 0;
  }

  /** Show another stretch of the text. */
  goTo(rest) {
    const turn = this.turn;
    return this.tried(turn, async () => {
      const told = await request(this.page.words, `source/${this.shown.id}${rest}`);
      if (turn === this.turn) this.showPart(told.part ?? told);
    });
  }

  into(element) {
    const top = element.getBoundingClientRect().top - this.body.getBoundingClientRect().top + this.body.scrollTop;
    this.body.scrollTop = Math.max(0, top - this.body.clientHeight / 3);
  }

  /** The box to find words in the document. */
  finder() {
    const { words } = this.page;
    const field = make("input", { type: "search", placeholder: words.say("find"), "aria-label": words.say("find"), maxlength: 200 });
    const told = make("span", { class: "qw-find-told", role: "status" });
    const less = button("\u2039", () => this.next(-1, told), { "aria-label": words.say("find_previous") });
    const more = button("\u203a", () => this.next(1, told), { "aria-label": words.say("find_next") });
    less.hidden = more.hidden = true;
    let asked = "";
    const look = async () => {
      const wanted = field.value.trim();
      if (wanted && wanted === asked) return this.next(1, told);
      asked = wanted;
      this.places = wanted ? await this.placesOf(wanted) : [];
      this.found = -1;
      less.hidden = more.hidden = this.places.length < 2;
      if (this.places.length) await this.next(1, told);
      else told.textContent = wanted ? words.say("find_none") : "";
    };
    field.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), look()));
    field.addEventListener("search", look);
    return make("span", { class: "qw-find" }, field, less, told, more);
  }

  async placesOf(wanted) {
    const turn = this.turn;
    const path = `source/${this.shown.id}/find?${new URLSearchParams({ words: wanted })}`;
    const found = await request(this.page.words, path).catch((error) => {
      if (!(error instanceof Failure)) throw error;
      return { places: [] };
    });
    return turn === this.turn ? found.places : [];
  }

  async next(by, told) {
    const count = this.places.length;
    this.found = (this.found + by + count) % count;
    told.textContent = this.page.words.say("find_of", { number: this.found + 1, count });
    const [start, end, page] = this.places[this.found];
    this.shown.marked = { quote: `${start}-${end}` };
    if (this.shown.view === "pages") await this.showPage(page ?? 1);
    else await this.goTo(`?${around([[start, end]])}`);
  }
}

/** Where to open a document: from the first to the last of what is quoted. */
const around = (quote) => new URLSearchParams(quote.length ? { start: quote[0][0], end: quote.at(-1)[1] } : {});

/** What is marked on a page image. */
const marksOf = (quote) => (quote ? { quote: written(quote.quote), sentence: written([quote.sentence]) } : {});

function boxOf([x0, y0, x1, y1], { width, height }, kind) {
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  const box = make("span", { class: `qw-box qw-box-${kind}`, "aria-hidden": "true" });
  box.style.left = percent(x0, width);
  box.style.top = percent(y0, height);
  box.style.width = percent(x1 - x0, width);
  box.style.height = percent(y1 - y0, height);
  return box;
}
