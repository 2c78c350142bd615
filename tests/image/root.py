"""A Debian of its own in a folder: made by debootstrap, entered by chroot in namespaces that end with their process."""

import os
import shutil
import subprocess
from pathlib import Path

SUITE = "trixie"
# What this machine's network needs of whoever downloads here: certificates it trusts, proxies it goes through.
TRUSTED = Path("/etc/ssl/certs/ca-certificates.crt")
NETWORK = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "npm_config_cafile")
# Everything mounted here is gone with the process; the code cannot be written when `$1` is "read-only".
ENTER = """
set -e
root=$2
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir -p "$root/run/machine" && mount -t tmpfs tmpfs "$root/run/machine"
cp /etc/resolv.conf "$root/run/machine/resolv.conf"
[ ! -f "$3" ] || cp "$3" "$root/run/machine/certificates.crt"
if [ "$1" = read-only ]; then
    mount --bind "$root/data" "$root/data"
    grep -v ":$4:" "$root/etc/passwd" >"$root/tmp/passwd"
    mount --bind "$root/tmp/passwd" "$root/etc/passwd"
    mount -o remount,bind,ro "$root"
    shift 4
    exec chroot --userspec=10001:10001 "$root" "$@"
fi
touch "$root/etc/resolv.conf"
mount --bind "$root/run/machine/resolv.conf" "$root/etc/resolv.conf"
shift 4
exec chroot "$root" "$@"
"""


def mirror() -> str:
    """Where this machine's own Debian packages come from; DEBIAN_MIRROR says another."""
    given = os.environ.get("DEBIAN_MIRROR")
    if given:
        return given
    listed = ["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"]
    return subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()[0]


def make_base(archive: Path) -> None:
    """A minimal Debian as an archive, unless it is there."""
    if archive.exists():
        return
    folder = archive.with_suffix("")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(["debootstrap", "--variant=minbase", SUITE, str(folder), mirror()], check=True)
    unborn = archive.with_suffix(".new")
    subprocess.run(["tar", "-C", str(folder), "-cf", str(unborn), "."], check=True)
    unborn.rename(archive)
    shutil.rmtree(folder)


class Root:
    """One stage's filesystem."""

    def __init__(self, folder: Path, archive: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        subprocess.run(["tar", "-C", str(folder), "-xf", str(archive)], check=True)

    def path(self, inside: str, workdir: str = "/") -> Path:
        return self.folder / str(Path(workdir, inside)).lstrip("/")

    def enter(self, *words: str, environment: dict[str, str], as_nobody: bool = False) -> list[str]:
        """The command line that runs `words` in there."""
        mode = "read-only" if as_nobody else "writable"
        inside = ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), *words]
        enter = ["sh", "-c", ENTER, "enter", mode, str(self.folder), str(TRUSTED), "10001"]
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", *enter, *inside]

    def run(self, script: str, workdir: str, environment: dict[str, str]) -> None:
        """As a build's RUN does."""
        seen = {name: os.environ[name] for name in NETWORK if name in os.environ}
        if TRUSTED.exists():
            seen |= dict.fromkeys(CERTIFICATES, "/run/machine/certificates.crt")
        line = self.enter("sh", "-ec", f"cd {workdir}\n{script}", environment={**seen, **environment})
        subprocess.run(line, check=True, stdin=subprocess.DEVNULL)
