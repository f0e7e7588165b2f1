"""What people do with the plan: amend it, hand deliverables in, complete tasks, reach milestones."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from projects.actions.notice import tell
from projects.models import Happening, Partner, Project
from workpackages.models import Amendment, Deliverable, DeliverableVersion, Handling, PlanChange
from workpackages.plan import planned


def coordinates(user, project) -> bool:
    """Whether `user` is the project's coordinator, who alone changes the plan and submits."""
    return Project.objects.editable_by(user).filter(pk=project.pk).exists()


def reports_on(user, item) -> bool:
    """Whether `user` says how `item` stands: the coordinator, or the people of the partner that leads it."""
    return type(item)._default_manager.editable_by(user).filter(pk=item.pk).exists()


# --- The plan and its amendments -------------------------------------------------------------------


def remember_change(*, amendment, record, before, after):
    """Keep what `amendment` (None: a correction, which is no new version) made of `record`'s planned values.

    before, after: as `plan.planned` gives them; None for an item that was not there, or is not any more.
    """
    if amendment is None or before == after:
        return None
    return PlanChange.objects.create(
        amendment=amendment,
        kind=record._meta.model_name,
        code=record.code,
        before=before,
        after=after,
    )


def remove_from_plan(*, user, record):
    """Delete a part of the plan; with an amendment in force, the newest one is what took it out.

    Raises PermissionDenied, and ProtectedError while records rest on it. Returns what `Model.delete` does.
    """
    if not coordinates(user, record.project):
        raise PermissionDenied(_("Only the coordinator changes the plan."))
    with transaction.atomic():
        newest = Amendment.objects.filter(project=record.project).last()
        if hasattr(record, "PLANNED"):
            remember_change(amendment=newest, record=record, before=planned(record), after=None)
        return record.delete()


# --- Deliverables ----------------------------------------------------------------------------------


def add_version(*, user, deliverable, evidence, note="") -> DeliverableVersion:
    """Attach a file as the next version of `deliverable`, which is a draft from then on.

    Raises PermissionDenied for who neither leads it nor coordinates, ValidationError once it was submitted.
    """
    if not reports_on(user, deliverable):
        raise PermissionDenied(_("The partner that leads a deliverable brings its files."))
    with transaction.atomic():
        taken = Deliverable.objects.filter(
            pk=deliverable.pk, state__in=[Handling.PENDING, Handling.DRAFT]
        ).update(state=Handling.DRAFT, version=F("version") + 1)
        if not taken:
            raise ValidationError(
                _("%(code)s was submitted; its files stay as they are.")
                % {"code": deliverable.code}
            )
        last = deliverable.versions.aggregate(last=Max("number"))["last"] or 0
        return DeliverableVersion.objects.create(
            deliverable=deliverable, evidence=evidence, number=last + 1, note=note
        )


def submit_deliverable(*, user, deliverable, day, late_reason="") -> Deliverable:
    """Hand `deliverable` in as of `day`.

    Raises PermissionDenied for everybody but the coordinator; ValidationError without a file, for a day that has
    not come or lies before the project, and for a late one without its justification (`late_reason`).
    """
    _require_coordinator(user, deliverable)
    if not deliverable.versions.exists():
        raise ValidationError(
            _("%(code)s has no file yet. Add it before you submit.") % {"code": deliverable.code}
        )
    if day > timezone.localdate():
        raise ValidationError({"day": _("This day has not come yet.")})
    if day < deliverable.project.start:
        raise ValidationError({"day": _("The project had not begun on this day.")})
    reason = late_reason.strip() or deliverable.late_reason
    if day > deliverable.due and not reason:
        raise ValidationError(
            {
                "late_reason": _("It was due on %(day)s. Say why it is late.")
                % {"day": date_format(deliverable.due)}
            }
        )
    return _moved(
        deliverable,
        user,
        Happening.SUBMITTED,
        Handling.DRAFT,
        _("%(code)s was submitted a moment ago.") % {"code": deliverable.code},
        state=Handling.SUBMITTED,
        submitted_on=day,
        submitted_by=user,
        late_reason=reason,
        rejection="",
        decided_on=None,
    )


def approve_deliverable(*, user, deliverable, day=None) -> Deliverable:
    """Note that the Commission approved it. Raises PermissionDenied, and ValidationError unless it is submitted."""
    _require_coordinator(user, deliverable)
    return _moved(
        deliverable,
        user,
        Happening.APPROVED,
        Handling.SUBMITTED,
        _("Only a submitted deliverable is approved."),
        state=Handling.APPROVED,
        decided_on=day or timezone.localdate(),
    )


def reject_deliverable(*, user, deliverable, reason, day=None) -> Deliverable:
    """Note that it came back, with the reason: it is pending again, and its versions stay.

    Raises PermissionDenied, and ValidationError without a reason or unless it is submitted.
    """
    _require_coordinator(user, deliverable)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it came back.")})
    return _moved(
        deliverable,
        user,
        Happening.RETURNED,
        Handling.SUBMITTED,
        _("Only a submitted deliverable is rejected."),
        state=Handling.PENDING,
        rejection=reason.strip(),
        decided_on=day or timezone.localdate(),
    )


def _require_coordinator(user, deliverable):
    if not coordinates(user, deliverable.project):
        raise PermissionDenied(_("Only the coordinator submits deliverables and notes decisions."))


def _moved(deliverable, user, happening, from_state, refusal, **values):
    """One conditional UPDATE decides between two who press at once: it holds the row until the new state stands.

    Those to whom the deliverable belongs are told what happened.
    """
    with transaction.atomic():
        taken = Deliverable.objects.filter(pk=deliverable.pk, state=from_state)
        if not taken.update(version=F("version") + 1):
            raise ValidationError(refusal)
        for name, value in values.items():
            setattr(deliverable, name, value)
        deliverable.save(update_fields=[*values, "updated_at"])
        deliverable.refresh_from_db(fields=["version"])
        tell(record=deliverable, what=happening, actor=user)
    return deliverable


# --- Tasks and milestones --------------------------------------------------------------------------


def complete_task(*, user, task, day):
    """Say that `task` was completed on `day`; None opens it again.

    Raises PermissionDenied for who neither leads it nor coordinates, ValidationError for a day to come or before it
    could begin.
    """
    if not reports_on(user, task):
        raise PermissionDenied(_("The partner that leads a task says when it is completed."))
    if day and day > timezone.localdate():
        raise ValidationError({"day": _("This day has not come yet.")})
    if day and day < task.project.start:
        raise ValidationError({"day": _("The project had not begun on this day.")})
    task.completed_on = day
    task.version += 1
    task.save()
    return task


def reach_milestone(*, user, milestone, day):
    """Say that `milestone` was reached on `day`; None takes it back. Raises as `complete_task` does."""
    if not reports_on(user, milestone):
        raise PermissionDenied(_("The partner that leads a milestone says when it is reached."))
    if day and day > timezone.localdate():
        raise ValidationError({"day": _("This day has not come yet.")})
    if day and day < milestone.project.start:
        raise ValidationError({"day": _("The project had not begun on this day.")})
    milestone.reached_on = day
    milestone.version += 1
    milestone.save()
    return milestone


def may_upload(user, project) -> bool:
    """Whether `user` works for a partner of `project`, or coordinates it."""
    return Partner.objects.read_within_by(user).filter(project=project).exists()
