"""Owns the pixel loops of the canvas: numba kernels over plain arrays, one call per horizontal band of the picture
(``hits``: one per share of the lines).

Importing this module loads numba (about half a second) and compiles on first use, so it is imported in a thread
(:func:`workstation.ui.canvas.raster.load_kernels`). Buffers are uint32 premultiplied ARGB, shared with a QImage without a copy.
Neither changes a pixel: positions are computed from a segment's own start in 32.32 fixed point, so the result is
the same for any number of threads (``notes/canvas.md`` section 3).
"""

from __future__ import annotations

import math

import numpy as np

from workstation.analysis.compiled import njit

_inline = njit(nogil=True, cache=True, boundscheck=False, error_model="numpy", inline="always")
_kernel = njit(nogil=True, cache=True, boundscheck=False, error_model="numpy")
_ONE = 4294967296  # 1.0 in 32.32 fixed point


@_inline
def _blend(flat, at, spread, alpha, cover):
    """Lay a premultiplied colour over one pixel of a flat buffer; ``cover`` is 0 to 256.

    All four parts are mixed in one 64-bit word, sixteen bits each; the rounding of ``keep`` lets none run over.
    """
    keep = np.uint64(256) - ((alpha * cover + np.uint64(255)) >> np.uint64(8))
    old = np.uint64(flat[at])
    old = (old & np.uint64(0xFF00FF)) | ((old & np.uint64(0xFF00FF00)) << np.uint64(24))
    mixed = ((old * keep + spread * cover) >> np.uint64(8)) & np.uint64(0x00FF00FF00FF00FF)
    flat[at] = np.uint32((mixed & np.uint64(0xFFFFFFFF)) | (mixed >> np.uint64(24)))


@_inline
def _spread(colour):
    """The four parts of a colour, sixteen bits each."""
    colour = np.uint64(colour)
    return (colour & np.uint64(0xFF00FF)) | ((colour & np.uint64(0xFF00FF00)) << np.uint64(24))


@_kernel
def fill(buf, top, end, colour):
    """Fill rows ``top`` to ``end`` with one colour."""
    for y in range(top, end):
        for x in range(buf.shape[1]):
            buf[y, x] = colour


