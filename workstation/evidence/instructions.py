"""Owns VERIFY.txt: how a stranger checks a package with tools every system has, in four languages.

A convenience inside the package, never the proof: it says so itself.
"""

from __future__ import annotations

from workstation.evidence.keys import NAMESPACE, Signer

_COMMANDS = """\
   sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt
   ssh-keygen -Y verify -f allowed_signers -I {identity} -n {namespace} \\
     -s signatures/tagmanifest-sha256.txt.sshsig < tagmanifest-sha256.txt
   find . -type f | sed 's|^\\./||' | grep -vE '^signatures/(tagmanifest-sha256\\.txt\\.(sshsig|p7s|tsq|tsr|ots|asc)|signer\\.pem)$' \\
     | sort > ../have.txt
   {{ sed 's/^[0-9a-f]*  //' manifest-sha256.txt tagmanifest-sha256.txt; echo tagmanifest-sha256.txt; }} \\
     | sort | diff - ../have.txt
   python3 verify_package.py {folder}"""

_ENGLISH = """\
ENGLISH
This folder is a sealed evidence package (BagIt 1.0, RFC 8493). To check it, open a terminal in this folder. The file
allowed_signers and the program verify_package.py must reach you by another way than this package: anyone who changes
the package can change this text too. macOS: use "shasum -a 256 -c" instead of "sha256sum -c".
 1. hashes of every file   2. signature over the seal   3. no file too many (must print nothing)   4. everything at once
A missing signature is an error. The fingerprint of the key must equal the one on the printed seal sheet."""

_ITALIAN = """\
ITALIANO
Questa cartella è un pacchetto di prove sigillato (BagIt 1.0, RFC 8493). Per controllarlo aprire un terminale in questa
cartella. Il file allowed_signers e il programma verify_package.py devono arrivare per una via diversa da questo
pacchetto: chi altera il pacchetto può alterare anche questo testo. macOS: "shasum -a 256 -c" al posto di "sha256sum -c".
 1. hash di ogni file   2. firma sul sigillo   3. nessun file in più (non deve stampare nulla)   4. tutto insieme
Una firma mancante è un errore. L'impronta della chiave deve coincidere con quella del foglio di sigillo stampato."""

_RUSSIAN = """\
РУССКИЙ
Эта папка — опечатанный пакет доказательств (BagIt 1.0, RFC 8493). Для проверки откройте терминал в этой папке. Файл
allowed_signers и программа verify_package.py должны быть получены другим путём: кто изменил пакет, мог изменить и этот
текст. macOS: "shasum -a 256 -c" вместо "sha256sum -c".
 1. хеши всех файлов   2. подпись печати   3. нет лишних файлов (ничего не выводится)   4. всё сразу
Отсутствие подписи — ошибка. Отпечаток ключа должен совпадать с напечатанным на листе опечатывания."""

_KAZAKH = """\
ҚАЗАҚША
Бұл қалта — мөрленген дәлелдемелер пакеті (BagIt 1.0, RFC 8493). Тексеру үшін осы қалтада терминалды ашыңыз.
allowed_signers файлы мен verify_package.py бағдарламасы басқа жолмен алынуы тиіс: пакетті өзгерткен адам осы мәтінді де
өзгерте алады. macOS: "sha256sum -c" орнына "shasum -a 256 -c".
 1. барлық файлдың хештері   2. мөрдің қолтаңбасы   3. артық файл жоқ (ештеңе шықпауы тиіс)   4. бәрі бірден
Қолтаңбаның болмауы — қате. Кілттің ізі басылған мөр парағындағы ізбен бірдей болуы тиіс."""


def verify_text(folder: str, signer: Signer, witness: str) -> str:
    """The whole file for a package whose top folder is ``folder``."""
    commands = _COMMANDS.format(identity=signer.identity, namespace=NAMESPACE, folder=".")
    head = (
        f"{folder}\n{'=' * len(folder)}\n\nWitness  {witness}\nKey      {signer.identity}  {signer.fingerprint}\n\n"
        f"{commands}\n"
    )
    return "\n\n".join([head.rstrip("\n"), _ENGLISH, _ITALIAN, _RUSSIAN, _KAZAKH]) + "\n"
