"""The files whose texts firms read, from a link or in a mail, in their own language; all else is in English."""

PUBLIC = [
    "clusters/actions/confirmation.py",
    "clusters/forms/confirmation.py",
    "clusters/mail.py",
    "clusters/views/answering.py",
    "common/languages.py",
    "events/actions/registration.py",
    "events/forms/public.py",
    "events/mail.py",
    "events/views/public.py",
    "projects/notice.py",
    "templates/429.html",
    "templates/base.html",
    "templates/public.html",
    "templates/clusters/mail/confirmation.txt",
    "templates/clusters/mail/questionnaire.txt",
    "templates/clusters/public/*.html",
    "templates/events/mail/*.txt",
    "templates/events/public/*.html",
]
