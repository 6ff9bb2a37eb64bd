"""Imported by the process from which all others of a run are forked: what each would else read for itself before it can begin."""

import gc

import search.elasticsearch_engine  # noqa: F401  brings its client
from matching import facts
from matching.indicators import units

facts.reader()
units.registry()
gc.freeze()  # nobody looks through it, and so nobody copies its pages
