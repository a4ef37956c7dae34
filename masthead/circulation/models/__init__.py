"""Circulation's tables, one idea a module. Django asks that they be imported here."""

from masthead.circulation.models.agency import Agency, AgencyInvoice, AgencyOrder
from masthead.circulation.models.credit import CreditOrder
from masthead.circulation.models.ended import EndedSession
from masthead.circulation.models.fold import Fold, Folded
from masthead.circulation.models.gift import Gift
from masthead.circulation.models.grant import Grant
from masthead.circulation.models.inspection import Inspection
from masthead.circulation.models.institution import Institution, MailDomain, Network, Seat
from masthead.circulation.models.letter import LetterToPrint
from masthead.circulation.models.meter import MeteredRead
from masthead.circulation.models.offer import (
    DiscountCode,
    Offer,
    OfferPrice,
    OfferPromise,
    OfferShare,
    OfferVersion,
)
from masthead.circulation.models.place import Place
from masthead.circulation.models.policy import Policy
from masthead.circulation.models.post import (
    Claim,
    Label,
    LabelRun,
    ServedIssue,
    SpareCopies,
    Undelivered,
)
from masthead.circulation.models.present import Present
from masthead.circulation.models.price import PriceChange, PriceConsent
from masthead.circulation.models.private_feed import PrivateFeed
from masthead.circulation.models.renewal import RenewalBrake
from masthead.circulation.models.service import (
    Deduction,
    EarnedTime,
    Extension,
    Hold,
    Notice,
    Refund,
    ServiceRecord,
)
from masthead.circulation.models.single import SingleCopy, SinglePrice
from masthead.circulation.models.subscription import Order, Subscription, Term

__all__ = [
    "Agency",
    "AgencyInvoice",
    "AgencyOrder",
    "Claim",
    "CreditOrder",
    "Deduction",
    "DiscountCode",
    "EarnedTime",
    "EndedSession",
    "Extension",
    "Fold",
    "Folded",
    "Gift",
    "Grant",
    "Hold",
    "Inspection",
    "Institution",
    "Label",
    "LabelRun",
    "LetterToPrint",
    "MailDomain",
    "MeteredRead",
    "Network",
    "Notice",
    "Offer",
    "OfferPrice",
    "OfferPromise",
    "OfferShare",
    "OfferVersion",
    "Order",
    "Place",
    "Policy",
    "Present",
    "PriceChange",
    "PriceConsent",
    "PrivateFeed",
    "Refund",
    "RenewalBrake",
    "Seat",
    "ServedIssue",
    "ServiceRecord",
    "SingleCopy",
    "SinglePrice",
    "SpareCopies",
    "Subscription",
    "Term",
    "Undelivered",
]
