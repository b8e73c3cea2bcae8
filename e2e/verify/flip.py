"""Flips one bit in the middle of a file, or in the file of a SQLite database within the body of one entry: flip.py FILE [ENTRY]."""
import pathlib, sqlite3, sys

file = pathlib.Path(sys.argv[1])
if len(sys.argv) > 2:
    store = sqlite3.connect(file)
    (body,) = store.execute("SELECT body FROM entry WHERE idx = ?", (int(sys.argv[2]),)).fetchone()
    # Everything into the one file, so that the flipped byte is the one that is read.
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    data = bytearray(file.read_bytes())
    at = data.find(body)
    assert at >= 0, "the entry lies in more than one page; take another"
    at += len(body) // 2
else:
    data = bytearray(file.read_bytes())
    at = len(data) // 2
data[at] ^= 1
file.write_bytes(data)
