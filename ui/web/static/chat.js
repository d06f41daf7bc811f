// The conversation: asking, the answers, and what can be done with each.

import { announce, ask, find, make, notify } from "./dom.js";
import { newId } from "./store.js";

const EARLIER = 4; // answers that a question may lean on

export class Chat {
  /** `page` has the app's element, words and calls; `talks` keeps the turns; `onCitation(turn, figure)` opens one. */
  constructor(page, talks, onCitation) {
    this.page = page;
    this.talks = talks;
    this.onCitation = onCitation;
    this.log = find(".qw-log", page.app);
    this.empty = find(".qw-empty", this.log); // what stands where nothing was asked yet
    this.box = find("#qw-box", page.app);
    this.pending = null; // the question that is being answered
    const form = find(".qw-form", page.app);
    form.addEventListener("submit", (event) => (event.preventDefault(), this.submit()));
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    });
    this.box.addEventListener("input", () => this.fit());
    find("[data-do=stop]", page.app).addEventListener("click", () => this.stop());
    this.log.addEventListener("click", (event) => this.clicked(event));
  }

  fit() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 180)}px`;
  }

  submit() {
    const question = this.box.value.trim();
    if (this.pending) return;
    if (!question) {
      this.box.focus();
      announce(this.page.app, this.page.words.say("empty"));
      return;
    }
    this.box.value = "";
    this.fit();
    this.ask(question);
  }

  /** Ask: the question stands on the page at once, and the answer comes with `told`. Nothing in it is mended `asTyped`. */
  ask(question, asTyped = false) {
    if (this.pending) return;
    const chosen = this.page.documents.chosen();
    if (chosen && !chosen.length) {
      this.box.value ||= question;
      notify(this.page.app, this.page.words.say("choose_none"), { error: true });
      return;
    }
    this.empty.remove();
    const turn = make("article", { class: "qw-turn" });
    turn.append(
      make("div", { class: "qw-question" }, make("span", { class: "qw-unseen" }, `${this.page.words.say("you_asked")} `), question),
      make("p", { class: "qw-stage" }, this.page.words.say("searching")),
    );
    this.log.append(turn);
    this.show(turn);
    this.pending = { id: newId(), question, turn };
    this.busy(true);
    const earlier = this.talks.current.turns.slice(-EARLIER).map((one) => one.answer);
    const { reader, threshold } = this.page.settings.asking();
    this.page.trigger("ask", { id: this.pending.id, question, earlier, chosen, reader, threshold, as_typed: asTyped });
  }

  stop() {
    if (!this.pending) return;
    this.page.call("stop", { id: this.pending.id });
    this.end(this.page.words.say("stopped"));
  }

  busy(is) {
    find("[type=submit]", this.page.app).hidden = is;
    const stop = find("[data-do=stop]", this.page.app);
    stop.hidden = !is;
    this.log.setAttribute("aria-busy", String(is));
  }

  /** The server has told something of a question: its stage, its answer, or why there is none. */
  async told(message) {
    const { pending } = this;
    if (!pending || message?.id !== pending.id) return;
    if (message.stage) find(".qw-stage", pending.turn).textContent = this.page.words.say(message.stage);
    else if (message.error) this.end(message.error);
    else {
      this.pending = null;
      this.busy(false);
      this.fill(pending.turn, message.html);
      announce(this.page.app, message.announced);
      const turn = { id: pending.id, at: new Date().toISOString(), answer: message.answer };
      pending.turn.turn = turn;
      this.show(pending.turn);
      const figure = find(".qw-citation", pending.turn);
      if (figure && !figure.closest(".qw-others") && this.page.side.isWide()) this.onCitation(pending.turn, figure, { quiet: true });
      await this.talks.add(turn);
    }
  }

  /** There is no room for the question. */
  sentAway() {
    if (this.pending) this.end(this.page.words.say("busy"));
  }

  /** Nothing comes of the question: why, and the question back in its box. */
  end(reason) {
    const { question, turn } = this.pending;
    this.pending = null;
    this.busy(false);
    find(".qw-stage", turn).replaceWith(make("p", { class: "qw-stage qw-error", role: "alert" }, reason));
    if (!this.box.value) this.box.value = question;
    this.fit();
  }

  /** Put a turn that the server has made, with all from documents escaped, into its place. */
  fill(turn, html) {
    turn.innerHTML = html;
  }

  /** The newest turn in view: its end, or its beginning where it is taller than the view. */
  show(turn) {
    const tall = turn.offsetHeight > this.log.clientHeight - 16;
    this.log.scrollTop = tall ? turn.offsetTop - this.log.offsetTop - 8 : this.log.scrollHeight;
  }

  /** Show a conversation that was kept. */
  async open(conversation) {
    if (this.pending) this.stop();
    this.log.replaceChildren();
    this.box.focus();
    if (!conversation.turns.length) {
      this.log.append(this.empty);
      return;
    }
    const told = await this.page.call("turns", conversation.turns.map((one) => one.answer));
    if (!told || this.talks.current !== conversation) return;
    told.turns.forEach((html, number) => {
      const turn = make("article", { class: "qw-turn" });
      turn.turn = conversation.turns[number];
      this.fill(turn, html);
      this.log.append(turn);
    });
    this.log.scrollTop = this.log.scrollHeight;
  }

  clicked(event) {
    const turn = event.target.closest(".qw-turn");
    const act = event.target.closest("[data-do]");
    if (!turn || !act) return;
    const figure = act.closest(".qw-citation");
    const answer = turn.turn?.answer;
    switch (act.dataset.do) {
      case "open":
        return this.onCitation(turn, figure);
      case "copy":
        return this.copy(figure);
      case "again":
        return this.ask(answer.question, answer.as_typed);
      case "as-typed":
        return this.ask(answer.question, true);
      case "edit":
        return this.edit(answer.question);
      case "edit-searched":
        return this.edit(answer.asked);
      case "meant":
        return this.ask(act.dataset.question);
      case "right":
      case "wrong":
        return this.judge(turn, act.dataset.do === "right");
    }
  }

  edit(question) {
    this.box.value = question;
    this.fit();
    this.box.focus();
    this.box.setSelectionRange(question.length, question.length);
  }

  async copy(figure) {
    await navigator.clipboard.writeText(figure.dataset.reference);
    notify(this.page.app, this.page.words.say("copied"));
  }

  /** Keep whether the answer is right and, where it is wrong, what would be. */
  async judge(turn, right) {
    const { app, words } = this.page;
    let better = "";
    if (!right) {
      const field = make("textarea", { name: "better", rows: 2, maxlength: 2000, "aria-label": words.say("judge_right") });
      const given = await ask(app, words.say("judge_right"), field, words, { accept: words.say("send_judged") });
      if (!given) return;
      better = given.better.trim();
    }
    const told = await this.page.call("judge", { answer: turn.turn.answer, right, better });
    if (!told) return;
    turn.querySelectorAll("[data-do=right], [data-do=wrong]").forEach((one) => {
      one.setAttribute("aria-pressed", String((one.dataset.do === "right") === right));
    });
    notify(app, told.told);
  }
}
