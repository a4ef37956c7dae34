"""What is written down about money."""

from masthead.payments.models.attempt import Attempt, Observation
from masthead.payments.models.bank_line import BankLine
from masthead.payments.models.difference import Difference
from masthead.payments.models.dispute import Dispute
from masthead.payments.models.entry import ClosedPeriod, Entry, Posting
from masthead.payments.models.hand_note import HandNote
from masthead.payments.models.invoice import Invoice, InvoiceSeries
from masthead.payments.models.method import Method
from masthead.payments.models.notice import ProviderNotice
from masthead.payments.models.refund_request import RefundDecision, RefundRequest
from masthead.payments.models.tax_rate import TaxRate

__all__ = [
    "Attempt",
    "BankLine",
    "ClosedPeriod",
    "Difference",
    "Dispute",
    "Entry",
    "HandNote",
    "Invoice",
    "InvoiceSeries",
    "Method",
    "Observation",
    "Posting",
    "ProviderNotice",
    "RefundDecision",
    "RefundRequest",
    "TaxRate",
]
