"""Draws the icons and the picture of link previews with Chromium. Commit what it writes.

.venv/bin/python frontend/scripts/pictures.py
"""

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FRONTEND = Path(__file__).resolve().parents[1]
ICON = (FRONTEND / "src/brand/icon.svg").read_text()
PUBLIC = FRONTEND / "public"
SIZES = {"icon-192.png": 192, "icon-512.png": 512, "apple-touch-icon.png": 180}
PREVIEW = """<style>body{margin:0;width:1200px;height:630px;background:#0c100e;color:#f1f5ec;overflow:hidden;
font:italic 800 104px/0.95 'Roboto Condensed','Liberation Sans Narrow',sans-serif;text-transform:uppercase}
img{position:absolute;right:0;top:0;height:630px}h1{position:absolute;left:56px;top:64px;margin:0;font-size:112px;
font-stretch:75%;width:600px}p{position:absolute;left:60px;bottom:56px;margin:0;font:600 34px/1.3 sans-serif;
text-transform:none;color:#d4ff3a;width:560px}
b{position:absolute;inset:0;background:linear-gradient(90deg,#0c100e 42%,transparent 78%)}</style>
<img src="data:image/webp;base64,PICTURE"><b></b><h1>Cut it like a pro</h1>
<p>Game clips, reframed, spotlit, drawn on. From 5 cents, no account.</p>"""


def main() -> None:
    chromium = shutil.which("chromium") or sys.exit("no Chromium on this machine: make chromium")
    PUBLIC.mkdir(exist_ok=True)
    picture = base64.b64encode((FRONTEND / "src/sample/framing.webp").read_bytes()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, pixels in SIZES.items():
            page = browser.new_page(viewport={"width": pixels, "height": pixels})
            page.set_content(f"<style>body{{margin:0;background:#0d1110}}svg{{display:block}}</style>{ICON}")
            page.screenshot(path=PUBLIC / name)
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.set_content(PREVIEW.replace("PICTURE", picture))
        page.screenshot(path=PUBLIC / "preview.jpg", type="jpeg", quality=80)
        browser.close()


if __name__ == "__main__":
    main()
