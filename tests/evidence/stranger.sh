#!/bin/sh
# Checks an unpacked evidence package with the tools every system has; nothing of the program is used.
# stranger.sh FOLDER ALLOWED_SIGNERS IDENTITY [CA.pem]   prints the name of each step that fails; exit code 1 if any did.
# The lists of keys and this script must reach you by another way than the package.
set -u
cd "$1" || exit 2
allowed=$2 identity=$3 ca=${4:-} bad=0
failed() { echo "$1"; bad=1; }

sha256sum --quiet --strict -c tagmanifest-sha256.txt manifest-sha256.txt >/dev/null 2>&1 || failed sha256sum

if command -v bagit.py >/dev/null 2>&1; then
  bagit.py --quiet --validate . >/dev/null 2>&1 || failed bagit
fi

listed=$(mktemp) && trap 'rm -f "$listed"' EXIT
sed 's/^[0-9a-f]*  //' manifest-sha256.txt tagmanifest-sha256.txt > "$listed" 2>/dev/null
more=$(find . -type f | sed 's|^\./||' | grep -vxF -f "$listed" |
  grep -vxE 'tagmanifest-sha256\.txt|signatures/(tagmanifest-sha256\.txt\.(p7s|sshsig|tsq|tsr|ots|asc)|signer\.pem)')
[ -z "$more" ] || failed find
[ -z "$(find . -type l)" ] || failed find

ssh-keygen -Y verify -f "$allowed" -I "$identity" -n evidence-package@fundflow-workstation \
  -s signatures/tagmanifest-sha256.txt.sshsig < tagmanifest-sha256.txt >/dev/null 2>&1 || failed ssh-keygen

if [ -e signatures/tagmanifest-sha256.txt.p7s ]; then
  openssl cms -verify -binary -inform DER -purpose any -no_check_time -in signatures/tagmanifest-sha256.txt.p7s \
    -content tagmanifest-sha256.txt -CAfile "$ca" -out /dev/null >/dev/null 2>&1 || failed openssl
fi
exit $bad
