"""What falls due when, and to whom it belongs.

`kinds` declares it, one entry for each kind of record; `duties` asks for one person or a whole project; `views` are
the pages.
"""
