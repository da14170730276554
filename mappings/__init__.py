"""Mapping documents: what a field of one system means in the other. Pure.

document    the document and its rules; filters are in `filters`
source      documents from YAML or JSON, and back to YAML
engine      a record's fields -> canonical values -> the other side's fields
values      the normal forms of canonical values
transforms  the registry of named transforms; `transform` says what one is
field_conditions, plain_values   conditions on fields, here and in the rules
check       findings in a document, in itself and against described fields
presets     documents to start from
"""
