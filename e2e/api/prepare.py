"""Something to ask about: a row, a work record and some people, made through the API itself; their ids for Schemathesis."""

import json
import sys
import time
import urllib.error
import urllib.request

base, token, config = sys.argv[1:]


def call(method, path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(base + path, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as problem:
        sys.exit(f"{method} {path}: {problem.code} {problem.read().decode()}")


def wait():
    for _ in range(100):
        try:
            return urllib.request.urlopen(base + "/api/v1/health", timeout=5).read()
        except OSError:
            time.sleep(0.1)
    sys.exit("the server does not answer")


wait()
columns = {
    "name": "Applications", "kinds": "applicant", "purpose": "hr.recruit", "business": "recruiting",
    "elements": "name, name-kana, email, phone, address, birth-date", "keep-until": "hr.recruit", "department": "HR",
    "manager": "HR", "count": "100", "use-until": "2030-03-31", "access": "HR", "place": "Hanoi", "method": "sealed",
    "risk": "R-1", "source": "the applicants", "consent": "form R-2",
}
cells = {"columns": {column: {"text": text} for column, text in columns.items()}}
rows = [f"r-{n:03}" for n in range(41, 71)]
for row in rows:
    call("PUT", f"/api/v1/register/rows/{row}", cells, {"If-None-Match": "*"})
call("POST", "/api/v1/register/rows/r-041/approvals")
people = [
    {"values": {"name": f"A. Example {n}", "email": f"a{n}@example.jp", "phone": f"090-1000-{n:04}"}} for n in range(300)
]
batch = {"row": "r-041", "purpose": "hr.recruit", "source": "test", "people": people}
taken = call("POST", "/api/v1/imports", batch)
held = taken["people"] or sys.exit(f"nobody was taken in: {taken}")
today = time.gmtime()
works = []
for n in range(20):
    record = {
        "code": f"W-{n}", "title": "Recruiting", "purpose": "hr.recruit", "logins": ["officer"], "rows": ["r-041"],
        "from": f"{today.tm_year}-{today.tm_mon:02}-01", "until": f"{today.tm_year + 1}-{today.tm_mon:02}-01",
    }
    works.append(call("POST", "/api/v1/work", record)["work"])

# Once by hand what random requests rarely get right.
act = {"purpose": "hr.recruit", "work": works[0]}
one = f"/api/v1/people/{held[0]}"
told = call("POST", f"{one}/reveals", {**act, "row": "r-041", "elements": ["email"]})
assert [value["value"] for value in told["values"]] == ["a0@example.jp"], told
found = call("POST", "/api/v1/people/searches", {**act, "text": "a0@example.jp"})
assert [hit["person"] for hit in found["hits"]] == [held[0]], found
call("POST", f"{one}/corrections", {**act, "row": "r-041", "element": "email", "value": "b0@example.jp"})
assert "b0@example.jp" in json.dumps(call("POST", f"{one}/exports", act))

# The first row and the first work record serve acts on people; the others are there to be ended and closed.
known = {
    "path.person": held, "path.row": rows[1:], "path.work": works[1:], "path.entry": list(range(60)),
    "body.row": rows[:1], "body.work": works[:1], "body.purpose": ["hr.recruit"], "body.element": ["phone", "email", "name"],
    "body.elements[*]": ["phone", "email", "name", "address"], "body.rows[*]": rows, "body.people[*]": held,
    "body.logins[*]": ["officer", "handler"], "body.text": ["A. Example 7", "a7@example.jp", "09010000007"],
    "query.kind": ["revealed", "imported", "found"], "query.purpose": ["hr.recruit"], "query.actor": ["officer"],
}
with open(config, "w", encoding="utf-8") as out:
    for at, values in enumerate(known.values()):
        out.write(f"[dictionaries.known-{at}]\nvalues = {json.dumps(values)}\n")
    # OPTIONS is answered wherever anything is (RFC 9110, section 9.3.7).
    out.write('[phases.coverage]\nunexpected-methods = ["get", "put", "post", "delete", "patch", "trace"]\n')
    out.write("[parameters]\n")
    for at, name in enumerate(known):
        out.write(f'{json.dumps(name)} = {{ dictionary = "known-{at}", probability = 0.8 }}\n')
