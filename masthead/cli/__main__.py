"""Lets `python -m masthead.cli` stand for `masthead`."""

import sys

from masthead.cli.main import main

sys.exit(main())
