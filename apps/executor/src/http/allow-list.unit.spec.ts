import { isPublic, parseAddress } from './addresses.js';
import { AllowList } from './allow-list.js';
import { HTTP_ALLOW } from './http-allow.js';
import { readTarget } from './target.js';

const targetOf = (url: string) => {
  const target = readTarget(url);
  if (typeof target === 'string') throw new Error(`${url} ${target}`);
  return target;
};
const addressOf = (text: string) => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
};
const allowsHost = (list: string, url: string) => AllowList.parse(list).allowsHost(targetOf(url));
const allowsAddress = (list: string, url: string, address: string) =>
  AllowList.parse(list).allowsAddress(addressOf(address), targetOf(url));

describe('an address is public', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450::1', '::ffff:8.8.8.8'])(
    'where it is one of the internet: %s',
    (text) => expect(isPublic(addressOf(text))).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '10.0.0.1', '172.16.0.1', '172.31.255.255'],
    ...['192.168.1.1', '169.254.169.254', '100.64.0.1', '100.100.100.200', '192.0.0.8', '192.0.2.1'],
    ...['192.88.99.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255'],
    ...['240.0.0.1', '255.255.255.255', '168.63.129.16', '::', '::1', '::ffff:127.0.0.1', '::127.0.0.1'],
    ...['::ffff:0:10.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '100::1', '2001::1', '2001:db8::1'],
    ...['2001:2::1', '2001:20::1', '2002:7f00:1::', '2002:a00:1::', '3fff::1', '5f00::1', '4000::1'],
    ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fec0::1', 'ff02::1', '200::1', '8000::1'],
  ])('and not where it is of this machine, a private network, a tunnel, or nobody: %s', (text) =>
    expect(isPublic(addressOf(text))).toBe(false),
  );

  it.each(['127.1', '0177.0.0.1', '0x7f000001', '2130706433', 'fe80::1%eth0', '', '127.0.0.1.'])(
    'and is no address at all where it is not written in full: %j',
    (text) => expect(parseAddress(text)).toBeNull(),
  );
});

describe('a host is allowed', () => {
  it.each<[string, string]>([
    ['billing.example.com', 'https://billing.example.com/x'],
    ['Billing.Example.COM', 'https://BILLING.example.com'],
    ['a.example, billing.example', 'https://billing.example'],
    ['bücher.example', 'https://xn--bcher-kva.example'],
    ['*.example.com', 'https://a.b.example.com'],
    ['billing.example:8443', 'https://billing.example:8443'],
    ['billing.example:443', 'https://billing.example'],
    ['*', 'https://anything.example'],
    ['*:443', 'https://anything.example'],
    ['*', 'https://8.8.8.8'],
    ['10.0.0.7', 'http://10.0.0.7:8080'],
    ['10.0.0.0/8:8080', 'http://10.1.2.3:8080'],
    ['fd00::/8', 'http://[fd00::5]'],
    ['[fd00::5]:8080', 'http://[fd00::5]:8080'],
    ['[fd00::/8]:8080', 'http://[fd00::5]:8080'],
    ['10.0.0.7', 'http://[::ffff:10.0.0.7]'],
  ])('%s: %s', (list, url) => expect(allowsHost(list, url)).toBe(true));

  it.each<[string, string]>([
    ['', 'https://billing.example.com'],
    ['billing.example.com', 'https://example.com'],
    ['billing.example.com', 'https://a.billing.example.com'],
    ['billing.example.com', 'https://billing.example.com.evil.example'],
    ['*.example.com', 'https://example.com'],
    ['*.example.com', 'https://evilexample.com'],
    ['billing.example:8443', 'https://billing.example'],
    ['*', 'https://10.0.0.7'],
    ['*', 'https://127.0.0.1'],
    ['localhost', 'https://127.0.0.1'],
    ['10.0.0.0/8', 'http://11.0.0.1'],
    ['10.0.0.0/8', 'http://billing'],
  ])('and not: %s: %s', (list, url) => expect(allowsHost(list, url)).toBe(false));
});

