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

// For either side: which rows, cells and columns the other one lacks. A side is judged only by a whole other side.
function differences(gold, predicted, room) {
  const sides = [gold, predicted].map(() => ({ rows: new Set(), cells: new Set(), columns: new Set() }));
  const judged = [whole(predicted, room), whole(gold, room)];
  const results = [gold, predicted];
  if (gold[0].length !== predicted[0].length) {
    const columns = results.map(result => result[0].map((_, at) => rowKey(result[1].map(row => row[at]).sort())));
    if (judged[0] && judged[1]) {
      sides.forEach((side, at) => { side.columns = new Set(surplus(columns[at], columns[1 - at])); });
    }
    return { sides, judged: judged[0] && judged[1], byColumn: true };
  }
  const keys = results.map(result => result[1].map(rowKey));
  const extra = keys.map((own, at) => (judged[at] ? surplus(own, keys[1 - at]) : []));
  sides.forEach((side, at) => { side.rows = new Set(extra[at]); });
  if (judged[0] && judged[1] && extra[0].length === extra[1].length) {
    extra[0].forEach((row, at) => {
      const other = extra[1][at];
      gold[1][row].forEach((cell, column) => {
        if (cell === predicted[1][other][column]) return;
        sides[0].cells.add(`${row} ${column}`);
        sides[1].cells.add(`${other} ${column}`);
      });
    });
  }
  return { sides, judged: judged[0] || judged[1], byColumn: false };
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
