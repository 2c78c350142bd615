"""Video exports as plain functions: probe a clip, check its parameters, render it, draw its thumbnail.

Knows no Django. Runs on the web machine, in the local runner's subprocess and inside a Modal image, with
nothing but av, Pillow and imageio-ffmpeg. Import the module you need: the package itself loads none of them.
"""
