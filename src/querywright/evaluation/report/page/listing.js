// The list of examples: only what is in view has elements, so ten thousand are as fast as ten.

const TALL = 78, AROUND = 6;

class Listing {
  constructor(box, entry, choose) {
    this.box = box;
    this.space = box.querySelector(".space");
    this.entry = entry;
    this.rows = [];
    this.at = -1;
    box.addEventListener("scroll", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(box);
    box.addEventListener("click", event => {
      const item = event.target.closest("[role=option]");
      if (item) choose(Number(item.dataset.at));
    });
  }

  show(rows) {
    this.rows = rows;
    this.space.style.height = `${TALL * rows.length}px`;
    this.draw();
  }

  // A neighbour is brought into view at the edge, anything further away with some of the list before it.
  choose(at) {
    const near = Math.abs(at - this.at) === 1, top = at * TALL, view = this.box, end = top + TALL - view.clientHeight;
    this.at = at;
    if (at >= 0 && (top < view.scrollTop || end > view.scrollTop)) {
      view.scrollTop = near ? (end > view.scrollTop ? end : top) : top - view.clientHeight / 4;
    }
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / TALL) - AROUND);
    const last = Math.min(this.rows.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / TALL) + AROUND);
    const items = [];
    for (let at = first; at < last; at++) {
      const item = make("div.item", {
        role: "option", id: `item-${at}`, "data-at": at, "aria-selected": String(at === this.at),
        "aria-setsize": this.rows.length, "aria-posinset": at + 1,
      }, this.entry(this.rows[at]));
      item.style.top = `${at * TALL}px`;
      items.push(item);
    }
    this.space.replaceChildren(...items);
    if (this.at >= first && this.at < last) this.box.setAttribute("aria-activedescendant", `item-${this.at}`);
    else this.box.removeAttribute("aria-activedescendant");
  }
}
