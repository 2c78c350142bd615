"""Who there is, and which of them has a wallet. In `default`."""

import secrets
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower


def new_user_id() -> str:
    """128 random bits: never guessed, never reused."""
    return secrets.token_hex(16)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=(email or "").lower() or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, is_guest=False, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A visitor (a guest, or known by email) or an operator."""

    id = models.CharField(primary_key=True, max_length=32, default=new_user_id, editable=False)
    email = models.EmailField(unique=True, null=True, blank=True)
    is_guest = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # The registry of user databases: set once the file exists, and from then on a missing file is an error.
    wallet_created_at = models.DateTimeField(null=True, blank=True, editable=False)

    last_login = None  # a sign-in must not cost a write to the shared database

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        permissions: ClassVar = [("operate_wallets", "Can read and correct wallets")]
        # Addresses are stored in lower case; this is for whoever forgets it.
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_user_an_address")]

    def __str__(self) -> str:
        return self.email or f"guest {self.id[:8]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """An address is looked for as it is stored: in lower case, whoever typed it."""
        if self.email:
            self.email = self.email.lower()
        super().save(*args, **kwargs)


class Session(AbstractBaseSession):
    """Django's session and whose it is. No column of it may be unique: Django would look for a free key for ever."""

    user_id = models.CharField(max_length=32, null=True, db_index=True)
    device = models.CharField(max_length=120, blank=True, default="")
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # to a day

    class Meta(AbstractBaseSession.Meta):
        db_table = "django_session"
        verbose_name = "session"
        verbose_name_plural = "sessions"

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore


class SignInLink(models.Model):
    """An operator's one-time link that signs a browser in to a wallet. Only the token's hash is kept."""

    token_hash = models.CharField(primary_key=True, max_length=64)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_links")
    issued_by = models.CharField(max_length=255)
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link to {self.user} by {self.issued_by}"


class WalletSummary(models.Model):
    """A wallet as the worker last read it: what the operators' figures are summed from. Never the truth."""

    user_id = models.CharField(primary_key=True, max_length=32)
    shard = models.CharField(max_length=2, db_index=True)
    seen_mtime_ns = (
        models.BigIntegerField()
    )  # of the file or its -wal: a change since then means reading again
    balance_cents = models.BigIntegerField()
    is_frozen = models.BooleanField()

    class Meta:
        verbose_name_plural = "wallet summaries"

    def __str__(self) -> str:
        return f"{self.user_id}: {self.balance_cents}"


class Heartbeat(models.Model):
    """When a worker last went round, and when a web last proved that it can write; `/readyz` and the admin show it."""

    WEB = "web:"  # how a web's name begins

    name = models.CharField(primary_key=True, max_length=100)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beaten_at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def workers(cls) -> models.QuerySet["Heartbeat"]:
        return cls.objects.exclude(name__startswith=cls.WEB)
