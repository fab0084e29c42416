#!/bin/sh
# Puts a .br and a .gz beside every text of a built site: precompress.sh FOLDER. Equal files give equal bytes.
set -eu
cd "$1"
texts() {
    find . -type f -size +1k \( -name '*.html' -o -name '*.css' -o -name '*.js' -o -name '*.json' -o -name '*.jsonld' -o -name '*.svg' \
        -o -name '*.xml' -o -name '*.yml' -o -name '*.md' -o -name '*.txt' -o -name '*.csv' \) -print0
}
texts | xargs -0 -r -n 20 -P 4 brotli --keep --force --quality="${QUALITY:-11}"
texts | xargs -0 -r -n 20 -P 4 gzip --keep --force --no-name -9
