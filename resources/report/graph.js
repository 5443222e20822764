'use strict';
// The interactive graph of an evidence package. Reads only the JSON text node of this page; every text is set by
// textContent, so nothing of a case can become markup or script. No network, no library.
const data = JSON.parse(document.getElementById('data').textContent);
const NS = 'http://www.w3.org/2000/svg';
const $ = (id) => document.getElementById(id);
const svg = $('graph');
const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches;

function draw(name, attributes, parent) {
  const element = document.createElementNS(NS, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (parent) parent.append(element);
  return element;
}
function tag(name, className, text, parent) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  if (parent) parent.append(element);
  return element;
}
function polygon(points, radius, turn) {
  const out = [];
  for (let i = 0; i < points; i++) {
    const a = turn + i * 2 * Math.PI / points;
    out.push((radius * Math.cos(a)).toFixed(2) + ',' + (radius * Math.sin(a)).toFixed(2));
  }
  return out.join(' ');
}
function star(radius) {
  const out = [];
  for (let i = 0; i < 10; i++) {
    const r = i % 2 ? radius * 0.5 : radius * 1.12, a = -Math.PI / 2 + i * Math.PI / 5;
    out.push((r * Math.cos(a)).toFixed(2) + ',' + (r * Math.sin(a)).toFixed(2));
  }
  return out.join(' ');
}
function shape(node, group) {
  const className = 'shape ' + node.role;
  if (node.kind === 'transaction') return draw('circle', { r: 7, class: 'shape transaction' }, group);
  if (node.kind === 'group') {
    draw('rect', { x: -17, y: -18, width: 42, height: 28, rx: 6, class: 'shape group' }, group);
    return draw('rect', { x: -21, y: -14, width: 42, height: 28, rx: 6, class: 'shape group' }, group);
  }
  if (node.kind === 'stub') return draw('rect', { x: -22, y: -11, width: 44, height: 22, rx: 11, class: 'shape stub' }, group);
  const r = 18;
  if (node.role === 'subject') return draw('polygon', { points: star(r + 3), class: className }, group);
  if (node.role === 'service') return draw('rect', { x: -r, y: -r * .82, width: 2 * r, height: 1.64 * r, rx: 6, class: className }, group);
  if (node.role === 'obfuscation') return draw('polygon', { points: polygon(6, r, 0), class: className }, group);
  if (node.role === 'infrastructure') return draw('polygon', { points: polygon(4, r + 2, 0), class: className }, group);
  if (node.role === 'illicit') return draw('polygon', { points: polygon(3, r + 4, -Math.PI / 2), class: className }, group);
  return draw('circle', { r: node.role === 'victim' ? r : 13, class: className }, group);
}

