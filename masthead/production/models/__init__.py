"""Production's tables, one idea a module. Django asks that they be imported here."""

from masthead.production.models.change import Change
from masthead.production.models.depot import Depot, DepotBody, DepotPage, DepotSession, Node
from masthead.production.models.edition import Edition
from masthead.production.models.flat_plan import Artwork, FlatPlan, Insertion
from masthead.production.models.forme import Forme, FormeTag
from masthead.production.models.layout import Layout
from masthead.production.models.narration import Narration
from masthead.production.models.printer import Printer, printer_of
from masthead.production.models.proof import Guest, Mark, SignOff
from masthead.production.models.sighting import Sighting
from masthead.production.models.work import Lease, Stroke

__all__ = [
    "Artwork",
    "Change",
    "Depot",
    "DepotBody",
    "DepotPage",
    "DepotSession",
    "Edition",
    "FlatPlan",
    "Forme",
    "FormeTag",
    "Guest",
    "Insertion",
    "Layout",
    "Lease",
    "Mark",
    "Narration",
    "Node",
    "Printer",
    "Sighting",
    "SignOff",
    "Stroke",
    "printer_of",
]
