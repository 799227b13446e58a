// One example: its question, both queries, both results, and all that was measured of a system's prediction.

const tick = right => make(`span.verdict.${right ? "good" : "bad"}`, {}, right ? "✓" : "✗");
const percent = share => `${(100 * share).toFixed(1)} %`;

function titled(title, ...content) {
  return make("div.part", {}, make("h3", {}, title), content);
}

function meta(row, detail, index) {
  const facts = [["database", index.databases[row[1]]], ["hardness", index.levels[row[2]]]];
  if (detail.difficulty) facts.push(["difficulty", detail.difficulty]);
  if (detail.features.length) facts.push(["uses", detail.features.join(", ")]);
  return make("p.meta", {}, facts.map(([name, value]) => make("span", {}, `${name} `, make("b", {}, value))));
}

function verdicts(score, index) {
  const lines = index.rules.flatMap((rule, at) => {
    const right = score.verdicts[at];
    if (right === null || right === undefined) return [];
    const reason = score.reasons?.[rule] || (right && score.alternative ? `agrees with alternative ${score.alternative}` : "");
    const words = make("span.reason", {}, reason);
    return [make("li", {}, tick(right), make("b", {}, rule), words)];
  });
  if (score.witnessed !== undefined && score.verdicts[0]) {
    const words = score.witnessed ? "right on altered copies, too" : score.witness || "wrong on an altered copy";
    lines.push(make("li", {}, tick(score.witnessed), make("b", {}, "witnesses"), make("span.reason", {}, words)));
  }
  return make("ul.verdicts", {}, lines);
}

function linkingWords(found, what) {
  const [wanted, named, both] = ["wanted", "named", "found"].map(count => found[`${what}_${count}`]);
  if (!wanted) return `no ${what} to find${named ? `, ${named} named` : ""}`;
  const more = named > both ? `, ${named - both} more named` : "";
  return `${both} of ${wanted} ${what}${more}`;
}

