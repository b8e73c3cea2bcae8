"""`timed.py WHAT ROWS COMMAND…`: runs a command and prints rows a second, the time of processors it used and the most memory it held."""

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
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = used.ru_utime + used.ru_stime
print(f"| {what} | {rows / took:,.0f} rows/s | {took:.1f} s, {cpu:.1f} CPU s | {used.ru_maxrss / 1024:.0f} MiB at most |")
