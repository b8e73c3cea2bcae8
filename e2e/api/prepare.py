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
for row in ["r-041", "r-042"]:
    call("PUT", f"/api/v1/register/rows/{row}", cells, {"If-None-Match": "*"})
call("POST", "/api/v1/register/rows/r-041/approvals")
people = [{"values": {"name": f"A. Example {n}", "email": f"a{n}@example.jp", "phone": f"03-0000-{n:04}"}} for n in range(40)]
batch = {"row": "r-041", "purpose": "hr.recruit", "source": "test", "people": people}
held = call("POST", "/api/v1/imports", batch)["people"]
works = []
for n in range(6):
    record = {"code": f"W-{n}", "title": "Recruiting", "purpose": "hr.recruit", "logins": ["officer"], "rows": ["r-041"],
              "from": "2020-01-01T00:00:00Z", "until": "2020-12-31T00:00:00Z"}
    year = time.gmtime().tm_year
    record["from"], record["until"] = f"{year}-{time.gmtime().tm_mon:02}-01", f"{year + 1}-01-01"
    works.append(call("POST", "/api/v1/work", record)["work"])

known = {"path.person": held, "path.row": ["r-041", "r-042"], "path.work": works, "path.entry": list(range(8))}
with open(config, "w", encoding="utf-8") as out:
    out.write("[parameters]\n")
    for name, values in known.items():
        out.write(f"{json.dumps(name)} = {json.dumps(values)}\n")
