#!/bin/sh
# Starts Foretoken ${project.version}: the window without arguments, the command line with them ('foretoken --help').
# Needs a JDK 25 or later: JAVA_HOME's, the PATH's, or one in a usual place.

# The file behind a chain of links.
behind() {
  file=$1
  while [ -h "$file" ]; do
    link=$(readlink "$file")
    case $link in
      /*) file=$link ;;
      *) file=$(dirname "$file")/$link ;;
    esac
  done
  echo "$file"
}

# Whether the folder is a JDK of 25 or later. Its 'release' file says so without starting it.
fits() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS== read -r key value; do
    if [ "$key" = JAVA_VERSION ]; then
      value=$(echo "$value" | tr -d '"' | sed 's/[^0-9].*//')
      [ "0$value" -ge 25 ]
      return
    fi
  done < "$1/release"
  return 1
}

find_jdk() {
  path_java=$(command -v java)
  if [ -n "$path_java" ]; then
    path_java=$(behind "$path_java")
    path_java=$(cd -P "$(dirname "$path_java")/.." && pwd -P)
  fi
  for jdk in "$JAVA_HOME" "$path_java" \
      /usr/lib/jvm/*25* /opt/java/*25* \
      /Library/Java/JavaVirtualMachines/*25*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*25*/Contents/Home \
      /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home /opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home \
      "$HOME"/.sdkman/candidates/java/25* "$HOME"/.jdks/*25*; do
    if [ -n "$jdk" ] && fits "$jdk"; then
      return 0
    fi
  done
  return 1
}

if ! find_jdk; then
  echo "Foretoken needs a JDK 25 or later and found none; install one (https://adoptium.net) or set JAVA_HOME to its folder." >&2
  exit 1
fi

app=$(dirname "$(behind "$0")")
app=$(cd -P "$app/.." && pwd -P)

case $app in
  *:*)
    echo "Foretoken can't be started from $app: Java takes the colon in that path for its end. Move the folder elsewhere." >&2
    exit 1
    ;;
esac

# Java doesn't start in a folder that was deleted.
if ! env pwd -P >/dev/null 2>&1; then
  echo "The folder that Foretoken was started in is gone: change to another." >&2
  exit 1
fi

# Java would read a file of its own for a standard input that is closed: the first that it opens takes its place.
{ true 3<&0; } 2>/dev/null || exec </dev/null

# Where no locale is set, as in containers, Java takes names of files for ASCII and can't open any other.
# A Mac's names are UTF-8 anyway, and its shell complains of a locale that it lacks.
case ${LC_ALL:-${LC_CTYPE:-$LANG}} in
  '' | C | POSIX)
    if [ -d /proc/self ]; then
      LC_ALL=C.UTF-8
      export LC_ALL
    fi
    ;;
esac

# libtorch has threads of its own; OpenBLAS's would fight them.
OPENBLAS_NUM_THREADS=${openblas.threads}
export OPENBLAS_NUM_THREADS

if [ -t 2 ]; then terminal=true; else terminal=false; fi

command=$1
jar=$app/lib/${project.build.finalName}.jar
set -- -Dforetoken.terminal=$terminal -cp "$jar" ${main.class} "$@"

# Classes as the JVM keeps them, half a second less at every start: the first 'generate' leaves them beside the jars, for that JVM and these jars.
# Where it may not, in a folder of root's, Java would fail after all was done.
# Jars that were copied with a new time make the JVM pass an archive over without making another, so the name has the time.
classes=$app/lib/classes-$(date -r "$jar" +%s 2>/dev/null).jsa
[ -f "$classes" ] || rm -f "$app"/lib/classes*.jsa 2>/dev/null
if [ "$command" = generate ] && [ -w "$app/lib" ]; then
  set -- -XX:+AutoCreateSharedArchive "-XX:SharedArchiveFile=$classes" -Xlog:disable "$@"
elif [ -f "$classes" ]; then
  set -- "-XX:SharedArchiveFile=$classes" -Xlog:disable "$@"
fi

set -f # a flag has an asterisk
exec "$jdk/bin/java" ${jvm.flags} -Xshare:auto "$@"
