"""Tables from and to files: safe reading of CSV, XLSX and XLS, column matching, streamed writing.

Nothing is imported here: the child process that parses workbooks starts through this package.
"""
