// The right pane: its two tabs and, on a narrow page, the sheet that it is shown as.

import { find } from "./dom.js";

const WIDE = window.matchMedia("(min-width: 60rem)");

export class Side {
  constructor(page) {
    this.app = page.app;
    this.element = find(".qw-side", this.app);
    this.tabs = [...this.element.querySelectorAll("[role=tab]")];
    this.before = null; // what had the focus before the sheet was opened
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.choose(tab.dataset.tab));
      tab.addEventListener("keydown", (event) => {
        if (event.key === "ArrowLeft" || event.key === "ArrowRight") this.choose(this.other(tab).dataset.tab, true);
      });
    }
    find("[data-do=close-side]", this.app).addEventListener("click", () => this.close());
    find("[data-do=documents]", this.app).addEventListener("click", () => this.open("documents"));
    this.element.addEventListener("keydown", (event) => {
      if (this.isWide() || !this.isOpen()) return;
      if (event.key === "Escape") this.close();
      if (event.key === "Tab") this.stayInside(event);
    });
    WIDE.addEventListener("change", () => this.close());
  }

  isWide() {
    return WIDE.matches;
  }

  isOpen() {
    return this.element.classList.contains("qw-shown");
  }

  other(tab) {
    return this.tabs.find((one) => one !== tab);
  }

  choose(name, focus = false) {
    for (const tab of this.tabs) {
      const is = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      find(`#${tab.getAttribute("aria-controls")}`, this.app).hidden = !is;
      if (is && focus) tab.focus();
    }
  }

  /** Show a tab; on a narrow page as a sheet, which takes the focus. */
  open(name) {
    this.choose(name);
    if (this.isWide()) return;
    if (!this.isOpen()) this.before = document.activeElement;
    this.element.classList.add("qw-shown");
    this.element.setAttribute("role", "dialog");
    this.element.setAttribute("aria-modal", "true");
    this.tabs.find((tab) => tab.dataset.tab === name).focus();
  }

  close() {
    if (!this.isOpen()) return;
    this.element.classList.remove("qw-shown");
    this.element.setAttribute("role", "complementary");
    this.element.removeAttribute("aria-modal");
    if (this.before?.isConnected) this.before.focus();
  }

  stayInside(event) {
    const all = [...this.element.querySelectorAll("button, input, textarea, a[href], [tabindex='0']")];
    const seen = all.filter((one) => !one.disabled && one.offsetParent !== null && one.tabIndex >= 0);
    const [first, last] = [seen[0], seen.at(-1)];
    if (event.shiftKey ? document.activeElement === first : document.activeElement === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }
}
