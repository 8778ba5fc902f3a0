"""The first pixel of a PNG picture, and how many colours it has: `rrggbb COUNT`.

Takes a file of 8 bits a channel, without interlacing, as chromium writes it.
"""

import struct
import sys
import zlib


def rows(data):
    """Each row of pixels, by the filters of PNG (RFC 2083, section 6)."""
    width, channels, packed, at = 0, 0, b"", 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, _, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            channels = {2: 3, 6: 4}[colour]
            assert (depth, interlaced) == (8, 0)
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    raw, size = zlib.decompress(packed), width * channels
    above = bytearray(size)
    for start in range(0, len(raw), size + 1):
        row = bytearray(raw[start + 1 : start + 1 + size])
        unfilter(raw[start], row, above, channels)
        yield [bytes(row[pixel : pixel + 3]) for pixel in range(0, size, channels)]
        above = row


def unfilter(kind, row, above, channels):
    for at in range(len(row)):
        left = row[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        up = above[at]
        guess = left + up - corner
        nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
        row[at] = (row[at] + (0, left, up, (left + up) // 2, nearest[2])[kind]) & 255


first, colours = None, set()
for pixels in rows(open(sys.argv[1], "rb").read()):
    first = first or pixels[0]
    colours.update(pixels)
print(first.hex(), len(colours))
