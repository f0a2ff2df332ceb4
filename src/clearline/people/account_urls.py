"""Addresses of logging in: those of allauth that we use, each with what it needs; all others are closed."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as socialaccount
from allauth.socialaccount.providers.openid_connect import views as openid
from allauth.socialaccount.providers.saml import views as saml
from allauth.usersessions import views as usersessions
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from clearline.people.door import ON_THE_WAY
from clearline.people.needs import ANYONE, View, anyone, mark


@anyone
def closed(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Allauth wants names for pages that this house does not have: people are invited."""
    raise Http404(request.path, *kwargs)


def _each(needed: str, *routes: tuple[str, View, str]) -> list[URLPattern]:
    return [path(route, mark(_own(view), needed), name=name) for route, view, name in routes]


def _own(view: View) -> View:
    """A view of ours around a foreign one, so that the mark does not touch what others may import."""

    def foreign(request: HttpRequest, **kwargs: Any) -> Any:
        return view(request, **kwargs)

    foreign.csrf_exempt = getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined] # Django's own way
    return foreign


_STRANGERS = _each(
    ANYONE,
    ("login/", account.login, "account_login"),
    ("logout/", account.logout, "account_logout"),
    ("inactive/", account.account_inactive, "account_inactive"),
    ("2fa/authenticate/", mfa.authenticate, "mfa_authenticate"),
    ("2fa/webauthn/login/", webauthn.login_webauthn, "mfa_login_webauthn"),
    ("3rdparty/login/cancelled/", socialaccount.login_cancelled, "socialaccount_login_cancelled"),
    ("3rdparty/login/error/", socialaccount.login_error, "socialaccount_login_error"),
    ("oidc/<slug:provider_id>/login/", openid.login, "openid_connect_login"),
    ("oidc/<slug:provider_id>/login/callback/", openid.callback, "openid_connect_callback"),
    ("saml/<slug:organization_slug>/login/", saml.login, "saml_login"),
    ("saml/<slug:organization_slug>/acs/", saml.acs, "saml_acs"),
    ("saml/<slug:organization_slug>/acs/finish/", saml.finish_acs, "saml_finish_acs"),
    ("saml/<slug:organization_slug>/sls/", saml.sls, "saml_sls"),
    ("saml/<slug:organization_slug>/metadata/", saml.metadata, "saml_metadata"),
)
_ON_THE_WAY = _each(  # allauth asks for a login by itself
    ON_THE_WAY,
    ("reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    ("2fa/", mfa.index, "mfa_index"),
    ("2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate"),
    ("2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp"),
    ("2fa/totp/deactivate/", totp.deactivate_totp, "mfa_deactivate_totp"),
    ("2fa/recovery-codes/", recovery_codes.view_recovery_codes, "mfa_view_recovery_codes"),
    ("2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    ("2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, "mfa_download_recovery_codes"),
    ("2fa/webauthn/", webauthn.list_webauthn, "mfa_list_webauthn"),
    ("2fa/webauthn/add/", webauthn.add_webauthn, "mfa_add_webauthn"),
    ("2fa/webauthn/reauthenticate/", webauthn.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    ("2fa/webauthn/keys/<int:pk>/remove/", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    ("2fa/webauthn/keys/<int:pk>/edit/", webauthn.edit_webauthn, "mfa_edit_webauthn"),
    ("sessions/", usersessions.list_usersessions, "usersessions_list"),
    ("password/", account.password_change, "account_change_password"),
)
_CLOSED = [
    path(f"closed/{name}/", closed, name=name)
    for name in (
        "account_email",
        "account_email_verification_sent",
        "account_reset_password",
        "account_set_password",
        "account_signup",
        "socialaccount_connections",
        "socialaccount_signup",
    )
]

urlpatterns = [*_STRANGERS, *_ON_THE_WAY, *_CLOSED]
