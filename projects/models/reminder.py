from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Occasion(models.TextChoices):
    """When a person is reminded of what is due."""

    BEFORE = "before", _("before its day")
    ON = "on", _("on its day")
    AFTER = "after", _("after its day")


class OwnQuerySet(models.QuerySet):
    """Rows that are their person's alone, and that nobody edits."""

    def visible_to(self, user):
        return self.filter(user=user.pk)

    def editable_by(self, user):
        return self.none()


class DueMail(models.Model):
    """The one mail of a day that tells a person what is due. A worker takes it, once, before it goes out.

    `taken_at` without `sent_at`: the worker was lost, or the mail server, while it went out. It may have arrived, so
    it is not sent again.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="due_mails"
    )
    day = models.DateField(_("day"))
    weekly = models.BooleanField(_("with the week"), default=False)
    taken_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent on"), null=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail of what is due")
        verbose_name_plural = _("mails of what is due")
        ordering = ["-day", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="duemail_once_a_day"),
        ]

    def __str__(self):
        return f"{self.user}, {self.day}"


class Reminder(models.Model):
    """That a person is reminded of one record that is due on one day: once before it, once on it, once after it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    kind = models.CharField(max_length=20, help_text=_("Of tracekei.due.kinds."))
    record = models.PositiveBigIntegerField(help_text=_("The key of the record of this kind."))
    occasion = models.CharField(max_length=10, choices=Occasion)
    due_on = models.DateField(_("due on"))
    mail = models.ForeignKey(DueMail, on_delete=models.CASCADE, related_name="reminders")

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "record", "occasion", "due_on"], name="reminder_once"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.record}, {self.occasion} {self.due_on}"