describe('an address of an allowed name is allowed', () => {
  it.each<[string, string, string]>([
    ['a.example', 'https://a.example', '8.8.8.8'],
    ['a.example,10.0.0.0/8', 'https://a.example', '10.0.0.1'],
    ['a.example,10.0.0.0/8', 'http://a.example', '10.0.0.1'],
    ['localhost', 'http://localhost:3000', '127.0.0.1'],
    ['localhost', 'http://localhost:3000', '::1'],
    ['a.example,8.8.8.8', 'http://a.example', '8.8.8.8'],
  ])('%s: %s at %s', (list, url, address) => expect(allowsAddress(list, url, address)).toBe(true));

  it.each<[string, string, string]>([
    ['a.example', 'https://a.example', '127.0.0.1'],
    ['a.example,localhost', 'https://a.example', '127.0.0.1'],
    ['*', 'https://localhost', '127.0.0.1'],
    ['*.localhost', 'https://a.localhost', '127.0.0.1'],
    ['localhost', 'http://localhost', '10.0.0.1'],
    ['localhost:3000', 'http://localhost:3001', '127.0.0.1'],
    ['a.example,10.0.0.0/8:80', 'https://a.example', '10.0.0.1'],
    ['a.example,10.0.0.0/8', 'https://a.example', '169.254.169.254'],
    // Without TLS only where it is listed.
    ['a.example', 'http://a.example', '8.8.8.8'],
    ['*', 'http://a.example', '8.8.8.8'],
  ])('and not: %s: %s at %s', (list, url, address) => expect(allowsAddress(list, url, address)).toBe(false));
});

describe('DO_HTTP_ALLOW', () => {
  it.each([
    ...['http://a.example', 'a.example/x', 'a.example:0', 'a.example:70000', 'a..*', '*.*', 'a.*.example'],
    ...['10.0.0.0/33', '10.0.0/8', 'fd00::/129', '::ffff:10.0.0.0/104', '[fd00::1', 'user@a.example'],
    ...['0x7f.1', '127.1', '2130706433', 'a.example.', 'a b', '*.', 'fe80::1%eth0'],
  ])('is refused with the entry that is none: %s', (entry) => {
    const { success, error } = HTTP_ALLOW.schema.safeParse(`ok.example,${entry}`);
    expect(success).toBe(false);
    expect(error?.issues[0]?.message).toContain(JSON.stringify(entry));
  });

  it('is bounded, may be empty, and is told again as it was given', () => {
    expect(() => AllowList.parse('a,'.repeat(1_001))).toThrow(/has 1001 entries, at most 1000/);
    expect(AllowList.parse(' , ').isEmpty).toBe(true);
    expect(String(HTTP_ALLOW.schema.parse('a.example, *'))).toBe('a.example,*');
  });
});

describe('a URL of a service', () => {
  it.each<[string, RegExp]>([
    ['ftp://a.example/', /absolute http or https/],
    ['a.example/x', /absolute http or https/],
    ['https:a.example', /absolute http or https/],
    ['https:///', /absolute http or https/],
    ['https://[::1', /absolute http or https/],
    ['https://user@a.example/', /no user and no password/],
    ['https://:secret@a.example/', /no user and no password/],
    ['https://@a.example/', /no user and no password/],
    ['https://a.example/#x', /no fragment/],
    ['https://a.example/#', /no fragment/],
    ['https://a.example./', /without a dot/],
    ['https://a.example:0/', /port from 1/],
    ['https:\\\\a.example/', /backslash/],
    ['https://a.example\\@b.example/', /backslash/],
    [' https://a.example/', /blank/],
    ['https://a.ex\tample/', /blank/],
    ['https://a.example/\u0000', /control/],
    [`https://a.example/${'x'.repeat(2_048)}`, /longer than 2048/],
  ])('is refused: %j', (url, why) => expect(readTarget(url)).toMatch(why));

  it.each<[string, string, number]>([
    ['https://a.example', 'a.example', 443],
    ['http://a.example/x?y=1@2', 'a.example', 80],
    ['https://A.Example:8443/', 'a.example', 8_443],
    ['http://0x7f.1/', '127.0.0.1', 80],
    ['http://[::FFFF:127.0.0.1]:1/', '::ffff:7f00:1', 1],
  ])('is read as it is meant: %s', (url, host, port) => {
    expect(targetOf(url)).toMatchObject({ host, port });
  });
});
