/** The options behind the `?` of the log's url. What the official client would ignore, or do wrong, is refused. */

/** Undefined: as the client has it by itself. */
export interface EsdbOptions {
  /** Default true. */
  readonly tls: boolean;
  readonly tlsCAFile: string | undefined;
  readonly userCertFile: string | undefined;
  readonly userKeyFile: string | undefined;
  readonly connectionName: string | undefined;
  /** How long an append may take. */
  readonly defaultDeadlineMs: number | undefined;
  readonly keepAliveIntervalMs: number | undefined;
  readonly keepAliveTimeoutMs: number | undefined;
  readonly maxDiscoverAttempts: number | undefined;
  readonly discoveryIntervalMs: number | undefined;
  readonly gossipTimeoutSeconds: number | undefined;
}

const TEXTS = ['tls', 'tlsCAFile', 'userCertFile', 'userKeyFile', 'connectionName'] as const;
const NUMBERS = [
  'defaultDeadline',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'discoveryInterval',
  'gossipTimeout',
] as const;
/** Given with any other value, each would do harm. */
const FIXED = {
  nodePreference: ['leader', 'who may append is decided by what is read, so it is read from the leader'],
  throwOnAppendFailure: ['true', 'without it the client tells wrong revisions'],
  tlsVerifyCert: ['true', 'the client cannot switch it off; give tlsCAFile instead'],
} as const;

const NAMES = [...TEXTS, ...NUMBERS, ...Object.keys(FIXED)];
/** As the client reads them: in any case, with - and _ where one likes. */
const flat = (name: string): string => name.trim().toLowerCase().replace(/[_-]/g, '');
const NAME_BY_FLAT = new Map(NAMES.map((name) => [flat(name), name]));

/** @param text what stands behind the `?`  @throws TypeError which repeats no value */
export function readEsdbOptions(text: string): EsdbOptions {
  const values = readPairs(text);
  for (const [name, [only, why]] of Object.entries(FIXED)) {
    const value = values.get(name);
    if (value !== undefined && flat(value) !== only) throw refused(`${name} must be ${only}: ${why}`);
  }
  const textOf = (name: (typeof TEXTS)[number]) => values.get(name);
  const numberOf = (name: (typeof NUMBERS)[number], min: number, max: number) =>
    readWhole(name, values.get(name), min, max);
  const tls = textOf('tls') ?? 'true';
  if (tls !== 'true' && tls !== 'false') throw refused('tls is true or false');
  const certificate = textOf('userCertFile');
  const key = textOf('userKeyFile');
  if ((certificate === undefined) !== (key === undefined))
    throw refused('userCertFile and userKeyFile go together');
  if (tls === 'false' && (certificate !== undefined || values.has('tlsCAFile')))
    throw refused('certificates and tls=false: the client would leave them out without a word');
  return {
    tls: tls === 'true',
    tlsCAFile: textOf('tlsCAFile'),
    userCertFile: certificate,
    userKeyFile: key,
    connectionName: textOf('connectionName'),
    defaultDeadlineMs: numberOf('defaultDeadline', 100, 600_000),
    // Below ten seconds the client writes warnings to the console, without it a dead server is never noticed.
    keepAliveIntervalMs: numberOf('keepAliveInterval', 10_000, 600_000),
    keepAliveTimeoutMs: numberOf('keepAliveTimeout', 1_000, 600_000),
    maxDiscoverAttempts: numberOf('maxDiscoverAttempts', 1, 1_000),
    discoveryIntervalMs: numberOf('discoveryInterval', 1, 60_000),
    gossipTimeoutSeconds: numberOf('gossipTimeout', 1, 60),
  };
}

function readPairs(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of text.split('&').filter((each) => each !== '')) {
    const [, key = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const name = NAME_BY_FLAT.get(flat(key));
    if (name === undefined)
      throw refused(`${flat(key).slice(0, 40)} is no option; there are ${NAMES.join(', ')}`);
    if (values.has(name)) throw refused(`${name} is given twice`);
    if (value.trim() === '') throw refused(`${name} has no value`);
    values.set(name, decode(name, value.trim()));
  }
  return values;
}

function decode(name: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw refused(`${name} has a malformed %-escape`);
  }
}

function readWhole(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw refused(`${name} is a whole number from ${min} to ${max}`);
}

const refused = (why: string): TypeError =>
  new TypeError(`the url of the event log has a wrong option: ${why}`);
