"""Tokens made before they named a clinic: those of somebody with one clinic keep working there, the others are revoked."""

import hmac

from django.conf import settings
from django.db import migrations
from django.utils import timezone


def limit_tokens(apps, schema_editor):
    """Every key keeps working whose owner works at one clinic: what was stored of it is hashed again, with the pepper."""
    for token in apps.get_model("clinic", "ApiToken").objects.select_related("user"):
        memberships = list(token.user.memberships.all()[:2])
        if len(memberships) == 1:
            token.membership, token.role, token.may_write = memberships[0], memberships[0].role, True
        else:
            token.revoked_at = token.revoked_at or timezone.now()
        pepper = settings.TOKEN_PEPPERS[0].encode()
        token.token_hash = hmac.new(pepper, token.token_hash.encode(), "sha256").hexdigest()
        token.save()


def revoke_tokens(apps, schema_editor):
    """Going back, no key can be told from what is stored: new tokens have to be made."""
    apps.get_model("clinic", "ApiToken").objects.filter(revoked_at=None).update(revoked_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0007_limit_api_tokens"),
    ]

    operations = [migrations.RunPython(limit_tokens, revoke_tokens)]