const world = draw('g', {}, svg), ground = draw('g', {}, world), edgeLayer = draw('g', {}, world), nodeLayer = draw('g', {}, world), plateLayer = draw('g', {}, world), cardLayer = draw('g', {}, world);
const neighbours = data.nodes.map(() => new Set());
const edges = [], nodes = [], plates = [];
const pairs = new Map();
for (const edge of data.edges) {
  const key = Math.min(edge.s, edge.t) + '/' + Math.max(edge.s, edge.t);
  edge.slot = pairs.get(key) || 0;
  pairs.set(key, edge.slot + 1);
}
let heaviest = 0;
for (const edge of data.edges) heaviest = Math.max(heaviest, edge.w);
data.edges.forEach((edge, index) => {
  const a = data.nodes[edge.s], b = data.nodes[edge.t];
  neighbours[edge.s].add(index); neighbours[edge.t].add(index);
  const many = pairs.get(Math.min(edge.s, edge.t) + '/' + Math.max(edge.s, edge.t));
  const dx = b.x - a.x, dy = b.y - a.y, length = Math.hypot(dx, dy) || 1;
  const flip = edge.s < edge.t ? 1 : -1, bend = (edge.slot - (many - 1) / 2) * 88 * flip;
  const cx = (a.x + b.x) / 2 - dy / length * bend, cy = (a.y + b.y) / 2 + dx / length * bend;
  const gapA = a.kind === 'transaction' ? 9 : 21, gapB = b.kind === 'transaction' ? 12 : 25;
  const la = Math.hypot(cx - a.x, cy - a.y) || 1, lb = Math.hypot(b.x - cx, b.y - cy) || 1;
  const x1 = a.x + (cx - a.x) / la * gapA, y1 = a.y + (cy - a.y) / la * gapA;
  const x2 = b.x - (b.x - cx) / lb * gapB, y2 = b.y - (b.y - cy) / lb * gapB;
  const group = draw('g', { class: 'edge ' + edge.style }, edgeLayer);
  const path = 'M' + [x1, y1].map((v) => v.toFixed(1)) + ' Q' + [cx, cy, x2, y2].map((v) => v.toFixed(1)).join(' ');
  const width = heaviest > 0 ? 1 + 3 * Math.sqrt(edge.w / heaviest) : 1.2;
  if (edge.s === edge.t) {
    draw('circle', { cx: a.x, cy: a.y - 30, r: 14, class: 'line', 'stroke-width': width.toFixed(2) }, group);
  } else {
    draw('path', { d: path, class: 'line', 'stroke-width': width.toFixed(2) }, group);
    const angle = Math.atan2(y2 - cy, x2 - cx) * 180 / Math.PI;
    draw('path', { d: 'M6 0 L-4 -4.5 L-4 4.5 Z', class: 'head', transform: 'translate(' + x2.toFixed(1) + ' ' + y2.toFixed(1) + ') rotate(' + angle.toFixed(1) + ')' }, group);
  }
  draw('path', { d: path, class: 'grab' }, group);
  draw('title', {}, group).textContent = edge.exact + (edge.n > 1 ? ' (' + edge.n + ' transfers)' : '');
  let plate = null;
  if (edge.label) {
    plate = draw('g', { class: 'plate' }, plateLayer);
    const inner = draw('g', { class: 'steady' }, plate);
    const text = draw('text', { y: 4 }, null);
    text.textContent = edge.label;
    const wide = 7 * [...edge.label].length + 10;
    draw('rect', { x: -wide / 2, y: -9, width: wide, height: 18, rx: 4 }, inner);
    inner.append(text);
    plates.push({ plate, wide, x1, y1, cx, cy, x2, y2 });
    plate.addEventListener('click', () => chooseEdge(index));
  }
  group.addEventListener('click', () => chooseEdge(index));
  edges.push({ group, plate });
});
data.nodes.forEach((node, index) => {
  const group = draw('g', { class: 'node', tabindex: 0, role: 'button', 'aria-label': node.name + ' ' + node.full, transform: 'translate(' + node.x + ' ' + node.y + ')' }, nodeLayer);
  draw('circle', { r: 25, class: 'ring' }, group);
  if (node.ringed) draw('circle', { r: 23, class: 'own ringed' }, group);
  const mark = shape(node, group);
  if (node.doubtful) mark.classList.add('doubtful');
  if (node.colour) draw('circle', { r: 5, cx: 15, cy: -15, fill: node.colour, class: 'own' }, group);
  const inside = node.kind === 'stub' ? '+' + node.stub : node.kind === 'group' ? String(node.stub) : node.badge;
  if (inside) draw('text', { y: 4, class: 'badge ' + node.role + ' ' + node.kind }, group).textContent = inside;
  if (node.name) {
    const below = 'translate(0 ' + (node.kind === 'transaction' ? 9 : 24) + ')';
    // Names of transactions come when there is room, amounts always.
    const label = draw('g', { class: 'steady label' + (node.kind === 'transaction' ? ' minor' : '') }, draw('g', { transform: below }, group));
    draw('text', { y: 12, class: 'name' }, label).textContent = node.name;
    if (node.detail) draw('text', { y: 26, class: 'detail' }, label).textContent = node.detail;
  }
  draw('title', {}, group).textContent = node.full;
  group.addEventListener('click', (event) => { event.stopPropagation(); chooseNode(index); });
  group.addEventListener('keydown', (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); chooseNode(index); } });
  nodes.push(group);
});

