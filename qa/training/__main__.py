"""`python -m qa.training`, another door to `quotewise train`."""

import sys

from qa.training.command import main

sys.exit(main())
