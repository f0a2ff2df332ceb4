"""Who may send what happens elsewhere: shops, payment providers and desks, with their secrets."""

import uuid

from django.db import models


class Connection(models.Model):
    """A sender. Its secrets are kept so that the database alone does not show them; see people.sealing."""

    class Kind(models.TextChoices):
        SHOPIFY = "shopify", "Shopify"
        WOOCOMMERCE = "woocommerce", "WooCommerce"
        STRIPE = "stripe", "Stripe"
        ZENDESK = "zendesk", "Zendesk"
        HUBSPOT = "hubspot", "HubSpot"
        TWILIO = "twilio", "Twilio media streams"
        AUDIOHOOK = "audiohook", "Genesys AudioHook"

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.SlugField(max_length=40, unique=True)
    prefix = models.CharField(max_length=20, blank=True)  # before its ids of customers and orders
    seller = models.CharField(max_length=120, blank=True)  # whose customers they are, as the dialer names it
    secret = models.BinaryField()  # sealed
    older = models.BinaryField(null=True)  # sealed; still taken, until it is dropped
    made = models.BigIntegerField()
    rotated = models.BigIntegerField(null=True)
    last = models.BigIntegerField(null=True)  # when a delivery was last taken
    stored = models.BigIntegerField(default=0)  # events
    known = models.BigIntegerField(default=0)  # events that had come before
    ignored = models.BigIntegerField(default=0)  # things that say nothing here
    refused = models.BigIntegerField(default=0)  # deliveries and events that could not be taken
    unsigned = models.BigIntegerField(default=0)  # deliveries to its address that nobody known had signed
    note = models.CharField(max_length=300, blank=True)  # what was last ignored
    error = models.CharField(max_length=300, blank=True)  # what was last refused, and why
    failed = models.BigIntegerField(null=True)  # when

    def __str__(self) -> str:
        return self.name
