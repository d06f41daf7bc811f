"""`python -m qa.evaluation`."""

import sys

from qa.evaluation.command import main

sys.exit(main())
