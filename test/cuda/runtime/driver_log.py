"""driver_log.py LOG RUNS GRAPHS [MOST]: holds the counts of the stand-in driver against the tables;
there are GRAPHS graphs, or up to MOST."""

import json
import sys

# launches of one run, as model.c has them for either variant
TABLE = {"mdc_scale": 1, "mdc_look_up": 1, "mdc_twice": 1, "mdc_twice_again": 1, "mdc_sum": 1}


def main() -> None:
    path, runs, *graphs = sys.argv[1:]
    with open(path, encoding="ascii") as file:
        log = json.load(file)
    runs = int(runs)
    assert log["launches"] == {name: runs * count for name, count in TABLE.items()}, log
    least, most = int(graphs[0]), int(graphs[-1])
    assert log["graph_launches"] == runs and least <= log["graphs"] <= most, log
    assert log["left"] == 0, log


if __name__ == "__main__":
    main()