@_kernel
def segments(buf, top, end, seg, col, wid):
    """Anti-aliased line segments ``x0 y0 x1 y1`` with a width each, in rows ``top`` to ``end``."""
    width = np.int64(buf.shape[1])
    pixels = buf.ravel()
    for i in range(seg.shape[0]):
        x0 = np.float64(seg[i, 0])
        y0 = np.float64(seg[i, 1])
        x1 = np.float64(seg[i, 2])
        y1 = np.float64(seg[i, 3])
        w = np.float64(wid[i])
        reach = w * 0.5 + 1.0
        if (y0 < top - reach and y1 < top - reach) or (y0 > end + reach and y1 > end + reach):
            continue
        if (x0 < -reach and x1 < -reach) or (x0 > width + reach and x1 > width + reach):
            continue
        flat = abs(x1 - x0) >= abs(y1 - y0)
        if not flat:
            x0, y0, x1, y1 = y0, x0, y1, x1
        if x1 < x0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        if x1 - x0 < 0.25:
            continue
        slope = (y1 - y0) / (x1 - x0)
        first = np.int64(math.floor(x0 + 0.5))
        if flat:
            low, high = np.int64(0), width
            across_low, across_high = np.int64(top), np.int64(end)
        else:
            low, high = np.int64(top), np.int64(end)
            across_low, across_high = np.int64(0), width
        start = max(first, low)
        stop = min(np.int64(math.floor(x1 + 0.5)), high - 1)
        if abs(slope) > 1e-3:  # only the steps whose line lies in the rows (or columns) that are drawn, and some more
            room = 2.0 + w
            near = x0 + (across_low - room - y0) / slope
            far = x0 + (across_high + room - y0) / slope
            start = max(start, np.int64(math.floor(min(near, far))) - 1)
            stop = min(stop, np.int64(math.floor(max(near, far))) + 1)
        half = np.int64(max(w, 1.0) * 0.5 * math.sqrt(1.0 + slope * slope) * _ONE)
        strength = np.uint64(256) if w >= 1.0 else np.uint64(w * 256)
        plain = np.uint32(col[i])
        alpha = np.uint64(plain) >> np.uint64(24)
        spread = _spread(plain)
        solid = alpha == 255 and strength == 256  # a pixel inside such a line needs no mixing
        step = np.int64(slope * _ONE)
        centre = np.int64((y0 + (first + 0.5 - x0) * slope) * _ONE) + (start - first) * step
        along, across = (np.int64(1), width) if flat else (width, np.int64(1))
        for t in range(start, stop + 1):
            a = centre - half
            b = centre + half
            centre += step
            row_a = a >> 32
            row_b = b >> 32
            if row_b < across_low or row_a >= across_high:
                continue
            at = t * along + row_a * across
            cover_a = np.uint64((a >> 24) & 255)
            cover_b = np.uint64((b >> 24) & 255)
            if row_a == row_b:
                _blend(pixels, np.uintp(at), spread, alpha, ((cover_b - cover_a) * strength) >> np.uint64(8))
                continue
            if row_a >= across_low:
                _blend(pixels, np.uintp(at), spread, alpha, ((np.uint64(256) - cover_a) * strength) >> np.uint64(8))
            if row_b < across_high:
                last = np.uintp(t * along + row_b * across)
                _blend(pixels, last, spread, alpha, (cover_b * strength) >> np.uint64(8))
            for j in range(max(row_a + 1, across_low), min(row_b, across_high)):
                inner = np.uintp(t * along + j * across)
                if solid:
                    pixels[inner] = plain
                else:
                    _blend(pixels, inner, spread, alpha, strength)


@_kernel
def triangles(buf, top, end, tri, col):
    """Anti-aliased triangles (arrow heads), rows ``x0 y0 x1 y1 x2 y2``."""
    width = buf.shape[1]
    pixels = buf.ravel()
    for i in range(tri.shape[0]):
        ax, ay, bx, by, cx, cy = tri[i, 0], tri[i, 1], tri[i, 2], tri[i, 3], tri[i, 4], tri[i, 5]
        if (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) < 0:
            bx, by, cx, cy = cx, cy, bx, by
        x_low = max(0, int(min(ax, min(bx, cx))) - 1)
        x_high = min(width - 1, int(max(ax, max(bx, cx))) + 1)
        y_low = max(top, int(min(ay, min(by, cy))) - 1)
        y_high = min(end - 1, int(max(ay, max(by, cy))) + 1)
        alpha = np.uint64(col[i]) >> np.uint64(24)
        spread = _spread(col[i])
        side_a = math.hypot(bx - ax, by - ay) + 1e-6
        side_b = math.hypot(cx - bx, cy - by) + 1e-6
        side_c = math.hypot(ax - cx, ay - cy) + 1e-6
        for y in range(y_low, y_high + 1):
            for x in range(x_low, x_high + 1):
                px = x + 0.5
                py = y + 0.5
                inside = (
                    min(
                        ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) / side_a,
                        min(
                            ((cx - bx) * (py - by) - (cy - by) * (px - bx)) / side_b,
                            ((ax - cx) * (py - cy) - (ay - cy) * (px - cx)) / side_c,
                        ),
                    )
                    + 0.5
                )
                if inside > 0:
                    _blend(pixels, np.uintp(y * width + x), spread, alpha, np.uint64(256 * min(inside, 1.0)))


