"""The root of an export by a Merkle tree that nobody here wrote, with proofs: merkle.py FOLDER prints size and root in hex."""
import base64, pathlib, sys
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

folder = pathlib.Path(sys.argv[1])
origin, size, stated = (folder / "checkpoint").read_text().split("\n")[:3]
size = int(size)


def bundle(path):
    """The entries of one bundle: each after its length in two bytes (C2SP tlog-tiles)."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 2], "big")
        yield data[at + 2:at + 2 + length]
        at += 2 + length


def number(path):
    """The number of a bundle: x001/x234/005 is 1234005; a partial one, 006.p/219, is 6."""
    parts = path.relative_to(folder / "tile/entries").parts
    whole = parts[:-1] if path.parent.suffix == ".p" else parts
    return int("".join(part.removeprefix("x").removesuffix(".p") for part in whole))


files = sorted((path for path in (folder / "tile/entries").rglob("*") if path.is_file()), key=number)
entries = [entry for path in files for entry in bundle(path)]
assert len(entries) == size, f"{len(entries)} entries, but the checkpoint says {size}"

tree = InmemoryTree.init_from_entries(entries, algorithm="sha256")
root = tree.get_root()
assert root == base64.b64decode(stated), "the root is another"
# pymerkle counts leaves from 1.
for index in {1, size // 3 + 1, size}:
    verify_inclusion(tree.get_leaf(index), root, tree.prove_inclusion(index))
for before in {1, size // 2, size - 1}:
    verify_consistency(tree.get_root(before), root, tree.prove_consistency(before))
print(size, root.hex())
