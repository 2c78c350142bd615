"""What a user's own file says about its account, so that `default` can be made again from the files."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from reelballers.user_db.models import UserFileModel


class Account(UserFileModel):
    """The verified address that this wallet is kept by; no row while it is a guest's."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    email = models.TextField()
    verified_at = models.DateTimeField()

    class Meta(UserFileModel.Meta):
        db_table = "account"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="account_has_one_row")]
