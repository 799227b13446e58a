// The browser of examples: filters, list and detail, and the address that leads to a row or to a choice of rows.

const [RIGHT, RULES_DIFFER, LUCKY, FAILED, EMPTY] = [1, 2, 4, 8, 16];

// Whether a score is what the filter asks for, by its flags.
const VERDICTS = {
  right: flags => flags & RIGHT, wrong: flags => !(flags & RIGHT), rules: flags => flags & RULES_DIFFER,
  lucky: flags => flags & LUCKY, failed: flags => flags & FAILED, empty: flags => flags & EMPTY,
};

function browser() {
  const root = document.querySelector(".browser");
  if (!root) return;
  const index = JSON.parse(document.getElementById("index").textContent);
  const blocks = [...document.querySelectorAll("script.block")], opened = [];
  const form = root.querySelector("form"), output = form.querySelector("output"), article = root.querySelector(".detail");
  const fields = form.elements, places = new Map(index.rows.map((row, at) => [row[0], at]));
  const haystacks = [];
  let shown = [], current = -1, system = 0, pending = 0;

  function detail(at) {
    const block = Math.floor(at / index.block);
    opened[block] ||= JSON.parse(blocks[block].textContent);
    return opened[block][at % index.block];
  }

  function haystack(at) {
    if (haystacks[at] === undefined) {
      const row = index.rows[at], held = detail(at);
      const said = held.scores.flatMap(score => (score ? [score.sql, score.error, ...(score.candidates || []).map(each => each[0])] : []));
      haystacks[at] = [row[0], index.databases[row[1]], held.question, held.evidence, held.sql, ...said].join("\n").replace(/\s+/g, " ").toLowerCase();
    }
    return haystacks[at];
  }

  function asked() {
    const value = name => fields[name]?.value || "";
    const [how, kind] = value("failure").split(/:(.*)/s);
    return {
      systems: value("system") ? [index.systems.indexOf(value("system"))] : index.systems.map((_, at) => at),
      verdict: value("verdict"), database: value("database"), level: value("hardness"),
      how, failure: kind === undefined ? -1 : index.failures.indexOf(kind),
      words: value("words").trim().replace(/\s+/g, " ").toLowerCase(),
    };
  }

  function fits(told, wanted) {
    if (!told) return false;
    if (wanted.verdict && wanted.verdict !== "systems" && !VERDICTS[wanted.verdict]?.(told[0])) return false;
    if (!wanted.how) return true;
    return wanted.how === "main" ? told[1] === wanted.failure : told.slice(1).includes(wanted.failure);
  }

  function matches(at, wanted) {
    const row = index.rows[at];
    if (wanted.database && index.databases[row[1]] !== wanted.database) return false;
    if (wanted.level && index.levels[row[2]] !== wanted.level) return false;
    if (!wanted.systems.some(each => fits(row[4][each], wanted))) return false;
    if (wanted.verdict === "systems" && new Set(row[4].filter(Boolean).map(told => told[0] & RIGHT)).size < 2) return false;
    return !wanted.words || haystack(at).includes(wanted.words);
  }

  function refresh(keep = true) {
    const wanted = asked();
    shown = index.rows.flatMap((_, at) => (matches(at, wanted) ? [at] : []));
    output.textContent = `${shown.length.toLocaleString("en")} of ${index.rows.length.toLocaleString("en")} shown`;
    if (wanted.systems.length === 1 && index.systems.length > 1) system = wanted.systems[0];
    listing.show(shown);
    const place = keep ? shown.indexOf(current) : -1;
    if (place >= 0) listing.choose(place);
    else if (shown.length) choose(0);
    else { current = -1; listing.choose(-1); article.replaceChildren(make("p.note", {}, "No example is like that.")); }
  }

  function choose(place, written = false) {
    const at = shown[place];
    if (at === undefined) return;
    const wanted = asked(), told = index.rows[at][4];
    if (!fits(told[system], wanted)) system = wanted.systems.find(each => fits(told[each], wanted)) ?? system;
    current = at;
    listing.choose(place);
    draw();
    if (written) write(`#${encodeURIComponent(index.rows[at][0])}`);
  }

  function draw() {
    const row = index.rows[current], place = shown.indexOf(current);
    const step = (words, title, by) => {
      const button = make("button", { type: "button", title, "aria-label": title, disabled: !(place + by in shown) }, words);
      button.addEventListener("click", () => choose(place + by, true));
      return button;
    };
    const steps = make("span.steps", {}, step("↑", "The example before", -1), step("↓", "The next example", 1));
    const select = at => { system = at; draw(); article.querySelectorAll("[role=tab]")[at].focus(); };
    const parts = detailOf(row, detail(current), index, system, select, steps);
    article.replaceChildren(...parts.flat(Infinity).filter(part => part instanceof Node));
  }

  // Browsers allow few changes of the address in a short time, so only the last one of many is written.
  function write(hash) {
    clearTimeout(pending);
    pending = setTimeout(() => { try { history.replaceState(null, "", hash); } catch { /* the address stays as it was */ } }, 250);
  }

  function entry(at) {
    const row = index.rows[at];
    const marks = row[4].map((told, system) => make(`span.mark${index.systems.length > 1 ? `.s${system % 8}` : ""}`,
      { title: index.systems[system] }, told ? tick(told[0] & RIGHT) : make("span.verdict", {}, "·")));
    return [
      make("span.marks", {}, marks),
      make("span.asked", { dir: "auto" }, row[3] || "(no question)"),
      make("span.where", {}, `${index.databases[row[1]]} · ${index.levels[row[2]]}`),
    ];
  }

  function clear() {
    for (const field of form.querySelectorAll("select, input")) field.value = "";
  }

  // An address names a row by its key, or what to look for; others are those of parts of the page.
  function follow() {
    const hash = location.hash.slice(1);
    let name = hash;
    try { name = decodeURIComponent(hash); } catch { /* it was never encoded */ }
    if (!hash || document.getElementById(name)) return;
    if (hash.startsWith("find?")) {
      clear();
      for (const [name, value] of new URLSearchParams(hash.slice(5))) {
        const field = [...form.querySelectorAll("select, input")].find(each => each.name === name);
        if (field) field.value = value;
      }
      refresh(false);
    } else if (places.has(name)) {
      if (!shown.includes(places.get(name))) { clear(); refresh(); }
      choose(shown.indexOf(places.get(name)));
    } else return;
    document.getElementById("part-examples").scrollIntoView({ behavior: "instant" });
    box.focus({ preventScroll: true });
  }

  function fill(name, values) {
    if (fields[name]) fields[name].append(...values.map(value => make("option", { value }, value)));
  }

  function failures() {
    if (!index.failures.length) { fields.failure.parentElement.hidden = true; return; }
    for (const [how, words] of [["main", "mainly"], ["any", "among others"]]) {
      const options = [...index.failures].sort().map(kind => make("option", { value: `${how}:${kind}` }, how === "any" ? `… ${kind}` : kind));
      fields.failure.append(make("optgroup", { label: words }, options));
    }
  }

  const KEYS = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -Infinity, End: Infinity };
  function pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in KEYS) {
      const place = shown.indexOf(current) + KEYS[event.key];
      choose(Math.max(0, Math.min(shown.length - 1, place)), true);
    } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && current >= 0) {
      const count = index.systems.length;
      system = (system + (event.key === "ArrowRight" ? 1 : count - 1)) % count;
      draw();
    } else return;
    event.preventDefault();
  }

  const box = root.querySelector(".listing");
  const listing = new Listing(box, entry, place => choose(place, true));
  document.querySelector(".needs-script").hidden = true;
  root.hidden = false;
  fill("database", [...index.databases].sort());
  fill("hardness", index.levels);
  failures();
  form.addEventListener("change", () => refresh());
  form.addEventListener("input", event => { if (event.target.type === "search") refresh(); });
  form.addEventListener("submit", event => event.preventDefault());
  form.querySelector("button").addEventListener("click", () => { clear(); refresh(); });
  box.addEventListener("keydown", pressed);
  addEventListener("hashchange", follow);
  refresh();
  follow();
}

browser();
