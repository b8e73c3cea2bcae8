"""`timed.py WHAT ROWS COMMAND…`: runs a command and prints rows a second and the most memory it held."""

import resource
import subprocess
import sys
import time

what, rows, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
begun = time.monotonic()
done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
took = time.monotonic() - begun
if done.returncode:
    sys.exit(f"{what}: exit {done.returncode}\n{done.stdout[-2000:]}")
held = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"| {what} | {rows / took:,.0f} rows/s | {took:.1f} s | {held:.0f} MiB at most |")
