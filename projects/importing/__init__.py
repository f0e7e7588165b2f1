"""Spreadsheets into records and back: reading, columns, preview, all or nothing, export for editing.

It stands above the forms, because each row of a file passes the form of its record's own page.
"""
