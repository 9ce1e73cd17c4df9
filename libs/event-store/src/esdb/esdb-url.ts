/** What `DO_EVENT_STORE` says of a server: read by ourselves, so that nothing of it is ignored and no message repeats it. */
import { type EsdbOptions, readEsdbOptions } from './esdb-options.js';

export interface EsdbUrl {
  /** Ask the servers who leads, and go there. */
  readonly discover: boolean;
  readonly hosts: readonly { readonly address: string; readonly port: number }[];
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly options: EsdbOptions;
  /** "host:port" of each, for messages. */
  readonly servers: string;
}

const DEFAULT_PORT = '2113';
const FORM = 'esdb://[user:password@]host[:port][,host[:port]…][?option=value&…], or esdb+discover://';
/** The newer names are of the same server, the same protocol and the same form. */
const URL_PARTS =
  /^(?:esdb|kurrentdb|kurrent|kdb)(?<discover>\+discover)?:\/\/(?:(?<credentials>[^@/?]*)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<options>.*))?$/;
const HOST = /^(?<address>[A-Za-z0-9._-]+)(?::(?<port>\d{1,5}))?$/;
const CREDENTIALS = /^(?<username>[^:]+):(?<password>[^:]+)$/;

export const isEsdbUrl = (text: string): boolean =>
  /^(?:esdb|kurrentdb|kurrent|kdb)(?:\+discover)?:/.test(text);

/** @throws TypeError which never repeats the text: a password may be in it */
export function readEsdbUrl(text: string): EsdbUrl {
  const parts = URL_PARTS.exec(text.trim())?.groups;
  if (parts === undefined) throw new TypeError(`the url of the event log is malformed, expected ${FORM}`);
  const { discover, credentials, hosts = '', options = '' } = parts;
  const read = readEsdbOptions(options);
  const login = credentials === undefined ? undefined : readCredentials(credentials, read);
  const all = hosts.split(',').map((each) => readHost(each.trim()));
  return {
    discover: discover !== undefined,
    hosts: all,
    ...(login && { credentials: login }),
    options: read,
    servers: all.map(({ address, port }) => `${address}:${port}`).join(', '),
  };
}

function readHost(text: string): EsdbUrl['hosts'][number] {
  const { address = '', port = DEFAULT_PORT } = HOST.exec(text)?.groups ?? {};
  if (address === '')
    throw new TypeError(
      `the url of the event log has a malformed host, expected ${FORM}; this client knows no IPv6`,
    );
  if (Number(port) < 1 || Number(port) > 65_535)
    throw new TypeError('the url of the event log has a port that is none: 1 to 65535');
  return { address, port: Number(port) };
}

function readCredentials(text: string, { tls }: EsdbOptions): { username: string; password: string } {
  const { username, password } = CREDENTIALS.exec(text)?.groups ?? {};
  if (username === undefined || password === undefined)
    throw new TypeError(
      'the url of the event log has credentials that are not user:password; other colons, @, / and ? are written %3A, %40, %2F, %3F',
    );
  if (!tls)
    throw new TypeError(
      'the url of the event log has credentials and tls=false: the client would leave them out without a word. ' +
        'Take out one of the two',
    );
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw new TypeError('the url of the event log has credentials with a malformed %-escape');
  }
}
