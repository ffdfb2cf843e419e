#!/bin/sh
# As root in a clean Debian (a container, a chroot): `in-clean-debian.sh DEB [FOLDER]` installs the package with all that it
# asks for, lets its command call itself on loopback, and removes it again. FOLDER, where the package was made without
# Electron, holds what runs in its place: `dialtone-window`, a Node, and `resources/app.asar`, the archive unpacked.
set -eu
deb=$(realpath "$1")
export DEBIAN_FRONTEND=noninteractive HOME=/tmp/dialtone-home PATH=/usr/sbin:/usr/bin:/sbin:/bin
unset NODE_OPTIONS NODE_PATH || true
mkdir -p "$HOME"
for tool in node npm gcc; do
  if command -v "$tool"; then
    echo "there is a $tool: this Debian is not clean" >&2
    exit 2
  fi
done
apt-get update -q
apt-get install -q -y --no-install-recommends "$deb"
if [ $# -gt 1 ]; then
  rm /opt/Dialtone/resources/app.asar
  cp -r "$2/." /opt/Dialtone/
fi

dialtone --version
dialtone doctor
for file in /usr/share/man/man1/dialtone.1 /usr/share/bash-completion/completions/dialtone \
  /usr/share/applications/dialtone-window.desktop; do
  test -s "$file" || test -s "$file.gz"
done
answer=$HOME/answer
dialtone answer --once --echo --listen 127.0.0.1 --sip-port 25060 >"$answer" 2>&1 &
pid=$!
tries=0
until grep -q '"ready":true' "$answer"; do
  tries=$((tries + 1))
  if [ "$tries" -gt 60 ]; then
    cat "$answer" >&2
    exit 1
  fi
  sleep 1
done
# In Opus: its library is a file that must be found in the archive.
dialtone call echo@127.0.0.1:25060 --set audio.codecs=Opus --audio tone --duration 2 --listen 127.0.0.1 --sip-port 0 --json | tee "$HOME/call"
wait "$pid"
grep -q '"codec":"Opus"' "$HOME/call"

apt-get remove -q -y dialtone
if [ $# -gt 1 ]; then rm -rf /opt/Dialtone; fi
if [ -e /usr/bin/dialtone ] || [ -e /opt/Dialtone ]; then
  echo "something of the package is left" >&2
  exit 1
fi
echo "installed, called, removed"
