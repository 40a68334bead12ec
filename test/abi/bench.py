"""bench.py THREADS [ISA]: checks the JSON line of `bench` on stdin."""

import json
import sys


def main() -> None:
    report = json.loads(sys.stdin.read())
    keys = ["p50_ms", "p90_ms", "p99_ms", "min_ms", "per_second", "threads", "isa",
            "peak_memory_bytes"]
    assert list(report) == keys, report
    assert 0 < report["min_ms"] <= report["p50_ms"] <= report["p90_ms"] <= report["p99_ms"], report
    assert report["threads"] == int(sys.argv[1]), report
    assert report["isa"] in (sys.argv[2:] or ["v3", "v4", "vnni"]), report
    assert report["per_second"] > 0 and report["peak_memory_bytes"] > 1 << 19, report


if __name__ == "__main__":
    main()
