#!/usr/bin/env python3
"""Checks a Fundflow Workstation evidence package without the program: python3 verify_package.py PACKAGE [ALLOWED_SIGNERS [REVOKED]]

PACKAGE is the ZIP or its unpacked folder. One file, standard library only, Python 3.8 or newer, opens no connection.
Exit code 0: every check held. 1: at least one failed. 2: there is no package at this place.

What is checked: the closed list of files, every hash (BagIt, RFC 8493), the Ed25519 signature over the seal (SSHSIG;
RFC 8032), the custody chain, that runs and code of plugins are those the log sealed, and that every citation of a transfer,
event, mention, price or finding is a row of a source file with the stated hash. This file must reach you by another way than the package: whoever changes the package can change a copy inside it.
"""

import base64
import csv
import hashlib
import io
import json
import os
import re
import stat
import struct
import sys
import zipfile

SEAL = "tagmanifest-sha256.txt"
SIGNATURE = "signatures/tagmanifest-sha256.txt.sshsig"
NAMESPACE = b"evidence-package@fundflow-workstation"
CHECKPOINT = b"custody-checkpoint@fundflow-workstation"
LATER = re.compile(r"signatures/(tagmanifest-sha256\.txt\.(p7s|sshsig|tsq|tsr|ots|asc)|signer\.pem)\Z")
NAME = re.compile(r"[A-Za-z0-9._-]{1,119}(/[A-Za-z0-9._-]{1,119}){0,6}\Z")
LINE = re.compile(r"([0-9a-f]{64}|[0-9a-f]{128})  (\S+)\Z")
MOST_FILES = 200000
LARGEST_TEXT = 2 << 30
GENESIS = "0" * 64
# Packages of the first version have no such files.
STATEMENTS = ("data/statements/events.jsonl", "data/statements/mentions.jsonl", "data/prices/prices.jsonl")


class Damaged(Exception):
    """The package cannot be read further; the text says why."""


class Bag:
    """The files of a package, from a ZIP or a folder, read in pieces and never unpacked."""

    def __init__(self, path):
        self.path = path
        self.names = {}
        self._folded = set()
        self._zip = None
        if os.path.isdir(path):
            self._from_folder()
        else:
            self._from_zip()

    def _from_folder(self):
        for folder, folders, files in os.walk(self.path):
            for name in folders + files:
                full = os.path.join(folder, name)
                if os.path.islink(full):
                    raise Damaged("a link lies in the package: %r" % name)
            for name in files:
                full = os.path.join(folder, name)
                self._add(os.path.relpath(full, self.path).replace(os.sep, "/"), full, os.path.getsize(full))

    def _from_zip(self):
        try:
            self._zip = zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as problem:
            raise Damaged("this is not a whole ZIP file (%s)" % problem)
        tops = set()
        for entry in self._zip.infolist():
            if entry.is_dir():
                continue
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if kind not in (0, stat.S_IFREG):
                raise Damaged("an entry of the ZIP is no plain file: %r" % entry.filename)
            if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
                raise Damaged("an entry of the ZIP is compressed; packages are stored as they are")
            if entry.flag_bits & 1:
                raise Damaged("an entry of the ZIP is encrypted")
            top, slash, rest = entry.filename.partition("/")
            tops.add(top)
            if not slash:
                raise Damaged("a file lies outside the folder of the package: %r" % entry.filename)
            self._add(rest, entry, entry.file_size)
        if len(tops) > 1:
            raise Damaged("the ZIP holds more than one folder")
        self._no_gaps()

    def _no_gaps(self):
        """Nothing may lie before, between or behind the entries: a ZIP can carry bytes that no listing shows."""
        at = 0
        with open(self.path, "rb") as raw:
            for entry in sorted(self._zip.infolist(), key=lambda e: e.header_offset):
                raw.seek(entry.header_offset)
                head = raw.read(30)
                if entry.header_offset != at or head[:4] != b"PK\x03\x04" or entry.flag_bits & 8:
                    raise Damaged("bytes that belong to no file lie in the ZIP before %r" % entry.filename)
                at += 30 + sum(struct.unpack("<HH", head[26:30])) + entry.compress_size
            raw.seek(-22, 2)
            last = raw.read(4)
        if self._zip.start_dir != at or self._zip.comment or last != b"PK\x05\x06":
            raise Damaged("bytes that belong to no file lie in the ZIP")

    def _add(self, name, handle, size):
        if not NAME.match(name) or set(name.split("/")) & {".", ".."}:
            raise Damaged("a file name is not allowed in a package: %r" % name)
        if name.lower() in self._folded:
            raise Damaged("a file name stands twice: %r" % name)
        if len(self.names) >= MOST_FILES:
            raise Damaged("the package holds more than %d files" % MOST_FILES)
        self._folded.add(name.lower())
        self.names[name] = (handle, size)

    def size(self, name):
        return self.names[name][1]

    def open(self, name):
        handle = self.names[name][0]
        return self._zip.open(handle) if self._zip is not None else open(handle, "rb")

    def read(self, name):
        if name not in self.names:
            raise Damaged("the file %s is missing" % name)
        if self.size(name) > LARGEST_TEXT:
            raise Damaged("the file %s is larger than such a file can be" % name)
        with self.open(name) as source:
            return source.read()

    def text(self, name):
        try:
            return self.read(name).decode("utf-8")
        except UnicodeDecodeError:
            raise Damaged("the file %s is not text" % name)

    def hashes(self, name):
        """SHA-256 and SHA-512."""
        first, second = hashlib.sha256(), hashlib.sha512()
        with self.open(name) as source:
            for piece in iter(lambda: source.read(1 << 20), b""):
                first.update(piece)
                second.update(piece)
        return first.hexdigest(), second.hexdigest()

    def close(self):
        if self._zip is not None:
            self._zip.close()


