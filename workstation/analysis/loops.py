"""Owns the inner loops of the layered layout: order by depth, sweeps, sifting, crossings, heights.

Written in the part of Python that numba compiles (:func:`workstation.analysis.compiled.loops`), and run as they stand on
lists where a drawing is small: whole numbers and sums in a fixed order, so both give the same result to the last bit.

A drawing is ``line``: its nodes layer by layer, in their order; ``first``: where each layer begins in it, and the end of
the last; ``place``: the place of each node inside its layer. The links of node ``u`` to one side are
``ends[start[u]:start[u + 1]]``. Must not know ranks, bends or what a node is.
"""

from __future__ import annotations

import numpy as np


def depth_first(roots, start, ends):
    """The nodes in the order a depth-first walk from ``roots`` (all nodes, best first) meets them."""
    seen = [False] * len(roots)
    follow = start.copy()
    found = [0] * len(roots)
    count = 0
    for root in roots:
        if seen[root]:
            continue
        seen[root] = True
        found[count] = root
        count += 1
        stack = [root]
        while len(stack) > 0:
            u = stack[-1]
            if follow[u] == start[u + 1]:
                stack.pop()
                continue
            v = ends[follow[u]]
            follow[u] += 1
            if not seen[v]:
                seen[v] = True
                found[count] = v
                count += 1
                stack.append(v)
    return found


def crossings(first, line, place, start, ends):
    """The exact number of crossings of the links to the next layer (counting tree)."""
    total = 0
    for layer in range(len(first) - 2):
        width = first[layer + 2] - first[layer + 1]
        tree = [0] * (width + 1)
        seen = 0
        for i in range(first[layer], first[layer + 1]):
            u = line[i]
            for j in range(start[u], start[u + 1]):
                below = 0
                k = place[ends[j]] + 1
                while k > 0:
                    below += tree[k]
                    k &= k - 1
                total += seen - below
            for j in range(start[u], start[u + 1]):
                seen += 1
                k = place[ends[j]] + 1
                while k <= width:
                    tree[k] += 1
                    k += k & -k
    return total


def swept(first, line, place, start, ends, forward, late):
    """Every layer ordered by the mean place of its neighbours in the layer before (``forward``) or after.

    ``late``: what has the same mean changes its order, so that a knot may come undone.
    """
    layers = len(first) - 1
    for turn in range(1, layers):
        layer = turn if forward else layers - 1 - turn
        low = first[layer]
        count = first[layer + 1] - low
        wanted = [0.0] * count
        last = 0.0
        for i in range(count):
            u = line[low + i]
            links = start[u + 1] - start[u]
            if links > 0:
                total = 0
                for j in range(start[u], start[u + 1]):
                    total += place[ends[j]]
                last = total / links
            wanted[i] = last  # without neighbours on this side: beside the one before it
        if late:
            wanted = wanted[::-1]
        order = np.argsort(np.array(wanted), kind="mergesort")
        moved = [0] * count
        for i in range(count):
            moved[i] = line[low + (count - 1 - order[i] if late else order[i])]
        for i in range(count):
            line[low + i] = moved[i]
            place[moved[i]] = i


def by_place(line, low, high, start, ends, back_start, back_ends, at):
    """Sort the links that lead to one layer by the places there: ``at`` is scratch, one number a node."""
    for i in range(low, high):
        u = line[i]
        for j in range(start[u], start[u + 1]):
            at[ends[j]] = back_start[ends[j]]
    for i in range(low, high):
        u = line[i]
        for j in range(start[u], start[u + 1]):
            v = ends[j]
            back_ends[at[v]] = u
            at[v] += 1


def crossed(u, v, start, ends, place):
    """How often the links of ``u`` and ``v`` (sorted by place) cross more with ``u`` before ``v`` than after it."""
    more = 0
    i = start[u]
    for j in range(start[v], start[v + 1]):
        while i < start[u + 1] and place[ends[i]] <= place[ends[j]]:
            i += 1
        more += start[u + 1] - i
    j = start[v]
    for i in range(start[u], start[u + 1]):
        while j < start[v + 1] and place[ends[j]] <= place[ends[i]]:
            j += 1
        more -= start[v + 1] - j
    return more


