"""Owns the words by which columns of unknown tables are recognised: English, Italian and Russian, as services write them.

A guess only: the user sees it and may change every column. Must not read files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

#: Role → pattern that a whole header cell (lower case, single blanks) has to match; the first fitting role wins.
#: ``\b`` is not used around Cyrillic words, it would be right but hard to read.
EVENTS: tuple[tuple[str, str], ...] = (
    ("from_address", r"(source|from|sender|sending|origin)[ _-]*(address|wallet)|адрес (отправителя|источника)|"
                     r"indirizzo (mittente|sorgente|di origine|di provenienza)"),
    ("ip", r".*\bip\b.*|ip[ _-]?address|айпи.*|indirizzo ip"),
    ("address", r"(deposit|target|withdrawal|withdraw|to|recipient|receiver|destination|receiving|wallet|crypto|"
                r"blockchain)?[ _-]*address(/account)?( \(.*\))?|to|.*адрес.*|indirizzo.*|wallet|кошел[её]к.*"),
    ("tx", r"(tx|txn|transaction|blockchain|on-?chain)[ _-]*(id|hash|hash id)|tx ?hash|txid|tx|hash|transaction|"
           r".*х[еэ]ш.*|(id|ид|идентификатор|номер) транзакции|(id|hash|codice)( della)? transazione|transazione"),
    ("fee_asset", r"(fee|commission)[ _-]*(coin|currency|asset|unit)|валюта комиссии|valuta (della )?commissione"),
    ("fee", r"(transaction|network|withdrawal|trading|service|miner)?[ _-]*(fees?|commission)( \(.*\)| amount)?|"
            r".*комисси.*|commission[ei].*|(fees?|commission) paid"),
    ("quote_asset", r"fiat( type| currency)?|quote[ _-]*(asset|currency|coin)|фиат.*|valuta fiat|price currency"),
    ("quote_amount", r"fiat amount|quote amount|сумма в фиате|importo fiat"),
    ("price", r"(unit |filled |average |avg |exchange )?(price|rate)( .*)?|цена.*|курс.*|prezzo.*|tasso.*|cambio"),
    ("total", r"total( price| amount| value)?|итого.*|общая сумма|totale.*|controvalore"),
    ("balance", r".*balance.*|.*остаток.*|.*баланс.*|.*saldo.*"),
    ("asset", r"(coin|currency|asset|token|symbol|crypto(currency)?|ticker|unit)( type| name| symbol)?|валюта.*|монета|"
              r"(крипто)?актив.*|криптовалюта|valuta|moneta|criptovaluta|divisa|токен"),
    ("amount", r"(crypto |coin |token |deposit |withdrawal |withdraw |net |gross |transferred )?(amount|quantity|qty|"
               r"volume|vol|value|sum|change|size|units?)([ /(].*)?|сумма.*|кол-?во.*|количество.*|объ[её]м.*|importo.*|quantit[aà].*|"
               r"ammontare.*|valore.*"),
    ("network", r"(transfer |blockchain )?(network|chain|blockchain|protocol)( name| type)?|сеть.*|блокчейн|rete.*"),
    ("status", r"(order |transaction |tx )?(status|state|result)|статус.*|состояние|stato.*|esito"),
    ("direction", r"direction|side|in/out|направление|сторона|direzione|verso|segno"),
    ("kind", r"(transaction |operation |order |record )?(type|operation|category|kind|action|event)( type)?|тип.*|"
             r"вид.*|операция|действие|событие|tipo.*|operazione|causale|azione|evento"),
    ("memo", r".*memo.*|.*\btag\b.*|payment ?id|мемо|тег|destination tag"),
    ("counterparty", r".*coun?ter ?-?party.*|контрагент.*|controparte.*|nick ?name|(buyer|seller|merchant|peer).*|"
                     r"никнейм|покупатель|продавец"),
    ("provider_id", r"(order|deposit|withdrawal|record|reference|ref|request|trade|internal|row)?[ _-]*"
                    r"(id|number|no\.?|#|reference)|№.*|номер (заявки|ордера|операции|записи).*|id (ordine|operazione)|"
                    r"numero (ordine|operazione)"),
    ("account", r"(user|account|client|customer|member|master|sub)[ _-]*(id|uid|number|no\.?|account)?|uid|"
                r".*(id|ид|номер) (пользователя|клиента|сч[её]та|аккаунта)|пользователь|клиент|аккаунт|"
                r"(id|codice|numero) (utente|cliente|conto|account)|utente|cliente"),
    ("device", r".*(device|user.?agent|browser|client type|terminal).*|.*(устройств|браузер).*|.*dispositivo.*|os"),
    ("place", r".*(geo|location|country|city|region).*|.*(место|страна|город|регион).*|.*(luogo|paese|citt[aà]).*"),
    ("time", r"(registration|register|unix|create|created|creation|apply|applied|request|requested|deposit|withdrawal|withdraw|transaction|"
             r"operation|event|login|log-in|server|insert|order|trade|utc|local|start)?[ _-]*(date|time|timestamp|"
             r"datetime|date ?(&|and|/)? ?time|at)([ _]*\(.*\)|[ _-]*utc.*|[ _-]*gmt.*)?|"
             r"(дата|время).*|(data|ora|orario)( .*|/.*|\(.*)?"),
    ("label", r"labels?|notes?|remarks?|comments?|descriptions?|примечание|описание|комментарий|назначение.*|note?|"
              r"descrizione|etichetta"),
)  # fmt: skip
TRANSFERS: tuple[tuple[str, str], ...] = (
    ("from_label", r"(from|sender)[ _-]*(label|name|entity|tag)"),
    ("to_label", r"(to|receiver|recipient)[ _-]*(label|name|entity|tag)"),
    ("from", r"(from|sender|source|payer|input)([ _-]*(address|wallet))?|отправитель|от кого|откуда|mittente|da"),
    ("to", r"(to|receiver|recipient|destination|target|payee|output)([ _-]*(address|wallet))?|получатель|кому|куда|"
           r"destinatario|a"),
    ("block", r"block([ _-]*(number|no\.?|height|id))?|блок.*|blocco"),
    ("contract", r"(token |asset )?contract([ _-]*address)?|token[ _-]*address|контракт.*|contratto"),
    ("decimals", r"(token )?decimals?|десятичн.*|decimali"),
    ("token_id", r"token[ _-]*id"),
    ("index", r"(log[ _-]*)?index|индекс|indice"),
    ("in", r"(value[ _]?)?in(coming)?(\(.*\))?|credit|received|приход|поступление|entrata|entrate|avere"),
    ("out", r"(value[ _]?)?out(going)?(\(.*\))?|debit|sent|расход|списание|uscita|uscite|dare"),
    *((role, pattern) for role, pattern in EVENTS
      if role in ("tx", "fee", "asset", "amount", "network", "status", "kind", "time")),
    ("note", dict(EVENTS)["label"]),
)  # fmt: skip
TAGS: tuple[tuple[str, str], ...] = (
    ("category", r"category|type|kind|abuse|категория|тип|categoria|tipo"),
    ("label", r"labels?|name|name ?tag|tag|description|метка|название|имя|описание|etichetta|nome"),
    ("actor", r"actor|entity|owner|service|владелец|организация|attore|proprietario|ente"),
    ("source", r"source|reference|url|link|источник|fonte"),
    ("confidence", r"confidence|reliability|достоверность|уверенность|affidabilit[aà]"),
    ("chain", r"chain|network|blockchain|currency|asset|сеть|валюта|rete|valuta"),
    ("date", r".*(date|time|updated|lastmod).*|дата.*|data.*"),
    ("tx", dict(EVENTS)["tx"]),
    ("address", dict(EVENTS)["address"]),
)
ROLES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {"events": EVENTS, "transfers": TRANSFERS, "tags": TAGS}
)
#: Headers that only an account card has.
CARD = (
    r".*(full ?name|first name|last name|surname|birth|nationality|passport|document|e-?mail|phone|mobile|kyc|"
    r"registration|residence|фио|фамилия|имя|рожд|гражданств|паспорт|документ|телефон|почта|регистрац|"
    r"cognome|nascita|nazionalit|documento|telefono|registrazione).*"
)
#: What words of a heading, sheet name or file name say about all rows.
TITLES: tuple[tuple[str, str], ...] = (
    ("withdrawal", r"withdraw|вывод|снят|preliev|ritir|payout|outgoing"),
    ("deposit", r"deposit|пополн|депозит|зачислен|ввод|versament|ricarich|top-?up|incoming"),
    ("login", r"log-?ins?\b|sign-?in|access log|вход|авторизац|accessi|ip log"),
    ("p2p", r"\bp2p\b|c2c|otc"),
    ("trade", r"\btrades?\b|\borders?\b|сделк|ордер|торг|scambi|ordini|negoziazion"),
    ("fiat", r"\bfiat\b|фиат|bonific|bank transfer"),
    ("balance", r"balances?\b|остат|баланс|sald[oi]"),
    ("account", r"account|customer|user info|kyc|profile|клиент|профил|анкета|анагра|anagrafic|profilo|utente"),
)
#: Status words that say the movement happened, and such that say it did not.
STATUS: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys((
        "completed", "complete", "success", "successful", "succeeded", "confirmed", "done", "ok", "finished", "credited",
        "paid", "settled", "executed", "filled", "approved", "выполнено", "выполнен", "завершено", "завершен",
        "завершён", "успешно", "успех", "подтверждено", "исполнено", "зачислено", "completato", "completata",
        "eseguito", "eseguita", "confermato", "confermata", "riuscito", "riuscita", "accreditato"), "ok"),
    **dict.fromkeys((
        "pending", "processing", "in progress", "waiting", "unconfirmed", "created", "new", "awaiting approval",
        "в обработке", "ожидание", "ожидает", "обработка", "не подтверждено", "in attesa", "in corso",
        "in elaborazione"), "pending"),
    **dict.fromkeys((
        "failed", "failure", "rejected", "cancelled", "canceled", "declined", "expired", "error", "refunded", "reverted",
        "отклонено", "отменено", "отменен", "отменён", "ошибка", "не выполнено", "неуспешно", "fallito", "fallita",
        "rifiutato", "annullato", "annullata", "scaduto"), "failed"),
})  # fmt: skip
#: Words of a type column and the kind they mean.
KINDS: tuple[tuple[str, str], ...] = (
    ("withdrawal", r".*(withdraw|вывод|preliev|send|sent|outgoing|отправ).*"),
    ("deposit", r".*(deposit|пополн|депозит|receiv|incoming|versament|ricevut|зачислен|получ).*"),
    ("login", r".*(log-?in|sign-?in|вход|accesso|authori[sz]).*"),
    ("p2p", r".*(p2p|c2c).*"),
    ("fee", r".*(fee|commission|комисс).*"),
    ("reward", r".*(reward|interest|earn|staking|airdrop|bonus|cashback|distribution|награда|бонус|premio).*"),
    ("trade", r".*(trade|buy|sell|convert|exchange|spot|order|покуп|прода|обмен|acquist|vendit|scambi).*"),
    ("fiat", r".*(fiat|bank|card|sepa|карт|банк|bonific|carta).*"),
    ("transfer", r".*(transfer|internal|перевод|trasferiment|giroconto).*"),
)


def role_of(header: str, gives: str, taken: set[str]) -> str:
    """The first free role whose words a header cell is, or empty."""
    name = " ".join(header.lower().replace("_", " ").split())
    for role, pattern in ROLES[gives]:
        if role not in taken and name and re.fullmatch(pattern.replace("[ _-]", "[ -]"), name):
            return role
    return ""


def kind_of(word: str) -> str:
    """The event kind a cell of a type column means, or empty."""
    low = " ".join(word.lower().replace("_", " ").split())
    return next((kind for kind, pattern in KINDS if re.fullmatch(pattern, low)), "")


def title_kind(*texts: str) -> str:
    """The kind that words of a heading, sheet or file name say, empty when none or two different ones."""
    low = " ".join(texts).lower().replace("_", " ")
    found = [kind for kind, pattern in TITLES if re.search(pattern, low)]
    moves = [kind for kind in found if kind in ("deposit", "withdrawal")]
    return "" if len(moves) > 1 else (moves or found or [""])[0]
