// Two results side by side, what differs marked where the rows at hand can tell.

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const rowKey = row => JSON.stringify(row);

// Whether a preview is all of its result.
const whole = (result, room) => !result[3] && result[1].length === result[2] && result[0].length < room[1];

// How often each key comes.
function tally(keys) {
  const counts = new Map();
  for (const key of keys) counts.set(key, (counts.get(key) || 0) + 1);
  return counts;
}

// The places of those that the others do not have as often.
function surplus(keys, others) {
  const left = tally(others);
  return keys.flatMap((key, at) => {
    const count = left.get(key) || 0;
    left.set(key, count - 1);
    return count > 0 ? [] : [at];
  });
}

// What can be told of two previews: for either side the rows, cells and columns that the other one lacks, and words.
// A side is judged only by a whole other side: of a cut one nobody knows what it lacks.
function differences(gold, predicted, room) {
  const results = [gold, predicted], judged = [whole(predicted, room), whole(gold, room)];
  const sides = results.map(() => ({ rows: new Set(), cells: new Set(), columns: new Set() }));
  const both = judged[0] && judged[1], keys = results.map(result => result[1].map(rowKey));
  if (!judged[0] && !judged[1]) return { sides, words: "Too many rows to tell from previews which ones differ." };
  const columns = results.map(result => result[0].map((_, at) => rowKey(result[1].map(row => row[at]).sort())));
  if (gold[0].length !== predicted[0].length) {
    if (!both) return { sides, words: "" };
    sides.forEach((side, at) => { side.columns = new Set(surplus(columns[at], columns[1 - at])); });
    return { sides, words: sides.some(side => side.columns.size) ? "Marked: columns whose values the other side has not." : "" };
  }
  const extra = keys.map((own, at) => (judged[at] ? surplus(own, keys[1 - at]) : []));
  if (both && extra[0].length === 0 && extra[1].length === 0) {
    return { sides, words: rowKey(keys[0]) === rowKey(keys[1]) ? "" : "The same rows in another order." };
  }
  if (both && surplus(columns[0], columns[1]).length === 0) {
    const moved = columns[0].flatMap((key, at) => (key === columns[1][at] ? [] : [at]));
    for (const side of sides) side.columns = new Set(moved);
    return { sides, words: moved.length ? "Marked: columns that the other side has at another place." : "The same values in each column, in other rows." };
  }
  sides.forEach((side, at) => { side.rows = new Set(extra[at]); });
  if (both && extra[0].length === extra[1].length) {
    extra[0].forEach((row, at) => markCells(sides, [row, extra[1][at]], results));
  }
  return { sides, words: extra.some(own => own.length) ? "Marked: rows that the other side has not, and their cells that differ." : "" };
}

function markCells(sides, places, results) {
  results[0][1][places[0]].forEach((cell, column) => {
    if (cell === results[1][1][places[1]][column]) return;
    sides.forEach((side, at) => side.cells.add(`${places[at]} ${column}`));
  });
}

function resultTable(result, marks, room, label) {
  const [columns, rows, total, cut] = result;
  const head = columns.map((name, at) => make("th", { scope: "col", class: marks?.columns.has(at) ? "differs" : null }, name || "(no name)"));
  const body = rows.map((row, r) => make("tr", { class: marks?.rows.has(r) ? "differs" : null }, row.map((cell, c) => {
    const kind = cell === null ? "null" : NUMBER.test(cell) ? "num" : "";
    const differs = marks?.cells.has(`${r} ${c}`) || marks?.columns.has(c);
    const attributes = { class: [kind, differs ? "differs" : ""].join(" ").trim() || null, dir: "auto", title: cell };
    return make("td", attributes, cell === null ? "NULL" : cell);
  })));
  const table = make("table", {}, make("thead", {}, make("tr", {}, head)), make("tbody", {}, body));
  const notes = [];
  if (cut) notes.push(`The first ${rows.length} of more than ${counted(total, "row")}.`);
  else if (total > rows.length) notes.push(`The first ${rows.length} of ${counted(total, "row")}.`);
  else notes.push(total ? `${counted(total, "row")}.` : "No rows.");
  if (columns.length >= room[1]) notes.push(`No more than ${room[1]} columns are shown.`);
  return [
    make("div.scroll.rows", { tabindex: 0, role: "region", "aria-label": label }, table),
    make("p.note", {}, notes.join(" ")),
  ];
}
