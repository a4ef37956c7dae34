"""The command, in a house whose processes are killed on purpose: each is begun anew at once, however often."""

import sys

from masthead.cli import processes
from masthead.cli.main import main

processes.MOST_ENDS, processes.RESTART_PAUSE_SECONDS = sys.maxsize, 0
sys.exit(main())