// ---- behind and beside the graph ------------------------------------------------------------------------------
data.lanes.forEach(([top, bottom, name], index) => {
  if (data.lanes.length < 2) return;
  if (index % 2 === 0) draw('rect', { x: -1e5, y: top, width: 2e5, height: bottom - top, class: 'lane' }, ground);
  draw('text', { x: Math.min(...data.nodes.map((n) => n.x)) - 60, y: top + 16, class: 'detail lanename' }, ground).textContent = name || '–';
});
if (data.lanes.length) {
  const first = Math.min(...data.lanes.map((l) => l[0])), last = Math.max(...data.lanes.map((l) => l[1]));
  for (const [x, words] of data.ticks) {
    draw('line', { x1: x, y1: first, x2: x, y2: last, class: 'tick' }, ground);
    draw('text', { x, y: first - 8, class: 'detail' }, ground).textContent = words;
  }
}
for (const frame of data.frames) {
  const [x, y, right, low] = frame.box;
  const box = draw('rect', { x, y, width: right - x, height: low - y, rx: 12, class: 'frame' }, ground);
  if (frame.colour) { box.style.fill = frame.colour; box.style.stroke = frame.colour; }
  draw('text', { x: x + 14, y: y + 15, class: 'framename' }, ground).textContent = frame.name;
}
for (const card of data.cards) {
  const [x, y, right, low] = card.box;
  if (card.node >= 0) {
    const node = data.nodes[card.node];
    draw('line', { x1: node.x, y1: node.y, x2: Math.min(Math.max(node.x, x), right), y2: Math.min(Math.max(node.y, y), low), class: 'leader' }, ground);
  }
  const group = draw('g', { class: 'note', role: 'note', 'aria-label': card.lines.join(' ') }, cardLayer);
  draw('rect', { x, y, width: right - x, height: low - y, rx: 4 }, group);
  draw('rect', { x, y: y + 1, width: 3, height: low - y - 2, class: 'edgebar' }, group);
  card.lines.forEach((line, number) => { draw('text', { x: x + 11, y: y + 8 + (number + 0.75) * 16 }, group).textContent = line; });
}

