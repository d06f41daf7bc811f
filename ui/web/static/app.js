// The page: puts its parts together. `start` is called once, by Gradio, when the page's element is there.

import { Words, find, make, notify } from "./dom.js";
import { Chat } from "./chat.js";
import { Documents } from "./documents.js";
import { Settings } from "./settings.js";
import { Side } from "./side.js";
import { SourcePane } from "./source.js";
import { Talks } from "./talks.js";

/** What the parts of the page share. */
class Page {
  constructor(app, gradio) {
    this.app = app;
    this.words = new Words(gradio.props.strings);
    this.trigger = gradio.trigger;
    this.server = gradio.server;
    app.dataset.close = this.words.say("close");
    this.side = new Side(this);
    this.settings = new Settings(this);
    this.source = new SourcePane(this);
    this.documents = new Documents(this);
    this.talks = new Talks(this, (talk) => this.chat.open(talk));
    this.chat = new Chat(this, this.talks, (turn, figure, how) => this.source.openQuote(turn, figure, how));
    find("[data-do=talks]", app).addEventListener("click", () => this.talks.show());
    find("[data-do=new]", app).addEventListener("click", () => this.talks.open(this.talks.begun()));
  }

  /** Call a function of the server; null where it failed, which is shown. */
  async call(name, given = null) {
    let told = null;
    try {
      told = await this.server[name](given);
    } catch {
      told = { error: this.words.say("failed") };
    }
    if (!told?.error) return told;
    notify(this.app, told.error, { error: true });
    return null;
  }

  openDocument(id) {
    this.side.open("source");
    this.source.open(id);
  }

  /** Questions to try, made from the documents there are. */
  onDocuments({ examples = [] }) {
    if (String(examples) === this.offered) return;
    this.offered = String(examples);
    const offers = examples.map((question) => {
      const offer = make("button", { type: "button", class: "qw-plain qw-example" }, question);
      offer.addEventListener("click", () => this.chat.ask(question));
      return offer;
    });
    find(".qw-offers", this.app).replaceChildren(...offers);
    find(".qw-offered", this.app).hidden = !offers.length;
  }
}

export async function start(element, gradio) {
  const app = find(".qw-app", element);
  const page = new Page(app, gradio);
  gradio.watch("value", () => page.chat.told(gradio.props.value));
  document.addEventListener("quotewise-no-room", () => page.chat.sentAway());
  await Promise.all([page.documents.look(), page.talks.load(gradio.props.secret, gradio.props.space)]);
  app.dataset.ready = "true";
  page.documents.follow();
}
