"""Owns the frame time of Cytoscape.js in a headless Chromium, the peer of figure R5.

The program ships neither. The figure is taken where a Chromium is installed and ``FUNDFLOW_CYTOSCAPE`` names the file
``cytoscape.cjs.js`` of an npm package; it is left out elsewhere. Must not assert anything.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: The peer in a page, with plain versions of the small npm packages it needs. Its own render loop draws each frame.
_PAGE = """<!doctype html><meta charset="utf-8"><body style="margin:0"><div id="c" style="width:WIDTHpx;height:HEIGHTpx"></div>
<pre id="out"></pre><script>
window.onerror = function (words, file, line) { var o = document.getElementById('out'); o.textContent = o.textContent || words + ' ' + line; };
var next = null;  // its render loop turns when we ask for a frame
window.requestAnimationFrame = function (f) { next = f; return 1; };
var module = {exports: {}}, exports = module.exports;
function require(name) {
  if (name === 'lodash.debounce') return function (f) { return f; };
  if (name === 'lodash.get') return function (o, p) { return o == null ? undefined : o[p]; };
  if (name === 'lodash.set') return function (o, p, v) { o[p] = v; return o; };
  if (name === 'lodash.topath') return function (p) { return String(p).split('.'); };
  return Heap;
}
function Heap(less) { this.less = less; this.nodes = []; }
Heap.prototype = {
  size: function () { return this.nodes.length; },
  empty: function () { return !this.nodes.length; },
  peek: function () { return this.nodes[0]; },
  has: function (x) { return this.nodes.indexOf(x) >= 0; },
  push: function (x) { this.nodes.push(x); this.up(this.nodes.length - 1); },
  pop: function () {
    var top = this.nodes[0], last = this.nodes.pop();
    if (this.nodes.length) { this.nodes[0] = last; this.down(0); }
    return top;
  },
  updateItem: function (x) {
    var at = this.nodes.indexOf(x);
    if (at >= 0) { this.up(at); this.down(this.nodes.indexOf(x)); }
  },
  swap: function (a, b) { var x = this.nodes[a]; this.nodes[a] = this.nodes[b]; this.nodes[b] = x; },
  up: function (at) {
    for (var over; at > 0; at = over) {
      over = (at - 1) >> 1;
      if (this.less(this.nodes[at], this.nodes[over]) >= 0) return;
      this.swap(at, over);
    }
  },
  down: function (at) {
    for (;;) {
      var first = at, left = 2 * at + 1;
      for (var n = left; n <= left + 1 && n < this.nodes.length; n++)
        if (this.less(this.nodes[n], this.nodes[first]) < 0) first = n;
      if (first === at) return;
      this.swap(at, first);
      at = first;
    }
  }
};
</script><script>(function () {PEER
})();</script><script>
var g = GRAPH, elements = [];
g.pos.forEach(function (p, n) { elements.push({data: {id: 'n' + n}, position: {x: p[0], y: p[1]}}); });
g.ends.forEach(function (e, n) { elements.push({data: {id: 'e' + n, source: 'n' + e[0], target: 'n' + e[1]}}); });
var cy = module.exports({
  container: document.getElementById('c'), elements: elements, layout: {name: 'preset', fit: false},
  style: [{selector: 'node', style: {width: 36, height: 36}},
          {selector: 'edge', style: {'curve-style': 'bezier', 'target-arrow-shape': 'triangle', width: 2}}]});
cy.fit();
var r = cy.renderer(), spent = [];
function frame(dx) {
  cy.panBy({x: dx, y: 0});
  var start = performance.now(), turn = next;
  turn(start);
  r.data.contexts.forEach(function (c) { if (c.canvas.width) c.getImageData(0, 0, 1, 1); });
  return performance.now() - start;
}
for (var t = 0; t < TURNS; t++) spent.push(frame(7));
document.getElementById('out').textContent = JSON.stringify({version: cy.version || module.exports.version, spent: spent});
</script>"""


def frame(
    pos: NDArray[np.float64], source: NDArray[np.int64], target: NDArray[np.int64], size: tuple[int, int]
) -> tuple[float, str] | None:
    """Milliseconds of a frame that pans over the whole graph, and the version of the peer; None where it is not here."""
    script = Path(os.environ.get("FUNDFLOW_CYTOSCAPE", ""))
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None or not script.is_file():
        return None
    graph = {"pos": pos.round(2).tolist(), "ends": np.stack([source, target], 1).tolist()}
    words = {
        "WIDTH": str(size[0]),
        "HEIGHT": str(size[1]),
        "TURNS": "12",
        "GRAPH": json.dumps(graph),
        "PEER": script.read_text("utf-8"),
    }
    page = re.sub("|".join(words), lambda found: words[found[0]], _PAGE)
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top)
        (folder / "page.html").write_text(page, "utf-8")
        done = subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}",
                f"--window-size={size[0]},{size[1]}", "--dump-dom", (folder / "page.html").as_uri(),
            ],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    told = re.search(r'<pre id="out">(\{.*?\})</pre>', done.stdout, re.DOTALL)
    if told is None:
        said = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.DOTALL)
        raise RuntimeError(f"Cytoscape.js did not draw: {said[1] if said else done.stderr[-400:]}")
    made: dict[str, Any] = json.loads(told[1])
    return float(np.median(made["spent"][2:])), str(made.get("version", ""))