@_kernel
def sprites(buf, top, end, atlas, drawn, nx, ny, style, cell):
    """Stamp square sprites of a one-row ``atlas`` centred on ``(nx, ny)``; ``style`` is the column.

    ``drawn`` gives, for each row of each column, the first pixel that is not clear and the one after the last.
    """
    width = np.int64(buf.shape[1])
    pixels = buf.ravel()
    for i in range(nx.shape[0]):
        left = style[i] * cell
        x0 = int(math.floor(nx[i] - cell * 0.5 + 0.5))
        y0 = int(math.floor(ny[i] - cell * 0.5 + 0.5))
        if x0 >= width or y0 >= end or x0 + cell <= 0 or y0 + cell <= top:
            continue
        for y in range(max(y0, top), min(y0 + cell, end)):
            row = np.uintp(y - y0)
            low = max(x0 + drawn[style[i], row, 0], 0)
            for x in range(low, min(x0 + drawn[style[i], row, 1], width)):
                colour = atlas[row, np.uintp(left + x - x0)]
                alpha = np.uint64(colour) >> np.uint64(24)
                at = np.uintp(y * width + x)
                if alpha == 255:
                    pixels[at] = colour
                elif alpha:
                    _blend(pixels, at, _spread(colour), alpha, np.uint64(256))


@_kernel
def dots(buf, top, end, nx, ny, col, size):
    """Opaque squares for the far view."""
    width = np.int64(buf.shape[1])
    pixels = buf.ravel()
    for i in range(nx.shape[0]):
        y0 = int(math.floor(ny[i] - size * 0.5 + 0.5))
        if y0 >= end or y0 + size <= top:
            continue
        x0 = int(math.floor(nx[i] - size * 0.5 + 0.5))
        colour = col[i]
        low = max(x0, 0)
        high = min(x0 + size, width)
        for y in range(max(y0, top), min(y0 + size, end)):
            for x in range(low, high):
                pixels[np.uintp(y * width + x)] = colour


@_kernel
def hits(count, seg, first, step):
    """Far view: one increment for each pixel a segment crosses; the order of segments does not matter.

    Takes every ``step``-th segment from ``first`` on, so that each thread counts its share in a ``count`` of its own.
    """
    height, width = np.int64(count.shape[0]), np.int64(count.shape[1])
    count[:] = 0
    cells = count.ravel()
    for i in range(first, seg.shape[0], step):
        x0 = np.float64(seg[i, 0])
        y0 = np.float64(seg[i, 1])
        x1 = np.float64(seg[i, 2])
        y1 = np.float64(seg[i, 3])
        flat = abs(x1 - x0) >= abs(y1 - y0)
        # along the longer way the line takes one pixel a step, across it moves by less than one
        along_end, across_end = (width, height) if flat else (height, width)
        if not flat:
            x0, y0, x1, y1 = y0, x0, y1, x1
        if x1 < x0:
            x0, y0, x1, y1 = x1, y1, x0, y0
        # the middle of the first pixel may lie a little outside the segment, so its row may too
        if x1 < -2 or x0 >= along_end + 2 or max(y0, y1) < -2 or min(y0, y1) >= across_end + 2 or x1 - x0 < 0.5:
            continue
        slope = (y1 - y0) / (x1 - x0)
        begin = np.int64(math.floor(x0 + 0.5))
        start = max(begin, np.int64(0))
        stop = min(np.int64(math.floor(x1)), along_end - 1)
        if abs(slope) > 1e-3 and (min(y0, y1) < 2 or max(y0, y1) >= across_end - 2):
            near = x0 + (-2.0 - y0) / slope
            far = x0 + (across_end + 2.0 - y0) / slope
            start = max(start, np.int64(math.floor(min(near, far))) - 1)
            stop = min(stop, np.int64(math.floor(max(near, far))) + 1)
        move = np.int64(slope * _ONE)
        at = np.int64((y0 + (begin + 0.5 - x0) * slope) * _ONE) + (start - begin) * move
        # ends outside the picture are left out here, so that the loops over pixels need no question
        while start <= stop and not 0 <= (at >> 32) < across_end:
            start += 1
            at += move
        while start <= stop and not 0 <= ((at + (stop - start) * move) >> 32) < across_end:
            stop -= 1
        if flat:
            for x in range(start, stop + 1):
                here = np.uintp((at >> 32) * width + x)
                at += move
                cells[here] += np.uint8(cells[here] < 255)
        else:
            row = start * width
            for _ in range(start, stop + 1):
                here = np.uintp(row + (at >> 32))
                at += move
                row += width
                cells[here] += np.uint8(cells[here] < 255)