def manifest(bag, name):
    """{file: hash} of a manifest."""
    found = {}
    for line in bag.text(name).splitlines():
        match = LINE.match(line)
        if match is None or match.group(2) in found:
            raise Damaged("%s has a line that is not a hash and a file: %r" % (name, line[:80]))
        found[match.group(2)] = match.group(1)
    return found


def check_bag(bag):
    """Closed list, hashes and sizes."""
    results = []
    payload, longer = manifest(bag, "manifest-sha256.txt"), manifest(bag, "manifest-sha512.txt")
    tags = manifest(bag, SEAL)
    listed = set(payload) | set(tags) | {SEAL}
    extra = sorted(n for n in bag.names if n not in listed and not LATER.match(n))
    results.append(("no file too many", not extra, "not in any manifest: " + ", ".join(extra[:5]) if extra else ""))
    missing = sorted(n for n in listed if n not in bag.names)
    results.append(("no file missing", not missing, "missing: " + ", ".join(missing[:5]) if missing else ""))
    wanted = {"bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt"}
    closed = wanted <= set(tags) and set(payload) == set(longer) and all(n.startswith("data/") for n in payload)
    results.append(("the manifests list the same files", closed, ""))
    wrong = []
    for name in sorted((set(payload) | set(tags)) & set(bag.names)):
        first, second = bag.hashes(name)
        if payload.get(name, tags.get(name)) != first or longer.get(name, second) != second:
            wrong.append(name)
    results.append(("every file has its stated hash", not wrong, "changed: " + ", ".join(wrong[:5]) if wrong else ""))
    present = [n for n in payload if n in bag.names]
    oxum = "%d.%d" % (sum(bag.size(n) for n in present), len(present))
    declared = bag.text("bagit.txt") == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    results.append(("a BagIt 1.0 package", declared, ""))
    stated = [line[14:] for line in bag.text("bag-info.txt").splitlines() if line.startswith("Payload-Oxum: ")]
    results.append(
        ("size and number of files as stated", stated == [oxum], "" if stated == [oxum] else "found " + oxum)
    )
    return results


# --- Ed25519 (RFC 8032, section 5.1.7), slow and plain ----------------------------------------------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def _x(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * I % P
    if (x * x - xx) % P:
        return None
    if x == 0 and sign:
        return None
    return P - x if x & 1 != sign else x


