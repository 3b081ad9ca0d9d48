"""Numbered rules on reports: pure functions of a document and the register's facts as of a day.

No clock, no network, no database: the same document, facts and version give the same findings for
ever. Texts and examples are data (`reports/national-report/rules`); what is here is what they say.
"""