@_kernel
def tone(buf, counts, top, end, table):
    """Turn the hits of all threads together into colours by a table; more than its last entry count as that."""
    last = np.uint16(table.shape[0] - 1)
    row = np.empty(buf.shape[1], np.uint16)
    for y in range(top, end):
        row[:] = counts[0, y]
        for layer in range(1, counts.shape[0]):
            for x in range(buf.shape[1]):
                row[x] += counts[layer, y, x]
        for x in range(buf.shape[1]):
            buf[y, x] = table[min(row[x], last)]


@_kernel
def cull_nodes(pos, cx, cy, scale, width, height, margin, pixels, seen):
    """World to pixel for all nodes (into ``pixels``), numbers of visible ones into ``seen``; gives how many."""
    found = 0
    ox = width * 0.5 - cx * scale
    oy = height * 0.5 - cy * scale
    for i in range(pos.shape[0]):
        x = pos[i, 0] * scale + ox
        y = pos[i, 1] * scale + oy
        pixels[i, 0] = x
        pixels[i, 1] = y
        if -margin < x < width + margin and -margin < y < height + margin:
            seen[found] = i
            found += 1
    return found


@_kernel
def cull_edges(pixels, src, dst, width, height, margin, seen, seg):
    """Edges whose box (with the bend of the curve) meets the picture: numbers and straight segments; gives how many."""
    found = 0
    for i in range(src.shape[0]):
        x0 = pixels[src[i], 0]
        y0 = pixels[src[i], 1]
        x1 = pixels[dst[i], 0]
        y1 = pixels[dst[i], 1]
        if (x0 < -margin and x1 < -margin) or (x0 > width + margin and x1 > width + margin):
            continue
        if (y0 < -margin and y1 < -margin) or (y0 > height + margin and y1 > height + margin):
            continue
        seen[found] = i
        seg[found, 0] = x0
        seg[found, 1] = y0
        seg[found, 2] = x1
        seg[found, 3] = y1
        found += 1
    return found