def _point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    x = _x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def _add(a, b):
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor, point):
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = _add(found, point)
        point = _add(point, point)
        factor >>= 1
    return found


def ed25519_holds(public, message, signature):
    """Whether an Ed25519 signature fits."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    by = 4 * pow(5, P - 2, P) % P
    bx = _x(by, 0)
    left, right = _times(s, (bx, by, 1, bx * by % P)), _add(r, _times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def _strings(data, count):
    parts = []
    for _ in range(count):
        if len(data) < 4:
            raise ValueError("cut short")
        size = struct.unpack(">I", data[:4])[0]
        if len(data) < 4 + size:
            raise ValueError("cut short")
        parts.append(data[4 : 4 + size])
        data = data[4 + size :]
    if data:
        raise ValueError("too long")
    return parts


def _string(data):
    return struct.pack(">I", len(data)) + data


def signer_of(armour, message, purpose=NAMESPACE):
    """The public key blob that signed; ValueError with the reason when the signature does not hold."""
    lines = armour.decode("ascii", "replace").replace("\r\n", "\n").strip().split("\n")
    if lines[0] != "-----BEGIN SSH SIGNATURE-----" or lines[-1] != "-----END SSH SIGNATURE-----":
        raise ValueError("the signature file is not an SSH signature")
    raw = base64.b64decode("".join(lines[1:-1]))
    if raw[:10] != b"SSHSIG" + struct.pack(">I", 1):
        raise ValueError("the signature file is not an SSH signature of version 1")
    blob, namespace, reserved, algorithm, signature = _strings(raw[10:], 5)
    if namespace != purpose:
        raise ValueError("the signature was made for another purpose")
    if algorithm not in (b"sha512", b"sha256"):
        raise ValueError("the signature uses an unknown hash")
    (kind, public), (signed_kind, value) = _strings(blob, 2), _strings(signature, 2)
    if kind != b"ssh-ed25519" or signed_kind != b"ssh-ed25519":
        raise ValueError("the signature is not an Ed25519 signature")
    digest = hashlib.new(algorithm.decode(), message).digest()
    signed = b"SSHSIG" + _string(namespace) + _string(reserved) + _string(algorithm) + _string(digest)
    if not ed25519_holds(public, signed, value):
        raise ValueError("the signature does not fit the seal")
    return blob


def check_signature(bag, allowed, revoked=""):
    """The signature over the seal, and whose it is.

    ``allowed`` is the text of an allowed_signers file, or None; ``revoked`` holds keys or key prints that count no more.
    """
    if SIGNATURE not in bag.names:
        return [("signed", False, "the signature is missing; an unsigned package proves nothing")]
    try:
        blob = signer_of(bag.read(SIGNATURE), bag.read(SEAL))
    except (ValueError, IndexError) as problem:
        return [("signed", False, str(problem))]
    key = "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    results = [("signed", True, "the seal carries a signature that fits, by key " + key)]
    encoded = base64.b64encode(blob).decode()
    if {key, encoded} & set(revoked.split()):
        return results + [("signer", False, "the key " + key + " was revoked")]
    if allowed is None:
        text = "compare " + key + " with the printed seal sheet; no list of trusted keys was given"
        return results + [("signer (not checked)", True, text)]
    names = []
    for line in allowed.splitlines():
        words = line.split()
        if encoded not in words[2:] or words[0].startswith("#") or "cert-authority" in words:
            continue
        bound = re.search(r'namespaces="([^"]*)"', line)
        if bound is None or NAMESPACE.decode() in bound.group(1).split(","):
            names.append(words[0])
    known = bool(names)
    detail = "the key belongs to " + names[0] if known else "the key " + key + " is not in the list you gave"
    return results + [("signer", known, detail)]


def check_attached(bag):
    """What was attached by others: whether it speaks of this seal. Its own signature is for openssl, gpg or ots to check."""
    ways = {
        "tsr": ("time stamp", "openssl ts -verify -in %s -data " + SEAL + " -CAfile AUTHORITY.pem"),
        "p7s": ("CMS signature", "openssl cms -verify -binary -inform DER -in %s -content " + SEAL + " -CAfile AUTHORITY.pem"),
        "ots": ("OpenTimestamps proof", "ots verify %s"),
        "asc": ("GPG signature", "gpg --verify %s " + SEAL),
    }
    results, seal = [], hashlib.sha256(bag.read(SEAL)).digest()
    for ending, (what, call) in ways.items():
        name = "signatures/" + SEAL + "." + ending
        if name not in bag.names:
            continue
        fits = ending == "asc" or seal in bag.read(name)
        text = "attached; check it with: " + call % name if fits else "it speaks of another seal"
        results.append((what + (" (not checked)" if fits else ""), fits, text))
    return results


# --- custody and citations --------------------------------------------------------------------------------------------


def canonical(value):
    """JSON in the canonical form of RFC 8785, for values without fractions (a custody log holds none)."""
    return _canonical(value).encode("utf-8", "surrogatepass")


def _canonical(value):
    if isinstance(value, dict):
        # The order is that of UTF-16 code units, which differs from Python's above U+FFFF.
        keys = sorted(value, key=lambda k: k.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(_canonical(k) + ":" + _canonical(value[k]) for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_canonical(item) for item in value) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def records(bag, name):
    """The JSON lines of a file, one by one."""
    if name not in bag.names:
        raise Damaged("the file %s is missing" % name)
    with bag.open(name) as source:
        for line in source:
            try:
                yield json.loads(line)
            except ValueError:
                raise Damaged("%s has a line that is not JSON" % name)


def check_custody(bag):
    """The hash chain of the custody log, its bodies, and the witness line."""
    previous, count, wrong, withheld, heads = GENESIS, 0, "", 0, {}
    for entry in records(bag, "data/custody/audit.jsonl"):
        heads[entry["header"]["seq"]] = entry["hash"]
        header, count = entry["header"], count + 1
        if header["seq"] != count or header["prev"] != previous:
            wrong = wrong or "entry %d does not follow the one before it" % count
        if hashlib.sha256(canonical(header)).hexdigest() != entry["hash"]:
            wrong = wrong or "entry %d was changed" % count
        if entry["body"] is None:
            withheld += 1
        elif hashlib.sha256(bytes.fromhex(entry["salt"]) + canonical(entry["body"])).hexdigest() != header["body"]:
            wrong = wrong or "the text of entry %d was changed" % count
        previous = entry["hash"]
    text = wrong or "%d entries%s" % (count, ", %d withheld" % withheld if withheld else "")
    results = [("custody chain", not wrong, text)]
    witness = json.loads(bag.text("data/custody/witness.json"))
    same = witness["sequence"] == count and witness["head"] == previous
    results.append(("witness line", same, witness["line"] if same else "it names another entry than the last one"))
    return results + check_checkpoints(bag, heads)


def check_checkpoints(bag, heads):
    """Every signed head of the log: its signature, its place in the log, its link to the one before. ``heads``: seq -> hash."""
    name = "data/custody/checkpoints.json"
    found = json.loads(bag.text(name))["checkpoints"] if name in bag.names else []
    previous, wrong = GENESIS, ""
    for each in found:
        message, said = each["message"].encode(), json.loads(each["message"])
        place = "the checkpoint of entry %s" % said["seq"]
        try:
            blob = signer_of(each["signature"].encode(), message, CHECKPOINT)
        except (ValueError, IndexError):
            wrong = wrong or place + " has a signature that does not hold"
            continue
        if base64.b64encode(blob).decode() != each["signer"].split()[-1]:
            wrong = wrong or place + " was signed by another key than it names"
        if heads.get(said["seq"]) != said["head"] or said["prev"] != previous:
            wrong = wrong or place + " does not agree with the log"
        previous = hashlib.sha256(message).hexdigest()
    text = wrong or "entries up to %s are signed" % json.loads(found[-1]["message"])["seq"] if found else ""
    return [("custody checkpoints", not wrong, text)] if found else []


def check_traces(bag):
    """Every trace run in the package is the one that the custody log sealed, and every cited run is there."""
    names = [name for name in bag.names if name.startswith("data/traces/run-")]
    sealed = {}
    for entry in records(bag, "data/custody/audit.jsonl"):
        if entry["body"] is not None and entry["header"]["kind"] == "trace.keep":
            sealed["data/traces/run-%04d.json" % entry["body"]["run"]] = entry["body"]["sha256"]
    wrong = ""
    for name in sorted(set(names) | set(sealed)):
        if name not in bag.names or hashlib.sha256(bag.text(name).encode()).hexdigest() != sealed.get(name):
            wrong = wrong or "%s is not the run that the custody log sealed" % name
    for finding in json.loads(bag.text("data/findings/findings.json"))["findings"]:
        for evidence in finding["evidence"]:
            kind, _, number = evidence["subject"].partition("::")
            if kind == "run" and "data/traces/run-%04d.json" % int(number) not in bag.names:
                wrong = wrong or "a finding cites trace run %s, which is not in the package" % number
    return [("every trace run is as sealed", not wrong, wrong or "%d runs" % len(names))] if names or wrong else []


def check_plugins(bag):
    """Runs of plugins are as the custody log sealed them, with their files, and code in the package is the code that ran."""
    wanted, wrong, held = {}, "", {}
    for entry in records(bag, "data/custody/audit.jsonl"):
        if entry["body"] is not None and entry["header"]["kind"] == "plugin.keep":
            wanted["data/plugins/run-%04d.json" % entry["body"]["run"]] = entry["body"]["sha256"]
            wanted.update(("data/plugins/files/%s.bin" % digest, digest) for digest in entry["body"].get("files", ()))
    for name in sorted(set(wanted) | {n for n in bag.names if n.startswith("data/plugins/")}):
        if name not in bag.names or bag.hashes(name)[0] != wanted.get(name):
            wrong = wrong or "%s is not what the custody log sealed" % name
    for each in json.loads(bag.text("data/reproduce/steps.json")).get("plugins", ()):
        if each["file"]:
            held[each["file"]] = each["tree"]
    for name in sorted(set(held) | {n for n in bag.names if n.startswith("data/reproduce/plugins/")}):
        stated = name.rpartition("/")[2].split(".")[0]
        if name not in bag.names or bag.hashes(name)[0] != stated or tree_of(bag.read(name)) != held.get(name):
            wrong = wrong or "%s is not the code that steps.json names" % name
    count = sum(name.startswith("data/plugins/run-") for name in wanted)
    text = wrong or "%d runs, code of %d plugins" % (count, len(held))
    return [("every plugin run is as sealed, with its code", not wrong, text)] if wanted or held or wrong else []


def tree_of(packed):
    """The hash by which approvals and records know the code of a plugin: over path and content of every file, in order."""
    digest = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in sorted(archive.namelist()):
            if archive.getinfo(name).compress_type != zipfile.ZIP_STORED:
                raise Damaged("the code of a plugin is compressed; packages hold it as it is")
            if name != "SHA256SUMS":
                path, content = name.encode(), archive.read(name)
                digest.update(b"%d:%d:" % (len(path), len(content)) + path + content)
    return digest.hexdigest()


def check_classes(bag):
    """Every file of the payload has one class of determinism, and the hashes of class A are those to be reproduced."""
    name = "data/reproduce/classes.json"
    if name not in bag.names:  # packages of the first version have none
        return []
    classes = json.loads(bag.text(name))
    files = [file for each in classes.values() for file in each["files"]]
    payload = sorted(n for n in bag.names if n.startswith("data/"))
    expected = {}
    for line in bag.text("data/reproduce/expected.sha256").splitlines():
        digest, _, file = line.partition("  ")
        expected[file] = digest
    wrong = "" if sorted(files) == payload else "the classes do not name every file once"
    if sorted(expected) != sorted(classes["A"]["files"]):
        wrong = wrong or "expected.sha256 does not name class A"
    for file in sorted(expected):
        if file not in bag.names or bag.hashes(file)[0] != expected[file]:
            wrong = wrong or "%s is not the result that expected.sha256 names" % file
    return [("classes of determinism", not wrong, wrong or "%d files can be reproduced anywhere" % len(expected))]


def check_citations(bag):
    """Every citation of a transfer, statement or finding: the row is in the source file and has the stated hash."""
    count, bare, wrong, open_files = 0, 0, [], {}
    withheld = _withheld(bag)
    try:
        for source in _citations(bag):
            if source["length"] < 0 or source["exhibit"] in withheld:
                bare += 1
                continue
            count += 1
            name = "data/sources/%04d.bin" % source["exhibit"]
            if name not in open_files:
                if name not in bag.names:
                    wrong.append("E-%04d is not in the package" % source["exhibit"])
                    continue
                open_files[name] = bag.open(name)
            open_files[name].seek(source["offset"])
            row = open_files[name].read(source["length"])
            if hashlib.sha256(row).hexdigest() != source["row_sha256"]:
                wrong.append("E-%04d %s" % (source["exhibit"], source["locator"]))
    finally:
        for source in open_files.values():
            source.close()
    text = "not as stated: " + "; ".join(wrong[:5]) if wrong else "%d rows read again in the sources" % count
    if bare and not wrong:
        text += "; %d citations name no byte range or a withheld source and were not read again" % bare
    results = [("every citation stands in its source", not wrong, text)]
    if withheld or "data/redaction.csv" in bag.names:
        text = "%d sources are withheld; data/redaction.csv says what else, why and by whose decision" % len(withheld)
        results.insert(0, ("redacted", True, text))
    return results


def _withheld(bag):
    """Numbers of the sources that a redacted package does not hold."""
    if "data/redaction.csv" not in bag.names:
        return set()
    rows = csv.DictReader(io.StringIO(bag.text("data/sources/index.csv")))
    return {int(row["exhibit"][2:]) for row in rows if row["file"] == "withheld"}


def _citations(bag):
    for transfer in records(bag, "data/transfers/transfers.jsonl"):
        yield from transfer["citations"]
    for name in STATEMENTS:
        for statement in records(bag, name) if name in bag.names else ():
            yield from statement["citations"]
    for finding in json.loads(bag.text("data/findings/findings.json"))["findings"]:
        for evidence in finding["evidence"]:
            yield from evidence["citations"]


def check(path, allowed=None, revoked=""):
    """All checks: a list of (name, held, detail)."""
    parts = (
        ("bag", check_bag), ("signature", lambda b: check_signature(b, allowed, revoked)), ("attached", check_attached),
        ("custody", check_custody), ("traces", check_traces), ("plugins", check_plugins), ("classes", check_classes),
        ("citations", check_citations),
    )
    try:
        bag = Bag(path)
    except Damaged as problem:
        return [("readable", False, str(problem))]
    results = [("readable", True, "%d files" % len(bag.names))]
    try:
        for part, run in parts:
            try:
                results += run(bag)
            except Damaged as problem:
                results.append((part, False, str(problem)))
            except (KeyError, TypeError, ValueError, AttributeError, OSError, RecursionError, zipfile.BadZipFile) as problem:
                results.append(
                    ("readable", False, "the package is damaged (%s: %s)" % (type(problem).__name__, problem))
                )
    finally:
        bag.close()
    return results


def main(arguments):
    """Print every check in plain words."""
    if not 1 <= len(arguments) <= 3 or not os.path.exists(arguments[0]):
        print(__doc__ if not arguments else "there is no package at " + ascii(arguments[0]))
        return 2
    lists = [None, ""]
    for place, name in enumerate(arguments[1:]):
        with open(name, encoding="utf-8") as source:
            lists[place] = source.read()
    results = check(arguments[0], *lists)
    for name, held, detail in results:
        text = "".join(c if c.isprintable() else "<U+%04X>" % ord(c) for c in detail)
        print("%s  %s%s" % ("ok    " if held else "FAILED", name, ": " + text if text else ""))
    holds = all(held for _, held, _ in results)
    print("everything holds" if holds else "NOT VERIFIED: at least one check failed")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