function measures(score) {
  const facts = [];
  if (score.failures) facts.push(["why it is wrong", score.failures.join(", ")]);
  if (score.soft !== undefined) facts.push(["soft-F1", percent(score.soft)]);
  if (score.soft_by_position !== undefined) facts.push(["soft-F1 by position", percent(score.soft_by_position)]);
  if (score.clauses) facts.push(["clauses that differ", score.differs ? score.differs.join(", ").replaceAll("_", " ") : "none"]);
  if (score.linking) facts.push(["names of gold found", `${linkingWords(score.linking, "tables")}; ${linkingWords(score.linking, "columns")}`]);
  for (const [stage, found] of Object.entries(score.stages || {})) {
    if (found) facts.push([`left after ${stage}`, `${linkingWords(found, "tables")}; ${linkingWords(found, "columns")}`]);
  }
  if (score.ves !== undefined) facts.push(["VES", score.ves.toFixed(2)]);
  if (score.r_ves !== undefined) facts.push(["R-VES", score.r_ves.toFixed(2)]);
  if (score.ratio !== undefined && score.ratio !== null) facts.push(["gold's time by its own", Number(score.ratio).toFixed(2)]);
  if (!facts.length) return null;
  return make("dl.measures", {}, facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
}

function candidatesTable(score, keywords) {
  if (!score.candidates) return null;
  const picked = at => Object.entries(score.picks || {}).filter(([, place]) => place === at).map(([name]) => name);
  const sizes = tally(score.candidates.map(each => each[3]));
  const lines = score.candidates.map(([sql, strategy, right, cluster, empty], at) => {
    const group = cluster === null ? "did not run" : `${String.fromCharCode(65 + cluster % 26)}${cluster >= 26 ? Math.floor(cluster / 26) : ""}`;
    const words = cluster === null ? "" : ` of ${sizes.get(cluster)}${empty ? ", empty" : ""}`;
    return make("tr", {},
      make("td", {}, tick(right)),
      make("td", {}, strategy || "–"),
      make("td", {}, make(`span${cluster === null ? "" : `.group.s${cluster % 8}`}`, {}, group), words),
      make("td", {}, picked(at).map(name => make("span.pick", {}, name))),
      make("td", {}, sql.trim() ? coloured(sql, keywords) : make("span.soft", {}, "empty")));
  });
  const head = ["", "Strategy", "Cluster", "Picked by", "SQL"].map(title => make("th", { scope: "col" }, title));
  const table = make("table.tried", {}, make("thead", {}, make("tr", {}, head)), make("tbody", {}, lines));
  const right = score.candidates.filter(each => each[2]).length;
  return make("details.part", {},
    make("summary", {}, `${counted(score.candidates.length, "candidate")}, ${right} right, ${counted(sizes.size - sizes.has(null), "cluster")} of equal results`),
    make("div.scroll", {}, table));
}

function systemTabs(row, index, chosen, choose) {
  if (index.systems.length < 2) return null;
  const tabs = index.systems.map((name, at) => {
    const told = row[4][at];
    const button = make("button", { type: "button", role: "tab", "aria-selected": String(at === chosen) },
      make(`span.spot.s${at % 8}`), name, told ? tick(told[0] & 1) : make("span.soft", {}, " not scored"));
    button.addEventListener("click", () => choose(at));
    return button;
  });
  return make("div.tabs", { role: "tablist", "aria-label": "System" }, tabs);
}

function queries(detail, score, index) {
  const keywords = new Set(index.keywords);
  if (!score) return make("div.sides", {}, titled("Gold", coloured(detail.sql, keywords)));
  if (score.sql === undefined && !score.as_gold) {
    return make("div.sides", {},
      titled("Gold", coloured(detail.sql, keywords)),
      titled("Predicted", make("p.note.bad", {}, "No query.")));
  }
  const both = besideEachOther(detail.sql, score.as_gold ? detail.sql : score.sql, keywords);
  const title = make("h3", {}, "Predicted", both.differs ? null : make("span.soft", {}, score.as_gold ? " · the same text" : " · the same but for spaces and case"));
  return make("div.sides", {}, titled("Gold", both.gold), make("div.part", {}, title, both.predicted));
}

const ENDINGS = {
  "syntax": "It cannot be parsed.", "refused": "It is not one query that only reads, so it was not executed.",
  "failed": "It failed.", "timeout": "It was stopped at the limit.", "no text": "There is no query.",
};
const NO_ROOM = "Left out, so that this page is not too large; results.jsonl has it.";

function resultsOf(detail, score, index) {
  const gold = detail.result, room = index.room;
  const predicted = score && (score.result_as_gold ? gold : score.result);
  const found = gold && predicted && !score.result_as_gold ? differences(gold, predicted, room) : null;
  const [left, right] = found ? found.sides : [null, null];
  const side = (title, result, marks, none) => titled(title, result ? resultTable(result, marks, room, title) : none);
  const wrong = score?.ending && [make("p.note.bad", {}, ENDINGS[score.ending] || score.ending), score.error && make("pre.error", {}, score.error)];
  const parts = [side("Gold result", gold, left, make("p.note", {}, NO_ROOM))];
  if (score) parts.push(side("Predicted result", predicted, right, wrong || make("p.note", {}, NO_ROOM)));
  const words = score?.result_as_gold && gold?.[2] ? "Both previews are the same." : found?.words;
  return [make("div.sides", {}, parts), words && make("p.note", {}, words)];
}

// The whole of the detail: `row` is the entry of the index, `detail` what the block holds of it.
function detailOf(row, detail, index, chosen, choose, steps) {
  const score = detail.scores[chosen];
  const link = make("a", { href: `#${encodeURIComponent(row[0])}`, title: "A link to this example" }, row[0]);
  return [
    make("div.bar-top", {}, make("span.key-name", {}, link), steps),
    make("p.q", { dir: "auto" }, detail.question || "(no question)"),
    meta(row, detail, index),
    detail.evidence && titled("Evidence", make("p.evidence", { dir: "auto" }, detail.evidence)),
    systemTabs(row, index, chosen, choose),
    score ? verdicts(score, index) : make("p.note", {}, "This system was not scored on this row."),
    queries(detail, score, index),
    resultsOf(detail, score, index),
    score && measures(score),
    score && candidatesTable(score, new Set(index.keywords)),
  ];
}
