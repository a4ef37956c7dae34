"""What catalogues and searches, and what they lead to, are called in headers and links."""

OPDS_2 = "application/opds+json"
NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
AUTHENTICATION = "application/opds-authentication+json"
OPENSEARCH = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