@_kernel
def curves(
    pixels, src, dst, edges, width_of, lane, dash, rim, grow, thick, unit, straight, wide, tall, col, tip_col,
    out, col_out, wid_out, tri, tri_col,
):  # fmt: skip
    """Edges as flattened segments and arrow heads in pixels: the geometry of ``analysis.curves.curve``.

    ``rim`` is the radius of each node in world units, ``grow`` turns it into pixels; ``lane`` is in pixels; ``unit`` is
    device pixels per pixel. ``wide`` and ``tall`` are the picture: pieces outside it are left out. ``dash``: 0 solid,
    1 dashed, 2 dotted, 3 double, 4 dash and dot. ``col`` and ``tip_col`` hold a colour for each of ``edges``. Gives how many segments and triangles were written.
    """
    made = 0
    heads = 0
    for q in range(edges.shape[0]):
        e = edges[q]
        a = src[e]
        b = dst[e]
        ax = np.float64(pixels[a, 0])
        ay = np.float64(pixels[a, 1])
        bx = np.float64(pixels[b, 0])
        by = np.float64(pixels[b, 1])
        near = rim[a] * grow
        far = rim[b] * grow + 2.0 * unit
        w = width_of[e] * thick
        rim_room = w + 2.0
        head = 6.0 * unit + 1.7 * w
        dx = bx - ax
        dy = by - ay
        length = math.sqrt(dx * dx + dy * dy) + 1e-6
        if length < near + far:
            continue
        if straight:
            tx = dx / length
            ty = dy / length
            px = bx - tx * far
            py = by - ty * far
            out[made, 0] = ax + tx * near
            out[made, 1] = ay + ty * near
            out[made, 2] = px
            out[made, 3] = py
            col_out[made] = col[q]
            wid_out[made] = w
            made += 1
        else:
            side = 1.0 if dx >= 0 else -1.0
            ending = 1.0
            handle = max(abs(dx) * 0.5, 30.0 * unit)
            if abs(dx) < 40.0 * unit:
                side = 1.0
                ending = -1.0
                handle = max(46.0 * unit, abs(dy) * 0.3)
            sx = ax + side * near
            px = bx - side * ending * far
            py = by
            ex = px - side * ending * head * 0.8
            c1x = sx + side * handle
            c1y = ay + lane[e] * 1.33
            c2x = ex - side * ending * handle
            c2y = by + lane[e] * 1.33
            tx = px - c2x
            ty = py - c2y
            tl = math.sqrt(tx * tx + ty * ty) + 1e-6
            tx /= tl
            ty /= tl
            pieces = min(24, max(4, int(length / (11.0 * unit))))
            if dash[e]:
                pieces = min(24, max(8, int(length / (6.0 * unit))))
            if dash[e] == 3:  # two lines side by side: each with half of the pieces
                pieces = min(12, max(4, int(length / (14.0 * unit))))
            qx = sx
            qy = ay
            for j in range(1, pieces + 1):
                t = j / pieces
                u = 1.0 - t
                w0 = u * u * u
                w1 = 3 * u * u * t
                w2 = 3 * u * t * t
                w3 = t * t * t
                nx = w0 * sx + w1 * c1x + w2 * c2x + w3 * ex
                ny = w0 * ay + w1 * c1y + w2 * c2y + w3 * by
                outside = (qx < -rim_room and nx < -rim_room) or (qx > wide + rim_room and nx > wide + rim_room)
                outside |= (qy < -rim_room and ny < -rim_room) or (qy > tall + rim_room and ny > tall + rim_room)
                if not outside and dash[e] == 3:
                    gx = nx - qx
                    gy = ny - qy
                    gl = math.sqrt(gx * gx + gy * gy) + 1e-6
                    half_room = (3.0 * unit + 0.6 * w) * 0.5
                    for turn in (-1.0, 1.0):
                        shift_x = -gy / gl * half_room * turn
                        shift_y = gx / gl * half_room * turn
                        out[made, 0] = qx + shift_x
                        out[made, 1] = qy + shift_y
                        out[made, 2] = nx + shift_x
                        out[made, 3] = ny + shift_y
                        col_out[made] = col[q]
                        wid_out[made] = max(unit, w * 0.4)
                        made += 1
                elif not outside and (dash[e] == 0 or j % 2 == 1):
                    share = 0.45 if dash[e] == 2 or (dash[e] == 4 and j % 4 == 3) else 1.0
                    out[made, 0] = qx
                    out[made, 1] = qy
                    out[made, 2] = qx + (nx - qx) * share
                    out[made, 3] = qy + (ny - qy) * share
                    col_out[made] = col[q]
                    wid_out[made] = w
                    made += 1
                qx = nx
                qy = ny
        if length > near + far + head * 0.6:
            half = head * 0.42
            tri[heads, 0] = px
            tri[heads, 1] = py
            tri[heads, 2] = px - tx * head - ty * half
            tri[heads, 3] = py - ty * head + tx * half
            tri[heads, 4] = px - tx * head + ty * half
            tri[heads, 5] = py - ty * head - tx * half
            tri_col[heads] = tip_col[q]
            heads += 1
    return made, heads
