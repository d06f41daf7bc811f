"""`python -m qa.training`."""

import sys

from qa.training.command import main

sys.exit(main())
