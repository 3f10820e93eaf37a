"""`python -m netsheet`."""

import sys

from netsheet.cli import main

sys.exit(main())
