#!/usr/bin/env python3
"""Checks a .tlog-proof receipt with nothing but the Python standard library: proof.py FILE VKEY [VKEY OF A WITNESS]...

VKEY is the ledger's verifier key; every witness that is named must have cosigned. Prints the entry and when it was cosigned.
"""
import base64, hashlib, pathlib, sys

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

def sha(data): return hashlib.sha256(data).digest()
def plain(text):
    data = base64.b64decode(text, validate=True)
    assert base64.b64encode(data).decode() == text, "not as Base64 is written"
    return data
def add(a, b):
    (x, y), (u, v) = a, b
    k = D * x * u * y * v % P
    return (x * v + u * y) * pow(1 + k, -1, P) % P, (y * v + x * u) * pow(1 - k, -1, P) % P
def times(n, a):
    sum_ = (0, 1)
    while n:
        sum_, a, n = add(sum_, a) if n & 1 else sum_, add(a, a), n >> 1
    return sum_
def point(data):
    y = int.from_bytes(data, "little") & 2**255 - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square, "not a point"
    return x if x & 1 == data[31] >> 7 else P - x, y
def holds(key, message, signature):
    """Ed25519 (RFC 8032, section 5.1.7)."""
    s, h = int.from_bytes(signature[32:], "little"), hashlib.sha512(signature[:32] + key + message).digest()
    right = add(point(signature[:32]), times(int.from_bytes(h, "little") % Q, point(key)))
    return s < Q and times(s, point(b"\x58" + b"\x66" * 31)) == right
def root(leaf, index, size, path):
    """RFC 9162, section 2.1.3.2."""
    last = size - 1
    for sibling in path:
        assert last > 0, "the path is too long"
        if index & 1 or index == last:
            leaf = sha(b"\1" + sibling + leaf)
            while index and not index & 1: index, last = index >> 1, last >> 1
        else: leaf = sha(b"\1" + leaf + sibling)
        index, last = index >> 1, last >> 1
    assert last == 0, "the path is too short"
    return leaf
def signature(vkey, kind):
    """The public key, and what the one line of this key in the note holds."""
    name, key_id, key = vkey.split("+", 2)
    key = plain(key)
    assert key[0] == kind and sha(name.encode() + b"\n" + key)[:4].hex() == key_id, "not such a key"
    decoded = [plain(l[len(name) + 3:]) for l in lines if l.startswith(f"\u2014 {name} ")]
    ours = [line[4:] for line in decoded if line[:4].hex() == key_id]
    assert ours, f"not signed by {name}"
    return name, key[1:], ours[0]

head, note = pathlib.Path(sys.argv[1]).read_bytes().decode().split("\n\n", 1)
first, extra, index, *path = head.split("\n")
assert first == "c2sp.org/tlog-proof@v1" and extra[:6] == "extra " and index[:6] == "index ", "not a receipt"
entry, index = plain(extra[6:]), int(index[6:])
text, lines = note.rsplit("\n\n", 1)
(*lines, end), text = lines.split("\n"), text + "\n"
origin, size, stated, _ = text.split("\n")
assert end == "", "a line is cut off"
assert 0 <= index < int(size), "there is no such entry"
found = root(sha(b"\0" + entry), index, int(size), [plain(hash_) for hash_ in path])
assert base64.b64encode(found).decode() == stated, "the entry does not lead to the signed root"
name, key, signed = signature(sys.argv[2], 1)
assert name == origin and holds(key, text.encode(), signed), "the signature does not hold"
print(f"{origin} entry {index} of {size}: {entry.decode()}")
for witness in sys.argv[3:]:
    name, key, signed = signature(witness, 4)
    seconds = int.from_bytes(signed[:8], "big")
    assert holds(key, f"cosignature/v1\ntime {seconds}\n{text}".encode(), signed[8:]), "a cosignature does not hold"
    print(f"cosigned by {name} at {seconds}")
