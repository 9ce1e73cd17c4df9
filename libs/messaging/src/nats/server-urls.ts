export interface ServerUrls {
  /** "host:port", for messages too: no credentials in them. */
  readonly servers: readonly string[];
  readonly isTls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
}

const DEFAULT_PORT = '4222';
const FORM = 'nats://[user:password@|token@]host[:port], or tls://, several with commas between';

/**
 * Reads `DO_NATS_URL`. One connection has one set of credentials: the urls after the first may leave them out.
 * @throws TypeError which never repeats the text: a password may be in it
 */
export function readServerUrls(text: string): ServerUrls {
  const urls = text.split(',').map((part, index) => readUrl(part.trim(), index));
  const credentials = urls.map(readCredentials);
  const [first] = credentials;
  if (first === undefined || credentials.some((each) => each.length > 0 && String(each) !== String(first))) {
    throw new TypeError('NATS urls with different credentials: one connection has one user');
  }
  const isTls = urls.some(({ protocol }) => protocol === 'tls:');
  if (isTls && urls.some(({ protocol }) => protocol !== 'tls:')) {
    throw new TypeError('NATS urls with and without tls://: the connection is either encrypted or not');
  }
  const [name, password] = first;
  return {
    servers: urls.map(({ hostname, port }) => `${hostname}:${port || DEFAULT_PORT}`),
    isTls,
    ...(name !== undefined && (password === undefined ? { token: name } : { user: name, password })),
  };
}

function readUrl(text: string, index: number): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isServer =
    url !== undefined &&
    (url.protocol === 'nats:' || url.protocol === 'tls:') &&
    url.hostname !== '' &&
    (url.pathname === '' || url.pathname === '/') &&
    url.search === '' &&
    url.hash === '';
  if (!isServer) throw new TypeError(`NATS url ${index + 1} is malformed, expected ${FORM}`);
  return url;
}

/** Nothing, a token, or user and password. */
function readCredentials({ username, password }: URL): string[] {
  if (username === '' && password === '') return [];
  try {
    return (password === '' ? [username] : [username, password]).map((text) => decodeURIComponent(text));
  } catch {
    throw new TypeError('a NATS url has credentials with a malformed %-escape');
  }
}
