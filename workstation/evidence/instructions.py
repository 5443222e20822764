"""Owns VERIFY.txt: how a stranger checks a package with tools every system has, in four languages.

A convenience inside the package, never the proof: it says so itself.
"""

from __future__ import annotations

from workstation.evidence.keys import NAMESPACE, Signer

#: Run in the folder of the package; what the reader got by another way lies beside that folder, never in it.
_COMMANDS = """\
   # 1
   sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt
   # 2
   python3 -m bagit --validate .
   # 3
   ssh-keygen -Y verify -f ../allowed_signers -I {identity} -n {namespace} \\
     -s signatures/tagmanifest-sha256.txt.sshsig < tagmanifest-sha256.txt
   # 4
   find . -type f | sed 's|^\\./||' | grep -vE '^signatures/(tagmanifest-sha256\\.txt\\.(sshsig|p7s|tsq|tsr|ots|asc)|signer\\.pem)$' \\
     | sort > ../have.txt
   {{ sed 's/^[0-9a-f]*  //' manifest-sha256.txt tagmanifest-sha256.txt; echo tagmanifest-sha256.txt; }} \\
     | sort | diff - ../have.txt
   # 5
   openssl cms -verify -binary -inform DER -purpose any -in signatures/tagmanifest-sha256.txt.p7s \\
     -content tagmanifest-sha256.txt -CAfile ../unit-ca.pem -out /dev/null
   # 6
   openssl ts -verify -in signatures/tagmanifest-sha256.txt.tsr -data tagmanifest-sha256.txt -CAfile ../tsa-ca.pem
   # 7
   python3 ../verify_package.py . ../allowed_signers"""

_ENGLISH = """\
ENGLISH
This folder is a sealed evidence package (BagIt 1.0, RFC 8493). To check it, open a terminal in this folder. The files
allowed_signers, unit-ca.pem, tsa-ca.pem and the program verify_package.py must reach you by another way than this
package: anyone who changes the package can change this text too. Put them beside this folder, not into it. macOS:
"shasum -a 256 -c" instead of "sha256sum -c".
 1. hashes of every file   2. the same with any BagIt validator   3. signature over the seal
 4. no file too many (must print nothing)   5. signature with a certificate, if there is a .p7s file (add -no_check_time
 once the certificate has expired)   6. time stamp, if there is a .tsr file   7. everything at once
A missing .sshsig signature is an error. The fingerprint of the key must equal the one on the printed seal sheet. The
witness line above must be the one on the sheet; data/custody holds the log it counts and its signed checkpoints."""

_ITALIAN = """\
ITALIANO
Questa cartella è un pacchetto di prove sigillato (BagIt 1.0, RFC 8493). Per controllarlo aprire un terminale in questa
cartella. I file allowed_signers, unit-ca.pem, tsa-ca.pem e il programma verify_package.py devono arrivare per una via
diversa da questo pacchetto: chi altera il pacchetto può alterare anche questo testo. Metterli accanto a questa cartella,
non dentro. macOS: "shasum -a 256 -c" al posto di "sha256sum -c".
 1. hash di ogni file   2. lo stesso con qualsiasi validatore BagIt   3. firma sul sigillo
 4. nessun file in più (non deve stampare nulla)   5. firma con certificato, se c'è un file .p7s (aggiungere
 -no_check_time se il certificato è scaduto)   6. marca temporale, se c'è un file .tsr   7. tutto insieme
La mancanza della firma .sshsig è un errore. L'impronta della chiave deve coincidere con quella del foglio di sigillo
stampato. La riga di testimonianza (Witness) qui sopra deve essere quella del foglio; data/custody contiene il registro e
i suoi punti di controllo firmati."""

_RUSSIAN = """\
РУССКИЙ
Эта папка — опечатанный пакет доказательств (BagIt 1.0, RFC 8493). Для проверки откройте терминал в этой папке. Файлы
allowed_signers, unit-ca.pem, tsa-ca.pem и программа verify_package.py должны быть получены другим путём: кто изменил
пакет, мог изменить и этот текст. Положите их рядом с этой папкой, а не в неё. macOS: "shasum -a 256 -c" вместо
"sha256sum -c".
 1. хеши всех файлов   2. то же любой программой проверки BagIt   3. подпись печати
 4. нет лишних файлов (ничего не выводится)   5. подпись с сертификатом, если есть файл .p7s (если срок сертификата истёк,
 добавьте -no_check_time)   6. метка времени, если есть файл .tsr   7. всё сразу
Отсутствие подписи .sshsig — ошибка. Отпечаток ключа должен совпадать с напечатанным на листе опечатывания. Строка
Witness вверху должна совпадать со строкой на листе; в data/custody лежат журнал и его подписанные контрольные точки."""

_KAZAKH = """\
ҚАЗАҚША
Бұл қалта — мөрленген дәлелдемелер пакеті (BagIt 1.0, RFC 8493). Тексеру үшін осы қалтада терминалды ашыңыз.
allowed_signers, unit-ca.pem, tsa-ca.pem файлдары мен verify_package.py бағдарламасы басқа жолмен алынуы тиіс: пакетті
өзгерткен адам осы мәтінді де өзгерте алады. Оларды осы қалтаның ішіне емес, жанына қойыңыз. macOS: "sha256sum -c" орнына
"shasum -a 256 -c".
 1. барлық файлдың хештері   2. сол тексеру кез келген BagIt бағдарламасымен   3. мөрдің қолтаңбасы
 4. артық файл жоқ (ештеңе шықпауы тиіс)   5. .p7s файлы болса, сертификатты қолтаңба (сертификат мерзімі өтсе,
 -no_check_time қосыңыз)   6. .tsr файлы болса, уақыт белгісі   7. бәрі бірден
.sshsig қолтаңбасының болмауы — қате. Кілттің ізі басылған мөр парағындағы ізбен бірдей болуы тиіс. Жоғарыдағы Witness
жолы парақтағы жолмен бірдей болуы тиіс; data/custody ішінде журнал мен оның қол қойылған бақылау нүктелері бар."""


def verify_text(folder: str, signer: Signer, witness: str) -> str:
    """The whole file for a package whose top folder is ``folder``."""
    commands = _COMMANDS.format(identity=signer.identity, namespace=NAMESPACE)
    head = (
        f"{folder}\n{'=' * len(folder)}\n\nWitness  {witness}\nKey      {signer.identity}  {signer.fingerprint}\n\n"
        f"{commands}\n"
    )
    return "\n\n".join([head.rstrip("\n"), _ENGLISH, _ITALIAN, _RUSSIAN, _KAZAKH]) + "\n"
