"""Owns the list of indicators: every one of the six headings, and what it takes to compute it. Computes nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Attributes:
        id: ``heading.name``. text: in our words. rule: name of the rule in ``rules``, empty = a ledger cannot show it.
        needs: what must be known beyond the ledger, in words; empty = nothing.
    """

    id: str
    heading: str
    text: str
    rule: str = ""
    needs: str = ""


_PROVIDER = "records of the service about its customer"
_PERSON = "facts about persons and devices, which no ledger holds"
_SIZE, _NEW, _ALL = "Size and frequency", "Patterns of new users", "Patterns of all users"
_ANONYMITY, _PARTIES = "Anonymity", "Senders and recipients"
_SOURCE, _GEOGRAPHY = "Source of funds", "Geography"

INDICATORS: tuple[Indicator, ...] = (
    Indicator("size.split", _SIZE, "splitting into amounts just below a threshold", "split"),
    Indicator("size.many-large", _SIZE, "many large transfers within a day", "many_large"),
    Indicator("size.series", _SIZE, "a regular series of payments, then long silence", "series"),
    Indicator("size.new-or-dormant", _SIZE, "a large transfer to an address that is new or was silent for long", "awake"),
    Indicator("size.spread", _SIZE, "quick spread to several services", "spread", "tags of services"),
    Indicator("size.no-trade", _SIZE, "deposit and withdrawal at once without trading", "", _PROVIDER),
    Indicator("size.conversions", _SIZE, "conversion into many assets without reason, at a cost", "assets"),
    Indicator("size.pass-through", _SIZE, "an exchange used only to pass money on to a private wallet", "", _PROVIDER),
    Indicator("size.stolen", _SIZE, "money from addresses known as stolen or fraudulent", "stolen", "tags of thefts and frauds"),
    Indicator("new.profile", _NEW, "a first deposit out of line with the customer", "", _PROVIDER),
    Indicator("new.whole", _NEW, "the whole deposit made on day one and gone the next day", "", _PROVIDER),
    Indicator("new.moved-off", _NEW, "the whole balance moved off a platform at once", "", _PROVIDER),
    Indicator("all.accounts", _ALL, "several assets or accounts without business reason", "assets"),
    Indicator("all.many-payers", _ALL, "frequent transfers to one account by many persons", "many_payers"),
    Indicator("all.accumulation", _ALL, "many small inflows by strangers, then one outflow", "accumulation"),
    Indicator("all.loss", _ALL, "exchange at a visible loss or an abnormal fee", "", "rates of the moment and fees of the service"),
    Indicator("all.conversion", _ALL, "large conversion between money and coins without reason", "", _PROVIDER),
    Indicator("anonymity.privacy", _ANONYMITY, "a change to privacy coins", "privacy"),
    Indicator("anonymity.types", _ANONYMITY, "several asset types despite fees, anonymous ones above all", "privacy"),
    Indicator("anonymity.exchanger", _ANONYMITY, "an unlicensed exchanger between persons", "exchangers", "tags of such exchangers"),
    Indicator("anonymity.cash-out", _ANONYMITY, "abnormal cash-out from wallets of exchangers between persons", "", _PROVIDER),
    Indicator("anonymity.history", _ANONYMITY, "wallets with a history of mixers or exchangers between persons", "mixers", "tags of mixers"),
    Indicator("anonymity.mixing", _ANONYMITY, "mixing between known wallets and darknet markets", "darknet", "tags of darknet markets"),
    Indicator("anonymity.exposure", _ANONYMITY, "payments from or to darknet, mixer, gambling, ransomware, theft", "illicit", "tags of such services"),
    Indicator("anonymity.border", _ANONYMITY, "an unhosted, hardware or paper wallet carried across borders", "", _PERSON),
    Indicator("anonymity.proxies", _ANONYMITY, "proxied domains, darknet addresses, VPN, encrypted mail", "", _PERSON),
    Indicator("anonymity.shells", _ANONYMITY, "many seemingly unrelated wallets from one address or device", "", _PERSON),
    Indicator("anonymity.scam", _ANONYMITY, "an undocumented or scam-linked asset", "scams", "tags of scams"),
    Indicator("anonymity.weak", _ANONYMITY, "services with weak checks of their customers", "weak", "tags of such services"),
    Indicator("anonymity.atm", _ANONYMITY, "crypto cash machines despite fees", "machines", "tags of cash machines"),
    Indicator("parties.names", _PARTIES, "several accounts under different names to dodge limits", "", _PERSON),
    Indicator("parties.flagged", _PARTIES, "an untrusted, sanctioned or flagged network address", "", _PERSON),
    Indicator("parties.domain", _PARTIES, "a merchant's domain registered elsewhere or weakly", "", _PERSON),
    Indicator("parties.documents", _PARTIES, "missing, refused or forged documents", "", _PERSON),
    Indicator("parties.shared", _PARTIES, "shared credentials; an address posted on criminal forums, or known to police", "sanctions", "tags of sanctions and of abuse"),
    Indicator("parties.mules", _PARTIES, "mules and victims: unfamiliar, vulnerable, buying beyond their means", "", _PERSON),
    Indicator("parties.identity", _PARTIES, "constant change of identity data; many network addresses in a day", "", _PERSON),
    Indicator("parties.same", _PARTIES, "repeated gain or loss with the same few", "", _PROVIDER),
    Indicator("source.crime", _SOURCE, "tied to fraud, extortion, ransomware, sanctions, darknet", "illicit", "tags of such services"),
    Indicator("source.gambling", _SOURCE, "gambling in or out", "gambling", "tags of gambling services"),
    Indicator("source.cards", _SOURCE, "cards used to cash out, or fed by cash", "", _PROVIDER),
    Indicator("source.unknown", _SOURCE, "unusually high deposits of unknown origin, then money", "", _PROVIDER),
    Indicator("source.opaque", _SOURCE, "opaque owners, shell companies, money of coin offerings", "", _PERSON),
    Indicator("source.mixer", _SOURCE, "straight out of a mixer", "mixers", "tags of mixers"),
    Indicator("source.wealth", _SOURCE, "wealth mostly from coins, offerings or weak services", "", _PERSON),
    Indicator("geography.seat", _GEOGRAPHY, "a service not registered where its customer or the exchange sits", "", "the seat of services and customers"),
    Indicator("geography.risk", _GEOGRAPHY, "a service in a country of high risk or without rules", "", "the seat of services, and a list of countries"),
)  # fmt: skip
