"""`python -m qa.evaluation`, another door to `quotewise evaluate`."""

import sys

from qa.evaluation.command import main

sys.exit(main())
