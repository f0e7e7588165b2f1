"""The files whose texts firms read, from a link or in a mail, in their own language; all else is in English."""

PUBLIC = [
    "clusters/mail.py",
    "clusters/views/answering.py",
    "templates/base.html",
    "templates/public.html",
    "templates/clusters/mail/questionnaire.txt",
    "templates/clusters/public/*.html",
]