def sifted(first, line, place, up_start, up_ends, down_start, down_ends, rounds, window):
    """Each node goes to the place in its layer, up to ``window`` away, where it takes most crossings away.

    Until a round takes none away, or ``rounds`` are done. Sorts both kinds of ends by place.
    """
    at = [0] * len(place)
    for _ in range(rounds):
        gain = 0
        for layer in range(len(first) - 1):
            low = first[layer]
            high = first[layer + 1]
            if layer > 0:
                by_place(line, first[layer - 1], low, down_start, down_ends, up_start, up_ends, at)
            if layer < len(first) - 2:
                by_place(line, high, first[layer + 2], up_start, up_ends, down_start, down_ends, at)
            for u in line[low:high].copy():
                here = low + place[u]
                most = 0
                best = here
                for way in (1, -1):
                    fewer = 0
                    k = here + way
                    while low <= k < high and abs(k - here) <= window:
                        v = line[k]
                        fewer += way * crossed(u, v, up_start, up_ends, place)
                        fewer += way * crossed(u, v, down_start, down_ends, place)
                        if fewer > most:
                            most = fewer
                            best = k
                        k += way
                gain += most
                way = 1 if best > here else -1
                while here != best:
                    line[here] = line[here + way]
                    place[line[here]] = here - low
                    here += way
                line[best] = u
                place[u] = best - low
        if gain == 0:
            return


def spaced(wanted, pull, gaps):
    """Least weighted movement that keeps neighbours ``gaps`` apart (pool adjacent violators)."""
    count = len(wanted)
    value = [0.0] * count
    force = [0.0] * count
    members = [0] * count
    offset = [0.0] * count
    blocks = 0
    below = 0.0
    for k in range(count):
        below += gaps[k]
        offset[k] = below
        value[blocks] = wanted[k] - below
        force[blocks] = pull[k]
        members[blocks] = 1
        blocks += 1
        while blocks > 1 and value[blocks - 2] > value[blocks - 1]:
            a = blocks - 2
            b = blocks - 1
            value[a] = (value[a] * force[a] + value[b] * force[b]) / (force[a] + force[b])
            force[a] += force[b]
            members[a] += members[b]
            blocks -= 1
    found = [0.0] * count
    k = 0
    for block in range(blocks):
        for _ in range(members[block]):
            found[k] = value[block] + offset[k]
            k += 1
    return found


def relaxed(first, line, y, size, up_start, up_ends, up_pull, down_start, down_ends, down_pull, rounds):
    """Move every node towards its neighbours, layer by layer there and back, the sizes kept apart; changes ``y``."""
    layers = len(first) - 1
    for turn in range(rounds):
        last = turn >= rounds - 2
        for number in range(layers):
            layer = number if turn % 2 == 0 else layers - 1 - number
            low = first[layer]
            count = first[layer + 1] - low
            wanted = [0.0] * count
            pull = [0.0] * count
            gaps = [0.0] * count
            for i in range(count):
                u = line[low + i]
                total = 0.0
                force = 0.0
                if turn % 2 == 0 or last:
                    for j in range(up_start[u], up_start[u + 1]):
                        total += y[up_ends[j]] * up_pull[j]
                        force += up_pull[j]
                if turn % 2 == 1 or last:
                    for j in range(down_start[u], down_start[u + 1]):
                        total += y[down_ends[j]] * down_pull[j]
                        force += down_pull[j]
                wanted[i] = total / force if force > 0 else y[u]
                pull[i] = force if force > 0 else 0.05
                if i > 0:
                    gaps[i] = (size[u] + size[line[low + i - 1]]) / 2
            found = spaced(wanted, pull, gaps)
            for i in range(count):
                y[line[low + i]] = found[i]
