#!/usr/bin/env python3
"""Verifies an exported ledger with nothing but the Python standard library.

usage: check_export.py FOLDER [VKEY]     (VKEY: the verifier key, if you know it from elsewhere)

Works out every leaf from the entries (RFC 6962), every tile from the leaves (C2SP tlog-tiles), and the root
in the checkpoint. If the packages `cryptography` and `pymerkle` are there, they check signature and root.
"""
import base64, hashlib, pathlib, sys

def sha(data): return hashlib.sha256(data).digest()
def root(hashes):
    if len(hashes) < 2: return hashes[0] if hashes else sha(b"")
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha(b"\1" + root(hashes[:half]) + root(hashes[half:]))

def tiles(level, count):
    for first in range(0, count, 256):
        groups = f"{first // 256:,}".split(",")
        name = "/".join(["x" + group.zfill(3) for group in groups[:-1]] + [groups[-1].zfill(3)])
        width = min(256, count - first)
        yield folder / f"tile/{level}/{name}{'' if width == 256 else f'.p/{width}'}", first

folder = pathlib.Path(sys.argv[1])
text, signatures = (folder / "checkpoint").read_bytes().decode().rsplit("\n\n", 1)
origin, size, stated = text.split("\n")
size, text, entries = int(size), (text + "\n").encode(), []
for file, _ in tiles("entries", size):
    data = file.read_bytes()
    while data:
        length = int.from_bytes(data[:2], "big")
        entries.append(data[2:2 + length])
        data = data[2 + length:]
level, hashes = 0, [sha(b"\0" + entry) for entry in entries]
assert len(entries) == size, f"{len(entries)} entries, but the checkpoint says {size}"
assert base64.b64encode(root(hashes)).decode() == stated, "the entries do not lead to the root"
while hashes:
    for file, first in tiles(level, len(hashes)):
        assert file.read_bytes() == b"".join(hashes[first:first + 256]), f"{file}: wrong"
    level, hashes = level + 1, [root(hashes[n:n + 256]) for n in range(0, len(hashes) // 256 * 256, 256)]

name, key_id, key = (sys.argv[2:] or [(folder / "vkey").read_text().strip()])[0].split("+", 2)
key = base64.b64decode(key)
assert name == origin and sha(name.encode() + b"\n" + key)[:4].hex() == key_id, "the key is another's"
lines = [line.split(" ")[2] for line in signatures.splitlines() if line.startswith(f"\u2014 {name} ")]
ours = [base64.b64decode(line)[4:] for line in lines if base64.b64decode(line)[:4].hex() == key_id]
assert ours, "the checkpoint is not signed by this key"
also = []
try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(ours[0], text)
    also.append("signature holds")
except ImportError: also.append("signature not checked: no package cryptography")
try:
    from pymerkle import InmemoryTree
    tree = InmemoryTree.init_from_entries(entries, algorithm="sha256")
    assert base64.b64encode(tree.get_state()).decode() == stated, "pymerkle finds another root"
    also.append("pymerkle agrees")
except ImportError: pass
print(f"{origin}: {size} entries, root {stated}, {', '.join(also)}")
