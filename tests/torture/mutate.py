# SPDX-License-Identifier: Apache-2.0
"""Damaged copies of bytes and of text: what disks, editors, transfers and enemies make of a file."""


def _position(rng, data):
    return rng.randrange(len(data)) if data else 0


def _flip(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 4, 32))):
        if data:
            data[_position(rng, data)] ^= 1 << rng.randrange(8)
    return bytes(data)


def _truncate(rng, data):
    return data[:_position(rng, data)]


def _remove(rng, data):
    begin = _position(rng, data)
    return data[:begin] + data[begin + rng.choice((1, 8, 64, 512)):]


def _double(rng, data):
    begin = _position(rng, data)
    return data[:begin] + data[begin:begin + rng.choice((1, 8, 64, 512))] + data[begin:]


def _extreme(rng, data):
    """Sizes and counts stand in few bytes: the ends of their ranges."""
    begin = _position(rng, data)
    value = rng.choice((b'\0' * 4, b'\xff' * 4, b'\xff\xff\xff\x7f', b'\0\0\0\x80', b'\xff' * 8,
                        b'\xff' * 7 + b'\x7f', b'\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01'))
    return data[:begin] + value + data[begin + len(value):]


def _empty(rng, data):
    return rng.choice((b'', b'\0' * len(data), rng.randbytes(len(data))))


def mutate_bytes(rng, data):
    """One of the ways above, mostly once."""
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        data = rng.choice((_flip, _flip, _flip, _truncate, _remove, _double, _extreme, _empty))(rng, data)
    return data


_WORDS = ['-1', '0', '1', '9' * 30, '1e999', '-0.0', 'nan', '.inf', 'null', '~', 'true', '""', '[]', '{}', '[[[[', '}}}}', '*x', '&x',
          '!!binary x', '<<', '../../..', '/dev/zero', '/proc/self/mem', '%s%n', '\x1b[2J', '\u202e', '\ufeff', 'x' * 5000, '${HOME}', '${',
          '\t', '\n', ': ', '- ', '"', "'", '#', '|', ',']


def mutate_text(rng, data):
    """Lines and words exchanged, removed, repeated; words that parsers stumble over; sometimes plain bytes."""
    if rng.random() < 0.25:
        return mutate_bytes(rng, data)
    text = data.decode(errors='replace')
    for _ in range(rng.choice((1, 1, 2, 4))):
        lines = text.split('\n')
        at = rng.randrange(len(lines))
        way = rng.randrange(6)
        if way == 0:
            del lines[at]
        elif way == 1:
            lines.insert(at, lines[rng.randrange(len(lines))])
        elif way == 2:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif way == 3:
            lines[at] = ' ' * rng.randrange(8) + lines[at].lstrip()
        else:
            words = lines[at].split(' ')
            word = rng.randrange(len(words))
            if way == 4:
                words[word] = rng.choice(_WORDS)
            else:
                words[word] = words[word] + rng.choice(_WORDS)
            lines[at] = ' '.join(words)
        text = '\n'.join(lines)
    return text.encode(errors='replace')
