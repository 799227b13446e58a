"use strict";
// The page is complete without this: it adds filters to the samples and names to the points of the map.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function samples() {
    const form = document.querySelector(".filters");
    if (!form) return;
    const cards = all(".sample"), selects = all("select", form), output = form.querySelector("output");
    const expand = form.querySelector("button");
    const refresh = () => {
      let shown = 0;
      for (const card of cards) {
        card.hidden = !selects.every(s => !s.value || card.dataset[s.name] === s.value);
        shown += card.hidden ? 0 : 1;
      }
      output.textContent = `${shown} of ${cards.length} shown`;
    };
    form.addEventListener("change", refresh);
    form.addEventListener("submit", event => event.preventDefault());
    expand.addEventListener("click", () => {
      const open = expand.getAttribute("aria-pressed") !== "true";
      for (const card of cards) card.open = open;
      expand.setAttribute("aria-pressed", String(open));
      expand.textContent = open ? "Close all" : "Open all";
    });
    form.hidden = false;
    refresh();
  }

  function map() {
    const box = document.querySelector(".map");
    if (!box) return;
    const { points, databases } = JSON.parse(document.getElementById("points").textContent);
    const svg = box.querySelector("svg"), tip = box.querySelector(".tip"), ring = box.querySelector(".ring");
    const circles = all("circle[data-d]", svg);
    let chosen = null;

    const hide = () => { tip.hidden = true; ring.setAttribute("r", 0); };
    const line = (name, text) => Object.assign(document.createElement(name), { textContent: text });
    const show = (point, scale) => {
      const [x, y, database, hardness, question] = point;
      tip.replaceChildren(line("span", question), line("small", `${databases[database]} · ${hardness}`));
      tip.hidden = false;
      const px = x * scale, py = y * scale;
      tip.style.left = `${Math.max(0, Math.min(px - tip.offsetWidth / 2, box.clientWidth - tip.offsetWidth))}px`;
      tip.style.top = `${py - tip.offsetHeight - 14 > 0 ? py - tip.offsetHeight - 14 : py + 16}px`;
      ring.setAttribute("cx", x); ring.setAttribute("cy", y); ring.setAttribute("r", 8);
    };
    const over = event => {
      const frame = svg.getBoundingClientRect(), scale = frame.width / svg.viewBox.baseVal.width;
      const x = (event.clientX - frame.left) / scale, y = (event.clientY - frame.top) / scale;
      let best = null, near = (24 / scale) ** 2;
      points.forEach((point, at) => {
        if (chosen !== null && circles[at].dataset.d !== chosen) return;
        const distance = (point[0] - x) ** 2 + (point[1] - y) ** 2;
        if (distance < near) { near = distance; best = point; }
      });
      best ? show(best, scale) : hide();
    };
    svg.addEventListener("pointermove", over);
    svg.addEventListener("pointerdown", over);
    svg.addEventListener("pointerleave", hide);

    for (const button of all(".legend button", box.parentElement)) {
      button.addEventListener("click", () => {
        chosen = chosen === button.dataset.d ? null : button.dataset.d;
        for (const other of all(".legend button", box.parentElement)) other.setAttribute("aria-pressed", String(other.dataset.d === chosen));
        for (const circle of circles) circle.classList.toggle("dim", chosen !== null && circle.dataset.d !== chosen);
        hide();
      });
    }
  }

  samples();
  map();
})();
