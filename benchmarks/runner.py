"""How many contacts the one writer carries: src/affluent/cli/bench/lifecycles.py says how it is measured.

python benchmarks/runner.py [--json] [--agents N] [--contacts N] [--in-flight N] [--rate N] [--seconds N]
"""

from affluent.cli.bench.lifecycles import main

if __name__ == "__main__":
    main()
