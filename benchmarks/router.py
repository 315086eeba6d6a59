"""How long one decision takes in process: src/affluent/cli/bench/decisions.py says how it is measured.

python benchmarks/router.py [--json] [--agents N] [--queues N] [--waiting N] [--skills N] [--plain] [--cpu]
"""

from affluent.cli.bench.decisions import main

if __name__ == "__main__":
    main()
