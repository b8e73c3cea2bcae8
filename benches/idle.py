"""`idle.py PROGRAM DATA`: how long a server takes to answer, and what it holds when nobody asks."""

import http.client
import os
import re
import subprocess
import sys
import time

program, data = sys.argv[1:]
times = []
for _ in range(5):
    begun = time.monotonic()
    server = subprocess.Popen([program, "--data", data, "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    host, port = re.search(r"//([\d.]+):(\d+)/", server.stdout.readline()).groups()
    connection = http.client.HTTPConnection(host, int(port))
    connection.request("GET", "/api/v1/health")
    assert connection.getresponse().status == 200
    times.append(time.monotonic() - begun)
    time.sleep(2)
    with open(f"/proc/{server.pid}/status") as status:
        held = int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024
    server.terminate()
    assert server.wait(10) == 0, "a stop that was asked for is no failure"
entries = os.path.getsize(os.path.join(data, "data.db")) >> 20
print(f"| ready to answer, store of {entries} MiB | {sorted(times)[2] * 1000:.0f} ms (median of 5) |")
print(f"| resident memory two seconds later | {held:.0f} MiB |")
