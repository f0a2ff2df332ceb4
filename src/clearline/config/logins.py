"""The shop's own login (OpenID Connect, SAML) as `login.toml` in the home describes it."""

import tomllib
from pathlib import Path
from typing import Any, Final

from clearline.engine.errors import ClearlineError

EXAMPLE: Final = """
[[login]]
kind = "openid"            # or "saml"
id = "shop"                # part of the address that the provider calls back
name = "Shop login"        # on the button
server = "https://login.shop.example"
client_id = "clearline"
secret_file = "keys/shop-login"

[login.roles]              # optional: groups whose members may come in without an invitation
call-center-leads = "supervisor"
"""
ROLES: Final = {"agent", "supervisor", "analyst", "officer", "auditor", "administrator"}
_OPENID: Final = {"kind", "id", "name", "server", "client_id", "secret_file", "roles", "groups"}
_SAML: Final = {
    "kind",
    "id",
    "name",
    "entity_id",
    "metadata",
    "sso_url",
    "certificate_file",
    "roles",
    "groups",
    "email",
}


class LoginError(ClearlineError):
    """login.toml can't be used as it is."""


def providers(home: Path) -> dict[str, Any]:
    """Allauth's settings for each login in the file; none where there is no file."""
    path = home / "login.toml"
    if not path.exists():
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LoginError(f"{path}: {error}") from None
    found: dict[str, Any] = {"openid_connect": {"APPS": []}, "saml": {"APPS": []}}
    for number, login in enumerate(told.get("login", []), start=1):
        place = f"{path}, login {number}"
        if login.get("kind") == "openid":
            found["openid_connect"]["APPS"].append(_openid(login, home, place))
        elif login.get("kind") == "saml":
            found["saml"]["APPS"].append(_saml(login, home, place))
        else:
            raise LoginError(f'{place}: kind is "openid" or "saml"')
    return found


def _openid(login: dict[str, Any], home: Path, place: str) -> dict[str, Any]:
    _check(login, place, _OPENID, {"id", "name", "server", "client_id", "secret_file"})
    return {
        "provider_id": login["id"],
        "name": login["name"],
        "client_id": login["client_id"],
        "secret": _file(home, login["secret_file"], place).strip(),
        "settings": {
            "server_url": login["server"],
            "oauth_pkce_enabled": True,
            "clearline": _groups(login),
        },
    }


def _saml(login: dict[str, Any], home: Path, place: str) -> dict[str, Any]:
    needed = {"id", "name", "entity_id"}
    _check(
        login,
        place,
        _SAML,
        needed | ({"metadata"} if "metadata" in login else {"sso_url", "certificate_file"}),
    )
    idp = {"entity_id": login["entity_id"]}
    if "metadata" in login:
        idp["metadata_url"] = login["metadata"]
    else:
        idp["sso_url"] = login["sso_url"]
        idp["x509cert"] = _file(home, login["certificate_file"], place)
    own = {"email": login["email"]} if "email" in login else {}
    return {
        "provider_id": login["entity_id"],
        "name": login["name"],
        "client_id": login["id"],
        "settings": {
            "idp": idp,
            "advanced": {
                "want_assertion_signed": True,
                "reject_idp_initiated_sso": True,
                "strict": True,
                "allow_single_label_domains": True,  # a console may be named in the house's own network only
            },
            "verified_email": True,  # whom the shop's own directory names is who they say
            "clearline": _groups(login),
            **({"attribute_mapping": own} if own else {}),
        },
    }


def _groups(login: dict[str, Any]) -> dict[str, Any]:
    return {"claim": login.get("groups", "groups"), "roles": login.get("roles", {})}


def _check(login: dict[str, Any], place: str, known: set[str], needed: set[str]) -> None:
    if missing := sorted(needed - login.keys()):
        raise LoginError(f"{place}: {', '.join(missing)} is missing. An example:\n{EXAMPLE}")
    if kings := sorted(set(login.get("roles", {}).values()) - ROLES):
        raise LoginError(
            f"{place}: {', '.join(map(str, kings))} is no role; there are {', '.join(sorted(ROLES))}"
        )
    if unknown := sorted(login.keys() - known):
        raise LoginError(f"{place}: {', '.join(unknown)} is not known here. An example:\n{EXAMPLE}")


def _file(home: Path, name: str, place: str) -> str:
    path = home / name
    if not path.is_file():
        raise LoginError(f"{place}: there is no file {path}")
    return path.read_text(encoding="utf-8")
