"""What falls due when, to whom it belongs, and who is told by mail.

`kinds` declares it, one entry for each kind of record; `duties` asks for one person or a whole project; `reminders`
decides who is told what, once, and `mail` writes it; `views` are the pages.
"""
