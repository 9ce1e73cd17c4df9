import { isEsdbUrl, readEsdbUrl } from './esdb-url.js';

describe('the url of a log on a server', () => {
  it.each([
    ['esdb://localhost', { discover: false, hosts: [{ address: 'localhost', port: 2113 }] }],
    ['esdb://127.0.0.1:2114/', { discover: false, hosts: [{ address: '127.0.0.1', port: 2114 }] }],
    ['esdb+discover://cluster.example:2113?tls=true', { discover: true, servers: 'cluster.example:2113' }],
    [
      'esdb://one,two:2115?tls=false',
      {
        discover: false,
        servers: 'one:2113, two:2115',
        options: { tls: false },
      },
    ],
    ['esdb://ann:p%40ss%3A@one', { credentials: { username: 'ann', password: 'p@ss:' } }],
    [
      '  esdb://one?TLS=false&keep-alive_interval=20000',
      { options: { tls: false, keepAliveIntervalMs: 20_000 } },
    ],
    ['esdb://one?defaultDeadline=1500', { options: { defaultDeadlineMs: 1_500, tls: true } }],
    ['esdb://one?tlsCAFile=%2Fetc%2Fca%20one.pem', { options: { tlsCAFile: '/etc/ca one.pem' } }],
    ['esdb://one?nodePreference=Leader&throwOnAppendFailure=true', { servers: 'one:2113' }],
  ])('%s', (text, expected) => {
    expect(readEsdbUrl(text)).toMatchObject(expected);
  });

  it.each(['kurrentdb', 'kurrent', 'kdb'])(
    'may have the newer scheme %s, with and without discovery',
    (scheme) => {
      expect(readEsdbUrl(`${scheme}://one:1`)).toEqual(readEsdbUrl('esdb://one:1'));
      expect(readEsdbUrl(`${scheme}+discover://one:1`)).toEqual(readEsdbUrl('esdb+discover://one:1'));
    },
  );

  it('is told from others by its scheme', () => {
    const are = (texts: string[]) => texts.map(isEsdbUrl);
    expect(are(['esdb://a', 'esdb+discover://a', 'kurrentdb://a', 'kdb+discover:'])).toEqual(
      Array(4).fill(true),
    );
    expect(are(['embedded:./data', 'nats://a', 'esdbx://a', 'http://esdb:1', ''])).toEqual(
      Array(5).fill(false),
    );
  });

  it.each([
    ['no host', 'esdb://', /malformed, expected esdb:\/\//],
    ['no scheme', 'one:2113', /malformed/],
    ['a path', 'esdb://one/two', /malformed/],
    ['an IPv6 host', 'esdb://[::1]:2113', /malformed host.*no IPv6/],
    ['an empty host among several', 'esdb://one,,two', /malformed host/],
    ['a port that is none', 'esdb://one:70000', /1 to 65535/],
    ['a user without a password', 'esdb://ann@one', /not user:password/],
    ['a password with a colon in it', 'esdb://ann:se:cret@one', /%3A/],
    ['a malformed escape', 'esdb://ann:se%2cret%@one', /%-escape/],
    [
      'credentials without TLS',
      'esdb://ann:secret@one?tls=false',
      /credentials and tls=false.*without a word/,
    ],
    ['an option that is none', 'esdb://one?tsl=false', /tsl is no option; there are tls, /],
    ['an option twice', 'esdb://one?tls=false&TLS=true', /tls is given twice/],
    ['an option without a value', 'esdb://one?tls=', /tls has no value/],
    ['a flag that is neither', 'esdb://one?tls=yes', /tls is true or false/],
    ['a number that is none', 'esdb://one?defaultDeadline=-1', /defaultDeadline is a whole number from 100/],
    ['a keepalive that the client warns of', 'esdb://one?keepAliveInterval=500', /from 10000/],
    ['a follower', 'esdb://one?nodePreference=follower', /must be leader/],
    ['silent failures', 'esdb://one?throwOnAppendFailure=false', /wrong revisions/],
    ['an unchecked certificate', 'esdb://one?tlsVerifyCert=false', /tlsCAFile/],
    ['certificates without TLS', 'esdb://one?tls=false&tlsCAFile=ca.pem', /certificates and tls=false/],
    ['half a client certificate', 'esdb://one?userCertFile=a.pem', /go together/],
  ])('with %s is refused with the reason, and not repeated', (_, text, reason) => {
    expect(() => readEsdbUrl(text)).toThrow(TypeError);
    expect(() => readEsdbUrl(text)).toThrow(reason);
    expect(() => readEsdbUrl(text)).not.toThrow(/secret|se%2cret/);
  });
});
