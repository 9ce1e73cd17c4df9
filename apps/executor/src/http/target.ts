import { type Address, parseAddress } from './addresses.js';

/** Where an HTTP service is, as far as its URL says it. */
export interface Target {
  readonly url: URL;
  /** Its name, as DNS has it, or its address, without brackets. */
  readonly host: string;
  /** Where the URL names it. */
  readonly address: Address | null;
  readonly port: number;
  /** https */
  readonly isSecure: boolean;
}

const LENGTH_MAX = 2_048;

/**
 * Reads a URL as browsers do, so that whatever an address is disguised as (decimal, octal, hexadecimal, wide digits) comes
 * out as the address that it is. What nobody writes who means well is refused.
 * @returns the target, or what is wrong with the URL
 */
export function readTarget(text: string): Target | string {
  if (text.length > LENGTH_MAX) return `is longer than ${LENGTH_MAX} characters`;
  // A parser drops tabs and line ends and turns backslashes: what was read would not be what is called.
  if (/[\\\s]/.test(text) || hasControls(text))
    return 'has a blank, a backslash or a control character in it';
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return 'must be an absolute http or https URL';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || authorityOf(text).includes('@'))
    return 'must name no user and no password: requests are signed';
  if (url.hash !== '' || text.includes('#')) return 'must have no fragment';
  if (url.hostname.endsWith('.')) return 'must name its host without a dot at the end';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port === '' ? (isSecure ? 443 : 80) : url.port);
  if (port === 0) return 'must have a port from 1 to 65535';
  return { url, host, address: parseAddress(host), port, isSecure };
}

const hasControls = (text: string): boolean =>
  [...text].some((character) => character < ' ' || character === '\u007f');

const authorityOf = (text: string): string => /^https?:\/\/([^/?#]*)/i.exec(text)?.[1] ?? '';
