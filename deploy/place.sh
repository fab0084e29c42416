#!/bin/sh
# Puts a built site where the server looks for it: place.sh SITE WWW [SITE_URL]. The path of SITE_URL becomes a folder, and the
# page for lost readers lies at the top, where the server looks for it whatever the path is.
set -eu
path=$(printf '%s' "${3:-}" | sed -E 's|^[a-z]+://[^/]*||; s|^/+||; s|/+$||')
mkdir -p "$2/$path"
cp -R "$1/." "$2/$path/"
if [ -n "$path" ]; then cp "$1/404.html" "$2/404.html"; fi
echo ok > "$2/healthy.txt"
