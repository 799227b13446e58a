// SQL in colours, and what differs between two queries, blind to spaces, comments and the case of words.

const TOKEN = /(?<space>\s+)|(?<comment>--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:[^']|'')*'?)|(?<name>"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]]*\])|(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<mark><>|!=|<=|>=|\|\||::|[\s\S])/gu;
const CLASSES = { string: "s", number: "n", comment: "c" };
const MOST_CELLS = 4e6;

function tokens(sql) {
  return [...sql.matchAll(TOKEN)].map(found => {
    const [kind, text] = Object.entries(found.groups).find(([, part]) => part !== undefined);
    const counts = kind !== "space" && kind !== "comment" && text !== ";";
    return { kind, text, key: counts ? (kind === "word" ? text.toUpperCase() : text) : null };
  });
}

// Marks the tokens of each side that the longest common sequence does not hold.
function markDifferences(one, other) {
  let a = one.filter(token => token.key !== null), b = other.filter(token => token.key !== null);
  let from = 0;
  while (from < a.length && from < b.length && a[from].key === b[from].key) from++;
  let back = 0;
  while (back < a.length - from && back < b.length - from && a[a.length - 1 - back].key === b[b.length - 1 - back].key) back++;
  a = a.slice(from, a.length - back);
  b = b.slice(from, b.length - back);
  if (a.length * b.length > MOST_CELLS) {
    for (const token of [...a, ...b]) token.differs = true;
    return;
  }
  const width = b.length + 1, longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i].key === b[j].key
        ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i].key === b[j].key) { i++; j++; }
    else if (j === b.length || (i < a.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) a[i++].differs = true;
    else b[j++].differs = true;
  }
}

// A token that counts for nothing belongs to a difference if both of its neighbours do.
function fillGaps(list) {
  let before = false;
  list.forEach((token, at) => {
    if (token.key !== null) { before = Boolean(token.differs); return; }
    const next = list.slice(at + 1).find(other => other.key !== null);
    token.differs = before && Boolean(next && next.differs);
  });
}

function spoken(token, keywords) {
  if (token.kind === "word" && keywords.has(token.text.toUpperCase())) return make("b", {}, token.text);
  const kind = CLASSES[token.kind];
  return kind ? make(`span.${kind}`, {}, token.text) : visible(token.text);
}

function codeOf(list, keywords, mark) {
  const code = make("code");
  let open = null;
  for (const token of list) {
    if (!token.differs) open = null;
    else if (!open) code.append(open = make(mark));
    (open || code).append(spoken(token, keywords));
  }
  return make("pre.sql", { dir: "ltr" }, code);
}

// Both queries as elements, what only one of them has marked.
function besideEachOther(gold, predicted, keywords) {
  const one = tokens(gold), other = tokens(predicted);
  markDifferences(one, other);
  for (const list of [one, other]) fillGaps(list);
  const differs = [...one, ...other].some(token => token.differs);
  return { gold: codeOf(one, keywords, "del"), predicted: codeOf(other, keywords, "ins"), differs };
}

const coloured = (sql, keywords) => codeOf(tokens(sql), keywords, "ins");