// ---- camera ---------------------------------------------------------------------------------------------------
let camera = { x: 0, y: 0, k: 1 };
function place() {
  world.setAttribute('transform', 'translate(' + camera.x + ' ' + camera.y + ') scale(' + camera.k + ')');
  svg.style.setProperty('--inverse', String(1 / Math.max(camera.k, 0.02)));
  svg.classList.toggle('far', camera.k < 0.45);
  svg.classList.toggle('close', camera.k >= 0.95);
}
function fit() {
  svg.setAttribute('viewBox', '0 0 ' + svg.clientWidth + ' ' + svg.clientHeight);  // paper has another size than the screen
  if (!data.nodes.length) { place(); return; }
  let x1 = Infinity, y1 = Infinity, x2 = -Infinity, y2 = -Infinity;
  for (const n of data.nodes) { x1 = Math.min(x1, n.x); y1 = Math.min(y1, n.y); x2 = Math.max(x2, n.x); y2 = Math.max(y2, n.y); }
  for (const c of [...data.cards, ...data.frames]) { x1 = Math.min(x1, c.box[0]); y1 = Math.min(y1, c.box[1]); x2 = Math.max(x2, c.box[2]); y2 = Math.max(y2, c.box[3]); }
  const w = svg.clientWidth, h = svg.clientHeight;
  camera.k = Math.min(1.6, (w - 180) / (x2 - x1 + 1), (h - 160) / (y2 - y1 + 1));
  if (!(camera.k > 0.02)) camera.k = 0.02;
  camera.x = w / 2 - (x1 + x2) / 2 * camera.k; camera.y = h / 2 - (y1 + y2) / 2 * camera.k - 8;
  place();
}
// Plates slide along their line until none hides another, a node or a name; done once, at the scale of the first view.
function settle() {
  const k = camera.k, steps = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];
  const walls = data.nodes.map((n) => {
    const text = n.kind === 'transaction' && k < 0.95 ? 0 : 6.6 * Math.max([...n.name].length, [...n.detail].length), disc = n.kind === 'transaction' ? 18 : 44;
    return { x: n.x * k, y: n.y * k + (text ? 18 : 0), w: Math.max(disc * k, text), h: disc * k + (text ? 36 : 0) };
  });
  const at = (p, t) => {
    const u = 1 - t;
    return { x: (u * u * p.x1 + 2 * u * t * p.cx + t * t * p.x2) * k, y: (u * u * p.y1 + 2 * u * t * p.cy + t * t * p.y2) * k, w: p.wide + 4, h: 21 };
  };
  const over = (a, b) => Math.max(0, (a.w + b.w) / 2 - Math.abs(a.x - b.x)) * Math.max(0, (a.h + b.h) / 2 - Math.abs(a.y - b.y));
  const boxes = plates.map((p) => at(p, 0.5));
  for (let sweep = 0; sweep < (plates.length > 300 ? 1 : 4); sweep++) {
    plates.forEach((p, i) => {
      let least = Infinity;
      for (const t of steps) {
        const box = at(p, t);
        let hidden = 0;
        for (let j = 0; j < boxes.length; j++) if (j !== i) hidden += over(box, boxes[j]);
        for (const wall of walls) hidden += over(box, wall);
        if (hidden < least - 0.01) { least = hidden; p.best = box; }
      }
      boxes[i] = p.best;
    });
  }
  plates.forEach((p, i) => p.plate.setAttribute('transform', 'translate(' + (boxes[i].x / k).toFixed(1) + ' ' + (boxes[i].y / k).toFixed(1) + ')'));
}
function zoom(factor, x, y) {
  const k = Math.min(8, Math.max(0.02, camera.k * factor));
  camera.x = x - (x - camera.x) * k / camera.k; camera.y = y - (y - camera.y) * k / camera.k; camera.k = k;
  place();
}
function middle(factor) { zoom(factor, svg.clientWidth / 2, svg.clientHeight / 2); }
function centre(node) {
  if (camera.k < 0.6) camera.k = 0.9;
  camera.x = svg.clientWidth / 2 - node.x * camera.k; camera.y = svg.clientHeight / 2 - node.y * camera.k;
  place();
}
svg.addEventListener('wheel', (event) => {
  event.preventDefault();
  const box = svg.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
let drag = null;
svg.addEventListener('pointerdown', (event) => { drag = { x: event.clientX, y: event.clientY, moved: false }; });
addEventListener('pointermove', (event) => {
  if (!drag) return;
  const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
  if (!drag.moved && Math.hypot(dx, dy) < 4) return;
  drag.moved = true; svg.classList.add('moving');
  camera.x += dx; camera.y += dy; drag.x = event.clientX; drag.y = event.clientY; place();
});
addEventListener('pointerup', () => { svg.classList.remove('moving'); drag = null; });
svg.addEventListener('click', (event) => { if (event.target === svg) clear(); });
addEventListener('resize', fit);

// ---- selection ------------------------------------------------------------------------------------------------
function clear() {
  svg.classList.remove('picked');
  for (const n of nodes) n.classList.remove('on', 'near');
  for (const e of edges) { e.group.classList.remove('on'); if (e.plate) e.plate.classList.remove('on'); }
  $('path').value = '';
  $('card').replaceChildren(...help());
}
function light(index) {
  svg.classList.add('picked');
  edges[index].group.classList.add('on');
  if (edges[index].plate) edges[index].plate.classList.add('on');
  nodes[data.edges[index].s].classList.add('near'); nodes[data.edges[index].t].classList.add('near');
}
function row(table, head, body, className) {
  const line = tag('div', 'fact', undefined, table);
  tag('span', 'key', head, line); tag('bdi', className || '', body, line).dir = 'ltr';
}
function transfers(ids, parent) {
  const known = ids.filter((id) => data.transfers[id]);
  tag('h3', '', ids.length + (ids.length === 1 ? ' transfer' : ' transfers'), parent);
  if (known.length < ids.length) tag('p', 'hint', 'Shown here: ' + known.length + '. All stand in data/transfers/transfers.csv.', parent);
  for (const id of known.slice(0, 200)) {
    const t = data.transfers[id], box = tag('div', 'transfer' + (inside(t.at, t.at) ? '' : ' past'), undefined, parent);
    const head = tag('div', 'head', undefined, box);
    tag('bdi', 'amount', t.amount + ' ' + t.asset, head); tag('span', 'when', t.time, head);
    row(box, 'No.', id + ' · ' + t.kind);
    if (t.from) row(box, 'from', t.from, 'id');
    if (t.to) row(box, 'to', t.to, 'id');
    if (t.tx) row(box, 'tx', t.tx, 'id');
    for (const c of t.cite) row(box, 'place', c);
  }
  if (known.length > 200) tag('p', 'hint', 'The first 200 are listed.', parent);
}
function chooseNode(index) {
  clear();
  const node = data.nodes[index], card = $('card');
  svg.classList.add('picked'); nodes[index].classList.add('on');
  for (const e of neighbours[index]) light(e);
  card.replaceChildren();
  tag('h2', '', node.name, card);
  const chip = tag('span', 'chip', data.roles[node.role] || node.role, card); chip.classList.add(node.role);
  if (node.doubtful) tag('span', 'chip heuristic', 'heuristic', card);
  row(card, node.kind, node.full, 'id');
  if (node.detail) row(card, 'label', node.detail);
  const ids = new Set();
  for (const e of neighbours[index]) for (const id of data.edges[e].ids) ids.add(id);
  const nth = (id) => data.transfers[id] ? data.transfers[id].n : Infinity;
  transfers([...ids].sort((a, b) => nth(a) - nth(b) || a - b), card);
}
function chooseEdge(index) {
  clear();
  const edge = data.edges[index], card = $('card');
  light(index);
  card.replaceChildren();
  tag('h2', '', edge.exact, card);
  row(card, 'from', data.nodes[edge.s].full, 'id');
  row(card, 'to', data.nodes[edge.t].full, 'id');
  row(card, 'basis', { solid: 'on the ledger', dashed: 'heuristic', dotted: 'stated off the ledger' }[edge.style]);
  transfers(edge.ids, card);
}
function help() {
  const box = document.createElement('div');
  tag('h2', '', 'Fund flow', box);
  tag('p', '', data.scope || data.nodes.length + ' nodes, ' + data.edges.length + ' lines', box);
  tag('p', 'hint', 'Select a node or a line for its full identifiers, transfers and citations. Drag moves, the wheel zooms, / searches, F fits, + and - zoom, the arrow keys move, Esc clears. The list above lights up what a finding or a trace rests on. Line width is only a rough guide; the exact sums are in the cards.', box);
  const legend = tag('div', 'legend', undefined, box);
  for (const [role, text] of data.legend) {
    const line = tag('div', 'entry', undefined, legend);
    const small = draw('svg', { viewBox: '-26 -26 52 52', width: 22, height: 22 }, line);
    shape({ kind: 'address', role }, small);
    tag('span', '', text, line);
  }
  return [box];
}

// ---- time -----------------------------------------------------------------------------------------------------
const utc = (seconds) => new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19) + ' UTC';
let from = -Infinity, to = Infinity;
function inside(first, last) { return first === null || first === undefined || (last >= from && first <= to); }
// A line is inside when one of its transfers is; of lines with more transfers than the page lists, the whole span counts.
function lineInside(edge) {
  if (!edge.when.length) return true;
  if (edge.ids.every((id) => data.transfers[id])) return edge.ids.some((id) => inside(data.transfers[id].at, data.transfers[id].at));
  return inside(edge.when[0], edge.when[1]);
}
function filter() {
  const [low, high] = data.span, step = (high - low) / 1000;
  const a = Number($('first').value), b = Number($('last').value);
  const whole = a <= 0 && b >= 1000;
  from = whole ? -Infinity : low + Math.floor(a * step); to = whole ? Infinity : low + Math.ceil(b * step);
  const reached = data.nodes.map((_, index) => neighbours[index].size === 0);
  let lit = 0;
  data.edges.forEach((edge, index) => {
    const is = lineInside(edge);
    edges[index].group.classList.toggle('past', !is);
    if (edges[index].plate) edges[index].plate.classList.toggle('past', !is);
    if (is) { lit++; reached[edge.s] = reached[edge.t] = true; }
  });
  nodes.forEach((node, index) => node.classList.toggle('past', !reached[index]));
  $('window').textContent = whole ? 'All times: ' + utc(low) + ' to ' + utc(high)
    : utc(from) + ' to ' + utc(to) + ': ' + lit + ' of ' + data.edges.length + ' lines. Sums on lines count all their transfers.';
}
function drag2(moved, other, least) {
  if ((Number(moved.value) - Number(other.value)) * least > 0) other.value = moved.value;
  filter();
}
if (data.span.length && data.span[0] < data.span[1]) {
  $('time').hidden = false;
  $('first').value = 0; $('last').value = 1000;
  $('first').addEventListener('input', () => drag2($('first'), $('last'), 1));
  $('last').addEventListener('input', () => drag2($('last'), $('first'), -1));
  $('all').addEventListener('click', () => { $('first').value = 0; $('last').value = 1000; filter(); });
  filter();
}

// ---- paths ----------------------------------------------------------------------------------------------------
function follow(number) {
  clear();
  if (number === '') return;
  const path = data.paths[number], card = $('card');
  $('path').value = number;
  svg.classList.add('picked');
  for (const n of path.nodes) nodes[n].classList.add('near');
  for (const e of path.edges) light(e);
  card.replaceChildren();
  tag('h2', '', path.name, card);
  tag('p', 'hint', path.nodes.length + ' nodes and ' + path.edges.length + ' lines of it are drawn here.', card);
  const ids = new Set();
  for (const e of path.edges) for (const id of data.edges[e].ids) ids.add(id);
  const nth = (id) => data.transfers[id] ? data.transfers[id].n : Infinity;
  transfers([...ids].sort((a, b) => nth(a) - nth(b) || a - b), card);
}
tag('option', '', data.paths.length ? 'Findings and traces' : 'No finding or trace is drawn', $('path')).value = '';
data.paths.forEach((path, number) => { tag('option', '', path.name, $('path')).value = String(number); });
$('path').disabled = !data.paths.length;
$('path').addEventListener('change', () => follow($('path').value));

// ---- search and keys ------------------------------------------------------------------------------------------
let hits = [], lines = [], hit = -1;
function search() {
  const text = $('find').value.trim().toLowerCase();
  for (const n of nodes) n.classList.remove('hit');
  hits = [];
  if (text) data.nodes.forEach((n, i) => { if ((n.name + ' ' + n.detail + ' ' + n.full).toLowerCase().includes(text)) { hits.push(i); nodes[i].classList.add('hit'); } });
  // A transaction that is drawn as a line is found by its identifier, too.
  lines = [];
  if (text && !hits.length) data.edges.forEach((e, i) => { if (e.ids.some((id) => data.transfers[id] && data.transfers[id].tx.toLowerCase().includes(text))) lines.push(i); });
  hit = -1;
  $('found').textContent = text ? (hits.length || lines.length) + ' found' : '';
}
$('find').addEventListener('input', search);
$('find').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && hits.length) { hit = (hit + 1) % hits.length; chooseNode(hits[hit]); centre(data.nodes[hits[hit]]); }
  else if (event.key === 'Enter' && lines.length) {
    hit = (hit + 1) % lines.length;
    const edge = data.edges[lines[hit]], a = data.nodes[edge.s], b = data.nodes[edge.t];
    chooseEdge(lines[hit]); centre({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  }
  if (event.key === 'Escape') { $('find').value = ''; search(); $('find').blur(); }
});
addEventListener('keydown', (event) => {
  if (['INPUT', 'SELECT'].includes(event.target.tagName)) return;
  const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
  if (step) { event.preventDefault(); camera.x += step[0]; camera.y += step[1]; place(); }
  if (event.key === '/') { event.preventDefault(); $('find').focus(); }
  if (event.key === 'f' || event.key === 'F') fit();
  if (event.key === '+' ) middle(1.25);
  if (event.key === '-' ) middle(0.8);
  if (event.key === 'Escape') clear();
});
$('in').addEventListener('click', () => middle(1.25));
$('out').addEventListener('click', () => middle(0.8));
$('fit').addEventListener('click', fit);
clear();
fit();
settle();
if (!reduced) svg.classList.add('calm');
document.documentElement.dataset.nodes = String(data.nodes.length);
