/**
 * URLs that lead to this machine or a private network, however they are written: a table of hosts, times forms of URLs.
 * `P` stands for the port of a canary.
 */

/** Spellings of loopback, and of addresses that systems take for it. */
const LOOPBACK = [
  ...['127.0.0.1', '127.1', '127.0.1', '127.0.0.2', '2130706433', '2130706434', '0x7f000001', '0x7F.1'],
  ...[
    '0x7f.0.0.1',
    '0x7f.0x0.0x0.0x1',
    '0177.0.0.1',
    '0177.1',
    '017700000001',
    '00000177.0.0.1',
    '127.0.0.01',
  ],
  ...['127.0.0.1.', '0177.0.0.1.', '１２７.０.０.１', '①②⑦.⓪.⓪.①', '127。0。0。1', '127．0．0．1'],
  ...['%31%32%37.0.0.1', '127%2e0%2e0%2e1', '127.0.0.%31', '0.0.0.0', '0', '0x0', '00', '0.0', '0.0.0.0.'],
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[::0001]', '[::0:1]', '[::]', '[0::0]', '[::127.0.0.1]', '[::7f00:1]'],
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::FFFF:7F00:0001]'],
  ...['[::ffff:0.0.0.0]', '[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b:1::7f00:1]'],
  ...['[2002:7f00:1::]', '[2001:0:7f00:1::]', '[::1%25lo]', '[::1%lo]'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'ⓛocalhost', 'loc\u00adalhost', '%6cocalhost', 'a.localhost'],
];

const PRIVATE = [
  ...[
    '10.0.0.1',
    '167772161',
    '0xa000001',
    '012.0.0.1',
    '10.1',
    '172.16.0.1',
    '2886729729',
    '172.31.255.255',
  ],
  ...[
    '192.168.0.1',
    '3232235521',
    '0xc0a80001',
    '0300.0250.0.1',
    '192.168.1',
    '169.254.169.254',
    '2852039166',
  ],
  ...['0xa9fea9fe', '0251.0376.0251.0376', '169.254.43518', '100.64.0.1', '100.100.100.200', '192.0.0.192'],
  ...['168.63.129.16', '198.18.0.1', '192.0.2.1', '224.0.0.1', '255.255.255.255', '240.0.0.1'],
  ...['[::ffff:10.0.0.1]', '[::ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]', '[2002:a9fe:a9fe::]', '[fe80::1]'],
  ...['[fd00:ec2::254]', '[fc00::1]', '[fec0::1]', '[ff02::1]', '[100::1]', '[2001:db8::1]', '[4000::1]'],
];

/** What a resolver that means harm says of names that are allowed. */
export const LYING_NAMES: Readonly<Record<string, readonly string[]>> = {
  'loop.example': ['127.0.0.1'],
  'loops.example': ['127.0.0.2', '127.0.0.1', '::1'],
  'six.example': ['::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'mapped-hex.example': ['::ffff:7f00:1'],
  'zero.example': ['0.0.0.0', '::'],
  'short.example': ['127.1', '2130706433', '0x7f000001', '0177.0.0.1', 'localhost', ''],
  'zone.example': ['::1%lo', 'fe80::1%eth0'],
  'translated.example': ['64:ff9b::7f00:1', '2002:7f00:1::'],
  'private.example': ['10.0.0.1', '172.16.0.1', '192.168.0.1', 'fd00::1'],
  'metadata.example': ['169.254.169.254', 'fd00:ec2::254'],
  'nothing.example': [],
};

const hosts = [...LOOPBACK, ...PRIVATE, ...Object.keys(LYING_NAMES)];

const FORMS: readonly ((host: string) => string)[] = [
  (host) => `http://${host}:P/`,
  (host) => `https://${host}:P/pay?x=https://billing.example/`,
  (host) => `HTTPS://${host}:P/../billing.example`,
  (host) => `http://billing.example@${host}:P/`,
  (host) => `https://billing.example:443@${host}:P/`,
  (host) => `https://@${host}:P/`,
  (host) => `https://${host}:P/#@billing.example/`,
  (host) => `https://${host}:P\\@billing.example/`,
  (host) => `https:\\\\${host}:P/`,
  (host) => `https:${host}:P/`,
  (host) => ` https://${host}:P/`,
  (host) => `https://\t${host}:P/`,
];

export const HOSTILE_URLS: readonly string[] = hosts.flatMap((host) => FORMS.map((form) => form(host)));
